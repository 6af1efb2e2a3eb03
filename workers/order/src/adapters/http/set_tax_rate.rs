//! `PUT /tax-rates`.

use web::{Context, Json, Problem, Reply, Route};

use super::grants;
use super::tax_rate_json::TaxRateJson;
use crate::adapters::store::Store;
use crate::application::ports::tax_rates::SetTaxRateError;
use crate::application::set_tax_rate::set_tax_rate;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put(
            "/tax-rates",
            grants::ACCOUNTING_WRITE,
            "Set the tax of a class in a region, from a day on.",
            handle,
        ).audited()
        .details(
            "A sale is taxed by the rate of its own day. A rate that has begun is never overwritten: another one begins \
             later; one that begins today can be corrected until the day is over. Existing orders keep the rate with \
             which they were priced.",
        ),
    ]
}

async fn handle(context: Context, Json(input): Json<TaxRateJson>) -> Result<Reply<TaxRateJson>, Problem> {
    let wanted = input.into_wanted().ok_or_else(|| Problem::internal("the default name of a rate"))?;
    let today = context.day_of(context.now(), None)?;
    match set_tax_rate(&Store::new(&context), wanted, today).await {
        Ok(rate) => Ok(Reply(TaxRateJson::from(rate))),
        Err(SetTaxRateError::Begun(day)) => Err(Problem::field(
            "/validFrom",
            format!("the rate of {day} has begun; set one from a later day"),
        )),
        Err(SetTaxRateError::Failure(failure)) => Err(failure.into()),
    }
}
