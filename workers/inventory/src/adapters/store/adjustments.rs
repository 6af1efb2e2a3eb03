//! Adjustments over SQL.

use contracts::stock::{AdjustStock, Adjustment, AdjustmentItem};
use contracts::terms::DepletedBy;
use kernel::ids::AdjustmentId;
use kernel::{Failure, Money};
use web::Context;

use super::change::{Change, Operation, StockLine, booked};
use super::messages::Adjusted;
use super::{Store, defect, text};
use crate::application::ports::{Adjustments, Unmoved};
use crate::domain::adjustment::{is_receipt, value};
use crate::domain::movement::MovementKind;

const KIND: &str = "Adjustment";

fn line(item: &AdjustmentItem) -> Result<StockLine<'_>, Failure> {
    let delta = item.delta.units();
    // The domain has already refused amounts that are too large.
    let value = value(item).map_err(defect)?;
    Ok(StockLine { sku: &item.sku, delta, value: value.map(Money::minor) })
}

impl Adjustments for Store<'_, Adjustment> {
    async fn adjust(&self, id: AdjustmentId, request: &AdjustStock) -> Result<Adjustment, Unmoved> {
        let operation = Operation {
            id: id.to_string(),
            kind: KIND,
            warehouse_id: request.warehouse_id,
            request: text(request)?,
        };
        let lines = request.items.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        let kind = if is_receipt(request.reason) { MovementKind::Receipt } else { MovementKind::Adjustment };
        let mut change = Change::new(self.context, operation);
        change.begin();
        change.book(kind, Some(request.reason.as_str()), &lines);
        let of = Adjusted { id, order_id: None, reason: request.reason };
        change.tell_of_adjustment(kind, &of, &lines)?;
        change.tell_of_limits(&lines, DepletedBy::Adjustment)?;
        change.keep(self.present, &lines, |booked| booked.adjusted(id, request))?;
        Ok(change.commit().await?.adjusted(id, request).map_err(defect)?)
    }
}

/// A booked adjustment: the request, with the values of its movements.
pub(crate) async fn find_adjustment(
    context: &Context,
    id: AdjustmentId,
) -> Result<Option<Adjustment>, Failure> {
    let found = booked(context, &id.to_string()).await?.filter(|(operation, _)| operation.kind == KIND);
    let Some((operation, booked)) = found else { return Ok(None) };
    let request: AdjustStock = serde_json::from_str(&operation.request).map_err(defect)?;
    booked.adjusted(id, &request).map(Some).map_err(defect)
}
