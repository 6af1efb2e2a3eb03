//! Orders that end without a sale, when a checkout fails.

use contracts::events::CancelledBecause;
use contracts::stock::ItemAvailability;
use kernel::Failure;
use kernel::text::Sku;
use serde::Deserialize;
use store::{Unit, json, values};

use super::notices::{self, Notice};
use super::orders::unless_stale;
use super::sql::{checkout as sql, placing};
use super::{Store, defect};
use crate::adapters::events;
use crate::application::ports::checkouts::Ended;
use crate::domain::order::{Order, PaymentStatus};

/// An item that ran out while an order was being paid.
#[derive(Deserialize)]
struct DepletionRow {
    sku: Sku,
    requested: i64,
}

/// How a payment attempt ended, and why.
pub(super) struct End<'a> {
    pub(super) payment: PaymentStatus,
    pub(super) reason: Option<&'a str>,
    pub(super) given_back: bool,
}

impl Store<'_> {
    /// Sets the status of the active payment attempts.
    pub(super) fn mark_payments(
        &self,
        unit: &mut Unit,
        order: &Order,
        status: PaymentStatus,
        reason: Option<&str>,
    ) {
        let now = self.context.now();
        unit.push(sql::MARK_PAYMENTS.bind(values![order.id, status.as_str(), reason, now]));
    }

    /// Ends an order whose payment attempt failed after its goods ran out.
    pub(super) async fn cancel_declined(&self, mut order: Order, end: End<'_>) -> Result<Ended, Failure> {
        let (id, version) = (order.id, order.version);
        let rows = self.context.query(placing::LIST_DEPLETIONS.bind(values![id])).await?;
        let missing = rows.read::<DepletionRow>()?.into_iter();
        let missing: Vec<_> =
            missing.map(|DepletionRow { sku, requested }| nothing_left(sku, requested)).collect();
        order.mark_payments(end.payment, end.reason);
        order.cancel(&sold_out(missing.iter().map(|item| &item.sku)), true, self.context.now());
        let ended = self.end_without_sale(order, version, end, &missing).await?;
        Ok(ended.map_or(Ended::Overtaken(id), |_| Ended::OutOfStock(missing)))
    }

    /// Stores a cancelled order, based on `version`, with the end of its payment attempt; adds the notice to the
    /// customer and the event.
    pub(super) async fn end_without_sale(
        &self,
        order: Order,
        version: i64,
        end: End<'_>,
        availability: &[ItemAvailability],
    ) -> Result<Option<Order>, Failure> {
        let (context, now) = (self.context, self.context.now());
        let cancellation = order.cancellation.as_ref().ok_or_else(|| defect("an end without a reason"))?;
        let reason = cancellation.reason.as_str();
        let mut unit = self.unit();
        unit.push(placing::CANCEL_ORDERS.bind(values![
            json(&[(order.id, version)]),
            reason,
            cancellation.auto_cancelled,
            now,
            json(availability)
        ]));
        self.mark_payments(&mut unit, &order, end.payment, end.reason);
        unit.push(placing::RELEASE_CREDITS.bind(values![json(&[order.id]), now]));
        let missing = availability.iter().filter(|item| !item.available).map(|item| item.sku.clone());
        let (of, because) = ((order.id, order.channel), CancelledBecause::SoldOut);
        let notice = Notice::cancelled(context, of, because, missing.collect(), end.given_back)?;
        notices::push(context, &mut unit, &[notice]);
        if let Some(event) = events::cancelled(&order) {
            context.publish(&mut unit, &event, order.id)?;
        }
        self.keep(self.presents.out_of_stock, &mut unit, availability)?;
        unless_stale(context.commit(unit).await, order)
    }
}

/// An item that is out of stock.
pub(super) fn nothing_left(sku: Sku, requested: i64) -> ItemAvailability {
    ItemAvailability { sku, requested, on_hand: 0, available: false }
}

/// The reason of a cancellation, with the missing SKUs.
pub(super) fn out_of_stock(availability: &[ItemAvailability]) -> String {
    let skus: Vec<&str> =
        availability.iter().filter(|item| !item.available).map(|item| item.sku.as_str()).collect();
    if skus.is_empty() { "out of stock".to_owned() } else { format!("out of stock: {}", skus.join(", ")) }
}

/// The reason of a cancellation after the last unit was sold.
pub(super) fn sold_out<'a>(skus: impl IntoIterator<Item = &'a Sku>) -> String {
    let skus: Vec<&str> = skus.into_iter().map(Sku::as_str).collect();
    format!("{} {} sold out", skus.join(", "), if skus.len() == 1 { "is" } else { "are" })
}
