//! What the reconciliation finds: every figure that was tampered with, whatever the size of the pages.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod support;

use contracts::Service;
use contracts::ops::{Check, ServiceReconciliation};
use native::House;
use native::client::usd;
use serde_json::json;
use support::{WAREHOUSE, created, failing, sell, stocked, tick};
use web::Role;

/// Without what protects the data, so that it can be spoilt.
const UNGUARDED: &str = "pragma writable_schema = on; delete from sqlite_schema where type = 'trigger';
    pragma writable_schema = reset; pragma ignore_check_constraints = on; pragma foreign_keys = off;";

/// A day of trade: sales at the till, one given back, one on account and partly paid, one open and one cancelled.
async fn traded() -> House {
    let house = stocked().await;
    for units in [1, 2] {
        assert_eq!(sell(&house, units).await.status, 201);
    }
    let sold = sell(&house, 1).await;
    let refund = json!({ "items": [{ "sku": "MUG", "quantity": 1 }], "reason": "Broken", "restock": true });
    created(&house, "manager", &format!("/api/v1/orders/{}/refunds", sold.str("id")), &refund).await;
    let wholesale = json!({ "name": "Mug trade", "status": "Active",
        "variants": [{ "sku": "CUP", "price": usd("8.00"), "wholesale": { "minimumQuantity": 1, "tiers": [] } }] });
    created(&house, "manager", "/api/v1/products", &wholesale).await;
    let opening = json!({ "warehouseId": WAREHOUSE, "reason": "OpeningBalance",
        "items": [{ "sku": "CUP", "delta": 10, "unitCost": usd("3.00") }] });
    created(&house, "warehouse", "/api/v1/inventory/adjustments", &opening).await;
    let customer = json!({ "name": "Trader", "email": "trader@example.org", "type": "Wholesale",
        "creditLimit": usd("500.00"), "paymentTerms": "Net30" });
    let customer = created(&house, "manager", "/api/v1/customers", &customer).await;
    let order = json!({ "warehouseId": WAREHOUSE, "customerId": customer.str("id"), "purchaseOrderNumber": "PO-1",
        "paymentTerms": "Net30", "items": [{ "sku": "CUP", "quantity": 2 }] });
    let order = created(&house, "manager", "/api/v1/orders/wholesale", &order).await;
    let confirm = json!({ "payment": { "method": "PurchaseOrder" } });
    let path = format!("/api/v1/orders/wholesale/{}/confirm", order.str("id"));
    created(&house, "manager", &path, &confirm).await;
    let retail = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "c@demo.test", "name": "C" },
        "items": [{ "sku": "MUG", "quantity": 1 }] });
    created(&house, "customer", "/api/v1/orders/retail", &retail).await;
    let cancelled = created(&house, "customer", "/api/v1/orders/retail", &retail).await;
    let path = format!("/api/v1/orders/retail/{}/cancel", cancelled.str("id"));
    created(&house, "customer", &path, &json!({ "reason": "Changed my mind" })).await;
    tick(&house).await;
    house
}

/// A service's checks in pages of so many rows.
async fn checks(house: &House, service: Service, rows: u16) -> (Vec<Check>, u32) {
    let client = house.client(service).by(Role::System);
    let (mut all, mut pages, mut cursor): (Vec<Check>, u32, Option<String>) = (Vec::new(), 0, None);
    loop {
        let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let answer = client.get(&format!("/internal/reconciliation?limit={rows}{after}")).await;
        let page: ServiceReconciliation = serde_json::from_value(answer.ok()).unwrap();
        pages += 1;
        for check in page.checks {
            match all.iter_mut().find(|known| known.name == check.name) {
                Some(known) => known.add(check),
                None => all.push(check),
            }
        }
        match page.next_cursor {
            Some(next) => cursor = Some(next.to_string()),
            None => return (all, pages),
        }
    }
}

#[tokio::test]
async fn pages_of_any_size_find_the_same() {
    let house = traded().await;
    for service in Service::Gateway.others() {
        let (whole, pages) = checks(&house, service, 5_000).await;
        assert_eq!(pages, 1, "{service}");
        assert!(whole.iter().all(|check| check.ok), "{service}: {whole:?}");
        for rows in [1, 2, 3] {
            let (found, _) = checks(&house, service, rows).await;
            assert_eq!(found, whole, "{service} in pages of {rows}");
        }
    }
    let (orders, pages) = checks(&house, Service::Order, 1).await;
    assert!(pages > 6, "{pages}");
    assert_eq!(orders.iter().find(|check| check.name == "completed_orders_are_paid").unwrap().checked, 4);
}

