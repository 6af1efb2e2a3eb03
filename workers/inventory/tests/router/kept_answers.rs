//! What a key keeps is written in the batch that moves the goods, which alone knows what they are worth: the same
//! bytes as the answer, also when nobody heard that.

use native::client::Client;
use serde_json::{Value, json};

use crate::meddling::{Meddling, meddled};
use crate::shop::{SHOP, STORE, Shop, id, usd};

/// A SKU whose JSON is not its text.
const QUOTED: &str = r#"7" \ "B""#;

/// Three of one, one of another, at costs that do not divide.
async fn stocked() -> Shop {
    let shop = Shop::with(&["A", QUOTED]).await;
    for (sku, units, cost) in [("A", 2, "1.00"), ("A", 1, "1.01"), (QUOTED, 1, "0.07")] {
        shop.receive(SHOP, sku, units, cost).await;
    }
    shop
}

fn keyed(shop: &Shop) -> Client {
    shop.system().with(&[("idempotency-key", "k")])
}

/// Each change of stock whose values only its batch knows: where it is asked for, and with what.
fn changes() -> [(&'static str, Value); 3] {
    let both = |units: &str| json!([{ "sku": QUOTED, units: 1 }, { "sku": "A", units: 2 }]);
    let sale = json!({
        "orderId": id(1), "warehouseId": SHOP, "channel": "POS", "allowShortage": true,
        "items": [{ "sku": QUOTED, "quantity": 5 }, { "sku": "A", "quantity": 2 }],
    });
    let refund = json!({
        "refundId": id(1), "orderId": null, "warehouseId": SHOP, "currency": "USD", "items": both("quantity"),
    });
    let adjustment = json!({
        "warehouseId": SHOP, "reason": "CountCorrection", "note": "\"Cellar\" \\ \u{1f4e6}",
        "items": [{ "sku": QUOTED, "delta": -1 }, { "sku": "A", "delta": 2 }],
    });
    [("/inventory/deduct", sale), ("/internal/stock/restock", refund), ("/inventory/adjustments", adjustment)]
}

#[tokio::test]
async fn a_kept_answer_has_the_bytes_of_the_answer() {
    for (path, body) in changes() {
        let shop = stocked().await;
        let first = keyed(&shop).post(path, &body).await;
        let again = keyed(&shop).post(path, &body).await;
        assert!(first.status < 300 && !first.replayed() && again.replayed(), "{path} {first:?}");
        assert_eq!((first.status, &first.text), (again.status, &again.text), "{path}");
        shop.reconciled().await;
    }
}

#[tokio::test]
async fn an_answer_that_nobody_heard_is_kept_all_the_same() {
    for (path, body) in changes() {
        let (shop, other) = (stocked().await, stocked().await);
        let heard = keyed(&other).post(path, &body).await;
        // The key is looked up first; the batch is the next call, for an adjustment the one after the warehouse's time
        // zone. Its answer is lost, and read from the key.
        let batch = if path == "/inventory/adjustments" { 3 } else { 2 };
        let unheard = meddled(&keyed(&shop), path, &body, batch, Meddling::AnswerLost).await;
        let again = keyed(&shop).post(path, &body).await;
        assert!(unheard.replayed() && unheard.status == heard.status, "{path} {unheard:?}");
        assert_eq!(again, unheard, "{path}");
        assert_eq!(again.json()["items"], heard.json()["items"], "{path}");
        assert_eq!(shop.held(SHOP, "A").await, other.held(SHOP, "A").await, "{path}");
        assert_eq!(shop.event_names().await, other.event_names().await, "{path}");
    }
}

#[tokio::test]
async fn every_step_of_a_transfer_keeps_its_answer() {
    let shop = stocked().await;
    let plan = json!({
        "id": id(1), "fromWarehouseId": SHOP, "toWarehouseId": STORE, "note": null,
        "items": [{ "sku": QUOTED, "quantity": 1 }, { "sku": "A", "quantity": 2 }],
    });
    let [departure, arrival] =
        ["ship", "receive"].map(|step| format!("/inventory/transfers/{}/{step}", id(1)));
    let mut last = Value::Null;
    for (path, body) in [("/inventory/transfers", plan), (&departure, json!({})), (&arrival, json!({}))] {
        let first = keyed(&shop).post(path, &body).await;
        shop.house.advance_seconds(60);
        let again = keyed(&shop).post(path, &body).await;
        assert!(first.status < 300 && !first.replayed() && again.replayed(), "{path} {first:?}");
        assert_eq!((first.status, &first.text), (again.status, &again.text), "{path}");
        last = first.json().clone();
        let shown = shop.get(&format!("/inventory/transfers/{}", id(1))).await.expect(200);
        assert_eq!(shown, last, "{path}");
    }
    assert_eq!((&last["items"][0]["value"], &last["items"][1]["value"]), (&usd("0.07"), &usd("2.00")));
}
