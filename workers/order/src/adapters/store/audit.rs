//! What the service checks by itself, what it tells of its sales, and the figures of the day.

use contracts::ops::{
    ChannelSales, Check, SaleDigest, SaleReference, SalesPage, SalesSummary, ServiceReconciliation,
};
use contracts::terms::SalesChannel;
use kernel::ids::OrderId;
use kernel::{Cursor, Money};
use serde::Deserialize;
use store::{DatabaseError, Rows, Statement, values};
use web::Context;

use super::refund_audit::{refund_checks, refund_digests};
use super::sql::{audit as sql, checkout};

#[derive(Deserialize)]
struct CountRow {
    n: i64,
}

#[derive(Deserialize)]
struct FaultRow {
    what: String,
    expected: i64,
    found: i64,
}

fn count(rows: Rows) -> Result<i64, DatabaseError> {
    Ok(rows.first::<CountRow>()?.map_or(0, |row| row.n))
}

/// The checks, each as how many it looks at, what is wrong, and how that is said.
fn questions(late: kernel::Timestamp) -> [(&'static str, Statement, Statement, &'static str); 6] {
    [
        (
            "completed_orders_are_paid",
            sql::COUNT_COMPLETED.bind([]),
            sql::UNPAID_COMPLETED.bind([]),
            "captured differs from the total",
        ),
        (
            "cancelled_orders_hold_no_money",
            sql::COUNT_CANCELLED.bind([]),
            sql::CANCELLED_WITH_MONEY.bind([]),
            "holds money and is cancelled",
        ),
        (
            "open_orders_hold_no_money",
            checkout::COUNT_PENDING.bind([]),
            sql::OPEN_WITH_MONEY.bind([]),
            "holds money and waits for payment",
        ),
        (
            "checkouts_end",
            sql::COUNT_IN_SAGA.bind([]),
            sql::STALE_SAGAS.bind(values![late]),
            "has a checkout that does not end",
        ),
        (
            "terminal_sequences_have_no_gaps",
            sql::COUNT_TILLS.bind([]),
            sql::TILLS_WITH_GAPS.bind([]),
            "has a gap in its sequence",
        ),
        (
            "credit_exposure_is_the_sum_of_its_movements",
            sql::COUNT_CUSTOMERS.bind([]),
            sql::WRONG_EXPOSURES.bind([]),
            "has another exposure",
        ),
    ]
}

/// Every check that needs this service alone, in one round trip and the refunds' own.
pub(crate) async fn reconcile(context: &Context) -> Result<ServiceReconciliation, DatabaseError> {
    let questions = questions(context.now().plus_seconds(web::health::SAGA_SECONDS_MAX.saturating_neg()));
    let statements = questions.iter().flat_map(|(_, all, wrong, _)| [all.clone(), wrong.clone()]).collect();
    let mut rows = context.query_all(statements).await?.into_iter();
    let mut next = || rows.next().unwrap_or_default();
    let mut checks = Vec::new();
    for (name, _, _, wrong) in &questions {
        let checked = count(next())?;
        let failures: Vec<String> = next()
            .read::<FaultRow>()?
            .into_iter()
            .map(|row| format!("{} {wrong}: expected {}, found {}", row.what, row.expected, row.found))
            .collect();
        checks.push(Check { name: (*name).to_owned(), ok: failures.is_empty(), checked, failures });
    }
    checks.extend(refund_checks(context).await?);
    Ok(ServiceReconciliation { checks })
}

#[derive(Deserialize)]
struct DigestRow {
    id: OrderId,
    completed: bool,
    total_minor: i64,
    units: i64,
    cost_minor: Option<i64>,
    settled_minor: i64,
}

/// A page of orders by id, then of refunds. The cursor is `o:<id>` or `r:<id>`.
pub(crate) async fn sales_page(
    context: &Context,
    cursor: Option<&str>,
    limit: usize,
) -> Result<SalesPage, DatabaseError> {
    let rows = i64::try_from(limit).unwrap_or(i64::MAX);
    let (kind, after) = cursor.and_then(|cursor| cursor.split_once(':')).unwrap_or(("o", ""));
    let (sales, refunds) = if kind == "r" {
        (refund_digests(context, after, rows).await?, true)
    } else {
        (order_digests(context, after, rows).await?, false)
    };
    let full = sales.len() >= limit;
    let last = sales.last().map(|sale| sale.reference.id()).unwrap_or_default();
    let next_cursor = match (full, refunds) {
        (true, false) => Some(Cursor::after(format!("o:{last}"))),
        (true, true) => Some(Cursor::after(format!("r:{last}"))),
        (false, false) => Some(Cursor::after("r:")),
        (false, true) => None,
    };
    Ok(SalesPage { sales, next_cursor })
}

async fn order_digests(context: &Context, after: &str, limit: i64) -> Result<Vec<SaleDigest>, DatabaseError> {
    let currency = context.currency();
    let money = |minor| {
        Money::from_minor(minor, currency).map_err(|error| DatabaseError::Shape(format!("orders: {error}")))
    };
    let rows = context.query(sql::LIST_DIGESTS.bind(values![after, limit])).await?;
    rows.read::<DigestRow>()?
        .into_iter()
        .map(|row| {
            Ok(SaleDigest {
                reference: SaleReference::Order(row.id),
                completed: row.completed,
                units: if row.completed { row.units } else { 0 },
                cost: row.cost_minor.map(money).transpose()?,
                total: money(row.total_minor)?,
                settled: money(row.settled_minor)?,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct DayRow {
    sales_channel: SalesChannel,
    orders: i64,
    total_minor: i64,
}

#[derive(Deserialize)]
struct OpenRow {
    open_orders: i64,
}

/// Today's sales by channel, and the orders that wait for payment.
pub(crate) async fn summarise(context: &Context) -> Result<SalesSummary, DatabaseError> {
    let currency = context.currency();
    let rows = context
        .query_all(vec![
            checkout::DAILY_SALES.bind(values![context.now().date()]),
            checkout::COUNT_OPEN.bind([]),
        ])
        .await?;
    let [today, open] = rows;
    let today = today
        .read::<DayRow>()?
        .into_iter()
        .map(|row| {
            let total = Money::from_minor(row.total_minor, currency)
                .map_err(|error| DatabaseError::Shape(format!("daily_sales: {error}")))?;
            Ok(ChannelSales { sales_channel: row.sales_channel, orders: row.orders, total })
        })
        .collect::<Result<_, DatabaseError>>()?;
    let open_orders = open.first::<OpenRow>()?.map_or(0, |row| row.open_orders);
    Ok(SalesSummary { today, open_orders })
}
