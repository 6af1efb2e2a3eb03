//! The service's sales for other services: digests for the comparison with inventory and the books, and the figures of
//! the day.

use contracts::ops::{ChannelSales, SaleDigest, SaleReference, SalesPage, SalesSummary};
use contracts::terms::SalesChannel;
use kernel::{Currency, Cursor, Date, Failure, TimeZone, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::{DatabaseError, Rows, values};

use super::audit::CountRow;
use super::sql::{audit as sql, checkout, refund_audit};
use super::{Store, defect, money, only};

/// The sales of a shop on a day, through one channel.
#[derive(Deserialize)]
struct DayRow {
    day: Date,
    time_zone: Option<TimeZone>,
    sales_channel: SalesChannel,
    orders: i64,
    total_minor: i64,
}

/// An order or a refund, with the sums of its goods and its money.
#[derive(Deserialize)]
struct DigestRow<Id> {
    id: Id,
    completed: bool,
    total_minor: i64,
    units: i64,
    cost_minor: Option<i64>,
    settled_minor: i64,
}

fn digests<Id: DeserializeOwned>(
    rows: Rows,
    currency: Currency,
    reference: impl Fn(Id) -> SaleReference,
) -> Result<Vec<SaleDigest>, DatabaseError> {
    let digest = |row: DigestRow<Id>| {
        Ok(SaleDigest {
            reference: reference(row.id),
            completed: row.completed,
            units: if row.completed { row.units } else { 0 },
            cost: row.cost_minor.map(|minor| money(minor, currency)).transpose()?,
            total: money(row.total_minor, currency)?,
            settled: money(row.settled_minor, currency)?,
        })
    };
    rows.read()?.into_iter().map(digest).collect()
}

impl Store<'_> {
    /// A page of orders by id, then of refunds, without those that changed since `before`. The cursor is `o:<id>` or
    /// `r:<id>`.
    pub(crate) async fn sales_page(
        &self,
        cursor: Option<&str>,
        rows: usize,
        before: Option<Timestamp>,
    ) -> Result<SalesPage, DatabaseError> {
        let (kind, after) = cursor.and_then(|cursor| cursor.split_once(':')).unwrap_or(("o", ""));
        // `~` comes after every character of a time.
        let before = before.map_or_else(|| "~".to_owned(), |time| time.to_string());
        let (page, currency) = (values![after, rows, before], self.context.currency());
        let are_refunds = kind == "r";
        let sales = if are_refunds {
            let found = self.context.query(refund_audit::LIST_REFUND_DIGESTS.bind(page)).await?;
            digests(found, currency, SaleReference::Refund)?
        } else {
            let found = self.context.query(sql::LIST_DIGESTS.bind(page)).await?;
            digests(found, currency, SaleReference::Order)?
        };
        let last = sales.last().filter(|_| sales.len() >= rows).map(|sale| sale.reference.id());
        let next_cursor = match (last, are_refunds) {
            (Some(last), _) => Some(Cursor::after(format!("{kind}:{last}"))),
            (None, false) => Some(Cursor::after("r:")),
            (None, true) => None,
        };
        Ok(SalesPage { sales, next_cursor })
    }

    /// Today's sales by channel, of each shop on the day that its clocks show, and the orders that wait for payment.
    pub(crate) async fn summarise(&self) -> Result<SalesSummary, Failure> {
        let (now, currency) = (self.context.now(), self.context.currency());
        // No clock is a whole day away from UTC.
        let around = values![now.date().plus_days(-1), now.date().plus_days(1)];
        let statements = [checkout::LIST_SALES_BY_DAY.bind(around), checkout::COUNT_PENDING.bind([])];
        let [days, open] = self.context.query_all(statements).await?;
        let mut today: Vec<ChannelSales> = Vec::new();
        for row in days.read::<DayRow>()? {
            if self.context.day_of(now, row.time_zone.as_ref())? != row.day {
                continue;
            }
            let (sales_channel, total) = (row.sales_channel, money(row.total_minor, currency)?);
            match today.last_mut().filter(|channel| channel.sales_channel == sales_channel) {
                Some(channel) => {
                    channel.orders = channel.orders.saturating_add(row.orders);
                    channel.total = channel.total.plus(total).map_err(defect)?;
                }
                None => today.push(ChannelSales { sales_channel, orders: row.orders, total }),
            }
        }
        Ok(SalesSummary { today, open_orders: only::<CountRow>(open)?.n })
    }
}
