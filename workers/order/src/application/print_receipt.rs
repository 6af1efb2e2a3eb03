//! Prints the receipt of a sale at a till, and counts the prints: only the first is the original.

use kernel::Failure;
use kernel::ids::OrderId;
use selling::receipt::{html, text};

use super::ports::receipts::{Format, Printed, Receipts};
use crate::domain::order::OrderStatus;
use crate::domain::receipt::receipt_of;
use contracts::terms::SalesChannel;

/// How often a print is retried because another one was faster.
const ATTEMPTS_MAX: u32 = 5;

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintReceiptError {
    #[error("no such sale")]
    NotFound,
    #[error("the sale is not completed")]
    NotCompleted,
    /// Other requests kept printing it.
    #[error("it is being printed elsewhere")]
    Busy,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Prints a receipt under `shop_name`, or under the warehouse's name.
pub async fn print_receipt(
    receipts: &impl Receipts,
    order_id: OrderId,
    shop_name: Option<String>,
    format: Format,
) -> Result<Printed, PrintReceiptError> {
    for _ in 0..ATTEMPTS_MAX {
        let found = receipts.printable(order_id).await?;
        let found = found
            .filter(|found| found.order.channel == SalesChannel::POS)
            .ok_or(PrintReceiptError::NotFound)?;
        if found.order.status != OrderStatus::Completed {
            return Err(PrintReceiptError::NotCompleted);
        }
        let print = found.prints.saturating_add(1);
        let shop_name = shop_name.clone().unwrap_or(found.warehouse_name);
        let receipt = receipt_of(&found.order, shop_name, found.refunds, print)
            .map_err(|error| Failure::Defect(error.to_string()))?;
        let printed = Printed {
            print,
            format,
            text: if format == Format::Html { String::new() } else { text::render(&receipt) },
            html: if format == Format::Text { String::new() } else { html::render(&receipt) },
        };
        if receipts.count_print(order_id, &printed).await? {
            return Ok(printed);
        }
    }
    Err(PrintReceiptError::Busy)
}
