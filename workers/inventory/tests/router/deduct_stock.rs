//! Sales: the last unit once, all lines or none, the same answer to the same order.

use crate::shop::{DEDUCT, SHOP, Shop, id, sale, usd};
use contracts::EventKind;
use contracts::events::{StockAdjusted, StockDepleted, StockLow};
use contracts::terms::DepletedBy;
use kernel::Tenant;
use serde_json::json;

#[tokio::test]
async fn the_last_unit_is_sold_once() {
    let shop = Shop::with(&["A"]).await;
    shop.receive(SHOP, "A", 3, "2.00").await;
    let mut sold = 0;
    for order in 0..10 {
        let answer = shop.deduct(&id(order), &[("A", 1)]).await;
        if answer.status == 200 {
            sold += 1;
        } else {
            let problem = answer.expect(409);
            assert_eq!(problem["code"], "OUT_OF_STOCK");
            let line = json!({ "sku": "A", "requested": 1, "onHand": 0, "available": false });
            assert_eq!(problem["availability"], json!([line]));
        }
    }
    assert_eq!(sold, 3);
    assert_eq!(shop.held(SHOP, "A").await, (0, "0.00".to_owned()));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_line_that_is_short_leaves_the_others_untouched() {
    let shop = Shop::with(&["A", "B"]).await;
    shop.receive(SHOP, "A", 5, "1.00").await;
    shop.receive(SHOP, "B", 1, "1.00").await;
    let problem = shop.deduct(&id(1), &[("A", 2), ("B", 2)]).await.expect(409);
    assert_eq!(problem["availability"][0]["available"], true);
    assert_eq!(problem["availability"][1]["available"], false);
    let problem = shop.deduct(&id(2), &[("A", 2), ("NEVER-SEEN", 1)]).await.expect(409);
    assert_eq!(problem["availability"][1]["onHand"], 0);
    assert_eq!(shop.held(SHOP, "A").await, (5, "5.00".to_owned()));
    // Nothing of the refused orders is left in the stock: another one finds it all.
    shop.deduct(&id(3), &[("A", 5), ("B", 1)]).await.expect(200);
}

#[tokio::test]
async fn a_repeated_order_is_answered_as_before_and_other_items_conflict() {
    let shop = Shop::with(&["A", "B"]).await;
    shop.receive(SHOP, "A", 3, "1.00").await;
    shop.receive(SHOP, "B", 3, "0.50").await;
    let first = shop.deduct(&id(1), &[("B", 1), ("A", 2)]).await;
    assert_eq!(
        first.expect(200),
        json!({ "orderId": id(1), "items": [
            { "sku": "A", "quantity": 2, "cost": usd("2.00"), "shortage": 0 },
            { "sku": "B", "quantity": 1, "cost": usd("0.50"), "shortage": 0 },
        ]})
    );
    assert_eq!(shop.deduct(&id(1), &[("A", 2), ("B", 1)]).await, first, "in another order");
    let mut offline = sale(&id(1), &[("A", 2), ("B", 1)]);
    offline["allowShortage"] = json!(true);
    assert_eq!(shop.system().post(DEDUCT, offline).await, first, "synchronised later");
    for other in [&[("A", 1), ("B", 1)][..], &[("A", 2)][..]] {
        shop.deduct(&id(1), other).await.refused(409, "STATE_CONFLICT");
    }
    assert_eq!(shop.held(SHOP, "A").await.0, 1);
}

#[tokio::test]
async fn an_idempotency_key_replays_the_first_answer_byte_for_byte() {
    let shop = Shop::with(&["A"]).await;
    shop.receive(SHOP, "A", 3, "1.99").await;
    let sale = sale(&id(1), &[("A", 1)]);
    let first = shop.system().post_once(DEDUCT, "k", &sale).await;
    let second = shop.system().post_once(DEDUCT, "k", &sale).await;
    assert!(first.status == 200 && !first.replayed() && second.replayed(), "{first:?} {second:?}");
    assert_eq!(first.text, second.text);
}

#[tokio::test]
async fn reaching_nothing_is_told_once_with_what_did_it() {
    let shop = Shop::with(&["A", "B"]).await;
    shop.receive(SHOP, "A", 3, "1.00").await;
    shop.receive(SHOP, "B", 3, "1.00").await;
    shop.deduct(&id(1), &[("A", 1)]).await.expect(200);
    assert_eq!(shop.event_names().await, ["StockReceived", "StockReceived"]);
    shop.deduct(&id(2), &[("A", 2), ("B", 1)]).await.expect(200);
    shop.deduct(&id(2), &[("A", 2), ("B", 1)]).await.expect(200);
    shop.deduct(&id(3), &[("A", 1)]).await.expect(409);
    assert_eq!(shop.event_names().await, ["StockReceived", "StockReceived", "StockDepleted"]);
    let (queue, envelope) = shop.events().await.pop().unwrap();
    assert_eq!(queue, "order-inbox");
    assert_eq!(envelope.kind.readers()[0].name(), queue);
    assert_eq!((envelope.entity_type.as_str(), envelope.entity_id.as_str()), ("stock", "A"));
    assert_eq!(envelope.correlation_id, "r-1");
    assert!(envelope.tenant == Tenant::main() && envelope.traceparent.is_some(), "{envelope:?}");
    assert_eq!(envelope.kind, EventKind::StockDepleted);
    let depleted: StockDepleted = envelope.data().unwrap();
    assert_eq!(depleted.warehouse_id.to_string(), SHOP);
    assert_eq!(depleted.product_id.0, uuid::Uuid::from_u128(1));
    assert_eq!((depleted.previous_quantity, depleted.current_quantity), (2, 0));
    assert_eq!(depleted.depleted_by, DepletedBy::POS);
}

#[tokio::test]
async fn crossing_the_reorder_point_is_told_once() {
    let shop = Shop::with(&["A"]).await;
    shop.receive(SHOP, "A", 10, "1.00").await;
    let point = json!({ "warehouseId": SHOP, "sku": "A", "reorderPoint": 5 });
    shop.put("/inventory/stock/reorder-point", point).await.expect(200);
    for (order, quantity) in [(1, 4), (2, 2), (3, 1)] {
        shop.deduct(&id(order), &[("A", quantity)]).await.expect(200);
    }
    assert_eq!(shop.event_names().await, ["StockReceived", "StockLow"]);
    let (queue, envelope) = shop.events().await.pop().unwrap();
    assert_eq!(envelope.kind, EventKind::StockLow);
    let low: StockLow = envelope.data().unwrap();
    assert_eq!((low.current_quantity, low.reorder_point), (4, 5));
    assert!(queue.is_empty() && envelope.kind.readers().is_empty(), "history only");
}

#[tokio::test]
async fn an_offline_sale_of_more_than_there_is_books_the_shortage_as_a_variance() {
    let shop = Shop::with(&["A", "B"]).await;
    shop.receive(SHOP, "A", 3, "1.00").await;
    let mut request = sale(&id(1), &[("A", 5), ("B", 2)]);
    request["allowShortage"] = json!(true);
    let answer = shop.system().post(DEDUCT, request.clone()).await;
    assert_eq!(
        answer.expect(200)["items"],
        json!([
            { "sku": "A", "quantity": 5, "cost": usd("5.00"), "shortage": 2 },
            { "sku": "B", "quantity": 2, "cost": usd("0.00"), "shortage": 2 },
        ])
    );
    assert_eq!(shop.system().post(DEDUCT, request).await, answer);
    assert_eq!(shop.event_names().await, ["StockReceived", "StockAdjusted", "StockDepleted"]);
    let events = shop.events().await;
    let adjusted: StockAdjusted = events[events.len() - 2].1.data().unwrap();
    assert_eq!(adjusted.order_id.unwrap().to_string(), id(1));
    assert_eq!((adjusted.value.amount().as_str(), adjusted.lines.len()), ("2.00", 2));
    let depleted: StockDepleted = events[events.len() - 1].1.data().unwrap();
    assert_eq!((depleted.sku.as_str(), depleted.previous_quantity), ("A", 3), "B had nothing to lose");

    // Later shortages are valued at the last cost known.
    let mut request = sale(&id(2), &[("A", 1)]);
    request["allowShortage"] = json!(true);
    let answer = shop.system().post(DEDUCT, request).await.expect(200);
    assert_eq!(answer["items"][0]["cost"], usd("1.00"));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_variance_is_reviewed_once() {
    let shop = Shop::with(&["A"]).await;
    let mut request = sale(&id(1), &[("A", 2)]);
    request["allowShortage"] = json!(true);
    shop.system().post(DEDUCT, request).await.expect(200);
    let open = shop.get("/inventory/movements?needsReview=true").await.expect(200);
    assert_eq!(open["data"].as_array().unwrap().len(), 1, "{open}");
    let movement = open["data"][0]["id"].as_str().unwrap();
    assert_eq!(movement, format!("{}:A:variance", id(1)));
    let path = format!("/inventory/movements/{movement}/review");
    let first = shop.post_once(&path, "k", json!({ "note": "Found behind the shelf" })).await;
    assert_eq!(first.expect(200)["reviewedBy"], "admin");
    let again = shop.post_once(&path, "k", json!({ "note": "Found behind the shelf" })).await;
    assert!(again.replayed() && again.text == first.text);
    shop.post(&path, json!({ "note": "x" })).await.refused(409, "STATE_CONFLICT");
    let sold = format!("/inventory/movements/{}:A/review", id(1));
    shop.post(&sold, json!({ "note": "x" })).await.expect(409);
    shop.post("/inventory/movements/none/review", json!({ "note": "x" })).await.expect(404);
    let open = shop.get("/inventory/movements?needsReview=true").await.expect(200);
    assert_eq!(open["data"], json!([]));
}

#[tokio::test]
async fn an_offline_sale_of_what_nobody_knows_is_refused_by_line() {
    let shop = Shop::with(&["A"]).await;
    let mut request = sale(&id(1), &[("A", 1), ("NEVER-SEEN", 1)]);
    request["allowShortage"] = json!(true);
    let problem = shop.system().post(DEDUCT, request.clone()).await.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/items/1/sku");
    request["warehouseId"] = json!(id(9));
    let problem = shop.system().post(DEDUCT, request).await.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/warehouseId");
}

#[tokio::test]
async fn requests_that_cannot_be_are_refused_with_the_field() {
    let shop = Shop::with(&["A"]).await;
    for (items, pointer) in [
        (json!([{ "sku": "A", "quantity": 1 }, { "sku": "A", "quantity": 1 }]), "/items/1/sku"),
        (json!([{ "sku": "A", "quantity": 0 }]), "/items/0/quantity"),
        (json!([{ "sku": "A", "quantity": 1.5 }]), "/items/0/quantity"),
        (json!([{ "sku": "A", "quantity": 1, "price": 1 }]), "/items/0/price"),
    ] {
        let body = json!({ "orderId": id(1), "warehouseId": SHOP, "channel": "POS", "items": items });
        let problem = shop.system().post(DEDUCT, body).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    // An order of services only takes nothing, once.
    let empty = shop.deduct(&id(1), &[]).await;
    assert_eq!(empty.expect(200)["items"], json!([]));
    assert_eq!(shop.deduct(&id(1), &[]).await, empty);
    // Only the order service deducts.
    shop.post("/inventory/deduct", sale(&id(2), &[("A", 1)])).await.expect(403);
}

#[tokio::test]
async fn a_large_value_is_divided_without_overflow() {
    let shop = Shop::with(&["A"]).await;
    // 9 * 10^15 minor units; times the quantity it would exceed 64 bits.
    shop.receive(SHOP, "A", 900_000, "99999999.99").await;
    shop.receive(SHOP, "A", 7, "0.01").await;
    let cost = shop.deduct(&id(1), &[("A", 899_999)]).await.expect(200)["items"][0]["cost"].clone();
    // floor(8999999999100007 * 899999 / 900007)
    let expected = 8_999_999_999_100_007_i128 * 899_999 / 900_007;
    assert_eq!(cost["amount"], format!("{}.{:02}", expected / 100, expected % 100));
    let rest = shop.deduct(&id(2), &[("A", 8)]).await.expect(200)["items"][0]["cost"].clone();
    let left = 8_999_999_999_100_007_i128 - expected;
    assert_eq!(rest["amount"], format!("{}.{:02}", left / 100, left % 100));
    // A shortage at that cost is beyond what an amount can say.
    let mut request = sale(&id(3), &[("A", 1_000_000)]);
    request["allowShortage"] = json!(true);
    shop.system().post(DEDUCT, request).await.expect(422);
    assert_eq!(shop.held(SHOP, "A").await, (0, "0.00".to_owned()));
}

#[tokio::test]
async fn a_sale_is_one_batch_whatever_it_depletes() {
    let shop = Shop::with(&["A", "B"]).await;
    shop.receive(SHOP, "A", 1, "1.00").await;
    let mut body = sale(&id(1), &[("A", 1), ("B", 1)]);
    body["allowShortage"] = json!(true);
    let answer = shop.system().post(DEDUCT, body).await;
    let timing = answer.header("server-timing").unwrap();
    assert!(answer.status == 200 && timing.contains("queries=0 batches=1 calls=0"), "{timing}");
}

#[tokio::test]
async fn amounts_are_written_as_their_currency_is() {
    for (currency, cost, rest) in [("JPY", "7", "0"), ("KWD", "7.001", "0.000")] {
        let shop = Shop::with(&["A"]).await;
        shop.house.set("CURRENCY", currency);
        let money = |amount: &str| json!({ "amount": amount, "currency": currency });
        let item = json!({ "sku": "A", "delta": 2, "unitCost": money(cost) });
        let body = json!({ "warehouseId": SHOP, "reason": "Received", "items": [item] });
        shop.post("/inventory/adjustments", body).await.expect(201);
        let first = shop.deduct(&id(1), &[("A", 1)]).await.expect(200);
        assert_eq!(first["items"][0]["cost"], money(cost));
        shop.deduct(&id(2), &[("A", 1)]).await.expect(200);
        assert_eq!(shop.held(SHOP, "A").await, (0, rest.to_owned()));
        // The event is read as its readers read it.
        assert_eq!(shop.event_names().await, ["StockReceived", "StockDepleted"]);
    }
}
