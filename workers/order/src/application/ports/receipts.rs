//! Prints of receipts.

use std::future::Future;

use kernel::Failure;
use kernel::ids::OrderId;

use crate::domain::order::Order;
use crate::domain::receipt::ReceiptRefund;

/// What of a receipt is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text and HTML, in JSON.
    Both,
    /// 42 columns of text.
    Text,
    /// A page.
    Html,
}

impl Format {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Text => "text",
            Self::Html => "html",
        }
    }
}

/// A printed receipt.
#[derive(Debug)]
pub struct Printed {
    /// Which print of it, from 1.
    pub print: i64,
    pub format: Format,
    /// As text, where asked for.
    pub text: String,
    /// As a page, where asked for.
    pub html: String,
}

/// What a receipt needs to know.
#[derive(Debug)]
pub struct Printable {
    pub order: Order,
    /// The name of its warehouse: the shop's, where no other is set.
    pub warehouse_name: String,
    /// What went back of it.
    pub refunds: Vec<ReceiptRefund>,
    /// How often it was printed.
    pub prints: i64,
}

/// Prints of receipts.
pub trait Receipts: Sync {
    /// What the receipt of an order says; none when there is no such order.
    fn printable(&self, order_id: OrderId)
    -> impl Future<Output = Result<Option<Printable>, Failure>> + Send;

    /// Counts a print. False: somebody else has just printed.
    fn count_print(
        &self,
        order_id: OrderId,
        printed: &Printed,
    ) -> impl Future<Output = Result<bool, Failure>> + Send;
}
