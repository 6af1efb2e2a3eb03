//! The reports, calculated from sums per account. Amounts are in minor units; a balance is debit minus credit unless
//! the comment names another side.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::account::{AccountType, Direction};

/// The movement of an account in a range of days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Movement {
    pub code: String,
    pub name: String,
    pub account_type: AccountType,
    pub normal_balance: Direction,
    /// Sum of the debits.
    pub debit_minor: i64,
    /// Sum of the credits.
    pub credit_minor: i64,
}

impl Movement {
    /// Debit minus credit.
    #[must_use]
    pub const fn net(&self) -> i64 {
        self.debit_minor.saturating_sub(self.credit_minor)
    }
}

fn total(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}

/// A row of the trial balance: opening + debit - credit = closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRow {
    /// The account and its movement.
    pub movement: Movement,
    /// Its balance before.
    pub opening_minor: i64,
}

impl TrialRow {
    /// Its balance after.
    #[must_use]
    pub const fn closing(&self) -> i64 {
        self.opening_minor.saturating_add(self.movement.net())
    }
}

/// Every account with a movement or a balance, by code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalance {
    /// By code.
    pub rows: Vec<TrialRow>,
    /// Sum of the debits.
    pub debit_minor: i64,
    /// Sum of the credits.
    pub credit_minor: i64,
    /// Sum of the closing balances: zero.
    pub difference_minor: i64,
}

/// The trial balance of a range of days, with the opening balances.
#[must_use]
pub fn trial_balance(opening: Vec<Movement>, movement: Vec<Movement>) -> TrialBalance {
    let mut rows: BTreeMap<String, TrialRow> = BTreeMap::new();
    for before in opening {
        let opening_minor = before.net();
        let movement = Movement { debit_minor: 0, credit_minor: 0, ..before };
        rows.insert(movement.code.clone(), TrialRow { movement, opening_minor });
    }
    for movement in movement {
        let opening_minor = rows.get(&movement.code).map_or(0, |row| row.opening_minor);
        rows.insert(movement.code.clone(), TrialRow { movement, opening_minor });
    }
    let rows: Vec<TrialRow> = rows.into_values().collect();
    TrialBalance {
        debit_minor: total(rows.iter().map(|row| row.movement.debit_minor)),
        credit_minor: total(rows.iter().map(|row| row.movement.credit_minor)),
        difference_minor: total(rows.iter().map(TrialRow::closing)),
        rows,
    }
}

/// Accounts of one kind with their amounts, positive on the kind's normal side: a contra account is negative.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Code, name, amount.
    pub lines: Vec<(String, String, i64)>,
    /// Their sum.
    pub total_minor: i64,
}

fn section(movements: &[Movement], account_type: AccountType) -> Section {
    let side = account_type.usual_balance();
    let lines: Vec<_> = movements
        .iter()
        .filter(|movement| movement.account_type == account_type && movement.net() != 0)
        .map(|movement| (movement.code.clone(), movement.name.clone(), side.seen(movement.net())))
        .collect();
    Section { total_minor: total(lines.iter().map(|(_, _, amount)| *amount)), lines }
}

/// The earnings in a range of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfitAndLoss {
    /// Sales, less returns and discounts.
    pub revenue: Section,
    /// The cost of the goods sold.
    pub cost_of_sales: Section,
    /// Everything else.
    pub expenses: Section,
    /// Revenue less cost of sales.
    pub gross_profit_minor: i64,
    /// Gross profit less expenses.
    pub net_profit_minor: i64,
}

/// Profit and loss from movements, which must not include closing entries.
#[must_use]
pub fn profit_and_loss(movements: &[Movement]) -> ProfitAndLoss {
    let revenue = section(movements, AccountType::Revenue);
    let cost_of_sales = section(movements, AccountType::Cogs);
    let expenses = section(movements, AccountType::Expense);
    let gross_profit_minor = revenue.total_minor.saturating_sub(cost_of_sales.total_minor);
    let net_profit_minor = gross_profit_minor.saturating_sub(expenses.total_minor);
    ProfitAndLoss { revenue, cost_of_sales, expenses, gross_profit_minor, net_profit_minor }
}

