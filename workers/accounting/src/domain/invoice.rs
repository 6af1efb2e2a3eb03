//! Invoices: sales on account, and the credits that reduce them.

use contracts::terms::PaymentMethod;
use kernel::ids::{CustomerId, InvoiceId, OrderId, PaymentId, RefundId};
use kernel::text::ShortText;
use kernel::{Date, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether something is left to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum InvoiceStatus {
    /// Something is left to pay.
    Open,
    /// Nothing is left: it was paid, at least in part.
    Paid,
    /// Nothing is left: all of it was credited.
    Credited,
}

impl InvoiceStatus {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Paid => "Paid",
            Self::Credited => "Credited",
        }
    }
}

/// An invoice to write, in the batch of its order's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceDraft {
    /// The order it bills; an order has one invoice.
    pub order_id: OrderId,
    /// The order's number.
    pub order_number: String,
    /// The customer who owes it.
    pub customer_id: Option<CustomerId>,
    /// Their name.
    pub customer_name: Option<String>,
    /// Their purchase order.
    pub purchase_order_number: Option<String>,
    /// The day of the sale.
    pub issue_date: Date,
    /// The day by which to pay.
    pub due_date: Date,
    /// What was not paid at once.
    pub total: Money,
}

/// A refund on account. It is taken off the invoice of its order, as far as that is open; the rest becomes the
/// customer's credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditDraft {
    /// The refund.
    pub refund_id: RefundId,
    /// The order, if it has one.
    pub order_id: Option<OrderId>,
    /// The customer who gets the credit.
    pub customer_id: Option<CustomerId>,
    /// How much.
    pub amount: Money,
}

/// An invoice with its current amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    pub id: InvoiceId,
    /// `INV-2026-000001`, without a gap in the year of the issue date.
    pub invoice_number: String,
    /// The order it bills.
    pub order_id: OrderId,
    pub order_number: String,
    /// The customer who owes it.
    pub customer_id: Option<CustomerId>,
    pub customer_name: Option<String>,
    /// The customer's own number.
    pub purchase_order_number: Option<String>,
    /// The day of the sale.
    pub issue_date: Date,
    /// The day by which to pay.
    pub due_date: Date,
    /// The day on which it is booked: that of the sale, unless its period was closed.
    pub booked_on: Date,
    /// The day on which what had settled it was last taken back.
    pub reopened_on: Option<Date>,
    /// What was not paid at once.
    pub total: Money,
    /// What was paid since.
    pub paid: Money,
    /// What credits took off it.
    pub credited: Money,
    /// What is left to pay.
    pub open: Money,
    pub status: InvoiceStatus,
}

impl Invoice {
    /// The first day on which more of it can be settled.
    #[must_use]
    pub fn open_from(&self) -> Date {
        self.reopened_on.map_or(self.booked_on, |day| day.max(self.booked_on))
    }
}

/// Money received on an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    pub id: PaymentId,
    pub invoice_id: InvoiceId,
    pub amount: Money,
    pub method: PaymentMethod,
    /// The bank's reference, a receipt's number.
    pub reference: Option<ShortText>,
    /// When the money came.
    pub paid_at: Timestamp,
}
