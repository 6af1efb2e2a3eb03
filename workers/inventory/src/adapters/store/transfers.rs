//! Transfers over SQL.

use contracts::Event;
use contracts::events::StockTransferred;
use contracts::stock::{CreateTransfer, StockItem, Transfer, TransferItem, TransferStatus};
use contracts::terms::DepletedBy;
use kernel::ids::{TransferId, WarehouseId};
use kernel::{Failure, Timestamp};
use store::{json, values};

use super::change::{Change, Operation, StockLine};
use super::transfer_lists::find_transfer;
use super::{Store, defect, sql, text};
use crate::application::ports::{ChangeTransfers, Transfers, Unmoved};
use crate::domain::movement::MovementKind;

/// A step of a transfer: its id contains the whole request.
fn step(transfer: &Transfer, name: &str, warehouse_id: WarehouseId) -> Operation {
    Operation { id: step_id(transfer, name), kind: "Transfer", warehouse_id, request: String::new() }
}

fn step_id(transfer: &Transfer, name: &str) -> String {
    format!("{}:{name}", transfer.id)
}

fn draft(id: TransferId, request: &CreateTransfer, created_at: Timestamp) -> Transfer {
    let item =
        |item: &StockItem| TransferItem { sku: item.sku.clone(), quantity: item.quantity, value: None };
    Transfer {
        id,
        from_warehouse_id: request.from_warehouse_id,
        to_warehouse_id: request.to_warehouse_id,
        status: TransferStatus::Draft,
        note: request.note.clone(),
        created_at,
        shipped_at: None,
        received_at: None,
        items: request.items.iter().map(item).collect(),
    }
}

fn leaving(item: &TransferItem) -> StockLine<'_> {
    StockLine { sku: &item.sku, delta: item.quantity.units().saturating_neg(), value: None }
}

fn publish(change: &mut Change<'_>, transfer: &Transfer, status: TransferStatus) -> Result<(), Failure> {
    let event = Event::StockTransferred(StockTransferred {
        transfer_id: transfer.id,
        from_warehouse_id: transfer.from_warehouse_id,
        to_warehouse_id: transfer.to_warehouse_id,
        status: status.as_str().to_owned(),
    });
    change.context.publish(&mut change.unit, &event, transfer.id)
}

impl<T> Transfers for Store<'_, T> {
    async fn find(&self, id: TransferId) -> Result<Option<Transfer>, Failure> {
        find_transfer(self.context, id).await
    }
}

impl ChangeTransfers for Store<'_, Transfer> {
    async fn create(&self, id: TransferId, request: &CreateTransfer) -> Result<Transfer, Unmoved> {
        let operation = Operation {
            id: id.to_string(),
            kind: "Transfer",
            warehouse_id: request.from_warehouse_id,
            request: text(request)?,
        };
        let day = self.today_in(request.from_warehouse_id).await?;
        let mut change = Change::new(self.context, operation, day);
        change.begin();
        change.unit.push(sql::transfers::INSERT_TRANSFER.bind(values![
            id,
            request.from_warehouse_id,
            request.to_warehouse_id,
            &request.note,
            change.at
        ]));
        change.unit.push(sql::transfers::INSERT_TRANSFER_LINES.bind(values![id, json(&request.items)]));
        self.present.keep(self.context, &mut change.unit, &draft(id, request, change.at))?;
        let booked = change.commit().await?;
        Ok(draft(id, request, booked.at()))
    }

    async fn ship(&self, transfer: &Transfer) -> Result<Transfer, Unmoved> {
        let lines: Vec<StockLine<'_>> = transfer.items.iter().map(leaving).collect();
        let from = transfer.from_warehouse_id;
        let mut change = Change::new(self.context, step(transfer, "ship", from), self.today_in(from).await?);
        // First of all, so that a transfer that is already shipped is refused for that reason.
        change.unit.push(sql::transfers::SHIP_TRANSFER.bind(values![transfer.id, change.at]));
        change.begin();
        change.book(MovementKind::TransferOut, None, &lines);
        change.tell_of_limits(&lines, DepletedBy::Adjustment)?;
        publish(&mut change, transfer, TransferStatus::Shipped)?;
        change.keep(self.present, &lines, |booked| booked.shipped(transfer))?;
        Ok(change.commit().await?.shipped(transfer).map_err(defect)?)
    }

    async fn receive(&self, transfer: &Transfer) -> Result<Transfer, Unmoved> {
        let to = transfer.to_warehouse_id;
        let mut change = Change::new(self.context, step(transfer, "receive", to), self.today_in(to).await?);
        let arrived =
            Transfer { status: TransferStatus::Received, received_at: Some(change.at), ..transfer.clone() };
        change.unit.push(sql::transfers::RECEIVE_TRANSFER.bind(values![transfer.id, change.at]));
        change.begin();
        change.unit.push(sql::transfers::INSERT_ARRIVAL.bind(values![
            change.operation.id.as_str(),
            step_id(transfer, "ship"),
            to,
            change.at,
            change.day
        ]));
        publish(&mut change, transfer, TransferStatus::Received)?;
        self.present.keep(self.context, &mut change.unit, &arrived)?;
        change.commit().await?;
        Ok(arrived)
    }
}
