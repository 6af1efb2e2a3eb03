//! How an order changes: the sale, the cancellation, and the cost of its goods.

use contracts::stock::DeductedItem;
use contracts::terms::{LineKind, PaymentMethod, PaymentTerms, SalesChannel};
use kernel::{Money, MoneyError, Timestamp};

use super::{
    Cancellation, Deviation, Fulfilment, Missing, Order, OrderLine, OrderStatus, Payment, PaymentStatus, Sent,
};
use crate::domain::checkout::{State, Tender};

impl Payment {
    /// Whether the attempt is still in progress: not captured, not declined and not voided.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.status, PaymentStatus::Pending | PaymentStatus::Unknown | PaymentStatus::Authorised)
    }

    /// Who takes the money.
    #[must_use]
    pub const fn tender(&self) -> Tender {
        match self.method {
            PaymentMethod::Card => Tender::Provider,
            _ => Tender::Hand,
        }
    }
}

impl Order {
    /// The payment attempt in progress.
    #[must_use]
    pub fn active_payment(&self) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.is_active())
    }

    /// The amount that the customer owes from acceptance on; none when it is paid at once.
    #[must_use]
    pub fn credit(&self) -> Option<Money> {
        let on_account = matches!(self.payment_terms, Some(PaymentTerms::Net30 | PaymentTerms::Net60));
        (on_account && self.totals.total.is_positive()).then_some(self.totals.total)
    }

    /// Sets the status of every active attempt.
    pub fn mark_payments(&mut self, status: PaymentStatus, failure_reason: Option<&str>) {
        for payment in self.payments.iter_mut().filter(|payment| payment.is_active()) {
            payment.status = status;
            if let Some(reason) = failure_reason {
                payment.failure_reason = Some(reason.to_owned());
            }
        }
    }

    /// Stores the cost of the goods: a SKU's cost is spread over its lines by quantity, to the cent. Missing units are
    /// a reason to review the sale.
    pub fn take_costs(&mut self, items: &[DeductedItem]) -> Result<(), MoneyError> {
        let zero = Money::zero(self.currency);
        self.missing.clear();
        for line in &mut self.lines {
            line.cost = Some(zero);
        }
        for item in items {
            let mut lines: Vec<_> = self
                .lines
                .iter_mut()
                .filter(|line| line.item.kind == LineKind::Goods && line.item.sku == item.sku)
                .collect();
            let weights: Vec<i64> = lines.iter().map(|line| line.item.quantity.units()).collect();
            for (line, cost) in lines.iter_mut().zip(item.cost.spread(&weights)?) {
                line.cost = Some(cost);
            }
            if item.shortage > 0 {
                let cost = item.cost.share(item.shortage, item.quantity.units())?;
                self.missing.push(Missing { units: item.shortage, cost });
                self.ask_for_review(&format!("{} of {} were missing in stock", item.shortage, item.sku));
            }
        }
        Ok(())
    }

    /// What of the sale is beyond the shop's limits; none for a sale within them. `shortage_units` is the most units of
    /// one article that may be missing.
    pub fn deviation(&self, shortage_units: i64) -> Result<Option<Deviation>, MoneyError> {
        let beyond = self.missing.iter().filter(|missing| missing.units > shortage_units);
        if self.price_deviation.is_none() && beyond.clone().next().is_none() {
            return Ok(None);
        }
        Ok(Some(Deviation {
            price: self.price_deviation.unwrap_or(Money::zero(self.currency)),
            missing_cost: Money::sum(self.currency, beyond.map(|missing| missing.cost))?,
        }))
    }

    /// Adds a reason for a person to review the sale.
    pub fn ask_for_review(&mut self, reason: &str) {
        self.review_reason = Some(match self.review_reason.take() {
            Some(reasons) if reasons.contains(reason) => reasons,
            Some(reasons) => format!("{reasons}; {reason}"),
            None => reason.to_owned(),
        });
    }

    /// Its checkout enters a state that is stored. Authorised money is recorded before stock is deducted; once stock is
    /// deducted, the order can no longer be cancelled.
    pub fn enter(&mut self, state: State, now: Timestamp) {
        match state {
            State::Deducting(Tender::Provider) => self.mark_payments(PaymentStatus::Authorised, None),
            State::Capturing => {
                self.status = OrderStatus::PaymentConfirmed;
                self.confirmed_at.get_or_insert(now);
            }
            _ => {}
        }
        self.changed(now);
    }

    /// Completes the sale. At a till the goods are handed over, and the time is the till's.
    pub fn complete(&mut self, now: Timestamp) {
        self.mark_payments(PaymentStatus::Captured, None);
        self.status = OrderStatus::Completed;
        self.confirmed_at.get_or_insert(now);
        self.completed_at = Some(now);
        self.fulfilment = Fulfilment::Fulfilled;
        if self.channel != SalesChannel::POS {
            self.sold_at = now;
            for line in self.lines.iter_mut().filter(|line| line.item.kind == LineKind::Goods) {
                line.sent = Some(Sent::default());
                self.fulfilment = Fulfilment::Unfulfilled;
            }
        }
        self.changed(now);
    }

    /// Replaces the lines. The number of a line that was there names no other line.
    pub fn replace_lines(&mut self, lines: Vec<OrderLine>) {
        let last = self.lines.iter().map(|line| line.line).max().unwrap_or(0);
        self.lines = lines;
        for line in &mut self.lines {
            line.line = line.line.saturating_add(last);
        }
    }

    /// Ends it without a sale.
    pub fn cancel(&mut self, reason: &str, auto_cancelled: bool, now: Timestamp) {
        self.mark_payments(PaymentStatus::Voided, None);
        self.status = OrderStatus::Cancelled;
        self.cancellation = Some(Cancellation { reason: reason.to_owned(), auto_cancelled, at: now });
        self.changed(now);
    }

    /// A till's sale has happened although it was refused or undecided: its checkout starts again.
    pub fn revive(&mut self, payments: Vec<Payment>, sold_at: Timestamp, now: Timestamp) {
        if self.cancellation.take().is_some() {
            self.ask_for_review("was refused for lack of stock and handed over all the same");
        }
        self.status = OrderStatus::PendingPayment;
        (self.offline, self.sold_at) = (true, sold_at);
        self.payments.extend(payments);
        self.changed(now);
    }

    /// A new version.
    pub fn changed(&mut self, now: Timestamp) {
        self.updated_at = now;
        self.version = self.version.saturating_add(1);
    }
}
