//! `PUT /tax-rates`.

use web::{Context, Json, Problem, Reply, Route};

use super::grants;
use super::tax_rate_json::TaxRateJson;
use crate::adapters::store::Store;
use crate::application::set_tax_rate::set_tax_rate;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/tax-rates", grants::ACCOUNTING_WRITE, "Set the tax of a class in a region.", handle)
            .details("Applies to new sales: existing orders keep the rate with which they were priced."),
    ]
}

async fn handle(context: Context, Json(input): Json<TaxRateJson>) -> Result<Reply<TaxRateJson>, Problem> {
    let rate = input.into_rate().ok_or_else(|| Problem::internal("the default name of a rate"))?;
    set_tax_rate(&Store::new(&context), &rate).await?;
    Ok(Reply(TaxRateJson::from(rate)))
}
