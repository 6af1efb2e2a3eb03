//! Refunds over SQL.

use contracts::stock::{GoodsRestocked, RestockGoods, RestockItem};
use kernel::Money;
use store::values;

use super::change::{Change, Operation, StockLine};
use super::deductions::request_text;
use super::{Store, defect, sql};
use crate::application::ports::{Restocks, Unmoved};
use crate::domain::movement::MovementKind;

fn coming_back(item: &RestockItem) -> StockLine<'_> {
    StockLine { sku: &item.sku, delta: item.quantity.units(), value: item.cost.map(Money::minor) }
}

impl Restocks for Store<'_, GoodsRestocked> {
    async fn restock(&self, request: &RestockGoods) -> Result<GoodsRestocked, Unmoved> {
        let items = request.items.iter().map(|item| (&item.sku, item.quantity.units(), item.cost)).collect();
        let operation = Operation {
            id: request.refund_id.to_string(),
            kind: "Restock",
            warehouse_id: request.warehouse_id,
            request: request_text(request.warehouse_id, items),
        };
        let lines: Vec<StockLine<'_>> = request.items.iter().map(coming_back).collect();
        let day = request.business_day.map_or_else(|| self.context.today(), Ok)?;
        let mut change = Change::new(self.context, operation, day);
        change.begin();
        let rows = sql::movements::ADD_STOCK_ROWS.bind(values![request.warehouse_id, store::json(&lines)]);
        change.unit.push(rows);
        change.book(MovementKind::Return, None, &lines);
        change.keep(self.present, &lines, |booked| booked.restocked(request))?;
        Ok(change.commit().await?.restocked(request).map_err(defect)?)
    }
}
