//! Transfers over SQL.

use contracts::Event;
use contracts::events::StockTransferred;
use contracts::stock::{CreateTransfer, Transfer, TransferItem, TransferStatus};
use contracts::terms::DepletedBy;
use kernel::ids::TransferId;
use kernel::{Failure, Limit};
use serde::Deserialize;
use store::{Unit, json, values};
use web::Context;

use super::operation::{Operation, Places, StockLine, currency, read, text};
use super::sql;
use crate::application::ports::{Moved, Transfers};

/// Transfers in the service's database.
pub(crate) struct SqlTransfers<'a> {
    context: &'a Context,
}

impl<'a> SqlTransfers<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    fn publish(&self, unit: &mut Unit, transfer: &Transfer, status: TransferStatus) -> Result<(), Failure> {
        let event = Event::StockTransferred(StockTransferred {
            transfer_id: transfer.id,
            from_warehouse_id: transfer.from_warehouse_id,
            to_warehouse_id: transfer.to_warehouse_id,
            status: status.as_str().to_owned(),
        });
        self.context.publish(unit, &event, transfer.id)
    }

    /// Answers the transfer as it is after the step, and commits.
    async fn finish(
        &self,
        operation: &Operation,
        mut unit: Unit,
        mut places: Places,
        id: TransferId,
        status: u16,
    ) -> Result<Moved<Transfer>, Failure> {
        let answer = sql::transfers::ANSWER_TRANSFER.bind(values![
            operation.id.as_str(),
            id,
            currency(self.context.currency())
        ]);
        operation.push_answer(&mut unit, &mut places, answer, status);
        operation.commit(self.context, unit, places).await
    }
}

fn leaving(item: &TransferItem) -> StockLine<'_> {
    StockLine { sku: &item.sku, delta: item.quantity.units().saturating_neg(), value: None }
}

fn step(transfer: &Transfer, name: &str) -> String {
    format!("{}:{name}", transfer.id)
}

#[derive(Deserialize)]
struct TransferRow {
    answer: String,
}

impl Transfers for SqlTransfers<'_> {
    async fn create(&self, id: TransferId, request: &CreateTransfer) -> Result<Moved<Transfer>, Failure> {
        let context = self.context;
        let operation = Operation {
            id: id.to_string(),
            kind: "Transfer",
            warehouse_id: request.from_warehouse_id,
            request: text(request)?,
        };
        let mut unit = context.unit();
        unit.push(operation.begin(context));
        unit.push(sql::transfers::INSERT_TRANSFER.bind(values![
            id,
            request.from_warehouse_id,
            request.to_warehouse_id,
            request.note.as_ref().map(ToString::to_string),
            context.now()
        ]));
        unit.push(sql::transfers::INSERT_TRANSFER_LINES.bind(values![id, json(&request.items)]));
        self.finish(&operation, unit, Places::default(), id, 201).await
    }

    async fn find(&self, id: TransferId) -> Result<Option<Transfer>, Failure> {
        let currency = currency(self.context.currency());
        let rows = self.context.query(sql::transfers::FIND_TRANSFER.bind(values![id, currency])).await?;
        rows.first::<TransferRow>()?.map(|row| read(Some(row.answer))).transpose()
    }

    async fn ship(&self, transfer: &Transfer) -> Result<Moved<Transfer>, Failure> {
        let context = self.context;
        let operation = Operation {
            id: step(transfer, "ship"),
            kind: "Transfer",
            warehouse_id: transfer.from_warehouse_id,
            request: String::new(),
        };
        let lines: Vec<StockLine<'_>> = transfer.items.iter().map(leaving).collect();
        let (mut unit, mut places) = (context.unit(), Places::default());
        // First of all, so that a transfer that has shipped is refused as such.
        unit.push(sql::transfers::SHIP_TRANSFER.bind(values![transfer.id, context.now()]));
        unit.push(operation.begin(context));
        unit.push(operation.movements(context, "TransferOut", None, &lines));
        operation.push_alerts(context, &mut unit, &mut places, &lines, DepletedBy::Adjustment)?;
        self.publish(&mut unit, transfer, TransferStatus::Shipped)?;
        self.finish(&operation, unit, places, transfer.id, 200).await
    }

    async fn receive(&self, transfer: &Transfer) -> Result<Moved<Transfer>, Failure> {
        let context = self.context;
        let operation = Operation {
            id: step(transfer, "receive"),
            kind: "Transfer",
            warehouse_id: transfer.to_warehouse_id,
            request: String::new(),
        };
        let mut unit = context.unit();
        unit.push(sql::transfers::RECEIVE_TRANSFER.bind(values![transfer.id, context.now()]));
        unit.push(operation.begin(context));
        unit.push(sql::transfers::INSERT_ARRIVAL.bind(values![
            operation.id.as_str(),
            step(transfer, "ship"),
            transfer.to_warehouse_id,
            context.now()
        ]));
        self.publish(&mut unit, transfer, TransferStatus::Received)?;
        self.finish(&operation, unit, Places::default(), transfer.id, 200).await
    }

    fn new_id(&self) -> Result<TransferId, Failure> {
        Ok(self.context.new_id()?)
    }
}

/// Transfers, newest first, before the one created at `before.0` with the id `before.1`: one more than the
/// limit, if there are more.
pub(crate) async fn list_transfers(
    context: &Context,
    status: Option<TransferStatus>,
    before: (&str, &str),
    limit: Limit,
) -> Result<Vec<Transfer>, Failure> {
    let (limit, currency) = (limit.rows().saturating_add(1), currency(context.currency()));
    let statement = match status {
        None => sql::transfers::LIST_TRANSFERS.bind(values![before.0, before.1, limit, currency]),
        Some(status) => sql::transfers::LIST_TRANSFERS_OF_STATUS.bind(values![
            before.0,
            before.1,
            limit,
            currency,
            status.as_str()
        ]),
    };
    let rows = context.query(statement).await?.read::<TransferRow>()?;
    rows.into_iter().map(|row| read(Some(row.answer))).collect()
}
