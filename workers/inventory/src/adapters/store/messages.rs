//! The messages of a change of stock whose values only its batch knows. Each is built completely here, with zeros, and
//! a statement replaces the zeros (`sql/messages.rs`).

use contracts::Event;
use contracts::events::{AdjustedLine, StockAdjusted, StockDepleted, StockLow};
use contracts::terms::{AdjustmentReason, DepletedBy};
use kernel::ids::{AdjustmentId, MessageId, OrderId, ProductId};
use kernel::text::Sku;
use kernel::{Failure, Money};
use serde::{Deserialize, Serialize};
use store::{DatabaseError, OutboxMessage, Rows, Sql, values};

use super::change::{Change, StockLine};
use super::sql;
use crate::domain::adjustment::is_receipt;
use crate::domain::movement::MovementKind;

/// A line that may cross a limit, with the id for its message.
#[derive(Serialize)]
struct Candidate<'a> {
    sku: &'a Sku,
    id: MessageId,
}

/// The content of an adjustment event apart from its lines.
pub(super) struct Adjusted {
    pub(super) id: AdjustmentId,
    /// The order whose shortage caused it.
    pub(super) order_id: Option<OrderId>,
    pub(super) reason: AdjustmentReason,
}

impl Change<'_> {
    /// Adds `StockDepleted` and `StockLow` for those lines that take goods and cross a limit.
    pub(super) fn tell_of_limits(&mut self, lines: &[StockLine<'_>], by: DepletedBy) -> Result<(), Failure> {
        let skus: Vec<&Sku> = lines.iter().filter(|line| line.delta < 0).map(|line| line.sku).collect();
        let Some(sku) = skus.first().copied() else { return Ok(()) };
        let warehouse_id = self.operation.warehouse_id;
        let depleted = Event::StockDepleted(StockDepleted {
            warehouse_id,
            product_id: ProductId(uuid::Uuid::nil()),
            sku: sku.clone(),
            previous_quantity: 0,
            current_quantity: 0,
            depleted_by: by,
        });
        let low = Event::StockLow(StockLow {
            warehouse_id,
            sku: sku.clone(),
            current_quantity: 0,
            reorder_point: 0,
        });
        self.push_alerts(&sql::messages::INSERT_DEPLETED, &depleted, &skus)?;
        self.push_alerts(&sql::messages::INSERT_LOW, &low, &skus)
    }

    /// Adds a message for each of the SKUs that crosses the limit.
    fn push_alerts(&mut self, insert: &Sql, event: &Event, skus: &[&Sku]) -> Result<(), Failure> {
        let candidates = skus.iter().map(|sku| Ok(Candidate { sku, id: self.context.new_id()? }));
        let candidates = candidates.collect::<Result<Vec<_>, Failure>>()?;
        let envelope = self.context.envelope(event, "")?.to_json();
        for queue in queues(event) {
            self.push_message(insert.bind(values![
                self.operation.id.as_str(),
                self.operation.warehouse_id,
                store::json(&candidates),
                envelope.as_str(),
                queue,
                self.at
            ]));
        }
        Ok(())
    }

    /// Adds `StockAdjusted` or `StockReceived` for the movements of one kind.
    pub(super) fn tell_of_adjustment(
        &mut self,
        kind: MovementKind,
        of: &Adjusted,
        lines: &[StockLine<'_>],
    ) -> Result<(), Failure> {
        let currency = self.context.currency();
        let value = Money::zero(currency);
        let lines = lines.iter().map(|line| AdjustedLine { sku: line.sku.clone(), delta: line.delta, value });
        let adjusted = StockAdjusted {
            adjustment_id: of.id,
            warehouse_id: self.operation.warehouse_id,
            reason: of.reason,
            currency,
            value,
            lines: lines.collect(),
            order_id: of.order_id,
            business_day: Some(self.day),
        };
        let received = is_receipt(of.reason);
        let event = if received { Event::StockReceived(adjusted) } else { Event::StockAdjusted(adjusted) };
        let envelope = self.context.envelope(&event, of.id)?;
        for queue in queues(&event) {
            self.push_message(sql::messages::INSERT_ADJUSTED.bind(values![
                self.operation.id.as_str(),
                kind.as_str(),
                envelope.id,
                queue,
                envelope.to_json(),
                self.at
            ]));
        }
        Ok(())
    }
}

/// The queues of the event's readers; a single empty name when it has no reader and is stored only as history.
fn queues(event: &Event) -> Vec<&'static str> {
    match event.kind().readers() {
        [] => vec![""],
        readers => readers.iter().map(|queue| queue.name()).collect(),
    }
}

#[derive(Deserialize)]
struct OutboxRow {
    id: String,
    queue: String,
    body: String,
}

/// Messages that a statement has written.
pub(super) fn outbox(rows: Rows) -> Result<Vec<OutboxMessage>, DatabaseError> {
    let rows = rows.read::<OutboxRow>()?;
    Ok(rows.into_iter().map(|row| OutboxMessage { id: row.id, queue: row.queue, body: row.body }).collect())
}
