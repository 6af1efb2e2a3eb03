//! Adjustments: exact values in the answer, the event and the movements; all lines or none.

use contracts::EventKind;
use contracts::events::{StockAdjusted, StockDepleted};
use contracts::terms::DepletedBy;
use serde_json::{Value, json};

use crate::shop::{SHOP, Shop, id, usd};

fn adjustment(reason: &str, items: &Value) -> Value {
    json!({ "warehouseId": SHOP, "reason": reason, "items": items })
}

const PATH: &str = "/inventory/adjustments";

#[tokio::test]
async fn goods_received_bring_their_cost_and_are_told_with_every_line() {
    let shop = Shop::with(&["A", "B"]).await;
    let items = json!([
        { "sku": "B", "delta": 3, "unitCost": usd("0.05") },
        { "sku": "A", "delta": 10, "unitCost": usd("12.50") },
    ]);
    let mut body = adjustment("OpeningBalance", &items);
    body["id"] = json!(id(1));
    body["note"] = json!("Counted by \"Ada\" \u{1f4e6}");
    let booked = shop.post(PATH, body.clone()).await;
    let answer = booked.expect(201);
    assert_eq!(answer["id"], id(1));
    assert_eq!(answer["value"], usd("125.15"));
    assert_eq!(
        answer["items"],
        json!([{ "sku": "B", "delta": 3, "value": usd("0.15") }, { "sku": "A", "delta": 10, "value": usd("125.00") }])
    );
    // Said again, it is the same adjustment; another one under its id is not.
    assert_eq!(shop.post(PATH, body.clone()).await, booked);
    assert_eq!(shop.get(&format!("{PATH}/{}", id(1))).await.expect(200), answer);
    body["reason"] = json!("Received");
    shop.post(PATH, body).await.refused(409, "STATE_CONFLICT");

    let (queue, envelope) = shop.events().await.pop().unwrap();
    assert_eq!((queue.as_str(), envelope.kind.name()), ("accounting-inbox", "StockReceived"));
    assert_eq!(envelope.entity_id, id(1));
    let received: StockAdjusted = envelope.data().unwrap();
    assert_eq!((received.value.amount(), received.order_id), ("125.15".to_owned(), None));
    let lines: Vec<_> = received.lines.iter().map(|line| (line.sku.as_str(), line.delta)).collect();
    assert_eq!(lines, [("B", 3), ("A", 10)]);
    let data: Value = serde_json::from_str(envelope.data.get()).unwrap();
    let told = |minor: i64| json!({ "minor": minor, "currency": "USD" });
    assert_eq!((envelope.version, &data["value"]), (2, &told(12_515)));
    assert_eq!((&data["lines"][0]["value"], &data["lines"][1]["value"]), (&told(15), &told(12_500)));
}

#[tokio::test]
async fn an_idempotency_key_replays_the_first_answer_byte_for_byte() {
    let shop = Shop::with(&["A"]).await;
    let body = adjustment("Received", &json!([{ "sku": "A", "delta": 3, "unitCost": usd("1.99") }]));
    let first = shop.post_once(PATH, "k", body.clone()).await;
    let again = shop.post_once(PATH, "k", body.clone()).await;
    first.expect(201);
    assert!(!first.replayed() && again.replayed());
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    let other = adjustment("Received", &json!([{ "sku": "A", "delta": 4, "unitCost": usd("1.99") }]));
    shop.post_once(PATH, "k", other).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(shop.held(SHOP, "A").await.0, 3);
    // Without a key and without an id it is another adjustment.
    shop.post(PATH, body).await.expect(201);
    assert_eq!(shop.held(SHOP, "A").await.0, 6);
}

#[tokio::test]
async fn goods_without_a_cost_come_and_go_at_the_average_or_the_last_one_known() {
    let shop = Shop::with(&["A"]).await;
    shop.receive(SHOP, "A", 2, "1.00").await;
    shop.receive(SHOP, "A", 1, "2.00").await;
    for (reason, delta, cost, value, held) in [
        ("Damaged", -1, None, "-1.33", "2.67"),
        ("Found", 2, None, "2.67", "5.34"),
        ("Lost", -4, None, "-5.34", "0.00"),
        // A third of 4.00 each.
        ("CountCorrection", 3, None, "4.00", "4.00"),
        ("CountCorrection", 1, Some("9.00"), "9.00", "13.00"),
    ] {
        let item = json!({ "sku": "A", "delta": delta, "unitCost": cost.map(usd) });
        let answer = shop.post(PATH, adjustment(reason, &json!([item]))).await.expect(201);
        assert_eq!(answer["value"]["amount"], value, "{reason} {delta}");
        assert_eq!(shop.held(SHOP, "A").await.1, held, "{reason} {delta}");
    }
    let names = shop.event_names().await;
    assert_eq!(names.iter().filter(|name| **name == "StockAdjusted").count(), 5);
    let events = shop.events().await;
    let depleted = events.iter().find(|(_, envelope)| envelope.kind == EventKind::StockDepleted);
    let depleted: StockDepleted = depleted.unwrap().1.data().unwrap();
    assert_eq!((depleted.previous_quantity, depleted.depleted_by), (4, DepletedBy::Adjustment));
    shop.reconciled().await;
}

