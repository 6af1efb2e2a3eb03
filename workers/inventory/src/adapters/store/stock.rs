//! Stock over SQL.

use contracts::Queue;
use contracts::stock::{
    AdjustStock, Adjustment, DeductStock, GoodsRestocked, ItemAvailability, MovementReviewed, ReorderPoint,
    RestockGoods, StockDeducted, StockItem,
};
use contracts::terms::{AdjustmentReason, DepletedBy};
use kernel::ids::{AdjustmentId, MessageId, OrderId, WarehouseId};
use kernel::text::{ShortText, Sku};
use kernel::{Failure, Money};
use serde::Deserialize;
use serde_json::json;
use store::{Statement, values};
use web::Context;

use super::operation::{Operation, Places, StockLine, currency, read, text};
use super::sql;
use crate::application::ports::{Decided, Moved, Reviewed, Stock};
use crate::domain::adjustment::is_receipt;
use crate::domain::shortage::OnHand;

/// Stock in the service's database.
pub(crate) struct SqlStock<'a> {
    context: &'a Context,
}

impl<'a> SqlStock<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    /// `StockAdjusted` or `StockReceived` of the movements of one kind of an operation.
    fn adjusted(
        &self,
        operation: &Operation,
        kind: &str,
        event: &str,
        of: &Adjusted,
    ) -> Result<Statement, Failure> {
        Ok(sql::movements::INSERT_ADJUSTED.bind(values![
            operation.id.as_str(),
            operation.warehouse_id,
            kind,
            self.context.new_id::<MessageId>()?,
            Queue::AccountingInbox.name(),
            event,
            of.id,
            of.order_id,
            of.reason.as_str(),
            currency(self.context.currency()),
            self.context.now(),
            &*self.context.request_id
        ]))
    }

    /// What the order was told when it was refused, if it asked for the same.
    async fn first_refusal(&self, operation: &Operation) -> Result<Decided, Failure> {
        let found = sql::movements::FIND_REFUSAL.bind(values![operation.id.as_str()]);
        let row: Option<RefusalRow> = self.context.query(found).await?.first()?;
        match row {
            Some(row) if row.request == operation.request => read(Some(row.answer)).map(Decided::Refused),
            _ => Ok(Decided::Conflict),
        }
    }
}

/// What an order asks for: `allow_shortage` and the channel are no part of it.
fn deduction(request: &DeductStock) -> Operation {
    let items = request.items.iter().map(|item| (&item.sku, item.quantity.units(), None)).collect();
    Operation {
        id: request.order_id.to_string(),
        kind: "Deduction",
        warehouse_id: request.warehouse_id,
        request: request_text(request.warehouse_id, items),
    }
}

/// What an event of an adjustment says beside its lines.
struct Adjusted {
    id: AdjustmentId,
    order_id: Option<OrderId>,
    reason: AdjustmentReason,
}

/// What makes a repeated call the same call: where and what, in whatever order. Whether a shortage is
/// allowed is no part of it: a sale that reached us before it was synchronised is the same sale.
fn request_text(warehouse_id: WarehouseId, items: Vec<(&Sku, i64, Option<Money>)>) -> String {
    let mut items = items;
    items.sort_by_key(|(sku, ..)| *sku);
    json!({ "warehouseId": warehouse_id, "items": items }).to_string()
}

fn leaving(items: &[StockItem]) -> Vec<StockLine<'_>> {
    items
        .iter()
        .map(|item| StockLine { sku: &item.sku, delta: item.quantity.units().saturating_neg(), value: None })
        .collect()
}

#[derive(Deserialize)]
struct RefusalRow {
    request: String,
    answer: String,
}

#[derive(Deserialize)]
struct OnHandRow {
    sku: Sku,
    units: i64,
}

