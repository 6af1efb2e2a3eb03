//! What the service tells of its sales: digests for the comparison with inventory and the books, and the figures of
//! the day.

use contracts::ops::{ChannelSales, SaleDigest, SaleReference, SalesPage, SalesSummary};
use contracts::terms::SalesChannel;
use kernel::Cursor;
use kernel::ids::OrderId;
use serde::Deserialize;
use store::{DatabaseError, values};

use super::audit::CountRow;
use super::sql::{audit as sql, checkout};
use super::{Store, money, only};

#[derive(Deserialize)]
struct DigestRow {
    id: OrderId,
    completed: bool,
    total_minor: i64,
    units: i64,
    cost_minor: Option<i64>,
    settled_minor: i64,
}

#[derive(Deserialize)]
struct DayRow {
    sales_channel: SalesChannel,
    orders: i64,
    total_minor: i64,
}

impl Store<'_> {
    /// A page of orders by id, then of refunds. The cursor is `o:<id>` or `r:<id>`.
    pub(crate) async fn sales_page(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<SalesPage, DatabaseError> {
        let (kind, after) = cursor.and_then(|cursor| cursor.split_once(':')).unwrap_or(("o", ""));
        let (sales, refunds) = if kind == "r" {
            (self.refund_digests(after, limit).await?, true)
        } else {
            (self.order_digests(after, limit).await?, false)
        };
        let last = sales.last().filter(|_| sales.len() >= limit).map(|sale| sale.reference.id());
        let next_cursor = match (last, refunds) {
            (Some(last), false) => Some(Cursor::after(format!("o:{last}"))),
            (Some(last), true) => Some(Cursor::after(format!("r:{last}"))),
            (None, false) => Some(Cursor::after("r:")),
            (None, true) => None,
        };
        Ok(SalesPage { sales, next_cursor })
    }

    async fn order_digests(&self, after: &str, limit: usize) -> Result<Vec<SaleDigest>, DatabaseError> {
        let currency = self.context.currency();
        let rows = self.context.query(sql::LIST_DIGESTS.bind(values![after, limit])).await?;
        let digest = |row: DigestRow| {
            Ok(SaleDigest {
                reference: SaleReference::Order(row.id),
                completed: row.completed,
                units: if row.completed { row.units } else { 0 },
                cost: row.cost_minor.map(|minor| money(minor, currency)).transpose()?,
                total: money(row.total_minor, currency)?,
                settled: money(row.settled_minor, currency)?,
            })
        };
        rows.read::<DigestRow>()?.into_iter().map(digest).collect()
    }

    /// Today's sales by channel, and the orders that wait for payment.
    pub(crate) async fn summarise(&self) -> Result<SalesSummary, DatabaseError> {
        let currency = self.context.currency();
        let statements = [
            checkout::DAILY_SALES.bind(values![self.context.now().date()]),
            checkout::COUNT_PENDING.bind([]),
        ];
        let [today, open] = self.context.query_all(statements).await?;
        let sales = |row: DayRow| {
            let DayRow { sales_channel, orders, total_minor } = row;
            Ok(ChannelSales { sales_channel, orders, total: money(total_minor, currency)? })
        };
        let today: Result<_, DatabaseError> = today.read::<DayRow>()?.into_iter().map(sales).collect();
        Ok(SalesSummary { today: today?, open_orders: only::<CountRow>(open)?.n })
    }
}
