//! `GET /accounting/reports/tax?from=&to=`: the tax payable account by month, from January 1 by default. An amount that
//! is owed is positive.

use std::collections::BTreeMap;

use kernel::{Currency, Date, Money};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, Problem, Query, Reply, Route};

use super::grants;
use super::input::{Range, shown};
use crate::adapters::store::{Moved, Store};
use crate::domain::chart;
use crate::domain::span::Span;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/reports/tax",
            grants::ACCOUNTING_READ,
            "Show the tax payable account, month by month.",
            handle,
        )
        .details("From January 1 by default. An amount that is owed is positive."),
    ]
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TaxReport {
    from: Date,
    to: Date,
    account_code: &'static str,
    opening_balance: Money,
    periods: Vec<Month>,
    totals: Figures,
    closing_balance: Money,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TaxMonth")]
struct Month {
    /// `2026-11`.
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}$"))]
    period: String,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TaxFigures")]
struct Figures {
    /// On sales.
    collected: Money,
    /// On refunds.
    refunded: Money,
    /// Manual entries: payments to the tax authority (negative), corrections.
    other: Money,
    /// collected - refunded + other.
    net: Money,
}

#[derive(Default, Clone, Copy)]
struct Sums {
    collected: i64,
    refunded: i64,
    other: i64,
}

impl Sums {
    fn add(&mut self, activity: &Moved) {
        let owed = activity.credit_minor.saturating_sub(activity.debit_minor);
        match activity.activity.as_str() {
            "Sale" => self.collected = self.collected.saturating_add(owed),
            "Refund" => self.refunded = self.refunded.saturating_sub(owed),
            _ => self.other = self.other.saturating_add(owed),
        }
    }

    const fn net(self) -> i64 {
        self.collected.saturating_sub(self.refunded).saturating_add(self.other)
    }

    fn figures(self, currency: Currency) -> Result<Figures, Problem> {
        Ok(Figures {
            collected: shown(self.collected, currency)?,
            refunded: shown(self.refunded, currency)?,
            other: shown(self.other, currency)?,
            net: shown(self.net(), currency)?,
        })
    }
}

async fn handle(context: Context, Query(range): Query<Range>) -> Result<Reply<TaxReport>, Problem> {
    let (from, to) = range.of_the_year(context.today()?)?;
    let spans = (Span::before(from), Span::between(from, to));
    let [before, moved] = Store::new(&context).account(chart::TAX_PAYABLE, &spans.0, &spans.1).await?;
    let currency = context.currency();
    let (mut opening, mut totals, mut months) = (Sums::default(), Sums::default(), BTreeMap::new());
    for activity in &before {
        opening.add(activity);
    }
    for activity in &moved {
        totals.add(activity);
        months.entry(activity.period.clone()).or_insert_with(Sums::default).add(activity);
    }
    let months = months
        .into_iter()
        .map(|(period, sums)| sums.figures(currency).map(|figures| Month { period, figures }));
    Ok(Reply(TaxReport {
        from,
        to,
        account_code: chart::TAX_PAYABLE,
        opening_balance: shown(opening.net(), currency)?,
        periods: months.collect::<Result<_, _>>()?,
        totals: totals.figures(currency)?,
        closing_balance: shown(opening.net().saturating_add(totals.net()), currency)?,
    }))
}
