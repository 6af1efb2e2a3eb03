//! `GET /tax-rates?region=&limit=&cursor=`: public like prices; a till stores them to work offline.

use kernel::text::Region;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route, list};

use super::grants;
use super::tax_rate_json::TaxRateJson;
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(
        "/tax-rates",
        grants::CATALOGUE_READ,
        "List tax rates by region, class and first day: past, present and future.",
        handle,
    )]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListTaxRates")]
struct Filters {
    region: Option<Region>,
    /// Rows, 1 to 100.
    #[serde(default)]
    limit: Limit,
    /// Where the last page ended.
    cursor: Option<Cursor>,
}

async fn handle(
    context: Context,
    Query(filters): Query<Filters>,
) -> Result<Reply<List<TaxRateJson>>, Problem> {
    let key = filters.cursor.as_ref().map_or("", Cursor::key);
    let mut after = key.splitn(3, ' ');
    let after = [after.next(), after.next(), after.next()].map(Option::unwrap_or_default);
    let rates = Store::new(&context).list_rates(filters.region.as_ref(), after.into(), filters.limit).await?;
    let rates: Vec<TaxRateJson> = rates.into_iter().map(TaxRateJson::from).collect();
    Ok(list(rates, filters.limit, |rate| {
        let day = rate.valid_from.map(|day| day.to_string()).unwrap_or_default();
        format!("{} {} {day}", rate.region, rate.tax_class)
    }))
}
