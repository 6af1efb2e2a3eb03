//! `GET /accounting/reports/balance-sheet?asOf=`, or `?to=`: today unless told. A `from` changes nothing:
//! a balance is of everything before.

use kernel::{Date, Money};
use serde::Serialize;
use web::{Context, Problem, Query, Reply};

use super::input::{Range, shown};
use super::section::{SectionView, section};
use crate::adapters::store::SqlReports;
use crate::domain::report::balance_sheet;
use crate::domain::span::{Span, beginning};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BalanceSheet {
    as_of: Date,
    assets: SectionView,
    liabilities: SectionView,
    equity: SectionView,
    /// Earned and not yet closed into equity.
    current_earnings: Money,
    total_assets: Money,
    total_liabilities_and_equity: Money,
    difference: Money,
    balanced: bool,
}

/// Answers 200 with what we have, owe and own.
pub(super) async fn handle(
    context: Context,
    Query(range): Query<Range>,
) -> Result<Reply<impl Serialize>, Problem> {
    let (_, as_of) = range.since_the_beginning(context.now().date())?;
    let [movements] = SqlReports::new(&context).movements([&Span::between(beginning(), as_of)], true).await?;
    let (report, currency) = (balance_sheet(&movements), context.currency());
    Ok(Reply(BalanceSheet {
        as_of,
        assets: section(&report.assets, currency)?,
        liabilities: section(&report.liabilities, currency)?,
        equity: section(&report.equity, currency)?,
        current_earnings: shown(report.current_earnings_minor, currency)?,
        total_assets: shown(report.assets.total_minor, currency)?,
        total_liabilities_and_equity: shown(report.liabilities_and_equity_minor, currency)?,
        difference: shown(report.difference_minor, currency)?,
        balanced: report.difference_minor == 0,
    }))
}
