//! The catalogue against itself. One round trip, which reads it whole.

use contracts::ops::{Check, ServiceReconciliation};
use web::{Context, Problem};

use super::store::{Findings, Store};

/// Every check of the catalogue.
pub(crate) async fn reconcile(context: &Context) -> Result<ServiceReconciliation, Problem> {
    Ok(report(Store::new(context).check_catalogue().await?))
}

fn report(found: Findings) -> ServiceReconciliation {
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
            "is not in the search index, or is and should not be",
        ),
        (
            "catalogue.tiers_have_a_minimum",
            variants,
            found.tiers_without_minimum,
            "The SKU",
            "has price tiers, but no minimum quantity",
        ),
    ];
    let check = |(name, checked, failed, what, fault): (&str, i64, Vec<String>, &str, &str)| Check {
        name: name.to_owned(),
        ok: failed.is_empty(),
        checked,
        failures: failed.iter().map(|id| format!("{what} {id} {fault}.")).collect(),
    };
    ServiceReconciliation { checks: checks.into_iter().map(check).collect() }
}
