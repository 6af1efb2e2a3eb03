//! Prints of receipts over SQL.

use kernel::ids::OrderId;
use kernel::{Currency, Failure, Timestamp};
use selling::receipt::ReceiptRefund;
use serde::Deserialize;
use store::{DatabaseError, values};

use super::order_row::OrderRow;
use super::sql::{reading, receipts as sql};
use super::{Store, money, only};
use crate::application::ports::receipts::{Printable, Printed, Receipts};

#[derive(Deserialize)]
struct RefundRow {
    created_at: Timestamp,
    currency: Currency,
    total_minor: i64,
}

#[derive(Deserialize)]
struct PrintsRow {
    prints: i64,
}

#[derive(Deserialize)]
struct NameRow {
    name: String,
}

impl Receipts for Store<'_> {
    async fn printable(&self, order_id: OrderId) -> Result<Option<Printable>, Failure> {
        let statements =
            [reading::FIND_ORDER, sql::LIST_RECEIPT_REFUNDS, sql::FIND_RECEIPT_PRINTS, sql::FIND_SHOP_NAME];
        let statements = statements.map(|sql| sql.bind(values![order_id]));
        let [order, refunds, prints, name] = self.context.query_all(statements).await?;
        let Some(order) = order.first::<OrderRow>()? else { return Ok(None) };
        let refund = |row: RefundRow| {
            Ok(ReceiptRefund { at: row.created_at, total: money(row.total_minor, row.currency)? })
        };
        let refunds: Result<_, DatabaseError> =
            refunds.read::<RefundRow>()?.into_iter().map(refund).collect();
        Ok(Some(Printable {
            order: order.into_order()?,
            warehouse_name: only::<NameRow>(name)?.name,
            refunds: refunds?,
            prints: only::<PrintsRow>(prints)?.prints,
        }))
    }

    async fn count_print(&self, order_id: OrderId, printed: &Printed) -> Result<bool, Failure> {
        let context = self.context;
        let mut unit = context.unit();
        unit.push(sql::INSERT_RECEIPT.bind(values![
            order_id,
            printed.print,
            printed.format.as_str(),
            context.caller.subject.as_str(),
            context.now()
        ]));
        self.keep(self.presents.receipt, &mut unit, printed)?;
        match context.commit(unit).await {
            Ok(_) => Ok(true),
            Err(error) if error.rule() == Some("receipts.order_id") => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
