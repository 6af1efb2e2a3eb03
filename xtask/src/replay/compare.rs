//! Compares the file with the system: lines, totals, units and every account that a sale touches.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use kernel::{Currency, Money};

use super::figures::Figures;
use super::history::{Group, History, Kind, Line};
use super::run::{Replay, amount, poisoned};
use crate::client::Client;

impl Replay<'_> {
    pub(crate) fn compare(&self, history: &History, before: &Books, figures: &mut Figures) -> Result<()> {
        let documents = |group| history.documents.iter().filter(move |document| document.group == group);
        let used: usize = history.documents.iter().map(|document| document.lines.len()).sum();
        let returns = history.documents.iter().filter(|document| document.group.is_return());
        let returned: usize = returns.map(|document| document.lines.len()).sum();
        figures.fact("lines sold", used - returned);
        figures.fact("lines returned", returned);
        figures.fact("lines adjusted", history.adjustments.len());
        figures.fact("lines refused", history.refused.len());
        let accounted = used + history.adjustments.len() + history.refused.len();
        figures.count("lines sold, returned, adjusted or refused", history.lines, accounted);
        for refused in &history.refused {
            figures.refused(refused.line, &refused.reason);
        }
        let totals = self.totals.lock().map_err(poisoned)?;
        for group in Group::ALL {
            let lines = documents(group).flat_map(|document| document.lines.iter());
            let file = lines
                .map(Line::amount)
                .try_fold(Money::zero(self.currency), |sum, amount| anyhow::Ok(sum.plus(amount?)?))?;
            let system = totals.get(&group).copied().unwrap_or(Money::zero(self.currency));
            figures.money(&format!("{}: quantity times price, orders", group.name()), file, system);
        }
        let valuation = self.client.get("/inventory/valuation")?.accepted("read the valuation")?;
        let shelves = valuation["warehouses"].as_array().into_iter().flatten();
        let units = shelves
            .filter(|shelf| shelf["warehouseId"] == self.warehouse.as_str())
            .filter_map(|shelf| shelf["units"].as_i64());
        figures.units("units left in the warehouse", units_left(history), units.sum());
        self.compare_books(before, &Books::read(self.client, self.currency)?, figures)
    }

    fn compare_books(&self, before: &Books, after: &Books, figures: &mut Figures) -> Result<()> {
        let zero = Money::zero(self.currency);
        let added = self.added.lock().map_err(poisoned)?;
        let of = |group: Group, kind: Kind| added.get(&(group, kind)).copied().unwrap_or(zero);
        let group_total = |group: Group| {
            Money::sum(
                self.currency,
                added.iter().filter(|((g, _), _)| *g == group).map(|(_, amount)| *amount),
            )
        };
        // Credit balances are negative: revenue grows by sales minus returns.
        let given_back = |kind: Kind| of(Group::Return, kind).plus(of(Group::TillReturn, kind));
        let credited =
            |kind: Kind| of(Group::Wholesale, kind).plus(of(Group::Pos, kind))?.minus(given_back(kind)?);
        let grown = |code: &str| after.balance(code).minus(before.balance(code));
        let shown = |code: &str| grown(code).map(Money::negated);
        // What nobody's account is credited with has left the till.
        let on_account = group_total(Group::Wholesale)?.minus(group_total(Group::Return)?)?;
        let in_cash = group_total(Group::Pos)?.minus(group_total(Group::TillReturn)?)?;
        figures.money("books: receivables grew by", on_account, grown("1100")?);
        figures.money("books: cash grew by", in_cash, grown("1010")?);
        figures.money("books: wholesale revenue, goods", of(Group::Wholesale, Kind::Goods), shown("4020")?);
        figures.money("books: till revenue, goods", of(Group::Pos, Kind::Goods), shown("4030")?);
        figures.money("books: sales returns, goods", given_back(Kind::Goods)?, grown("4800")?);
        figures.money("books: shipping income", credited(Kind::Shipping)?, shown("4100")?);
        figures.money("books: fee income", credited(Kind::Fee)?, shown("4200")?);
        figures.money("books: discounts given", credited(Kind::Discount)?.negated(), grown("4900")?);
        let difference = Money::sum(self.currency, after.balances.values().copied())?;
        figures.money("books: the trial balance differs by", zero, difference);
        figures.money(
            "books: the inventory account is the valuation",
            after.valuation,
            after.balance("1200"),
        );
        Ok(())
    }
}

/// The stock left after opening stock, sales, returns and corrections.
fn units_left(history: &History) -> i64 {
    let opening: i64 =
        history.items.values().filter(|item| item.kind == Kind::Goods).map(|item| item.opening_units).sum();
    let corrected: i64 = history.adjustments.iter().map(|adjustment| adjustment.delta).sum();
    let moved = history.documents.iter().flat_map(|document| {
        let sign = if document.group.is_return() { 1 } else { -1 };
        document.lines.iter().filter(|line| line.kind == Kind::Goods).map(move |line| sign * line.units)
    });
    opening + corrected + moved.sum::<i64>()
}

/// The balances of all accounts, debit positive, and the value of the stock.
pub(crate) struct Books {
    balances: BTreeMap<String, Money>,
    currency: Currency,
    valuation: Money,
}

impl Books {
    pub(crate) fn read(client: &Client, currency: Currency) -> Result<Self> {
        let report = client.get("/accounting/reports/trial-balance")?.accepted("read the trial balance")?;
        let mut balances = BTreeMap::new();
        for row in report["accounts"].as_array().context("the trial balance has no accounts")? {
            let code = row["accountCode"].as_str().context("an account without a code")?;
            let debit = amount(&row["debit"], currency)?;
            balances.insert(code.to_owned(), debit.minus(amount(&row["credit"], currency)?)?);
        }
        let valuation = client.get("/inventory/valuation")?.accepted("read the valuation")?;
        Ok(Self { balances, currency, valuation: amount(&valuation["total"], currency)? })
    }

    fn balance(&self, code: &str) -> Money {
        self.balances.get(code).copied().unwrap_or(Money::zero(self.currency))
    }
}
