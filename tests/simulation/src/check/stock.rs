//! What is on hand follows from what the clients were told; every till's count arrived.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Service;
use serde::Deserialize;

use super::{Findings, OrderRow};
use crate::inspect::{number, rows};
use crate::model::Model;
use crate::shop::Shop;
use crate::world::Residence;

#[derive(Debug, Deserialize)]
struct StockRow {
    warehouse_id: String,
    sku: String,
    on_hand: i64,
    variance: i64,
}

/// Units on hand are those there at first, received, restocked and transferred, less those sold.
pub(super) fn check_stock(
    findings: &mut Findings,
    house: &Residence,
    shop: &Shop,
    model: &Model,
    orders: &[OrderRow],
) {
    let database = house.database(Service::Inventory);
    let mut expected = shop.stock();
    let mut add = |warehouse: &str, sku: &str, units: i64| {
        *expected.entry((warehouse.to_owned(), sku.to_owned())).or_default() += units;
    };
    for (_, warehouse, sku, delta) in model.adjustments.values().filter(|(deed, ..)| deed.done) {
        add(warehouse, sku, *delta);
    }
    for transfer in model.transfers.values() {
        if transfer.shipped {
            add(&transfer.from, &transfer.sku, -transfer.units);
        }
        if transfer.received {
            add(&transfer.to, &transfer.sku, transfer.units);
        }
    }
    for order in orders.iter().filter(|order| order.status == "Completed") {
        if let Some(seen) = model.orders.get(&order.word) {
            seen.lines.iter().for_each(|(sku, units)| add(&seen.warehouse, sku, -units));
        }
    }
    #[derive(Deserialize)]
    struct Back {
        warehouse_id: String,
        sku: String,
        units: i64,
    }
    let back: Vec<Back> = rows(
        house.database(Service::Order),
        "select r.warehouse_id, l.sku, sum(l.quantity) as units \
        from refund_lines l join refunds r on r.id = l.refund_id where l.restock = 1 and r.status = 'Completed' group by 1, 2 order by 1, 2",
    );
    back.iter().for_each(|row| add(&row.warehouse_id, &row.sku, row.units));
    let found: Vec<StockRow> = rows(
        database,
        "select s.warehouse_id, s.sku, s.on_hand, \
        (select coalesce(sum(quantity), 0) from movements m where m.warehouse_id = s.warehouse_id and m.sku = s.sku and m.kind = 'Variance') as variance \
        from stock s order by s.warehouse_id, s.sku",
    );
    for row in found {
        let expected =
            expected.get(&(row.warehouse_id.clone(), row.sku.clone())).copied().unwrap_or(0) + row.variance;
        let names = [row.sku.as_str()];
        findings.unless(row.on_hand >= 0, &names, || format!("{} of {} are on hand", row.on_hand, row.sku));
        findings.unless(row.on_hand == expected, &names, || {
            format!(
                "{} of {} are on hand in {}, and {expected} should be (variance {})",
                row.on_hand, row.sku, row.warehouse_id, row.variance
            )
        });
    }
    let adjustments =
        number(database, "select count(*) as n from stock_operations where kind = 'Adjustment'");
    let told =
        model.adjustments.values().filter(|(deed, ..)| deed.done).count() + usize::from(adjustments > 0) * 2;
    findings.unless(usize::try_from(adjustments) == Ok(told), &["adjustment-"], || {
        format!("{adjustments} adjustments are there and {told} were told")
    });
    #[derive(Deserialize)]
    struct Operation {
        id: String,
    }
    let deducted: Vec<Operation> =
        rows(database, "select id from stock_operations where kind = 'Deduction' order by id");
    let deducted: BTreeSet<String> = deducted.into_iter().map(|row| row.id).collect();
    for order in orders {
        let (id, sold) = (order.id.as_str(), order.status == "Completed");
        findings.unless(deducted.contains(id) == sold, &[id], || {
            format!(
                "the order {id} is {} and its goods are {}",
                order.status,
                if sold { "not taken" } else { "taken" }
            )
        });
    }
    let offline: BTreeSet<&str> =
        orders.iter().filter(|order| order.offline).map(|order| order.id.as_str()).collect();
    let variances: Vec<Operation> = rows(
        database,
        "select distinct operation_id as id from movements where kind = 'Variance' order by 1",
    );
    for row in variances {
        findings.unless(offline.contains(row.id.as_str()), &[&row.id], || {
            format!("{} is no offline sale and has a variance", row.id)
        });
    }
}

