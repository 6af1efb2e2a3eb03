//! A recorded refund: the goods, the money, and its progress.

use contracts::events::{OrderRefunded, PaymentPart, RefundedLine};
use contracts::stock::{RestockGoods, RestockItem};
use contracts::terms::{PaymentMethod, SalesChannel};
use kernel::ids::{CustomerId, OrderId, PaymentId, RefundId, WarehouseId};
use kernel::text::{Code, ShortText, Sku};
use kernel::{Currency, Money, MoneyError, Timestamp};
use selling::refund::{PaidBack, RefundLine, RefundTotals};

use super::{Progress, RefundStatus};

/// A refund of an order, or a credit note without one.
#[derive(Debug, Clone, PartialEq)]
pub struct Refund {
    /// Its id, which the client may choose.
    pub id: RefundId,
    /// The order and its number; none for a credit note.
    pub order: Option<(OrderId, String)>,
    /// The channel whose revenue is reduced.
    pub channel: SalesChannel,
    pub customer_id: Option<CustomerId>,
    /// The warehouse that gets the goods back.
    pub warehouse_id: WarehouseId,
    /// The currency of every amount.
    pub currency: Currency,
    pub lines: Vec<RefundLine>,
    /// Its totals.
    pub totals: RefundTotals,
    /// How the money goes back; the parts sum to the total.
    pub payments: Vec<RefundPayment>,
    /// Whether the goods are to be restocked.
    pub restock: bool,
    pub reason: ShortText,
    pub status: RefundStatus,
    pub refunded_by: String,
    /// The till from whose drawer the cash is paid; none when it was paid elsewhere.
    pub terminal_id: Option<Code>,
    /// The request as text: distinguishes a retry from another refund.
    pub request: String,
    /// Caller and idempotency key.
    pub request_key: Option<String>,
    /// When it was recorded; also the date on which it is booked.
    pub created_at: Timestamp,
}

/// A part of the money, with its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPayment {
    /// From 1.
    pub part: i64,
    /// The payment it goes back to.
    pub payment_id: Option<PaymentId>,
    pub method: PaymentMethod,
    pub amount: Money,
    /// Whether it was refunded.
    pub status: PaybackStatus,
    /// Why it was not refunded in the way it was paid.
    pub note: Option<String>,
}

/// The status of a part of the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub enum PaybackStatus {
    /// Not back yet.
    Pending,
    /// Refunded, or recorded as refunded by hand.
    Refunded,
}

/// Numbers the parts.
#[must_use]
pub fn number_parts(parts: Vec<PaidBack>) -> Vec<RefundPayment> {
    (1..)
        .zip(parts)
        .map(|(part, PaidBack { payment_id, method, amount })| RefundPayment {
            part,
            payment_id,
            method,
            amount,
            status: PaybackStatus::Pending,
            note: None,
        })
        .collect()
}

impl Refund {
    /// The facts that decide the next step.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let unpaid = self.payments.iter().filter(|part| part.status == PaybackStatus::Pending);
        Progress {
            status: self.status,
            has_goods: self.lines.iter().any(|line| line.restock),
            unpaid: unpaid.map(|part| part.method).collect(),
        }
    }

    /// The request to inventory for restocking: one item per SKU. The cost is given only when it is known for every
    /// line of the SKU.
    pub fn restock_request(&self) -> Result<RestockGoods, MoneyError> {
        let mut items: Vec<RestockItem> = Vec::new();
        for line in self.lines.iter().filter(|line| line.restock) {
            let known = items.iter_mut().find(|item| item.sku == line.sku);
            let Some(item) = known else {
                items.push(RestockItem { sku: line.sku.clone(), quantity: line.quantity, cost: line.cost });
                continue;
            };
            item.quantity = item.quantity.plus(line.quantity).ok_or(MoneyError::TooLarge)?;
            item.cost = item.cost.zip(line.cost).map(|(cost, more)| cost.plus(more)).transpose()?;
        }
        Ok(RestockGoods {
            refund_id: self.id,
            order_id: self.order.as_ref().map(|(id, _)| *id),
            warehouse_id: self.warehouse_id,
            currency: self.currency,
            items,
        })
    }

    /// Takes over the values that the goods added to stock: per SKU, spread over its lines by quantity, unless the
    /// lines already have exactly these values.
    pub fn restocked(&mut self, values: &[(Sku, Money)]) -> Result<(), MoneyError> {
        for (sku, value) in values {
            let of_sku = |line: &RefundLine| line.restock && line.sku == *sku;
            let weights: Vec<i64> =
                self.lines.iter().filter(|line| of_sku(line)).map(|line| line.quantity.units()).collect();
            let known: Option<Vec<Money>> =
                self.lines.iter().filter(|line| of_sku(line)).map(|line| line.cost).collect();
            if let Some(known) = known
                && Money::sum(self.currency, known)? == *value
            {
                continue;
            }
            let parts = value.spread(&weights)?;
            for (line, part) in self.lines.iter_mut().filter(|line| of_sku(line)).zip(parts) {
                line.cost = Some(part);
            }
        }
        self.status = RefundStatus::Restocked;
        Ok(())
    }

    /// The event for the books.
    #[must_use]
    pub fn event(&self) -> OrderRefunded {
        let nothing = Money::zero(self.currency);
        let lines = self.lines.iter().map(|line| RefundedLine {
            sku: line.sku.clone(),
            kind: line.kind,
            quantity: line.quantity.units(),
            line_total: line.line_total,
            tax_amount: line.tax_amount,
            restocked: line.restock,
            cost: line.cost.filter(|_| line.restock).unwrap_or(nothing),
        });
        let payments =
            self.payments.iter().map(|part| PaymentPart { method: part.method, amount: part.amount });
        OrderRefunded {
            refund_id: self.id,
            order_id: self.order.as_ref().map(|(id, _)| *id),
            order_number: self.order.as_ref().map(|(_, number)| number.clone()),
            sales_channel: self.channel,
            customer_id: self.customer_id,
            refunded_at: self.created_at,
            currency: self.currency,
            subtotal: self.totals.subtotal,
            tax: self.totals.tax,
            total: self.totals.total,
            payments: payments.collect(),
            lines: lines.collect(),
        }
    }

    /// The amount that goes to the customer's account: it releases credit.
    pub fn on_account(&self) -> Result<Money, MoneyError> {
        let parts = self.payments.iter().filter(|part| part.method == PaymentMethod::PurchaseOrder);
        Money::sum(self.currency, parts.map(|part| part.amount))
    }
}
