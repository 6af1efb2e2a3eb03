//! How orders react to the events of other services: each in one batch with the message's inbox row.

use contracts::Event;
use contracts::events::{
    CancelledBecause, InvoicePaid, OrderCancelled, ReceivableChanged, StockDepleted, WarehouseChanged,
};
use contracts::stock::{ItemAvailability, Warehouse};
use contracts::terms::SalesChannel;
use kernel::ids::{CustomerId, MessageId, OrderId};
use kernel::text::Sku;
use kernel::{Failure, Timestamp};
use serde::Deserialize;
use store::{Unit, json, values};

use super::endings::{nothing_left, sold_out};
use super::notices::{self, Notice};
use super::orders::{is_stale, keep_warehouse};
use super::sql::placing as sql;
use super::{Store, rows_at};

/// How often a batch that met a changed order is built again.
const ATTEMPTS: usize = 5;
/// The most orders that one batch cancels.
const CANCELLED_AT_ONCE: usize = 200;

/// An order that waits for payment.
#[derive(Deserialize)]
pub(super) struct PendingRow {
    id: OrderId,
    version: i64,
    sales_channel: SalesChannel,
    customer_id: Option<CustomerId>,
    /// The units of the depleted item.
    #[serde(default)]
    requested: i64,
}

impl Store<'_> {
    /// Cancels every order that waits for payment of the depleted item and was created before the depletion. An order
    /// that is being paid is only marked: if the payment fails, it is cancelled like the others. The last batch
    /// contains the message's inbox row: if the service stops earlier, the redelivery does the rest.
    pub(crate) async fn cancel_depleted(&self, event: &StockDepleted, at: Timestamp) -> Result<(), Failure> {
        let context = self.context;
        let mut stale = 0;
        loop {
            let pending = self.look_for_pending(event, at).await?;
            let last = pending.len() < CANCELLED_AT_ONCE;
            let mut unit = if last { context.unit() } else { Unit::new(context.now(), None) };
            if !pending.is_empty() {
                // Stored with the order: a customer who pays for it now gets the missing items in the answer.
                let missing = |row: &PendingRow| Some([nothing_left(event.sku.clone(), row.requested)]);
                let why = (CancelledBecause::SoldOut, [event.sku.clone()].into());
                self.push_cancellations(&mut unit, &pending, &sold_out([&event.sku]), why, missing)?;
            }
            match context.commit(unit).await {
                Ok(_) if last => return Ok(()),
                Ok(_) => {}
                // A rule refuses an order that is now being paid: nothing happened, so read again.
                Err(error) if is_stale(&error) && stale < ATTEMPTS => stale = stale.saturating_add(1),
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn look_for_pending(
        &self,
        event: &StockDepleted,
        at: Timestamp,
    ) -> Result<Vec<PendingRow>, Failure> {
        let (warehouse, sku) = (event.warehouse_id, &event.sku);
        let mut look = Unit::new(self.context.now(), None);
        look.push(sql::KEEP_DEPLETIONS.bind(values![warehouse, at, sku]));
        let found = look.push(sql::LIST_PENDING_FOR.bind(values![warehouse, at, sku, CANCELLED_AT_ONCE]));
        Ok(rows_at(self.context.commit(look).await?, found)?.read()?)
    }

    /// The shop cancels orders that wait for payment, each with what is missing.
    pub(super) fn push_cancellations(
        &self,
        unit: &mut Unit,
        pending: &[PendingRow],
        reason: &str,
        (because, skus): (CancelledBecause, Vec<Sku>),
        missing: impl Fn(&PendingRow) -> Option<[ItemAvailability; 1]>,
    ) -> Result<(), Failure> {
        let (context, now) = (self.context, self.context.now());
        let changes: Vec<(OrderId, i64, Option<[ItemAvailability; 1]>)> =
            pending.iter().map(|row| (row.id, row.version, missing(row))).collect();
        let ids: Vec<OrderId> = pending.iter().map(|row| row.id).collect();
        let shortage = Option::<&str>::None;
        unit.push(sql::CANCEL_ORDERS.bind(values![json(&changes), reason, true, now, shortage]));
        unit.push(sql::RELEASE_CREDITS.bind(values![json(&ids), now]));
        let notice = |row: &PendingRow| {
            Notice::cancelled(context, (row.id, row.sales_channel), because, skus.clone(), false)
        };
        let notices: Vec<Notice> = pending.iter().map(notice).collect::<Result<_, _>>()?;
        notices::push(context, unit, &notices);
        for row in pending {
            let event = Event::OrderCancelled(OrderCancelled {
                order_id: row.id,
                sales_channel: row.sales_channel,
                customer_id: row.customer_id,
                reason: reason.to_owned(),
                auto_cancelled: true,
            });
            context.publish(unit, &event, row.id)?;
        }
        Ok(())
    }

    /// A customer on account has paid: so much less is owed. What is too much is to the customer's credit.
    pub(crate) async fn release_paid(&self, message: MessageId, event: &InvoicePaid) -> Result<(), Failure> {
        let mut unit = self.context.unit();
        let (id, amount, now) = (format!("paid:{message}"), event.amount.minor(), self.context.now());
        unit.push(sql::CREDIT_ORDER.bind(values![id, event.order_id, amount, now]));
        self.context.commit(unit).await?;
        Ok(())
    }

    /// A payment bounced, or credit was paid out: so much more is owed, even beyond the credit limit.
    pub(crate) async fn change_credit(
        &self,
        message: MessageId,
        event: &ReceivableChanged,
    ) -> Result<(), Failure> {
        let ReceivableChanged { customer_id, payment_id, amount } = event;
        let mut unit = self.context.unit();
        let (id, now) = (format!("changed:{message}"), self.context.now());
        unit.push(sql::CHANGE_CREDIT.bind(values![id, *payment_id, *customer_id, amount.minor(), now]));
        self.context.commit(unit).await?;
        Ok(())
    }

    /// A warehouse is new or has changed.
    pub(crate) async fn take_warehouse(&self, event: WarehouseChanged, at: Timestamp) -> Result<(), Failure> {
        let WarehouseChanged { warehouse_id: id, code, name, region, time_zone } = event;
        let mut unit = self.context.unit();
        unit.push(keep_warehouse(&Warehouse { id, code, name, region, time_zone }, at));
        self.context.commit(unit).await?;
        Ok(())
    }
}
