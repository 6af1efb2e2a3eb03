//! Sales over SQL.

use contracts::stock::{DeductStock, ItemAvailability, StockDeducted, StockItem};
use contracts::terms::{AdjustmentReason, DepletedBy};
use kernel::Money;
use kernel::ids::WarehouseId;
use kernel::text::Sku;
use serde_json::json;
use store::values;

use super::change::{Change, Operation, StockLine};
use super::messages::Adjusted;
use super::{Store, defect, sql};
use crate::application::explain_refusal::Refusal;
use crate::application::ports::{Decision, Deductions, Unmoved};
use crate::domain::movement::MovementKind;

/// What identifies the request of an order: `allow_shortage` and the channel do not count. A sale that reached us
/// before it was synchronised is the same sale.
pub(super) fn deduction(request: &DeductStock) -> Operation {
    let items = request.items.iter().map(|item| (&item.sku, item.quantity.units(), None)).collect();
    Operation {
        id: request.order_id.to_string(),
        kind: "Deduction",
        warehouse_id: request.warehouse_id,
        request: request_text(request.warehouse_id, items),
    }
}

/// The text by which a repeated call is recognised: warehouse and items, in any order.
pub(super) fn request_text(warehouse_id: WarehouseId, items: Vec<(&Sku, i64, Option<Money>)>) -> String {
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

impl Store<'_, Decision> {
    /// The goods have left: missing units are first added, as a variance.
    fn push_variance(
        &self,
        change: &mut Change<'_>,
        request: &DeductStock,
        lines: &[StockLine<'_>],
    ) -> Result<(), Unmoved> {
        let (order, warehouse, json) = (request.order_id, request.warehouse_id, store::json(lines));
        change.unit.push(sql::movements::ADD_STOCK_ROWS.bind(values![warehouse, json.clone()]));
        change.push_movements(
            sql::movements::INSERT_VARIANCE.bind(values![order, warehouse, json, change.at, change.day]),
        );
        let of = Adjusted {
            id: self.context.new_id().map_err(kernel::Failure::from)?,
            order_id: Some(order),
            reason: AdjustmentReason::CountCorrection,
        };
        Ok(change.tell_of_adjustment(MovementKind::Variance, &of, lines)?)
    }
}

impl Deductions for Store<'_, Decision> {
    async fn deduct(&self, request: &DeductStock) -> Result<StockDeducted, Unmoved> {
        let lines = leaving(&request.items);
        let day = request.business_day.map_or_else(|| self.context.today(), Ok)?;
        let mut change = Change::new(self.context, deduction(request), day);
        if request.allow_shortage {
            let overruled = sql::movements::OVERRULE_REFUSAL.bind(values![request.order_id, change.at]);
            change.unit.push(overruled);
        }
        change.begin();
        if request.allow_shortage {
            self.push_variance(&mut change, request, &lines)?;
        }
        change.book(MovementKind::Sale, None, &lines);
        change.tell_of_limits(&lines, DepletedBy::from(request.channel))?;
        change.keep(self.present, &lines, |booked| booked.deducted(request).map(Decision::Taken))?;
        Ok(change.commit().await?.deducted(request).map_err(defect)?)
    }

    async fn refuse(
        &self,
        request: &DeductStock,
        availability: Vec<ItemAvailability>,
    ) -> Result<Decision, Refusal> {
        self.store_refusal(request, availability).await
    }
}
