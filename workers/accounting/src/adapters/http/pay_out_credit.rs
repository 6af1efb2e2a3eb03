//! `POST /accounting/credits/{id}/payouts {amount?, method, reference?, paidAt?}`.

use contracts::terms::PaymentMethod;
use kernel::ids::CreditId;
use kernel::text::ShortText;
use kernel::{Money, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use web::duties::{Action, Deed, check, check_method, is_watched};
use web::{Answer, Context, Created, Json, Path, Present, Problem, Route};

use super::credit_problem::{CREDIT_PROBLEMS, problem};
use super::grants;
use super::input::{foreign, money_time};
use crate::adapters::store::Store;
use crate::application::pay_out_credit::pay_out_credit;
use crate::application::ports::FindReceivables;
use crate::domain::credit::{PaymentKind, PaymentRecord};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/credits/{id}/payouts",
            grants::PAYMENT_RECORD,
            "Pay a customer's credit out.",
            handle,
        )
        .shared_duty(Action::CreditPayout)
        .problems(CREDIT_PROBLEMS),
    ]
}

/// Credit that was paid out.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PayOutCredit")]
struct Request {
    /// All that is left by default.
    amount: Option<Money>,
    /// Not `PurchaseOrder`, which is a promise.
    method: PaymentMethod,
    reference: Option<ShortText>,
    /// Now by default; at most a day ahead.
    paid_at: Option<Timestamp>,
}

const PAID_OUT: Present<PaymentRecord> = Present::new(|payout| Created(payout).into_response());

async fn handle(
    context: Context,
    Path(credit_id): Path<CreditId>,
    Json(request): Json<Request>,
) -> Result<Created<PaymentRecord>, Problem> {
    let Request { amount, method, reference, paid_at } = request;
    if let Some(error) = amount.and_then(|amount| foreign("/amount", amount, context.currency())) {
        return Err(Problem::validation(vec![error]));
    }
    check_method(&context, method, false, "/method")?;
    let store = Store::answering(&context, PAID_OUT);
    let amount = check_alone(&context, &store, credit_id, amount).await?;
    let paid_at = money_time(&context, paid_at)?;
    let payout = PaymentRecord {
        id: context.new_id()?,
        kind: PaymentKind::PaidOut,
        customer_id: None,
        invoice_id: None,
        invoice_number: None,
        credit_id: Some(credit_id),
        amount: Money::zero(context.currency()),
        method,
        reference,
        paid_at,
        entry_id: context.new_id()?,
        entry_number: None,
        entry_date: context.day_of(paid_at, None)?,
        reversal: None,
    };
    let paid_out = pay_out_credit(&store, credit_id, amount, payout).await;
    Ok(Created(paid_out.map_err(|error| problem(error, "/paidAt"))?))
}

/// Refuses what the caller may not pay out alone: what was paid out of the credit before counts, too. Returns the amount
/// that was looked at.
async fn check_alone(
    context: &Context,
    credits: &impl FindReceivables,
    credit_id: CreditId,
    amount: Option<Money>,
) -> Result<Option<Money>, Problem> {
    if !is_watched(context, Action::CreditPayout)? {
        return Ok(amount);
    }
    let Some(credit) = credits.find_credit(credit_id).await? else { return Ok(amount) };
    let paid = amount.unwrap_or(credit.left);
    let Ok(total) = paid.plus(credit.paid_out) else { return Ok(amount) };
    if paid.minor() > credit.left.minor() {
        // It is refused anyway: nobody has to decide about it.
        return Ok(amount);
    }
    let what = format!("Pay {paid} of a credit of {} out", credit.amount);
    let customer_id = credit.customer_id;
    check(context, Deed { action: Action::CreditPayout, what, amount: total, customer_id }, "/amount")?;
    Ok(Some(paid))
}
