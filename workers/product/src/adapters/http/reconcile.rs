//! `GET /internal/reconciliation`. One round trip, which reads the whole catalogue.

use contracts::ops::{Check, ServiceReconciliation};
use web::{Context, Grant, Problem, Reply, Route};

use crate::adapters::store::{Findings, Store};

pub(super) fn routes() -> Vec<Route> {
    let summary = "Check that the catalogue agrees with itself.";
    vec![Route::get("/internal/reconciliation", Grant::INTERNAL, summary, handle)]
}

async fn handle(context: Context) -> Result<Reply<ServiceReconciliation>, Problem> {
    Ok(Reply(report(Store::new(&context).check_catalogue().await?)))
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