impl Stock for SqlStock<'_> {
    async fn deduct(&self, request: &DeductStock) -> Result<Moved<StockDeducted>, Failure> {
        let context = self.context;
        let operation = deduction(request);
        let lines = leaving(&request.items);
        let (mut unit, mut places) = (context.unit(), Places::default());
        if request.allow_shortage {
            unit.push(sql::movements::OVERRULE_REFUSAL.bind(values![request.order_id, context.now()]));
        }
        unit.push(operation.begin(context));
        if request.allow_shortage {
            let (order, warehouse, json) = (request.order_id, request.warehouse_id, store::json(&lines));
            unit.push(sql::movements::ADD_STOCK_ROWS.bind(values![warehouse, json.clone()]));
            unit.push(sql::movements::INSERT_VARIANCE.bind(values![order, warehouse, json, context.now()]));
            let of = Adjusted {
                id: context.new_id()?,
                order_id: Some(request.order_id),
                reason: AdjustmentReason::CountCorrection,
            };
            let message = self.adjusted(&operation, "Variance", "StockAdjusted", &of)?;
            Operation::push_message(&mut unit, &mut places, message);
        }
        unit.push(operation.movements(context, "Sale", None, &lines));
        operation.push_alerts(context, &mut unit, &mut places, &lines, DepletedBy::from(request.channel))?;
        let answer =
            sql::movements::ANSWER_DEDUCTION.bind(values![request.order_id, currency(context.currency())]);
        operation.push_answer(&mut unit, &mut places, answer, 200);
        operation.commit(context, unit, places).await
    }

    async fn refuse(
        &self,
        request: &DeductStock,
        availability: Vec<ItemAvailability>,
    ) -> Result<Decided, Failure> {
        let context = self.context;
        let operation = deduction(request);
        let mut unit = context.unit();
        unit.push(sql::movements::INSERT_REFUSAL.bind(values![
            operation.id.as_str(),
            operation.request.as_str(),
            store::json(&availability),
            context.now()
        ]));
        let Err(error) = context.commit(unit).await else { return Ok(Decided::Refused(availability)) };
        match error.rule() {
            Some("stock_refusals.order_id") => self.first_refusal(&operation).await,
            Some("stock_refusals_taken") => Ok(match operation.first_answer(context).await? {
                Moved::Done(deducted) => Decided::Taken(deducted),
                _ => Decided::Conflict,
            }),
            Some("stock_refusals_short") => Err(Failure::Unknown("the stock changed meanwhile".to_owned())),
            _ => Err(error.into()),
        }
    }

    async fn restock(&self, request: &RestockGoods) -> Result<Moved<GoodsRestocked>, Failure> {
        let context = self.context;
        let items = request.items.iter().map(|item| (&item.sku, item.quantity.units(), item.cost)).collect();
        let operation = Operation {
            id: request.refund_id.to_string(),
            kind: "Restock",
            warehouse_id: request.warehouse_id,
            request: request_text(request.warehouse_id, items),
        };
        let lines: Vec<StockLine<'_>> = request
            .items
            .iter()
            .map(|item| StockLine {
                sku: &item.sku,
                delta: item.quantity.units(),
                value: item.cost.map(Money::minor),
            })
            .collect();
        let (mut unit, mut places) = (context.unit(), Places::default());
        unit.push(operation.begin(context));
        unit.push(sql::movements::ADD_STOCK_ROWS.bind(values![request.warehouse_id, store::json(&lines)]));
        unit.push(operation.movements(context, "Return", None, &lines));
        let answer =
            sql::movements::ANSWER_RESTOCK.bind(values![request.refund_id, currency(context.currency())]);
        operation.push_answer(&mut unit, &mut places, answer, 200);
        operation.commit(context, unit, places).await
    }

    async fn adjust(&self, id: AdjustmentId, request: &AdjustStock) -> Result<Moved<Adjustment>, Failure> {
        let context = self.context;
        let operation = Operation {
            id: id.to_string(),
            kind: "Adjustment",
            warehouse_id: request.warehouse_id,
            request: text(request)?,
        };
        let mut lines = Vec::with_capacity(request.items.len());
        for item in &request.items {
            let delta = item.delta.units();
            let value = item.unit_cost.map(|cost| cost.times(delta)).transpose();
            // The domain refused what is too large before it came here.
            let value = value.map_err(|error| Failure::Defect(error.to_string()))?;
            lines.push(StockLine { sku: &item.sku, delta, value: value.map(Money::minor) });
        }
        let (kind, event) = if is_receipt(request.reason) {
            ("Receipt", "StockReceived")
        } else {
            ("Adjustment", "StockAdjusted")
        };
        let (mut unit, mut places) = (context.unit(), Places::default());
        unit.push(operation.begin(context));
        unit.push(operation.movements(context, kind, Some(request.reason.as_str()), &lines));
        let of = Adjusted { id, order_id: None, reason: request.reason };
        let message = self.adjusted(&operation, kind, event, &of)?;
        Operation::push_message(&mut unit, &mut places, message);
        operation.push_alerts(context, &mut unit, &mut places, &lines, DepletedBy::Adjustment)?;
        let without_values = Adjustment {
            id,
            warehouse_id: request.warehouse_id,
            reason: request.reason,
            note: request.note.clone(),
            created_at: context.now(),
            value: Money::zero(context.currency()),
            items: Vec::new(),
        };
        let answer = sql::movements::ANSWER_ADJUSTMENT.bind(values![
            id,
            currency(context.currency()),
            store::json(&without_values)
        ]);
        operation.push_answer(&mut unit, &mut places, answer, 201);
        operation.commit(context, unit, places).await
    }

    async fn on_hand(
        &self,
        warehouse_id: WarehouseId,
        skus: &[&Sku],
    ) -> Result<Option<Vec<OnHand>>, Failure> {
        let [warehouse, held] = self
            .context
            .query_all([
                sql::warehouses::FIND_WAREHOUSE.bind(values![warehouse_id]),
                sql::stock::LIST_ON_HAND.bind(values![warehouse_id, store::json(skus)]),
            ])
            .await?;
        if warehouse.is_empty() {
            return Ok(None);
        }
        let held = held.read::<OnHandRow>()?;
        Ok(Some(held.into_iter().map(|row| OnHand { sku: row.sku, units: row.units }).collect()))
    }

    fn new_id(&self) -> Result<AdjustmentId, Failure> {
        Ok(self.context.new_id()?)
    }

    async fn set_reorder_point(&self, point: &ReorderPoint) -> Result<bool, Failure> {
        // Rows of stock are never removed: one that is found now is there when it is changed.
        let (warehouse, sku, units) = (point.warehouse_id, &point.sku, point.reorder_point);
        let found = sql::stock::FIND_STOCK.bind(values![warehouse, sku]);
        if self.context.query(found).await?.is_empty() {
            return Ok(false);
        }
        let mut unit = self.context.unit();
        unit.push(sql::stock::SET_REORDER_POINT.bind(values![warehouse, sku, units]));
        unit.answer(super::kept(200, None, text(point)?));
        self.context.commit(unit).await?;
        Ok(true)
    }

    async fn review(&self, movement_id: &str, note: &ShortText) -> Result<Reviewed, Failure> {
        let found = sql::movements::FIND_MOVEMENT.bind(values![movement_id]);
        if self.context.query(found).await?.is_empty() {
            return Ok(Reviewed::Unknown);
        }
        let review = MovementReviewed {
            id: movement_id.to_owned(),
            note: note.clone(),
            reviewed_by: self.context.caller.subject.clone(),
            reviewed_at: self.context.now(),
        };
        let mut unit = self.context.unit();
        unit.push(sql::movements::REVIEW_MOVEMENT.bind(values![
            movement_id,
            note,
            review.reviewed_by.as_str(),
            review.reviewed_at
        ]));
        unit.answer(super::kept(200, None, text(&review)?));
        match self.context.commit(unit).await {
            Ok(_) => Ok(Reviewed::Done(review)),
            Err(error) if error.rule() == Some("movements_review") => Ok(Reviewed::NotOpen),
            Err(error) => Err(error.into()),
        }
    }
}
