//! Transfers: goods and their value leave once, are in transit, and arrive once.

use contracts::EventKind;
use contracts::events::{StockDepleted, StockTransferred};
use serde_json::{Value, json};

use crate::shop::{SHOP, STORE, Shop, id, usd};

const PATH: &str = "/inventory/transfers";

fn transfer(n: u32, units: i64) -> Value {
    json!({
        "id": id(n), "fromWarehouseId": STORE, "toWarehouseId": SHOP, "note": "For \"Saturday\"",
        "items": [{ "sku": "B", "quantity": 1 }, { "sku": "A", "quantity": units }],
    })
}

async fn stocked() -> Shop {
    let shop = Shop::with(&["A", "B"]).await;
    shop.receive(STORE, "A", 3, "1.01").await;
    shop.receive(STORE, "A", 3, "1.00").await;
    shop.receive(STORE, "B", 1, "5.00").await;
    shop.receive(SHOP, "A", 1, "2.00").await;
    shop
}

#[tokio::test]
async fn goods_travel_with_their_value_and_the_books_do_not_change() {
    let shop = stocked().await;
    let total = shop.get("/inventory/valuation").await.expect(200)["total"].clone();
    let draft = shop.post(PATH, transfer(1, 4)).await;
    let body = draft.expect(201);
    assert_eq!((body["status"].clone(), body["items"][0]["value"].clone()), (json!("Draft"), json!(null)));
    assert_eq!(shop.post(PATH, transfer(1, 4)).await, draft, "said again, it is the same transfer");
    shop.post(PATH, transfer(1, 5)).await.refused(409, "STATE_CONFLICT");
    assert_eq!(shop.held(STORE, "A").await.0, 6, "planning moves nothing");

    let departure = format!("{PATH}/{}/ship", id(1));
    let arrival = format!("{PATH}/{}/receive", id(1));
    shop.post(&arrival, json!({})).await.refused(409, "STATE_CONFLICT");
    let shipped = shop.post_once(&departure, "k", json!({})).await;
    let body = shipped.expect(200);
    assert_eq!(body["status"], "Shipped");
    assert_eq!(
        body["items"],
        json!([{ "sku": "B", "quantity": 1, "value": usd("5.00") }, { "sku": "A", "quantity": 4, "value": usd("4.02") }])
    );
    let again = shop.post_once(&departure, "k", json!({})).await;
    assert!(again.replayed() && again.text == shipped.text);
    shop.post(&departure, json!({})).await.refused(409, "STATE_CONFLICT");
    assert_eq!(shop.held(STORE, "A").await, (2, "2.01".to_owned()));
    let valuation = shop.get("/inventory/valuation").await.expect(200);
    assert_eq!((valuation["total"].clone(), valuation["inTransit"].clone()), (total.clone(), usd("9.02")));
    shop.reconciled().await;

    let received = shop.post(&arrival, json!({})).await.expect(200);
    assert_eq!(received["status"], "Received");
    shop.post(&arrival, json!({})).await.refused(409, "STATE_CONFLICT");
    assert_eq!(shop.held(SHOP, "A").await, (5, "6.02".to_owned()));
    let valuation = shop.get("/inventory/valuation").await.expect(200);
    assert_eq!((valuation["total"].clone(), valuation["inTransit"].clone()), (total, usd("0.00")));
    assert_eq!(shop.get(&format!("{PATH}/{}", id(1))).await.expect(200), received);
    shop.reconciled().await;

    let told: Vec<String> = shop
        .events()
        .await
        .into_iter()
        .filter_map(|(_, envelope)| match envelope.kind {
            EventKind::StockTransferred => Some(envelope.data::<StockTransferred>().unwrap().status),
            EventKind::StockDepleted => {
                Some(format!("{} depleted", envelope.data::<StockDepleted>().unwrap().sku))
            }
            _ => None,
        })
        .collect();
    assert_eq!(told, ["B depleted", "Shipped", "Received"]);
}

#[tokio::test]
async fn what_is_not_there_is_not_shipped() {
    let shop = stocked().await;
    shop.post(PATH, transfer(1, 7)).await.expect(201);
    let problem = shop.post(&format!("{PATH}/{}/ship", id(1)), json!({})).await.expect(409);
    assert_eq!(problem["code"], "OUT_OF_STOCK");
    assert_eq!(problem["availability"][1]["onHand"], 6);
    assert_eq!(shop.get(&format!("{PATH}/{}", id(1))).await.expect(200)["status"], "Draft");
    assert_eq!(shop.held(STORE, "B").await.0, 1);
    shop.post(&format!("{PATH}/{}/ship", id(9)), json!({})).await.expect(404);
}

#[tokio::test]
async fn requests_that_cannot_be_are_refused_with_the_field() {
    let shop = stocked().await;
    for (field, value, pointer) in [
        ("toWarehouseId", json!(STORE), "/toWarehouseId"),
        ("toWarehouseId", json!(id(9)), "/toWarehouseId"),
        ("fromWarehouseId", json!(id(9)), "/fromWarehouseId"),
        ("items", json!([]), "/items"),
        (
            "items",
            json!([{ "sku": "A", "quantity": 1 }, { "sku": "NEVER-SEEN", "quantity": 1 }]),
            "/items/1/sku",
        ),
        ("items", json!([{ "sku": "A", "quantity": -1 }]), "/items/0/quantity"),
    ] {
        let mut body = transfer(2, 1);
        body[field] = value;
        let problem = shop.post(PATH, body).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    shop.get(&format!("{PATH}/{}", id(2))).await.expect(404);
}

#[tokio::test]
async fn transfers_are_listed_newest_first_and_by_status() {
    let shop = stocked().await;
    for n in 1..=3 {
        shop.post(PATH, transfer(n, 1)).await.expect(201);
        shop.house.advance_seconds(1);
    }
    shop.post(&format!("{PATH}/{}/ship", id(2)), json!({})).await.expect(200);
    let page = |json: &Value| {
        json["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let first = shop.get(&format!("{PATH}?limit=2")).await.expect(200);
    assert_eq!(page(&first), [id(3), id(2)]);
    let cursor = first["nextCursor"].as_str().unwrap();
    assert_eq!(page(&shop.get(&format!("{PATH}?limit=2&cursor={cursor}")).await.expect(200)), [id(1)]);
    assert_eq!(page(&shop.get(&format!("{PATH}?status=Shipped")).await.expect(200)), [id(2)]);
    shop.get(&format!("{PATH}?status=Lost")).await.expect(422);
}
