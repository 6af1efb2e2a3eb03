//! What gives money, goods or credit away: whether the caller may, and alone (`web::duties` has the rule).

use contracts::terms::PaymentMethod;
use kernel::Money;
use kernel::ids::CustomerId;
use kernel::text::ShortText;
use web::duties::{Action, Deed, check, may_be_without_till};
use web::{Context, Problem};

use crate::domain::customer::CustomerDetails;
use crate::domain::refund::Refund;

/// The most lines that a summary names.
const LINES_NAMED_MAX: usize = 5;

/// A refund. What went back of the order before counts, too: nobody gets around the limit in small steps.
pub(super) fn check_refund(context: &Context, refund: &Refund, before: Money) -> Result<(), Problem> {
    let number = refund.order.as_ref().map_or("", |(_, number)| number);
    let what = format!("Refund {number}: {}", summary(refund));
    let amount = before.plus(refund.totals.total).map_err(Problem::internal)?;
    check_give_back(context, Action::Refund, refund, amount, what)
}

/// A credit note.
pub(super) fn check_credit_note(context: &Context, refund: &Refund) -> Result<(), Problem> {
    let what = format!("Credit note: {}", summary(refund));
    check_give_back(context, Action::CreditNote, refund, refund.totals.total, what)
}

fn check_give_back(
    context: &Context,
    action: Action,
    refund: &Refund,
    amount: Money,
    what: String,
) -> Result<(), Problem> {
    let in_cash = refund.payments.iter().any(|part| part.method == PaymentMethod::Cash);
    if in_cash && refund.terminal_id.is_none() && !may_be_without_till(context)? {
        return Err(Problem::field("/terminalId", "is required: cash is given from the drawer of a till"));
    }
    let customer_id = refund.customer_id;
    let deed = |action, amount, what| Deed { action, what, amount, customer_id };
    check(context, deed(action, amount, what.clone()), "/items")?;
    let back = refund.lines.iter().filter(|line| line.restock);
    // Where the cost is not known, the price is more than it.
    let values = back.map(|line| line.cost.unwrap_or(line.line_total));
    let value = Money::sum(refund.currency, values).map_err(Problem::internal)?;
    check(context, deed(Action::Restock, value, what), "/restock")
}

fn summary(refund: &Refund) -> String {
    let mut named: Vec<String> = refund
        .lines
        .iter()
        .take(LINES_NAMED_MAX)
        .map(|line| format!("{} x {}", line.quantity.units(), line.name))
        .collect();
    if refund.lines.len() > LINES_NAMED_MAX {
        named.push("…".to_owned());
    }
    let ways: Vec<&str> = refund.payments.iter().map(|part| part.method.as_str()).collect();
    format!("{} ({}). {}", named.join(", "), ways.join(", "), ShortText::as_str(&refund.reason))
}

/// A credit limit that rises from what it was.
pub(super) fn check_credit_limit(
    context: &Context,
    details: &CustomerDetails,
    before: Money,
    customer_id: Option<CustomerId>,
) -> Result<(), Problem> {
    if details.credit_limit.minor() <= before.minor() {
        return Ok(());
    }
    let what =
        format!("Raise the credit limit of {} from {before} to {}", details.name, details.credit_limit);
    let deed = Deed { action: Action::CreditLimit, what, amount: details.credit_limit, customer_id };
    check(context, deed, "/creditLimit")
}
