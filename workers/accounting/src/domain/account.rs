//! Accounts: their types, their normal balance, and which of them take lines.

use kernel::Timestamp;
use kernel::text::{Code, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The type of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum AccountType {
    /// What we have.
    Asset,
    /// What we owe.
    Liability,
    /// The owners' share.
    Equity,
    /// What we earn.
    Revenue,
    /// What the goods sold have cost.
    #[serde(rename = "COGS")]
    Cogs,
    /// What everything else costs.
    Expense,
}

impl AccountType {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asset => "Asset",
            Self::Liability => "Liability",
            Self::Equity => "Equity",
            Self::Revenue => "Revenue",
            Self::Cogs => "COGS",
            Self::Expense => "Expense",
        }
    }

    /// The normal balance of accounts of this type.
    #[must_use]
    pub const fn usual_balance(self) -> Direction {
        match self {
            Self::Asset | Self::Cogs | Self::Expense => Direction::Debit,
            Self::Liability | Self::Equity | Self::Revenue => Direction::Credit,
        }
    }

    /// Whether it is part of profit and loss; the others make the balance sheet.
    #[must_use]
    pub const fn is_earnings(self) -> bool {
        matches!(self, Self::Revenue | Self::Cogs | Self::Expense)
    }
}

/// A side of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Direction {
    /// The left side.
    Debit,
    /// The right side.
    Credit,
}

impl Direction {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debit => "Debit",
            Self::Credit => "Credit",
        }
    }

    /// The other side.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Debit => Self::Credit,
            Self::Credit => Self::Debit,
        }
    }

    /// Converts a debit-minus-credit amount so that this side is positive.
    #[must_use]
    pub const fn seen(self, debit_minor: i64) -> i64 {
        match self {
            Self::Debit => debit_minor,
            Self::Credit => debit_minor.saturating_neg(),
        }
    }
}

/// Whether an account is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AccountStatus {
    /// Takes lines.
    Active,
    /// Takes no lines for now.
    Inactive,
    /// Permanently out of use, without a balance.
    Archived,
}

impl AccountStatus {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Archived => "Archived",
        }
    }
}

/// An account of the chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase"))]
#[expect(clippy::struct_excessive_bools, reason = "four marks that do not depend on each other")]
pub struct Account {
    /// Never changes.
    pub code: Code,
    pub name: Name,
    #[serde(rename(serialize = "type"))]
    pub account_type: AccountType,
    /// The side on which its balance is positive. A contra account has the opposite side of its type.
    pub normal_balance: Direction,
    /// The header account it belongs to.
    pub parent_code: Option<Code>,
    /// A header groups accounts and takes no lines.
    pub is_header: bool,
    /// Cash or a cash equivalent.
    pub is_cash: bool,
    /// Kept equal to stock or invoices: takes no manual lines.
    pub is_control: bool,
    /// Used by source events: stays active.
    pub is_system: bool,
    pub status: AccountStatus,
    pub created_at: Timestamp,
    /// Rises with each change.
    pub version: i64,
}

impl Account {
    /// Why it takes no manual line, if it takes none.
    #[must_use]
    pub const fn refuses_lines(&self) -> Option<&'static str> {
        if self.is_header {
            Some("is a header account, which takes no lines")
        } else if self.is_control {
            Some("is kept by sales and stock, and takes no lines by hand")
        } else {
            match self.status {
                AccountStatus::Active => None,
                AccountStatus::Inactive => Some("is an inactive account"),
                AccountStatus::Archived => Some("is an archived account"),
            }
        }
    }
}
