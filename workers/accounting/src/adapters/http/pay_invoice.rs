//! `POST /accounting/invoices/{id}/payments {amount, method, reference?, paidAt?}`.

use contracts::terms::PaymentMethod;
use kernel::ids::InvoiceId;
use kernel::text::ShortText;
use kernel::{Money, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Answer, Context, Created, FieldError, Json, Path, Present, Problem, ProblemCode, Route};

use super::grants;
use super::input::foreign;
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
            "Record a full or partial payment of an invoice.",
            handle,
        )
        .problems(&[
            ProblemCode::InvoiceOverpaid,
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
    /// Above zero, and not more than the open amount.
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
    let paid_at = request.paid_at.unwrap_or_else(|| context.now());
    // A clock may be a little ahead, but money of next week has not arrived.
    if paid_at > context.now().plus_seconds(86_400) {
        return Err(Problem::field("/paidAt", "must not be in the future"));
    }
    let payment = Payment {
        id: context.new_id()?,
        invoice_id,
        amount: request.amount,
        method: request.method,
        reference: request.reference,
        paid_at,
    };
    let booked = pay_invoice(&Store::answering(&context, PAID), &payment).await.map_err(problem)?;
    Ok(Created(booked))
}

fn problem(error: PayInvoiceError) -> Problem {
    match error {
        PayInvoiceError::NotFound => Problem::not_found("invoice"),
        PayInvoiceError::NotPositive => Problem::field("/amount", "must be above zero"),
        PayInvoiceError::NotMoney => {
            Problem::field("/method", "must be Cash, Card, CardTerminal or BankTransfer")
        }
        PayInvoiceError::Overpaid(open) => {
            Problem::new(ProblemCode::InvoiceOverpaid, format!("Only {open} of this invoice is open."))
                .with_errors(vec![FieldError::new("/amount", "is more than is open")])
        }
        PayInvoiceError::Refused(refusal) => refused(&refusal),
        PayInvoiceError::Booking(error) => Problem::internal(error),
        PayInvoiceError::Failure(failure) => failure.into(),
    }
}
