//! `GET /accounting/reports/trial-balance?from=&to=`, or `?asOf=`: from the beginning by default.

use kernel::{Date, Money};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, Problem, Query, Reply, Route};

use super::grants;
use super::input::{Range, shown};
use crate::adapters::store::Store;
use crate::domain::account::{AccountType, Direction};
use crate::domain::report::trial_balance;
use crate::domain::span::Span;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/reports/trial-balance",
            grants::ACCOUNTING_READ,
            "Show every account that has a movement or a balance.",
            handle,
        )
        .details(
            "From the beginning by default. Opening balance, plus debit, less credit, is the closing balance. The \
             closing balances sum to `difference`, which is zero.",
        ),
    ]
}

/// Opening + debit - credit = closing; balances are positive on the debit side. The closing balances sum
/// to `difference`, which is zero.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TrialBalance {
    from: Date,
    to: Date,
    accounts: Vec<Row>,
    totals: Totals,
    difference: Money,
    balanced: bool,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TrialBalanceRow")]
struct Row {
    account_code: String,
    account_name: String,
    #[serde(rename = "type")]
    account_type: AccountType,
    normal_balance: Direction,
    opening_balance: Money,
    debit: Money,
    credit: Money,
    closing_balance: Money,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TrialBalanceTotals")]
struct Totals {
    debit: Money,
    credit: Money,
}

async fn handle(context: Context, Query(range): Query<Range>) -> Result<Reply<TrialBalance>, Problem> {
    let (from, to) = range.since_the_beginning(context.today()?)?;
    let spans = [&Span::before(from), &Span::between(from, to)];
    let [opening, movement] = Store::new(&context).movements(spans, true).await?;
    let (report, currency) = (trial_balance(opening, movement), context.currency());
    let accounts = report.rows.iter().map(|row| {
        Ok(Row {
            account_code: row.movement.code.clone(),
            account_name: row.movement.name.clone(),
            account_type: row.movement.account_type,
            normal_balance: row.movement.normal_balance,
            opening_balance: shown(row.opening_minor, currency)?,
            debit: shown(row.movement.debit_minor, currency)?,
            credit: shown(row.movement.credit_minor, currency)?,
            closing_balance: shown(row.closing(), currency)?,
        })
    });
    Ok(Reply(TrialBalance {
        from,
        to,
        accounts: accounts.collect::<Result<_, Problem>>()?,
        totals: Totals {
            debit: shown(report.debit_minor, currency)?,
            credit: shown(report.credit_minor, currency)?,
        },
        difference: shown(report.difference_minor, currency)?,
        balanced: report.difference_minor == 0 && report.debit_minor == report.credit_minor,
    }))
}
