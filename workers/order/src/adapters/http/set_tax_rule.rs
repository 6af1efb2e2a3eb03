//! `PUT /tax-rates/rules`.

use web::{Context, Json, Problem, Reply, Route};

use super::grants;
use super::tax_rate_json::TaxRuleJson;
use crate::adapters::store::Store;
use crate::application::set_tax_rule::set_tax_rule;
use crate::domain::tax_rate::RegionalRule;

/// Larger than any note, in minor units.
const SMALLEST_COIN_MINOR_MAX: i64 = 1_000_000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/tax-rates/rules", grants::ACCOUNTING_WRITE, "Set how a region rounds its tax and its cash.", handle).audited().details(
            "Without a rule of the region or its country, tax is rounded half-up per line, and cash is not rounded. Applies to new sales: existing \
             orders keep their tax.",
        ),
    ]
}

async fn handle(context: Context, Json(input): Json<TaxRuleJson>) -> Result<Reply<TaxRuleJson>, Problem> {
    if let Some(coin) = input.smallest_coin {
        if coin.currency() != context.currency() {
            let detail = format!("must be {}", context.currency());
            return Err(Problem::field("/smallestCoin/currency", detail));
        }
        if !(1..=SMALLEST_COIN_MINOR_MAX).contains(&coin.minor()) {
            return Err(Problem::field("/smallestCoin/amount", "must be a coin or a note"));
        }
    }
    let rule = RegionalRule::from(input);
    set_tax_rule(&Store::new(&context), &rule).await?;
    Ok(Reply(TaxRuleJson::from(rule)))
}
