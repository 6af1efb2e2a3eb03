//! `GET /tax-rates?region=&limit=&cursor=`: public as prices are; a till keeps them to work offline.

use kernel::text::Region;
use kernel::{Cursor, Limit};
use serde::Deserialize;
use web::{Context, Problem, Query};

use super::tax_rate_json::TaxRateJson;
use crate::adapters::store::SqlTaxRates;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filters {
    region: Option<Region>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// Answers 200 with a page by region and class.
pub(super) async fn handle(
    context: Context,
    Query(filters): Query<Filters>,
) -> Result<impl axum::response::IntoResponse, Problem> {
    let key = filters.cursor.as_ref().map_or("", Cursor::key);
    let after = key.split_once(' ').unwrap_or((key, ""));
    let rates = SqlTaxRates::new(&context).list(filters.region.as_ref(), after, filters.limit).await?;
    let rates = rates.into_iter().map(TaxRateJson::from).collect();
    Ok(web::list(rates, filters.limit, |rate: &TaxRateJson| format!("{} {}", rate.region, rate.tax_class)))
}
