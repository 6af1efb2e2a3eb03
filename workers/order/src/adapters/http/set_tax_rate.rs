//! `PUT /tax-rates`.

use web::{Context, Json, Problem, Reply};

use super::tax_rate_json::TaxRateJson;
use crate::adapters::store::SqlTaxRates;
use crate::application::set_tax_rate::set_tax_rate;

/// Answers 200 with the rate that now holds, 422.
pub(super) async fn handle(
    context: Context,
    Json(input): Json<TaxRateJson>,
) -> Result<Reply<TaxRateJson>, Problem> {
    let rate = input.into_rate().ok_or_else(|| Problem::internal("the default name of a rate"))?;
    set_tax_rate(&SqlTaxRates::new(&context), &rate).await?;
    Ok(Reply(TaxRateJson::from(rate)))
}
