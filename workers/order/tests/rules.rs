//! Each rule of the schema refuses by itself, whatever the code above it checks.

#![cfg(test)]

use store::{Database, DatabaseError, Sql, Sqlite};

const WAREHOUSE: &str =
    "insert into warehouses (id, code, name, region, updated_at) values ('w', 'W', 'W', 'US', '2026')";
const ORDER: &str = "insert into orders (id, order_number, sales_channel, status, warehouse_id, currency, subtotal_minor,
        discount_minor, tax_minor, total_minor, sold_at, request_hash, created_at, updated_at)
    values ('o', 'ORD-1', 'RetailWeb', 'PendingPayment', 'w', 'USD', 100, 0, 0, 100, '2026', 'h', '2026', '2026')";
const PAYMENT: &str =
    "insert into payments (id, order_id, method, amount_minor, status, created_at, updated_at)
    values ('p', 'o', 'Card', 100, 'Pending', '2026', '2026')";
const CUSTOMER: &str =
    "insert into customers (id, name, email, type, currency, credit_limit_minor, created_at, updated_at)
    values ('c', 'C', 'c@b2b.test', 'Wholesale', 'USD', 100, '2026', '2026')";
const CREDIT: &str = "insert into credit_movements values ('order:o', 'c', 'o', 60, '2026')";

async fn run(database: &Sqlite, text: &'static str) -> Result<(), DatabaseError> {
    database.query(Sql { name: "RULE", text, scan: None }.bind([])).await.map(drop)
}

/// What stands before, the statement that is refused, and by which rule.
async fn refused(before: &[&'static str], statement: &'static str, rule: &str) {
    let database = native::database(contracts::Service::Order).unwrap();
    for text in [WAREHOUSE, CUSTOMER].iter().chain(before) {
        run(&database, text).await.unwrap();
    }
    let error = run(&database, statement).await.expect_err(statement);
    assert_eq!(error.rule(), Some(rule), "{statement}");
}

#[tokio::test]
async fn an_order_changes_by_one_version_and_only_forward() {
    refused(&[ORDER], "update orders set owner = 'x'", "orders_version").await;
    refused(&[ORDER], "update orders set owner = 'x', version = version + 2", "orders_version").await;
    refused(&[ORDER], "update orders set status = 'PendingPayment', version = 2", "orders_status").await;
    let cancel = "update orders set status = 'Cancelled', cancel_reason = 'r', version = version + 1";
    let complete = "update orders set status = 'Completed', version = version + 1";
    let confirm = "update orders set status = 'PaymentConfirmed', version = version + 1";
    for done in [cancel, complete] {
        refused(&[ORDER, done], complete, "orders_status").await;
        refused(&[ORDER, done], cancel, "orders_status").await;
        refused(&[ORDER, done], confirm, "orders_status").await;
    }
    refused(&[ORDER, confirm], cancel, "orders_status").await;
    refused(&[ORDER], "delete from orders", "orders_kept").await;
}

#[tokio::test]
async fn an_order_cannot_contradict_itself() {
    let without_reason = "update orders set status = 'Cancelled', version = 2";
    refused(&[ORDER], without_reason, "orders_cancellation").await;
    let timeless = "update orders set saga_step = 'Deducting', version = 2";
    refused(&[ORDER], timeless, "orders_saga_time").await;
    let endless =
        "update orders set status = 'Completed', saga_step = 'Deducting', saga_since = '2026', version = 2";
    refused(&[ORDER], endless, "orders_saga_ends").await;
    refused(&[ORDER], "update orders set refunded_minor = 101, version = 2", "orders_refunded").await;
}

#[tokio::test]
async fn one_attempt_to_pay_at_a_time_and_none_comes_back_to_life() {
    let second = "insert into payments (id, order_id, method, amount_minor, status, created_at, updated_at)
        values ('q', 'o', 'Card', 100, 'Pending', '2026', '2026')";
    for status in ["Pending", "Unknown", "Authorised", "Captured"] {
        let set = match status {
            "Unknown" => "update payments set status = 'Unknown'",
            "Authorised" => "update payments set status = 'Authorised'",
            "Captured" => "update payments set status = 'Captured'",
            _ => "update payments set status = 'Pending'",
        };
        refused(&[ORDER, PAYMENT, set], second, "payments.order_id").await;
    }
    for set in ["update payments set status = 'Declined'", "update payments set status = 'Voided'"] {
        refused(
            &[ORDER, PAYMENT, set, second],
            "update payments set status = 'Captured' where id = 'p'",
            "payments_final",
        )
        .await;
    }
    refused(&[ORDER, PAYMENT], "delete from payments", "payments_kept").await;
    let change = "update payments set tendered_minor = 150, change_minor = 40";
    refused(&[ORDER, PAYMENT], change, "payments_change").await;
}

#[tokio::test]
async fn credit_moves_once_within_its_limit_and_is_never_rewritten() {
    let more = "insert into credit_movements values ('order:x', 'c', 'x', 41, '2026')";
    refused(&[CREDIT], more, "customers_credit_limit").await;
    refused(&[CREDIT], CREDIT, "credit_movements.id").await;
    // A payment that bounced is owed beyond the limit, and no order is then accepted.
    let bounced = "insert into credit_movements values ('changed:x', 'c', 'p', 100, '2026')";
    let one = "insert into credit_movements values ('order:y', 'c', 'y', 1, '2026')";
    refused(&[CREDIT, bounced], one, "customers_credit_limit").await;
    refused(&[CREDIT, bounced], "update customers set credit_limit_minor = 99", "customers_credit_limit")
        .await;
    refused(&[CREDIT], "update credit_movements set amount_minor = 1", "credit_movements_append_only").await;
    refused(&[CREDIT], "delete from credit_movements", "credit_movements_append_only").await;
}
