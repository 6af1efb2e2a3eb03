//! `GET /accounting/reports/profit-and-loss?from=&to=`: from January 1 by default.

use kernel::{Date, Money};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, Problem, Query, Reply, Route};

use super::grants;
use super::input::{Range, shown};
use super::section::{SectionView, section};
use crate::adapters::store::Store;
use crate::domain::report::profit_and_loss;
use crate::domain::span::Span;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/reports/profit-and-loss",
            grants::ACCOUNTING_READ,
            "Show the profit and loss statement.",
            handle,
        )
        .details(
            "From January 1 by default. Closing entries, which move earnings into equity, are left out.",
        ),
    ]
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProfitAndLoss {
    from: Date,
    to: Date,
    revenue: SectionView,
    cost_of_sales: SectionView,
    gross_profit: Money,
    expenses: SectionView,
    net_profit: Money,
}

async fn handle(context: Context, Query(range): Query<Range>) -> Result<Reply<ProfitAndLoss>, Problem> {
    let (from, to) = range.of_the_year(context.today()?)?;
    let [movements] = Store::new(&context).movements([&Span::between(from, to)], false).await?;
    let (report, currency) = (profit_and_loss(&movements), context.currency());
    Ok(Reply(ProfitAndLoss {
        from,
        to,
        revenue: section(&report.revenue, currency)?,
        cost_of_sales: section(&report.cost_of_sales, currency)?,
        gross_profit: shown(report.gross_profit_minor, currency)?,
        expenses: section(&report.expenses, currency)?,
        net_profit: shown(report.net_profit_minor, currency)?,
    }))
}