/// What was done to a database behind our back, and the check that names it.
const TAMPERED: &[(Service, &str, &str)] = &[
    (
        Service::Order,
        "update payments set amount_minor = amount_minor - 1",
        "order.completed_orders_are_paid",
    ),
    (
        Service::Order,
        "update payments set order_id = (select id from orders where status = 'Cancelled')
             where id = (select min(id) from payments)",
        "order.cancelled_orders_hold_no_money",
    ),
    (
        Service::Order,
        "update payments set order_id = (select id from orders where status = 'PendingPayment')
             where id = (select min(id) from payments)",
        "order.open_orders_hold_no_money",
    ),
    (
        Service::Order,
        "update orders set refunded_minor = refunded_minor + 1 where refunded_minor > 0",
        "order.refunded_within_captured",
    ),
    (Service::Order, "update refund_lines set tax_minor = tax_minor + 1", "order.refunds_sum_up"),
    (Service::Order, "update fulfilment_lines set shipped = shipped + 1", "order.shipped_within_bought"),
    (Service::Order, "update fulfilments set open = open - 1", "order.fulfilment_is_said"),
    (
        Service::Order,
        "update customers set owed_minor = owed_minor + 1",
        "order.credit_exposure_is_the_sum_of_its_movements",
    ),
    (Service::Order, "update tills set highest = highest + 1", "order.terminal_sequences_have_no_gaps"),
    (
        Service::Order,
        "update orders set total_minor = total_minor + 1 where status = 'Completed'",
        "sales.settled_in_full",
    ),
    (
        Service::Inventory,
        "update stock set on_hand = on_hand + 1",
        "inventory.stock_on_hand_is_the_sum_of_movements",
    ),
    (
        Service::Inventory,
        "update stock set value_minor = value_minor + 1",
        "inventory.stock_value_is_the_sum_of_movements",
    ),
    (
        Service::Inventory,
        "update stock_totals set units = units + 1",
        "inventory.warehouse_totals_are_the_sum_of_stock",
    ),
    (Service::Inventory, "delete from movements where kind = 'Sale'", "sales.goods_moved_once"),
    (
        Service::Accounting,
        "update journal_lines set amount_minor = amount_minor + 1 where direction = 'Debit'",
        "accounting.every_entry_balances",
    ),
    (Service::Accounting, "delete from account_day_balances", "accounting.every_entry_balances"),
    (
        Service::Accounting,
        "update account_day_balances set debit_minor = debit_minor + 1",
        "accounting.days_are_the_sums_of_their_lines",
    ),
    (
        Service::Accounting,
        "update account_balances set debit_minor = debit_minor + 1",
        "accounting.months_are_the_sums_of_their_days",
    ),
    (
        Service::Accounting,
        "update account_balances set debit_minor = debit_minor + 1",
        "accounting.trial_balance_is_zero",
    ),
    (
        Service::Accounting,
        "update invoices set paid_minor = paid_minor + 1",
        "accounting.invoices_are_the_sums_of_their_payments",
    ),
    (
        Service::Accounting,
        "update invoices set paid_minor = paid_minor + 1",
        "accounting.receivables_are_the_open_invoices",
    ),
    (
        Service::Accounting,
        "insert into customer_credits (refund_id, amount_minor, applied_minor, entry_id, created_at)
             select 'c', 100, 10, id, created_at from journal_entries limit 1",
        "accounting.credits_are_the_sums_of_their_uses",
    ),
    (Service::Accounting, "update sequences set last = last + 1", "accounting.numbers_have_no_gaps"),
    (
        Service::Accounting,
        "update journal_entries set source_total_minor = source_total_minor + 1 where source_total_minor > 0",
        "sales.booked_once",
    ),
    (Service::Product, "delete from price_history", "product.catalogue.prices_have_history"),
];

#[tokio::test]
async fn whatever_was_tampered_with_is_named() {
    for (service, spoil, expected) in TAMPERED.iter().copied() {
        let house = traded().await;
        assert_eq!(failing(&house).await, Vec::<String>::new(), "before");
        house.database(service).unwrap().script(&format!("{UNGUARDED} {spoil};")).unwrap();
        let found = failing(&house).await;
        let prefix = format!("{expected} ");
        assert!(found.iter().any(|failure| failure.starts_with(&prefix)), "{spoil}: {found:?}");
    }
}
