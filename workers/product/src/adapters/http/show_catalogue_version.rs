//! `GET /internal/catalogue/version`, for the gateway, which keeps what shoppers read. One query of one row.

use contracts::catalogue::CatalogueVersion;
use web::{Context, Grant, Problem, Reply, Route};

use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    let summary = "Show which version of the catalogue is current.";
    vec![Route::get("/internal/catalogue/version", Grant::INTERNAL, summary, handle)]
}

async fn handle(context: Context) -> Result<Reply<CatalogueVersion>, Problem> {
    Ok(Reply(Store::new(&context).catalogue_version().await?))
}
