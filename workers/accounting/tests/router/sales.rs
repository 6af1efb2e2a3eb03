//! Source events and what they leave in the books.

use serde_json::{Value, json};
use web::Role;

use crate::books::{ACCOUNT, Books, Sale, TILL, read, told, usd, uuid};

fn stock(kind: &str, id: u32, reason: &str, value: &str) -> Value {
    json!({"type": kind, "data": {"adjustmentId": uuid(id), "warehouseId": uuid(1), "reason": reason,
        "currency": "USD", "value": told(value), "lines": []}})
}

#[tokio::test]
async fn a_day_of_trade_is_booked_and_reconciles() {
    let books = Books::new();
    books.deliver_json(stock("StockReceived", 50, "OpeningBalance", "500.00")).await;
    books.deliver_json(stock("StockReceived", 51, "Received", "120.00")).await;
    books.deliver_json(TILL.event()).await;
    books.deliver_json(ACCOUNT.event()).await;
    books.deliver_json(Sale { id: 3, channel: "RetailWeb", payments: "Card 10.80", ..TILL }.event()).await;
    books.deliver_json(TILL.refund(60, Some(1))).await;
    books.deliver_json(stock("StockAdjusted", 52, "Damaged", "-6.00")).await;
    books.deliver_json(stock("StockAdjusted", 53, "Found", "2.50")).await;
    assert_eq!(
        books.balances().await,
        "1030 10.80, 1100 100.00, 1200 552.50, 2100 -0.80, 2200 -120.00, 3100 -500.00, 4010 -10.00, \
         4020 -100.00, 4030 -10.00, 4800 10.00, 5010 64.00, 5100 -2.50, 5110 6.00"
    );
    let report = books.reconciled().await;
    assert_eq!(report["checks"][0]["checked"], 8);
    let summary = books.by(Role::System).get("/internal/summary").await.ok();
    assert_eq!(
        summary,
        json!({"receivables": usd("100.00"), "cash": usd("10.80"), "inventory": usd("552.50")})
    );
    let log = books.house.take_complaints();
    assert!(log.is_empty(), "{log:?}");
}

#[tokio::test]
async fn a_second_event_of_the_same_source_changes_nothing() {
    let books = Books::new();
    let event = read(&TILL.event());
    let message = books.message(&event);
    books.deliver(&message).await;
    let before = books.balances().await;
    // The same message, and another message of the same sale, even one that says otherwise.
    books.deliver(&message).await;
    books.tell(&event).await;
    books.deliver_json(Sale { payments: "Cash 20.80", net: "20.00", ..TILL }.event()).await;
    assert_eq!(books.balances().await, before);
    let list = books.get("/accounting/journal-entries").await.ok();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(books.reconciled().await["checks"][0]["checked"], 1);
}

#[tokio::test]
async fn a_sale_is_looked_up_with_its_total_and_a_free_one_is_known_too() {
    let books = Books::new();
    books.deliver_json(TILL.event()).await;
    books.deliver_json(TILL.refund(60, Some(1))).await;
    let free = Sale { id: 4, payments: "", net: "0", tax: "0", cost: "0", ..TILL }.event();
    books.deliver_json(free.clone()).await;
    books.deliver_json(free).await;
    let ids = json!({"ids": [uuid(1), uuid(60), uuid(4), uuid(5)]});
    let path = "/internal/reconciliation/lookup";
    let mut found = books.by(Role::System).post(path, &ids).await.ok()["found"].take();
    found.as_array_mut().unwrap().sort_by_key(|sale| sale["id"].to_string());
    let sale = |id, amount: i64| json!({"id": uuid(id), "count": 1, "units": 0, "amountMinor": amount});
    assert_eq!(found, json!([sale(1, 1080), sale(4, 0), sale(60, 1080)]));
    let refused = books.post(path, &ids).await;
    assert_eq!(refused.problem().0, 403);
}

#[tokio::test]
async fn what_a_sale_booked_is_undone_at_its_source_only() {
    let books = Books::new();
    books.deliver_json(TILL.event()).await;
    let entry = books.get("/accounting/journal-entries").await.ok()["data"][0].take();
    assert_eq!((&entry["entryType"], &entry["createdBy"]), (&json!("System"), &json!("accounting")));
    let path = format!("/accounting/journal-entries/{}/void", entry["id"].as_str().unwrap());
    assert_eq!(books.post(&path, json!({"reason": "no"})).await.problem().1, "STATE_CONFLICT");
}