/// An order that ended because there was too little is refused for ever, and no refused order has its goods.
pub(super) fn check_refusals(findings: &mut Findings, house: &Residence) {
    #[derive(Deserialize)]
    struct Refused {
        id: String,
        taken: bool,
    }
    let refused: Vec<Refused> = rows(
        house.database(Service::Inventory),
        "select order_id as id, exists (select 1 from stock_operations o where o.id = r.order_id) as taken \
        from stock_refusals r where overruled_at is null order by order_id",
    );
    for row in refused.iter().filter(|row| row.taken) {
        findings.unless(false, &[&row.id], || format!("the goods of {} were refused and are taken", row.id));
    }
    let refused: BTreeSet<&str> = refused.iter().map(|row| row.id.as_str()).collect();
    #[derive(Deserialize)]
    struct Ended {
        id: String,
    }
    let ended: Vec<Ended> = rows(
        house.database(Service::Order),
        "select id from orders where status = 'Cancelled' and cancel_reason like 'out of stock%' and shortage is not null order by id",
    );
    for row in ended {
        findings.unless(refused.contains(row.id.as_str()), &[&row.id], || {
            format!("the order {} was refused its goods, and inventory has forgotten it", row.id)
        });
    }
}

#[derive(Debug, Deserialize)]
struct TillRow {
    terminal_id: String,
    contiguous_through: i64,
    highest: i64,
}

/// Every till's count arrived without a gap.
pub(super) fn check_tills(findings: &mut Findings, house: &Residence, model: &Model) {
    let found: Vec<TillRow> = rows(
        house.database(Service::Order),
        "select terminal_id, contiguous_through, highest from tills order by terminal_id",
    );
    let found: BTreeMap<&str, (i64, i64)> =
        found.iter().map(|row| (row.terminal_id.as_str(), (row.contiguous_through, row.highest))).collect();
    for (till, count) in &model.tills {
        let there = found.get(till.as_str()).copied().unwrap_or_default();
        findings.unless(there == (*count, *count), &[till], || {
            format!("the till {till} counted to {count}, here is {there:?}")
        });
    }
}

#[derive(Debug, Deserialize)]
struct ClosingRow {
    id: String,
    terminal_id: String,
    sales: i64,
    short: i64,
}

#[derive(Debug, Deserialize)]
struct ShortRow {
    source_id: String,
    total_minor: i64,
}

/// Every till's day was closed once, as it was told, and what its drawer lacked is booked.
pub(super) fn check_closings(findings: &mut Findings, house: &Residence, model: &Model) {
    let found: Vec<ClosingRow> = rows(
        house.database(Service::Order),
        "select id, terminal_id, sales, expected_cash_minor - counted_cash_minor as short from till_closings order by id",
    );
    let booked: Vec<ShortRow> = rows(
        house.database(Service::Accounting),
        "select source_id, total_minor from journal_entries where source_id like 'closing:%' and status = 'Posted' order by id",
    );
    let told: Vec<_> = model.closings.iter().filter(|(_, seen)| seen.done).collect();
    findings.unless(found.len() == told.len(), &["closing"], || {
        format!("{} days were closed and {} are", told.len(), found.len())
    });
    for row in &found {
        let names = [row.terminal_id.as_str(), row.id.as_str()];
        let seen = model.closings.get(&row.terminal_id);
        findings.unless(
            seen.is_some_and(|seen| (seen.sales, seen.short) == (row.sales, row.short)),
            &names,
            || format!("the day of {} was told {seen:?} and is {row:?}", row.terminal_id),
        );
        let source = format!("closing:{}", row.id);
        let entries: Vec<i64> =
            booked.iter().filter(|entry| entry.source_id == source).map(|entry| entry.total_minor).collect();
        let due: Vec<i64> = Some(row.short).filter(|short| *short != 0).into_iter().collect();
        findings.unless(entries == due, &names, || {
            format!("the drawer of {} lacks {}, and {entries:?} is booked", row.terminal_id, row.short)
        });
    }
}
