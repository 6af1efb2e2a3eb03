//! The catalogue: products as they were told, and every order at a price that held when it was placed.

use std::collections::BTreeMap;

use contracts::Service;
use serde::Deserialize;

use super::Findings;
use crate::inspect::rows;
use crate::model::{Model, OrderSeen, PriceSeen};
use crate::shop::FIRST_PRICE_MINOR;
use crate::world::Residence;

#[derive(Debug, Deserialize)]
struct ProductRow {
    sku: String,
    n: i64,
    live: i64,
}

#[derive(Debug, Deserialize)]
struct ItemRow {
    sku: String,
    deleted: bool,
}

/// Each product that was told is there once, and inventory has heard of it.
pub(super) fn check_products(findings: &mut Findings, house: &Residence, model: &Model) {
    let products: Vec<ProductRow> = rows(
        house.database(Service::Product),
        "select name as sku, count(*) as n, sum(deleted_at is null) as live from products where name like 'NEW-%' group by name order by name",
    );
    let products: BTreeMap<&str, (i64, i64)> =
        products.iter().map(|row| (row.sku.as_str(), (row.n, row.live))).collect();
    let items: Vec<ItemRow> = rows(
        house.database(Service::Inventory),
        "select sku, deleted_at is not null as deleted from items where sku like 'NEW-%' order by sku",
    );
    let items: BTreeMap<&str, bool> = items.iter().map(|row| (row.sku.as_str(), row.deleted)).collect();
    for (sku, seen) in &model.products {
        let found = products.get(sku.as_str()).copied().unwrap_or_default();
        let due = (i64::from(seen.created), i64::from(seen.created && !seen.deleted));
        findings.unless(found == due, &[sku], || format!("the product {sku}: {due:?} told, {found:?} there"));
        let known = items.get(sku.as_str()).copied();
        findings.unless(known == seen.created.then_some(seen.deleted), &[sku], || {
            format!("the product {sku} is deleted: {}, inventory says {known:?}", seen.deleted)
        });
    }
}

#[derive(Debug, Deserialize)]
struct LineRow {
    order_id: String,
    unit_price_minor: i64,
}

#[derive(Debug, Deserialize)]
struct PriceRow {
    price_minor: i64,
}

/// A price counts for an order unless it came after it, or another had taken its place before it.
fn held(price: &PriceSeen, prices: &[PriceSeen], order: &OrderSeen) -> bool {
    let came_later = order.told_ms.is_some_and(|told| price.asked_ms > told);
    let was_over = price.told_ms.is_some_and(|over| {
        prices
            .iter()
            .any(|next| next.asked_ms > over && next.told_ms.is_some_and(|told| told < order.asked_ms))
    });
    !came_later && !was_over
}

/// Every order with the article whose price moves has a price that held when it was placed.
pub(super) fn check_prices(findings: &mut Findings, house: &Residence, model: &Model) {
    let first = PriceSeen { minor: FIRST_PRICE_MINOR, asked_ms: i64::MIN, told_ms: Some(i64::MIN) };
    let prices: Vec<PriceSeen> = std::iter::once(first).chain(model.prices.iter().cloned()).collect();
    let by_id: BTreeMap<&str, &OrderSeen> =
        model.orders.values().filter_map(|order| Some((order.id.as_deref()?, order))).collect();
    let lines: Vec<LineRow> = rows(
        house.database(Service::Order),
        "select order_id, unit_price_minor from order_lines where sku = 'SIM-D' order by order_id",
    );
    for line in lines {
        let (id, minor) = (line.order_id.as_str(), line.unit_price_minor);
        let price = prices.iter().find(|price| price.minor == minor);
        let order = by_id.get(id).copied();
        let right = price.is_some_and(|price| order.is_none_or(|order| held(price, &prices, order)));
        findings.unless(right, &[id], || format!("the order {id} has the price {minor}, which did not hold"));
    }
    let now: Vec<PriceRow> =
        rows(house.database(Service::Product), "select price_minor from variants where sku = 'SIM-D'");
    let now = now.first().map_or(0, |row| row.price_minor);
    // Of those that may have been the last: not surely followed by another.
    let last = prices.iter().filter(|price| {
        price
            .told_ms
            .is_none_or(|told| prices.iter().all(|next| next.asked_ms <= told || next.told_ms.is_none()))
    });
    findings.unless(last.clone().any(|price| price.minor == now), &["prices"], || {
        format!("the price is {now}, which cannot be the last of {prices:?}")
    });
}
