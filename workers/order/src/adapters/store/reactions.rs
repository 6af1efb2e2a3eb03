//! What other services' events do to orders: each in one batch with the message's inbox row.

use contracts::Event;
use contracts::events::{InvoicePaid, OrderCancelled, StockDepleted, WarehouseChanged};
use contracts::stock::{ItemAvailability, Warehouse};
use contracts::terms::SalesChannel;
use kernel::ids::{CustomerId, MessageId, OrderId};
use kernel::text::{Email, Sku};
use kernel::{Failure, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, Unit, json, values};
use web::Context;

use super::orders::keep_warehouse;
use super::sql::placing as sql;

/// How often a batch that met a changed order is made anew.
const ATTEMPTS: usize = 5;
/// How many orders one batch cancels.
const CANCELLED_AT_ONCE: i64 = 200;

#[derive(Deserialize)]
struct PendingRow {
    id: OrderId,
    order_number: String,
    version: i64,
    sales_channel: SalesChannel,
    customer_id: Option<CustomerId>,
    customer_email: Option<Email>,
    requested: i64,
}

/// Cancels every order that waits for payment for what ran out, created up to then. One that is being paid
/// is noted in the batch that looks: when the attempt fails, it ends as the others. The last batch carries
/// the message's inbox row: a stop before it means that the rest is done by the redelivery.
pub(crate) async fn cancel_depleted(
    context: &Context,
    event: &StockDepleted,
    at: Timestamp,
) -> Result<(), Failure> {
    let mut stale = 0;
    loop {
        let mut look = Unit::new(context.now(), None);
        look.push(sql::KEEP_DEPLETIONS.bind(values![event.warehouse_id, at, &event.sku]));
        let found = look.push(sql::LIST_PENDING_FOR.bind(values![
            event.warehouse_id,
            at,
            &event.sku,
            CANCELLED_AT_ONCE
        ]));
        let pending = context.commit(look).await?.swap_remove(found).read::<PendingRow>()?;
        let last = i64::try_from(pending.len()).unwrap_or(i64::MAX) < CANCELLED_AT_ONCE;
        let mut unit = if last { context.unit() } else { Unit::new(context.now(), None) };
        if !pending.is_empty() {
            push_cancellations(context, &mut unit, &pending, &event.sku);
        }
        match context.commit(unit).await {
            Ok(_) if last => return Ok(()),
            Ok(_) => {}
            // A rule refuses an order that is being paid meanwhile: nothing happened, look again.
            Err(error) if is_stale(&error) && stale < ATTEMPTS => stale = stale.saturating_add(1),
            Err(error) => return Err(error.into()),
        }
    }
}

fn is_stale(error: &DatabaseError) -> bool {
    matches!(error.rule(), Some("orders_version" | "orders_status"))
}

fn push_cancellations(context: &Context, unit: &mut Unit, pending: &[PendingRow], sku: &Sku) {
    let now = context.now();
    let reason = sold_out([sku]);
    // Kept with the order: whoever pays for it now is told what is missing.
    let shortage =
        |requested| [ItemAvailability { sku: sku.clone(), requested, on_hand: 0, available: false }];
    let versions: Vec<(OrderId, i64, serde_json::Value)> =
        pending.iter().map(|row| (row.id, row.version, serde_json::json!(shortage(row.requested)))).collect();
    let ids: Vec<OrderId> = pending.iter().map(|row| row.id).collect();
    unit.push(sql::CANCEL_ORDERS.bind(values![
        json(&versions),
        reason.as_str(),
        true,
        now,
        Option::<&str>::None
    ]));
    unit.push(sql::RELEASE_CREDITS.bind(values![json(&ids), now]));
    let notices: Vec<serde_json::Value> = pending
        .iter()
        .map(|row| {
            serde_json::json!({
                "id": context.new_id::<MessageId>(),
                "orderId": row.id,
                "recipient": row.customer_email,
                "kind": "OrderCancelled",
                "message": format!("Your order {} is cancelled: {reason}. You were not charged.", row.order_number),
            })
        })
        .collect();
    unit.push(sql::INSERT_NOTIFICATIONS.bind(values![json(&notices), now]));
    for row in pending {
        let event = Event::OrderCancelled(OrderCancelled {
            order_id: row.id,
            sales_channel: row.sales_channel,
            customer_id: row.customer_id,
            reason: reason.clone(),
            auto_cancelled: true,
        });
        context.publish(unit, event, row.id);
    }
}

/// The reason of a cancellation by the last unit's sale.
pub(super) fn sold_out<'a>(skus: impl IntoIterator<Item = &'a Sku>) -> String {
    let skus: Vec<&str> = skus.into_iter().map(Sku::as_str).collect();
    format!("{} {} sold out", skus.join(", "), if skus.len() == 1 { "is" } else { "are" })
}

/// A customer on account has paid: the credit is free again, as far as the order still binds it.
pub(crate) async fn release_paid(
    context: &Context,
    message: MessageId,
    event: &InvoicePaid,
) -> Result<(), Failure> {
    let mut unit = context.unit();
    let id = format!("paid:{message}");
    let amount = event.amount.minor();
    unit.push(sql::RELEASE_CREDIT.bind(values![id, event.order_id, amount, context.now()]));
    context.commit(unit).await?;
    Ok(())
}

/// A warehouse is new or has changed.
pub(crate) async fn take_warehouse(
    context: &Context,
    event: &WarehouseChanged,
    at: Timestamp,
) -> Result<(), Failure> {
    let warehouse = Warehouse {
        id: event.warehouse_id,
        code: event.code.clone(),
        name: event.name.clone(),
        region: event.region.clone(),
    };
    let mut unit = context.unit();
    unit.push(keep_warehouse(&warehouse, at));
    context.commit(unit).await?;
    Ok(())
}
