//! What was due has happened: each event is announced once, each deviation waits for a person, each day's totals are its sales. Nothing here asks whether what happened was right: only whether
//! something is missing.

use std::collections::BTreeMap;

use contracts::Service;
use serde::Deserialize;

use super::Findings;
use crate::inspect::{number, rows};
use crate::model::Model;
use crate::world::Residence;

/// Something of which each is announced once.
struct Due {
    what: &'static str,
    owner: Service,
    /// The ids of all of them, with how often each is due.
    each: &'static str,
    /// The ids that are announced, with how often.
    announced: &'static str,
}

/// Counts the ids that a statement answers.
macro_rules! counted {
    ($id:literal, $from:literal) => {
        concat!("select ", $id, " as id, count(*) as n from ", $from, " group by 1 order by 1")
    };
}

/// Counts the messages of some types by an id in their data. Several readers get one message each, with the same id.
macro_rules! announced {
    ($types:literal, $id:literal) => {
        announced!($types, $id, "1")
    };
    ($types:literal, $id:literal, $when:literal) => {
        concat!(
            "select body ->> '$.data.",
            $id,
            "' as id, count(distinct id) as n from outbox where body ->> '$.type' in (",
            $types,
            ") and ",
            $when,
            " group by 1 order by 1"
        )
    };
}

/// What each operation took from the stock of a SKU (negative) and what was left then.
macro_rules! taken {
    () => {
        "with moves as (
            select warehouse_id, sku, operation_id, max(seq) as seq, sum(quantity) as moved
            from movements group by 1, 2, 3),
        taken as (
            select *, sum(moved) over (partition by warehouse_id, sku order by seq) as left from moves)"
    };
}

const fn due(what: &'static str, owner: Service, each: &'static str, announced: &'static str) -> Due {
    Due { what, owner, each, announced }
}