#[tokio::test]
async fn an_event_that_contradicts_itself_becomes_a_dead_letter() {
    let books = Books::new();
    books.deliver_json(Sale { net: "9.99", ..TILL }.event()).await;
    assert_eq!(books.balances().await, "");
    let log = books.house.take_complaints().join("\n");
    assert!(log.contains("does not add up: debits are 14.80 USD and credits are 14.79 USD"), "{log}");
    assert_eq!(books.dead_letters().await, json!([]), "younger than the relay waits for");
    books.house.advance_seconds(10);
    assert_eq!(books.dead_letters().await[0]["queue"], "dead-letters");
}

#[tokio::test]
async fn an_event_that_is_not_for_the_books_is_settled_and_its_data_is_not_read() {
    let books = Books::new();
    let id = uuid(701);
    let envelope = json!({"id": id, "type": "PriceChanged", "version": 1, "serviceSource": "product",
        "entityType": "product", "entityId": "x", "timestamp": "2026-11-20T10:00:00.000Z",
        "correlationId": "test", "data": {"unknown": true}});
    let message = json!({"id": id, "queue": "accounting-inbox", "body": envelope.to_string()});
    let body = json!({"messages": [message]});
    let taken = books.by(Role::System).post("/internal/events", &body).await.ok();
    assert_eq!(taken["settled"], json!([id]));
    books.house.advance_seconds(10);
    assert_eq!(books.dead_letters().await, json!([]));
    assert_eq!(books.get("/accounting/journal-entries").await.ok()["data"], json!([]));
}

/// It may have waited in an outbox while the Workers were replaced, or be a dead letter that somebody replays.
#[tokio::test]
async fn a_message_of_an_older_release_with_decimal_amounts_is_booked() {
    let books = Books::new();
    let old = |kind: &str, id: u32, data: Value| {
        json!({"id": uuid(id), "type": kind, "version": 1, "serviceSource": "order", "entityType": "x",
            "entityId": "x", "timestamp": "2026-11-20T10:00:00.000Z", "correlationId": "test", "data": data})
    };
    let line = json!({"sku": "A", "kind": "Goods", "quantity": 1, "lineTotal": usd("10.00"),
        "taxAmount": usd("0.80"), "unitCost": usd("4.00"), "cost": usd("4.00")});
    let sale = json!({"orderId": uuid(1), "orderNumber": "ORD-2026-000001", "salesChannel": "POS", "customerId": null,
        "soldAt": "2026-11-20T10:00:00.000Z", "currency": "USD", "subtotal": usd("10.00"), "discount": usd("0.00"),
        "tax": usd("0.80"), "total": usd("10.80"), "payments": [{"method": "Cash", "amount": usd("10.80")}],
        "lines": [line]});
    let received = json!({"adjustmentId": uuid(50), "warehouseId": uuid(2), "reason": "Received", "currency": "USD",
        "value": usd("120.00"), "lines": [{"sku": "A", "delta": 30, "value": usd("120.00")}]});
    let closing = json!({"closingId": uuid(70), "terminalId": "T1", "closingNumber": 1, "currency": "USD", "sales": 1,
        "closedAt": "2026-11-20T20:00:00.000Z", "total": usd("10.80"), "expectedCash": usd("10.80"),
        "countedCash": usd("10.30")});
    let handed_over = [
        old("StockReceived", 701, received),
        old("OrderCompleted", 702, sale),
        old("TillClosed", 703, closing),
    ];
    let messages = handed_over.map(
        |message| json!({"id": message["id"], "queue": "accounting-inbox", "body": message.to_string()}),
    );
    let body = json!({"messages": messages});
    let taken = books.by(Role::System).post("/internal/events", body).await.ok();
    assert_eq!(taken["settled"], json!([uuid(701), uuid(702), uuid(703)]));
    books.house.advance_seconds(10);
    assert_eq!(books.dead_letters().await, json!([]));
    assert_eq!(
        books.balances().await,
        "1010 10.30, 1200 116.00, 2100 -0.80, 2200 -120.00, 4030 -10.00, 5010 4.00, 6510 0.50"
    );
    books.reconciled().await;
}

/// Found by the simulation: each delivery of a body without an id made a letter of its own.
#[tokio::test]
async fn a_malformed_message_that_comes_twice_is_one_dead_letter() {
    let books = Books::new();
    for _ in 0..2 {
        let message = json!({ "id": "x", "queue": "accounting-inbox", "body": "no envelope" });
        let body = json!({ "messages": [message] });
        let taken = books.by(Role::System).post("/internal/events", &body).await.ok();
        assert_eq!(taken["settled"], json!(["x"]), "it is kept, and need not come again");
    }
    books.house.advance_seconds(10);
    let letters = books.dead_letters().await;
    assert_eq!(letters.as_array().map(Vec::len), Some(1), "{letters}");
}
