//! Reads transfers.

use contracts::stock::{Transfer, TransferItem, TransferStatus};
use kernel::ids::{TransferId, WarehouseId};
use kernel::text::{ShortText, Sku};
use kernel::{Currency, Failure, Limit, Money, Quantity, Timestamp};
use serde::Deserialize;
use store::values;
use web::Context;

use super::{defect, one_more, sql};

#[derive(Deserialize)]
struct TransferRow {
    id: TransferId,
    from_warehouse_id: WarehouseId,
    to_warehouse_id: WarehouseId,
    status: TransferStatus,
    note: Option<ShortText>,
    created_at: Timestamp,
    shipped_at: Option<Timestamp>,
    received_at: Option<Timestamp>,
    lines: String,
}

impl TransferRow {
    fn read(self, currency: Currency) -> Result<Transfer, Failure> {
        let lines: Vec<(Sku, Quantity, Option<i64>)> = serde_json::from_str(&self.lines).map_err(defect)?;
        let item = |(sku, quantity, minor): (Sku, Quantity, Option<i64>)| {
            let value = minor.map(|minor| Money::from_minor(minor, currency)).transpose().map_err(defect)?;
            Ok(TransferItem { sku, quantity, value })
        };
        Ok(Transfer {
            id: self.id,
            from_warehouse_id: self.from_warehouse_id,
            to_warehouse_id: self.to_warehouse_id,
            status: self.status,
            note: self.note,
            created_at: self.created_at,
            shipped_at: self.shipped_at,
            received_at: self.received_at,
            items: lines.into_iter().map(item).collect::<Result<_, Failure>>()?,
        })
    }
}

pub(super) async fn find_transfer(context: &Context, id: TransferId) -> Result<Option<Transfer>, Failure> {
    let rows = context.query(sql::transfers::FIND_TRANSFER.bind(values![id])).await?;
    rows.first::<TransferRow>()?.map(|row| row.read(context.currency())).transpose()
}

/// Transfers, newest first, before the one created at `before.0` with the id `before.1`: one more than the
/// limit, if there are more.
pub(crate) async fn list_transfers(
    context: &Context,
    status: Option<TransferStatus>,
    before: (&str, &str),
    limit: Limit,
) -> Result<Vec<Transfer>, Failure> {
    let (time, id, limit) = (before.0, before.1, one_more(limit));
    let statement = match status {
        None => sql::transfers::LIST_TRANSFERS.bind(values![time, id, limit]),
        Some(status) => {
            sql::transfers::LIST_TRANSFERS_OF_STATUS.bind(values![time, id, limit, status.as_str()])
        }
    };
    let rows = context.query(statement).await?.read::<TransferRow>()?;
    rows.into_iter().map(|row| row.read(context.currency())).collect()
}
