//! `GET /accounting/reports/cash-flow?from=&to=`: from January 1 by default.
//!
//! Method: direct. The report follows the accounts marked as cash (cash on hand, bank, card clearing) and groups their
//! movements by what the entry booked. Sales, refunds and payments of invoices are operating. Manual entries (supplier
//! payments, wages, loans, and moves between cash accounts, which cancel out) are shown by their type of entry, for the
//! accountant to assign.

use kernel::{Currency, Date, Money};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, Problem, Query, Reply, Route};

use super::grants;
use super::input::{Range, shown};
use crate::adapters::store::{Moved, Store};
use crate::domain::span::Span;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/reports/cash-flow",
            grants::ACCOUNTING_READ,
            "Show the cash flow statement, by the direct method.",
            handle,
        )
        .details(
            "From January 1 by default. Sales, refunds and payments of invoices are operating. Manual entries are shown \
             by their type of entry, for the accountant to assign.",
        ),
    ]
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CashFlow {
    from: Date,
    to: Date,
    method: &'static str,
    opening_balance: Money,
    activities: Vec<Flow>,
    operating: Money,
    other: Money,
    net_change: Money,
    closing_balance: Money,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CashActivity")]
struct Flow {
    /// `Sale`, `Refund`, `Stock`, `InvoicePayment`, or the type of a manual entry.
    activity: String,
    operating: bool,
    received: Money,
    paid: Money,
    net: Money,
}

/// The activities that source events book. The others are manual entries.
const OPERATING: [&str; 4] = ["Sale", "Refund", "InvoicePayment", "Stock"];

fn is_operating(activity: &Moved) -> bool {
    OPERATING.contains(&activity.activity.as_str())
}

fn net<'a>(activities: impl Iterator<Item = &'a Moved>) -> i64 {
    activities.fold(0, |sum, one| sum.saturating_add(one.debit_minor).saturating_sub(one.credit_minor))
}

fn flow(activity: &Moved, currency: Currency) -> Result<Flow, Problem> {
    Ok(Flow {
        activity: activity.activity.clone(),
        operating: is_operating(activity),
        received: shown(activity.debit_minor, currency)?,
        paid: shown(activity.credit_minor, currency)?,
        net: shown(net(std::iter::once(activity)), currency)?,
    })
}

async fn handle(context: Context, Query(range): Query<Range>) -> Result<Reply<CashFlow>, Problem> {
    let (from, to) = range.of_the_year(context.today()?)?;
    let [before, moved] = Store::new(&context).cash(&Span::before(from), &Span::between(from, to)).await?;
    let currency = context.currency();
    let (opening, change) = (net(before.iter()), net(moved.iter()));
    let operating = net(moved.iter().filter(|activity| is_operating(activity)));
    Ok(Reply(CashFlow {
        from,
        to,
        method: "direct: movements of the cash accounts, by what caused them",
        opening_balance: shown(opening, currency)?,
        activities: moved.iter().map(|one| flow(one, currency)).collect::<Result<_, _>>()?,
        operating: shown(operating, currency)?,
        other: shown(change.saturating_sub(operating), currency)?,
        net_change: shown(change, currency)?,
        closing_balance: shown(opening.saturating_add(change), currency)?,
    }))
}
