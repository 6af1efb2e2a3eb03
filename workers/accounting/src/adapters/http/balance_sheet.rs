//! `GET /accounting/reports/balance-sheet?asOf=`, or `?to=`: today by default. A `from` changes nothing: a balance
//! includes everything before.

use kernel::{Date, Money};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, Problem, Query, Reply, Route};

use super::grants;
use super::input::{Range, shown};
use super::section::{SectionView, section};
use crate::adapters::store::Store;
use crate::domain::report::balance_sheet;
use crate::domain::span::{Span, beginning};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/reports/balance-sheet",
            grants::ACCOUNTING_READ,
            "Show assets, liabilities and equity on a day.",
            handle,
        )
        .details(
            "On `asOf`, which may be called `to`; today by default. A `from` changes nothing: a balance includes \
             everything before.",
        ),
    ]
}

#[derive(Serialize, JsonSchema)]
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

async fn handle(context: Context, Query(range): Query<Range>) -> Result<Reply<BalanceSheet>, Problem> {
    let (_, as_of) = range.since_the_beginning(context.today()?)?;
    let [movements] = Store::new(&context).movements([&Span::between(beginning(), as_of)], true).await?;
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
