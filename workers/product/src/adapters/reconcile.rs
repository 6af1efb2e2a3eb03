//! Checks the catalogue against itself. One round trip, which reads all of it.

use contracts::ops::{Check, ServiceReconciliation};
use web::{Audit, Context, Findings, Problem};

use super::store::{Catalogue, Store};

/// Every check of the catalogue.
pub(crate) async fn reconcile(context: &Context, mut audit: Audit) -> Result<ServiceReconciliation, Problem> {
    let look = async || Ok(Findings::all(checks(Store::new(context).check_catalogue().await?)));
    audit.part("catalogue", |_, _| look()).await?;
    audit.done()
}

fn checks(found: Catalogue) -> Vec<Check> {
    let (products, variants) = (found.products, found.variants);
    let checks = [
        (
            "catalogue.prices_have_history",
            variants,
            found.prices_without_history,
            "The price of the SKU",
            "is not in its history",
        ),
        (
            "catalogue.products_have_variants",
            products,
            found.products_without_variants,
            "The product",
            "has no variant",
        ),
        (
            "catalogue.deleted_products_sell_nothing",
            variants,
            found.variants_of_deleted_products,
            "The SKU",
            "is not deleted, but its product is",
        ),
        (
            "catalogue.search_finds_products",
            products,
            found.unsearchable_products,
            "The product",
            "is missing in the search index, or should not be in it",
        ),
        (
            "catalogue.tiers_have_a_minimum",
            variants,
            found.tiers_without_minimum,
            "The SKU",
            "has price tiers, but no minimum quantity",
        ),
    ];
    let check = |(name, checked, failed, what, fault): (&str, i64, Vec<String>, &str, &str)| {
        Check::of(name, checked, failed.iter().map(|id| format!("{what} {id} {fault}.")))
    };
    checks.into_iter().map(check).collect()
}