#[tokio::test]
async fn taking_away_more_than_there_is_leaves_every_line_untouched() {
    let shop = Shop::with(&["A", "B"]).await;
    shop.receive(SHOP, "A", 2, "1.00").await;
    let items = json!([{ "sku": "B", "delta": 1 }, { "sku": "A", "delta": -3 }]);
    let problem = shop.post(PATH, adjustment("CountCorrection", &items)).await.expect(409);
    assert_eq!(problem["code"], "OUT_OF_STOCK");
    let line = json!({ "sku": "A", "requested": 3, "onHand": 2, "available": false });
    assert_eq!(problem["availability"], json!([line]));
    assert_eq!(shop.held(SHOP, "B").await.0, 0);
}

#[tokio::test]
async fn requests_that_cannot_be_are_refused_with_the_field() {
    let shop = Shop::with(&["A"]).await;
    let cost = usd("1.00");
    for (reason, items, pointer) in [
        ("Received", json!([{ "sku": "A", "delta": 1 }]), "/items/0/unitCost"),
        ("OpeningBalance", json!([{ "sku": "A", "delta": -1, "unitCost": cost }]), "/items/0/delta"),
        ("Damaged", json!([{ "sku": "A", "delta": -1, "unitCost": cost }]), "/items/0/unitCost"),
        (
            "Received",
            json!([{ "sku": "A", "delta": 1, "unitCost": { "amount": "1.00", "currency": "EUR" } }]),
            "/items/0/unitCost",
        ),
        ("Received", json!([{ "sku": "A", "delta": 1, "unitCost": usd("1.0000001") }]), "/items/0/unitCost"),
        ("Found", json!([{ "sku": "A", "delta": 0 }]), "/items/0/delta"),
        ("Found", json!([{ "sku": "A", "delta": 1.5 }]), "/items/0/delta"),
        ("Found", json!([{ "sku": "A", "delta": 1 }, { "sku": "A", "delta": 2 }]), "/items/1/sku"),
        ("Found", json!([{ "sku": "A", "delta": 1 }, { "sku": "NEVER-SEEN", "delta": 1 }]), "/items/1/sku"),
        ("Found", json!([]), "/items"),
        ("Whim", json!([{ "sku": "A", "delta": 1 }]), "/reason"),
    ] {
        let problem = shop.post(PATH, adjustment(reason, &items)).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let mut nowhere = adjustment("Found", &json!([{ "sku": "A", "delta": 1 }]));
    nowhere["warehouseId"] = json!(id(9));
    assert_eq!(shop.post(PATH, nowhere).await.expect(422)["errors"][0]["pointer"], "/warehouseId");
    let many: Vec<Value> = (0..5001).map(|n| json!({ "sku": format!("S{n}"), "delta": 1 })).collect();
    assert_eq!(
        shop.post(PATH, adjustment("Found", &json!(many))).await.expect(422)["errors"][0]["pointer"],
        "/items"
    );
    assert_eq!(shop.held(SHOP, "A").await, (0, "0.00".to_owned()));
}

#[tokio::test]
async fn the_whole_valuation_stays_an_exact_amount() {
    let shop = Shop::with(&["A", "B"]).await;
    shop.receive(SHOP, "A", 1, "90071992547409.00").await;
    let item = json!([{ "sku": "B", "delta": 1, "unitCost": usd("0.92") }]);
    let problem = shop.post(PATH, adjustment("Received", &item)).await.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/items", "{problem}");
    shop.receive(SHOP, "B", 1, "0.91").await;
    assert_eq!(shop.get("/inventory/valuation").await.expect(200)["total"], usd("90071992547409.91"));
}

#[tokio::test]
async fn five_thousand_lines_are_one_adjustment() {
    let skus: Vec<String> = (0..5000).map(|n| format!("SKU-{n:05}")).collect();
    let shop = Shop::with(&skus.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let items: Vec<Value> =
        skus.iter().map(|sku| json!({ "sku": sku, "delta": 2, "unitCost": usd("1.50") })).collect();
    let answer = shop.post(PATH, adjustment("OpeningBalance", &json!(items))).await.expect(201);
    assert_eq!((answer["value"].clone(), answer["items"].as_array().unwrap().len()), (usd("15000.00"), 5000));
    let gone: Vec<Value> = skus.iter().map(|sku| json!({ "sku": sku, "delta": -2 })).collect();
    shop.post(PATH, adjustment("Lost", &json!(gone))).await.expect(201);
    let depleted = shop.event_names().await.into_iter().filter(|name| *name == "StockDepleted").count();
    assert_eq!(depleted, 5000);
    shop.reconciled().await;
}
