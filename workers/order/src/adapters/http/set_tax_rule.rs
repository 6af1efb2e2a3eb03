//! `PUT /tax-rates/rules`.

use selling::pricing::TaxRule;
use web::{Context, Json, Problem, Reply, Route};

use super::grants;
use super::tax_rate_json::TaxRuleJson;
use crate::adapters::store::Store;
use crate::application::set_tax_rule::set_tax_rule;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/tax-rates/rules", grants::ACCOUNTING_WRITE, "Set how a region rounds its tax.", handle).audited().details(
            "Without a rule of the region or its country, tax is rounded half-up per line. Applies to new sales: existing \
             orders keep their tax.",
        ),
    ]
}

async fn handle(context: Context, Json(input): Json<TaxRuleJson>) -> Result<Reply<TaxRuleJson>, Problem> {
    let rule = TaxRule::from(input);
    set_tax_rule(&Store::new(&context), &rule).await?;
    Ok(Reply(TaxRuleJson::from(rule)))
}
