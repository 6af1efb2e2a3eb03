//! What nobody does alone: the services say what would happen, the gateway keeps it until somebody else has decided.

use kernel::Money;
use kernel::ids::CustomerId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident: $setting:literal, $grant:literal;)*) => {
        /// What somebody else may have to approve.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        #[schemars(rename = "ApprovedAction")]
        pub enum Action { $($(#[$doc])* $name),* }

        impl Action {
            /// The setting with its limit.
            #[must_use]
            pub const fn setting(self) -> &'static str {
                match self { $(Self::$name => $setting),* }
            }

            /// The grant that both need, who does it and who approves it.
            #[must_use]
            pub const fn grant(self) -> &'static str {
                match self { $(Self::$name => $grant),* }
            }
        }
    };
}

actions! {
    /// Give money back for an order.
    Refund: "APPROVAL_REFUND", "orders:refund";
    /// Take the goods of a refund back into stock.
    Restock: "APPROVAL_STOCK", "orders:refund";
    /// Give money or credit without an order.
    CreditNote: "APPROVAL_CREDIT_NOTE", "orders:refund";
    /// Pay a customer's credit out.
    CreditPayout: "APPROVAL_CREDIT_PAYOUT", "payments:record";
    /// Receive, count or write off goods.
    StockAdjustment: "APPROVAL_STOCK", "inventory:write";
    /// Let a customer owe more.
    CreditLimit: "APPROVAL_CREDIT_LIMIT", "customers:write";
    /// Post a journal entry by hand, or void one.
    JournalEntry: "APPROVAL_JOURNAL_ENTRY", "accounting:write";
}

impl Action {
    /// Whether money leaves the house.
    #[must_use]
    pub const fn gives_money(self) -> bool {
        matches!(self, Self::Refund | Self::CreditNote | Self::CreditPayout)
    }
}

/// What is about to happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApprovedDeed")]
pub struct Deed {
    pub action: Action,
    /// What would happen, in a sentence.
    pub what: String,
    /// What it comes to.
    pub amount: Money,
    /// The customer whom it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
}

/// A deed that is above the shop's limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeedAboveLimit")]
pub struct AboveLimit {
    #[serde(flatten)]
    pub deed: Deed,
    /// The most that one does alone.
    pub limit: Money,
}

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ApprovalStatus {
    /// Somebody else has to decide.
    Pending,
    /// Approved, and under way.
    Approved,
    /// Approved and done.
    Executed,
    /// Approved, and then refused: `answer` says why.
    Failed,
    /// Refused by who decided.
    Rejected,
    /// Taken back by who asked for it.
    Withdrawn,
    /// Nobody decided in time.
    Expired,
}

impl ApprovalStatus {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Approved => "Approved",
            Self::Executed => "Executed",
            Self::Failed => "Failed",
            Self::Rejected => "Rejected",
            Self::Withdrawn => "Withdrawn",
            Self::Expired => "Expired",
        }
    }
}
