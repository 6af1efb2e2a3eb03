//! The receipt of an order. What a receipt contains, and its layout, is in [`selling::receipt`].

use kernel::MoneyError;
use selling::receipt::{Receipt, ReceiptLine, ReceiptPayment, ReceiptRefund, taxes};

use super::order::{Order, PaymentStatus};

/// The receipt of an order, as the print of this number.
pub fn receipt_of(
    order: &Order,
    shop_name: String,
    refunds: Vec<ReceiptRefund>,
    print: i64,
) -> Result<Receipt, MoneyError> {
    let captured = order.payments.iter().filter(|payment| payment.status == PaymentStatus::Captured);
    Ok(Receipt {
        shop_name,
        print,
        order_number: order.number.clone(),
        sold_at: order.sold_at,
        terminal_id: order.till.as_ref().map(|till| till.terminal_id.to_string()),
        cashier: order.till.as_ref().and_then(|till| till.cashier_id.clone()),
        currency: order.currency,
        lines: order.lines.iter().map(|line| ReceiptLine::of(&line.item, &line.price)).collect(),
        subtotal: order.totals.subtotal,
        discount: order.totals.discount,
        taxes: taxes(order.currency, order.lines.iter().map(|line| &line.price))?,
        total: order.totals.total,
        payments: captured
            .map(|payment| ReceiptPayment::of(payment.method, payment.amount, payment.cash))
            .collect(),
        refunds,
    })
}
