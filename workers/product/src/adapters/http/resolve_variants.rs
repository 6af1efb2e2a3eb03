//! `POST /internal/variants/resolve`, for the order service. One query for all lines.

use contracts::catalogue::{ResolveVariants, ResolvedVariants};
use web::{Context, Grant, Json, Problem, Reply, Route};

use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    let summary = "Resolve variants for the order service, with their prices.";
    vec![
        Route::post("/internal/variants/resolve", Grant::INTERNAL, summary, handle).details(
            "Those that exist or once existed, in no particular order; a variant that is no longer on sale is not \
             `active`. At most 2,000 SKUs and barcodes.",
        ),
    ]
}

/// The most SKUs and barcodes of a request: more than the lines of an order.
const NAMES_MAX: usize = 2_000;

async fn handle(
    context: Context,
    Json(request): Json<ResolveVariants>,
) -> Result<Reply<ResolvedVariants>, Problem> {
    if request.skus.len().saturating_add(request.barcodes.len()) > NAMES_MAX {
        return Err(Problem::field(
            "/skus",
            format!("may have at most {NAMES_MAX} names, barcodes included"),
        ));
    }
    let variants = Store::new(&context).resolve_variants(&request).await?;
    Ok(Reply(ResolvedVariants { variants }))
}
