//! The data of events about accounts, entries, invoices and users.

use kernel::ids::{CustomerId, EntryId, InvoiceId, OrderId, PaymentId, UserId};
use kernel::text::{Code, Name};
use kernel::{Date, MinorUnits, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A new account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountCreated {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: Name,
}

/// A posted entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JournalEntryPosted {
    /// The entry.
    pub entry_id: EntryId,
    /// The date it is booked on.
    pub entry_date: Date,
    /// The sum of its debits.
    #[serde(with = "MinorUnits")]
    pub total: Money,
}

/// A payment on an invoice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoicePaid {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The order it bills.
    pub order_id: OrderId,
    /// The customer who owed it.
    pub customer_id: Option<CustomerId>,
    /// How much was paid.
    #[serde(with = "MinorUnits")]
    pub amount: Money,
}

/// What a customer owes changed in another way than by a sale, a refund or a payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivableChanged {
    /// The customer who owes it.
    pub customer_id: CustomerId,
    /// The payment that bounced, or by which credit was paid out.
    pub payment_id: PaymentId,
    /// By how much more the customer owes; negative for less.
    #[serde(with = "MinorUnits")]
    pub amount: Money,
}

/// A user, without secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserData {
    /// The user.
    pub user_id: UserId,
    /// The role.
    pub role: String,
    /// Whether the user may come in no more.
    #[serde(default)]
    pub disabled: bool,
    /// Rises with each change: of two messages the newer counts.
    #[serde(default)]
    pub version: i64,
}
