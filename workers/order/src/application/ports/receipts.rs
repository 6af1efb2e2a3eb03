//! Prints of receipts.

use std::future::Future;

use kernel::Failure;
use kernel::ids::OrderId;
use selling::receipt::ReceiptRefund;

use crate::domain::order::Order;

/// The requested format of a receipt.
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
    /// The number of this print, from 1.
    pub print: i64,
    pub format: Format,
    /// As text, if requested.
    pub text: String,
    /// As a page, if requested.
    pub html: String,
}

/// The data of a receipt.
#[derive(Debug)]
pub struct Printable {
    pub order: Order,
    /// The name of its warehouse: the shop's name, unless another is set.
    pub warehouse_name: String,
    /// Its refunds.
    pub refunds: Vec<ReceiptRefund>,
    /// The number of prints so far.
    pub prints: i64,
}

/// Prints of receipts.
pub trait Receipts: Sync {
    /// The data of an order's receipt; none when the order does not exist.
    fn printable(&self, order_id: OrderId)
    -> impl Future<Output = Result<Option<Printable>, Failure>> + Send;

    /// Counts a print. False: another request has just printed it.
    fn count_print(
        &self,
        order_id: OrderId,
        printed: &Printed,
    ) -> impl Future<Output = Result<bool, Failure>> + Send;
}
