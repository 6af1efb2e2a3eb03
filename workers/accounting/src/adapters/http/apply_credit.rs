//! `POST /accounting/credits/{id}/applications {invoiceId, amount?, date?}`.

use kernel::ids::{CreditId, InvoiceId};
use kernel::{Date, Money};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Answer, Context, Created, Json, Path, Present, Problem, Route};

use super::credit_problem::{CREDIT_PROBLEMS, problem};
use super::grants;
use super::input::foreign;
use crate::adapters::store::Store;
use crate::application::apply_credit::{ApplyCredit, apply_credit};
use crate::domain::credit::Application;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/credits/{id}/applications",
            grants::PAYMENT_RECORD,
            "Settle an invoice with a customer's credit.",
            handle,
        )
        .details("It moves no money: the receivables account stays as it is.")
        .problems(CREDIT_PROBLEMS),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ApplyCredit")]
struct Request {
    /// An invoice of the same customer.
    invoice_id: InvoiceId,
    /// As much as is left and open by default.
    amount: Option<Money>,
    /// The day from which it settles, not before credit and invoice. Today by default.
    date: Option<Date>,
}

const APPLIED: Present<Application> = Present::new(|application| Created(application).into_response());

async fn handle(
    context: Context,
    Path(credit_id): Path<CreditId>,
    Json(request): Json<Request>,
) -> Result<Created<Application>, Problem> {
    let Request { invoice_id, amount, date } = request;
    if let Some(error) = amount.and_then(|amount| foreign("/amount", amount, context.currency())) {
        return Err(Problem::validation(vec![error]));
    }
    let request = ApplyCredit { credit_id, invoice_id, amount, date, today: context.today()? };
    let applied = apply_credit(&Store::answering(&context, APPLIED), request).await;
    Ok(Created(applied.map_err(|error| problem(error, "/date"))?))
}