const ALL: &[Due] = &[
    due("the order", Service::Order, counted!("id", "orders"), announced!("'OrderCreated'", "orderId")),
    due(
        "the completion of the order",
        Service::Order,
        counted!("id", "orders where status = 'Completed'"),
        announced!("'OrderCompleted'", "orderId"),
    ),
    // A till's sale that was refused and handed over all the same has a cancellation too.
    due(
        "the cancellation of the order",
        Service::Order,
        counted!("id", "orders where status = 'Cancelled'"),
        announced!(
            "'OrderCancelled'",
            "orderId",
            "body ->> '$.data.orderId' in (select id from orders where status = 'Cancelled')"
        ),
    ),
    due(
        "the payment",
        Service::Order,
        counted!("id", "payments where status = 'Captured'"),
        announced!("'PaymentConfirmed'", "paymentId"),
    ),
    due(
        "the refund",
        Service::Order,
        counted!("id", "refunds where status = 'Completed'"),
        announced!("'OrderRefunded'", "refundId"),
    ),
    due(
        "the closing of the till's day",
        Service::Order,
        counted!("id", "till_closings"),
        announced!("'TillClosed'", "closingId"),
    ),
    due(
        "the adjustment",
        Service::Inventory,
        counted!("id", "stock_operations where kind = 'Adjustment'"),
        announced!(
            "'StockAdjusted', 'StockReceived'",
            "adjustmentId",
            "body ->> '$.data.orderId' is null"
        ),
    ),
    due(
        "the shortage of the sale",
        Service::Inventory,
        "select operation_id as id, 1 as n from movements where kind = 'Variance' group by 1 order by 1",
        announced!("'StockAdjusted'", "orderId", "body ->> '$.data.orderId' is not null"),
    ),
    due(
        "the transfer",
        Service::Inventory,
        "select id, iif(status = 'Received', 2, 1) as n from transfers where status <> 'Draft' order by 1",
        announced!("'StockTransferred'", "transferId"),
    ),
    due("the warehouse", Service::Inventory, counted!("id", "warehouses"), announced!("'WarehouseChanged'", "warehouseId")),
    due(
        "the end of the stock",
        Service::Inventory,
        concat!(taken!(), " select warehouse_id || ' ' || sku || ' ' || -moved as id, count(*) as n from taken
            where moved < 0 and left = 0 group by 1 order by 1"),
        "select body ->> '$.data.warehouseId' || ' ' || (body ->> '$.data.sku') || ' ' || (body ->> '$.data.previousQuantity') as id,
            count(distinct id) as n from outbox where body ->> '$.type' = 'StockDepleted' group by 1 order by 1",
    ),
    due(
        "the low stock",
        Service::Inventory,
        concat!(taken!(), " select t.warehouse_id || ' ' || t.sku || ' ' || t.left as id, count(*) as n
            from taken t join stock s on s.warehouse_id = t.warehouse_id and s.sku = t.sku and s.reorder_point > 0
            where t.moved < 0 and t.left <= s.reorder_point and t.left - t.moved > s.reorder_point group by 1 order by 1"),
        "select body ->> '$.data.warehouseId' || ' ' || (body ->> '$.data.sku') || ' ' || (body ->> '$.data.currentQuantity') as id,
            count(distinct id) as n from outbox where body ->> '$.type' = 'StockLow' group by 1 order by 1",
    ),
    due(
        "the entry",
        Service::Accounting,
        counted!("id", "journal_entries where status <> 'Draft'"),
        announced!("'JournalEntryPosted'", "entryId"),
    ),
    due(
        "the new price",
        Service::Product,
        counted!("sku || ' ' || price_minor", "price_history where previous_minor is not null"),
        "select (body ->> '$.data.sku') || ' ' || (body ->> '$.data.price.minor') as id, count(distinct id) as n
            from outbox where body ->> '$.type' = 'PriceChanged' group by 1 order by 1",
    ),
    due("the product", Service::Product, counted!("id", "products"), announced!("'ProductCreated'", "productId")),
    due(
        "the end of the product",
        Service::Product,
        counted!("id", "products where deleted_at is not null"),
        announced!("'ProductDeleted'", "productId"),
    ),
];

#[derive(Deserialize)]
struct CountRow {
    id: String,
    n: i64,
}

/// Everything that is announced is announced as often as it happened.
fn check_announced(findings: &mut Findings, house: &Residence) {
    for Due { what, owner, each, announced } in ALL {
        let counted = |text| -> BTreeMap<String, i64> {
            let all: Vec<CountRow> = rows(house.database(*owner), text);
            all.into_iter().map(|row| (row.id, row.n)).collect()
        };
        let (due, told) = (counted(each), counted(announced));
        for (id, n) in &due {
            let times = told.get(id).copied().unwrap_or_default();
            findings
                .unless(times == *n, &[id], || format!("{what} {id} is announced {times} times, not {n}"));
        }
        for id in told.keys().filter(|id| !due.contains_key(*id)) {
            findings.unless(false, &[id], || format!("{what} {id} is announced and is not there"));
        }
    }
}

#[derive(Deserialize)]
struct DepletionRow {
    id: String,
    warehouse_id: String,
    sku: String,
    at: String,
}

/// A message that the order service has taken in, and when by its own clock.
#[derive(Deserialize)]
struct ReceivedRow {
    id: String,
    at: String,
}

#[derive(Deserialize)]
struct PendingRow {
    id: String,
    word: String,
    warehouse_id: String,
    sku: String,
    created_at: String,
    /// When it was there at the latest: an order is stored a while after its time was taken.
    stored_at: String,
}

/// No order that is older than the end of its goods waits for a payment. One whose buyer has changed it may, and one that
/// was stored after the end was heard of: the clocks of the services differ.
fn check_pending(findings: &mut Findings, house: &Residence, model: &Model) {
    let depletions: Vec<DepletionRow> = rows(
        house.database(Service::Inventory),
        "select distinct id, body ->> '$.data.warehouseId' as warehouse_id, body ->> '$.data.sku' as sku, body ->> '$.timestamp' as at
        from outbox where body ->> '$.type' = 'StockDepleted' order by at",
    );
    let received: Vec<ReceivedRow> = rows(
        house.database(Service::Order),
        "select message_id as id, received_at as at from inbox where type = 'StockDepleted' order by 1",
    );
    let received: BTreeMap<&str, &str> =
        received.iter().map(|row| (row.id.as_str(), row.at.as_str())).collect();
    let pending: Vec<PendingRow> = rows(
        house.database(Service::Order),
        "select o.id, coalesce(o.purchase_order_number, o.customer_name) as word, o.warehouse_id, l.sku, o.created_at,
            strftime('%Y-%m-%dT%H:%M:%fZ', o.created_at, '+1 seconds') as stored_at
        from orders o join order_lines l on l.order_id = o.id
        where o.status = 'PendingPayment' and o.sales_channel <> 'POS' order by o.id",
    );
    for order in &pending {
        let unchanged = model.orders.get(&order.word).is_some_and(|seen| !seen.changed);
        let overtaken = depletions.iter().find(|end| {
            let heard_at = received.get(end.id.as_str());
            (&end.warehouse_id, &end.sku) == (&order.warehouse_id, &order.sku)
                && order.created_at <= end.at
                && heard_at.is_none_or(|heard_at| order.stored_at.as_str() <= *heard_at)
        });
        findings.unless(!unchanged || overtaken.is_none(), &[&order.id], || {
            let (since, at) = (&order.created_at, overtaken.map(|end| end.at.as_str()));
            format!(
                "the order {} of {since} waits for {}, which ran out after it, {at:?}",
                order.id, order.sku
            )
        });
    }
}

/// What an offline sale lacked waits for a person, in the stock and with the order.
fn check_reviews(findings: &mut Findings, house: &Residence) {
    let short: Vec<CountRow> = rows(
        house.database(Service::Inventory),
        "select operation_id as id, sum(needs_review = 0 and reviewed_by is null) as n
        from movements where kind = 'Variance' group by 1 order by 1",
    );
    let listed: Vec<CountRow> = rows(
        house.database(Service::Order),
        "select id, count(*) as n from orders where review_reason is not null group by id order by id",
    );
    let listed: BTreeMap<&str, i64> = listed.iter().map(|row| (row.id.as_str(), row.n)).collect();
    for sale in &short {
        let id = sale.id.as_str();
        findings.unless(sale.n == 0, &[id], || format!("the variance of {id} waits for nobody"));
        findings.unless(listed.contains_key(id), &[id], || {
            format!("the sale {id} lacked goods, and no review says so")
        });
    }
}

/// The totals of the days are their sales, by shop and channel.
fn check_days(findings: &mut Findings, house: &Residence) {
    let apart = number(
        house.database(Service::Order),
        "with sold as (
            select business_day, warehouse_id, sales_channel, count(*), sum(total_minor)
            from orders where status = 'Completed' group by 1, 2, 3),
        counted as (select day, warehouse_id, sales_channel, orders, total_minor from sales_by_day)
        select (select count(*) from (select * from sold except select * from counted))
            + (select count(*) from (select * from counted except select * from sold)) as n",
    );
    findings.unless(apart == 0, &[], || format!("{apart} totals of days are not their sales"));
}

/// Each alert is raised: what is at or below its reorder point, or out, and still sold is counted as such.
fn check_alerts(findings: &mut Findings, house: &Residence) {
    let apart = number(
        house.database(Service::Inventory),
        "select count(*) as n from (
            select w.id,
                (select count(*) from stock s where s.warehouse_id = w.id and s.discontinued = 0 and s.on_hand <= s.reorder_point
                    and (s.reorder_point > 0 or s.last_cost_minor is not null)) as low,
                (select t.low_stock from stock_totals t where t.place = w.id) as counted
            from warehouses w) where low <> counted",
    );
    findings.unless(apart == 0, &[], || format!("the alerts of {apart} warehouses are not what is low"));
}

/// Everything that was due.
pub(super) fn check_due(findings: &mut Findings, house: &Residence, model: &Model) {
    check_announced(findings, house);
    check_pending(findings, house, model);
    check_reviews(findings, house);
    check_days(findings, house);
    check_alerts(findings, house);
}
