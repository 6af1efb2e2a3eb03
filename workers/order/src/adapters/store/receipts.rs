//! Prints of receipts over SQL.

use kernel::ids::OrderId;
use kernel::{Currency, Failure, Money, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, Rows, values};
use web::Context;

use super::order_row::OrderRow;
use super::refunds_sql as sql;
use crate::application::ports::refunds::{Printable, Receipts};
use crate::domain::receipt::ReceiptRefund;

/// Prints in the service's database.
pub(crate) struct SqlReceipts<'a> {
    context: &'a Context,
}

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

impl<'a> SqlReceipts<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }
}

impl Receipts for SqlReceipts<'_> {
    async fn printable(&self, order_id: OrderId) -> Result<Option<Printable>, Failure> {
        let statements = [
            super::sql::reading::FIND_ORDER,
            sql::LIST_RECEIPT_REFUNDS,
            sql::FIND_RECEIPT_PRINTS,
            sql::FIND_SHOP_NAME,
        ];
        let statements = statements.map(|sql| sql.bind(values![order_id])).to_vec();
        let rows = self.context.query_all(statements).await?;
        let [order, refunds, prints, name] = rows;
        let Some(order) = order.first::<OrderRow>()? else { return Ok(None) };
        let refund = |row: RefundRow| {
            let total = Money::from_minor(row.total_minor, row.currency)
                .map_err(|error| DatabaseError::Shape(format!("refunds: {error}")))?;
            Ok(ReceiptRefund { at: row.created_at, total })
        };
        let refunds: Result<_, DatabaseError> =
            refunds.read::<RefundRow>()?.into_iter().map(refund).collect();
        Ok(Some(Printable {
            order: order.into_order()?,
            warehouse_name: name.first::<NameRow>()?.map(|row| row.name).unwrap_or_default(),
            refunds: refunds?,
            prints: prints.first::<PrintsRow>()?.map_or(0, |row| row.prints),
        }))
    }

    async fn count_print(
        &self,
        order_id: OrderId,
        print: i64,
        format: &str,
        answer: String,
    ) -> Result<bool, Failure> {
        let context = self.context;
        let mut unit = context.unit();
        unit.push(sql::INSERT_RECEIPT.bind(values![
            order_id,
            print,
            format,
            context.caller.subject.as_str(),
            context.now()
        ]));
        unit.answer(200, answer);
        match context.commit(unit).await {
            Ok(_) => Ok(true),
            Err(error) if error.rule() == Some("receipts.order_id") => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
