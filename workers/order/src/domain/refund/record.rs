//! A refund as it is recorded: what comes back, what goes back, and how far it is.

use contracts::events::{OrderRefunded, PaymentPart, RefundedLine};
use contracts::stock::{RestockGoods, RestockItem};
use contracts::terms::{PaymentMethod, SalesChannel};
use kernel::ids::{CustomerId, OrderId, PaymentId, RefundId, WarehouseId};
use kernel::text::{Code, ShortText, Sku};
use kernel::{Currency, Money, MoneyError, Timestamp};

use super::{PaidBack, Progress, RefundLine, RefundStatus, RefundTotals};

/// A refund of an order, or a credit note without one.
#[derive(Debug, Clone, PartialEq)]
pub struct Refund {
    /// Its identity, which the client may choose.
    pub id: RefundId,
    /// The order and its number; none for a credit note.
    pub order: Option<(OrderId, String)>,
    /// The channel whose revenue is reduced.
    pub channel: SalesChannel,
    pub customer_id: Option<CustomerId>,
    /// Where the goods go back to.
    pub warehouse_id: WarehouseId,
    /// The currency of every amount.
    pub currency: Currency,
    pub lines: Vec<RefundLine>,
    /// What it comes to.
    pub totals: RefundTotals,
    /// How the money goes back; they sum to the total.
    pub payments: Vec<RefundPayment>,
    /// Whether the goods were to go back into stock.
    pub restock: bool,
    pub reason: ShortText,
    pub status: RefundStatus,
    pub refunded_by: String,
    /// The till whose drawer its cash comes out of; none when it was paid elsewhere.
    pub terminal_id: Option<Code>,
    /// What was asked for, and the caller's key of it: what tells a repetition from another refund.
    pub request: String,
    /// Caller and idempotency key.
    pub request_key: Option<String>,
    /// When it was recorded; the date it is booked on.
    pub created_at: Timestamp,
}

/// A part of the money and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPayment {
    /// From 1.
    pub part: i64,
    /// The payment it goes back to.
    pub payment_id: Option<PaymentId>,
    pub method: PaymentMethod,
    pub amount: Money,
    /// Whether it is back.
    pub status: PaybackStatus,
    /// Why it went another way than it came.
    pub note: Option<String>,
}

/// Where a part of the money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub enum PaybackStatus {
    /// Not back yet.
    Pending,
    /// Back, or recorded as given back by hand.
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
    /// What decides the next step.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let unpaid = self.payments.iter().filter(|part| part.status == PaybackStatus::Pending);
        Progress {
            status: self.status,
            has_goods: self.lines.iter().any(|line| line.restock),
            unpaid: unpaid.map(|part| part.method).collect(),
        }
    }

    /// What inventory is asked to take back: one item per SKU. The cost is only said when it is known of
    /// every line of the SKU.
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

    /// Takes over what the goods added to the stock's value: per SKU, spread over its lines by quantity,
    /// unless the lines already say exactly that.
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

    /// What the books are told.
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

    /// What goes back to the customer's account: it releases credit.
    pub fn on_account(&self) -> Result<Money, MoneyError> {
        let parts = self.payments.iter().filter(|part| part.method == PaymentMethod::PurchaseOrder);
        Money::sum(self.currency, parts.map(|part| part.amount))
    }
}
