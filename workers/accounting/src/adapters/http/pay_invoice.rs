//! `POST /accounting/invoices/{id}/payments {amount, method, reference?, paidAt?}`.

use contracts::terms::PaymentMethod;
use kernel::ids::InvoiceId;
use kernel::text::ShortText;
use kernel::{Money, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use web::duties::check_method;
use web::{Answer, Context, Created, Json, Path, Present, Problem, ProblemCode, Route};

use super::grants;
use super::input::{foreign, money_time};
use super::journal_problem::refused;
use crate::adapters::store::Store;
use crate::application::pay_invoice::{PayInvoiceError, pay_invoice};
use crate::application::ports::BookedPayment;
use crate::domain::invoice::Payment;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/invoices/{id}/payments",
            grants::PAYMENT_RECORD,
            "Record a payment of an invoice.",
            handle,
        )
        .details(
            "In whole or in part. What is more than the invoice is open becomes the customer's `credit`.",
        )
        .problems(&[
            ProblemCode::PeriodClosed,
            ProblemCode::AccountNotPostable,
            ProblemCode::UnbalancedEntry,
            ProblemCode::StateConflict,
        ]),
    ]
}

/// A payment that was received.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PayInvoice {
    /// Above zero.
    amount: Money,
    /// Not `PurchaseOrder`, which is a promise.
    method: PaymentMethod,
    reference: Option<ShortText>,
    /// Now by default; at most a day ahead.
    paid_at: Option<Timestamp>,
}

const PAID: Present<BookedPayment> = Present::new(|booked| Created(booked).into_response());

async fn handle(
    context: Context,
    Path(invoice_id): Path<InvoiceId>,
    Json(request): Json<PayInvoice>,
) -> Result<Created<BookedPayment>, Problem> {
    if let Some(error) = foreign("/amount", request.amount, context.currency()) {
        return Err(Problem::validation(vec![error]));
    }
    check_method(&context, request.method, false, "/method")?;
    let paid_at = money_time(&context, request.paid_at)?;
    let payment = Payment {
        id: context.new_id()?,
        invoice_id,
        amount: request.amount,
        method: request.method,
        reference: request.reference,
        paid_at,
    };
    let day = context.day_of(paid_at, None)?;
    let booked = pay_invoice(&Store::answering(&context, PAID), &payment, day).await.map_err(problem)?;
    Ok(Created(booked))
}

fn problem(error: PayInvoiceError) -> Problem {
    match error {
        PayInvoiceError::NotFound => Problem::not_found("invoice"),
        PayInvoiceError::NotPositive => Problem::field("/amount", "must be above zero"),
        PayInvoiceError::NotMoney => {
            Problem::field("/method", "must be Cash, Card, CardTerminal or BankTransfer")
        }
        PayInvoiceError::Stale => Problem::internal("a payment that is not calculated again"),
        PayInvoiceError::Refused(refusal) => refused(&refusal),
        PayInvoiceError::Booking(error) => Problem::internal(error),
        PayInvoiceError::Failure(failure) => failure.into(),
    }
}
