//! `GET /tax-rates/rules?limit=&cursor=`: public like the rates; a till stores them to work offline.

use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route, list};

use super::grants;
use super::tax_rate_json::TaxRuleJson;
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/tax-rates/rules", grants::CATALOGUE_READ, "List how regions round their tax.", handle)]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListTaxRules")]
struct Filters {
    /// Rows, 1 to 100.
    #[serde(default)]
    limit: Limit,
    /// Where the last page ended.
    cursor: Option<Cursor>,
}

async fn handle(
    context: Context,
    Query(filters): Query<Filters>,
) -> Result<Reply<List<TaxRuleJson>>, Problem> {
    let after = filters.cursor.as_ref().map_or("", Cursor::key);
    let rules = Store::new(&context).list_rules(after, filters.limit).await?;
    let rules: Vec<TaxRuleJson> = rules.into_iter().map(TaxRuleJson::from).collect();
    Ok(list(rules, filters.limit, |rule| rule.region.to_string()))
}