/// Assets, liabilities and equity on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceSheet {
    /// What we have.
    pub assets: Section,
    /// What we owe.
    pub liabilities: Section,
    /// The owners' share, as booked.
    pub equity: Section,
    /// Earned and not yet closed into equity.
    pub current_earnings_minor: i64,
    /// Liabilities, equity and current earnings.
    pub liabilities_and_equity_minor: i64,
    /// Assets less that: zero.
    pub difference_minor: i64,
}

/// The balance sheet of everything booked up to a day, closing entries included.
#[must_use]
pub fn balance_sheet(movements: &[Movement]) -> BalanceSheet {
    let assets = section(movements, AccountType::Asset);
    let liabilities = section(movements, AccountType::Liability);
    let equity = section(movements, AccountType::Equity);
    let earnings = movements.iter().filter(|movement| movement.account_type.is_earnings());
    let current_earnings_minor = total(earnings.map(Movement::net)).saturating_neg();
    let liabilities_and_equity_minor =
        total([liabilities.total_minor, equity.total_minor, current_earnings_minor].into_iter());
    let difference_minor = assets.total_minor.saturating_sub(liabilities_and_equity_minor);
    BalanceSheet {
        assets,
        liabilities,
        equity,
        current_earnings_minor,
        liabilities_and_equity_minor,
        difference_minor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `code type debit credit` per row; codes of contra accounts end in 9.
    fn movements(text: &str) -> Vec<Movement> {
        let row = |row: &str| {
            let words: Vec<&str> = row.split_whitespace().collect();
            let account_type = match words[1] {
                "Asset" => AccountType::Asset,
                "Liability" => AccountType::Liability,
                "Equity" => AccountType::Equity,
                "Revenue" => AccountType::Revenue,
                "COGS" => AccountType::Cogs,
                _ => AccountType::Expense,
            };
            Movement {
                code: words[0].to_owned(),
                name: words[0].to_owned(),
                account_type,
                normal_balance: account_type.usual_balance(),
                debit_minor: words[2].parse().unwrap(),
                credit_minor: words[3].parse().unwrap(),
            }
        };
        text.split(',').map(row).collect()
    }

    const YEAR: &str = "1010 Asset 1000 300, 1200 Asset 500 400, 2100 Liability 0 80, 3100 Equity 0 500, \
        4030 Revenue 0 900, 4809 Revenue 50 0, 5010 COGS 400 0, 6020 Expense 230 0";

    #[test]
    fn profit_and_loss_takes_contra_accounts_off() {
        let report = profit_and_loss(&movements(YEAR));
        assert_eq!(report.revenue.total_minor, 850);
        assert_eq!(report.revenue.lines[1].2, -50);
        assert_eq!((report.gross_profit_minor, report.net_profit_minor), (450, 220));
    }

    #[test]
    fn the_balance_sheet_balances_with_current_earnings() {
        let report = balance_sheet(&movements(YEAR));
        assert_eq!((report.assets.total_minor, report.current_earnings_minor), (800, 220));
        assert_eq!((report.liabilities_and_equity_minor, report.difference_minor), (800, 0));
    }

    #[test]
    fn the_trial_balance_carries_what_was_before() {
        let opening = movements("1010 Asset 100 0, 3100 Equity 0 100");
        let report = trial_balance(opening, movements("1010 Asset 30 10, 4030 Revenue 0 20"));
        let rows: Vec<_> = report
            .rows
            .iter()
            .map(|row| (row.movement.code.as_str(), row.opening_minor, row.closing()))
            .collect();
        assert_eq!(rows, [("1010", 100, 120), ("3100", -100, -100), ("4030", 0, -20)]);
        assert_eq!((report.debit_minor, report.credit_minor, report.difference_minor), (30, 30, 0));
    }
}
