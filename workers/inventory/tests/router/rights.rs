//! Who sees what of the stock: cashiers no costs, visitors not how much there is.

use native::client::usd;
use serde_json::{Value, json};
use web::Role;

use crate::shop::{SHOP, Shop};

async fn stocked() -> Shop {
    let shop = Shop::with(&["A"]).await;
    shop.receive(SHOP, "A", 7, "3.00").await;
    shop
}

/// The members that say what goods cost, wherever they are.
fn costs(json: &Value) -> usize {
    match json {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                usize::from(["value", "averageCost", "unitCost"].contains(&name.as_str())) + costs(value)
            })
            .sum(),
        Value::Array(items) => items.iter().map(costs).sum(),
        _ => 0,
    }
}

#[tokio::test]
async fn what_goods_cost_is_not_for_cashiers() {
    let shop = stocked().await;
    let adjustment = json!({ "warehouseId": SHOP, "reason": "Received",
        "items": [{ "sku": "A", "delta": 1, "unitCost": usd("3.00") }] });
    let adjustment = shop.by(Role::Manager).post("/inventory/adjustments", adjustment).await.expect(201);
    let adjustment = format!("/inventory/adjustments/{}", adjustment["id"].as_str().unwrap());
    for path in [
        "/inventory/stock",
        "/inventory/A",
        "/inventory/movements",
        adjustment.as_str(),
        "/inventory/transfers",
    ] {
        let (seen, hidden) = (shop.by(Role::Manager).get(path).await, shop.by(Role::Cashier).get(path).await);
        assert_eq!(hidden.status, 200, "{path}: {}", hidden.text);
        assert_eq!(costs(hidden.json()), 0, "{path}: {}", hidden.text);
        assert!(costs(seen.json()) > 0 || path.ends_with("transfers"), "{path}: {}", seen.text);
    }
    assert_eq!(shop.by(Role::Manager).get("/inventory/valuation").await.status, 200);
    shop.by(Role::Cashier).get("/inventory/valuation").await.refused(403, "FORBIDDEN");
}

#[tokio::test]
async fn visitors_hear_whether_there_is_enough() {
    let shop = stocked().await;
    let on_hand = shop.by(Role::Manager).get("/inventory/A").await.expect(200)["onHand"].as_i64().unwrap();
    for (asked, shown, available) in [(1, 1, true), (on_hand, on_hand, true), (on_hand + 1, on_hand, false)] {
        let question = json!({ "warehouseId": SHOP, "items": [{ "sku": "A", "quantity": asked }] });
        let guest = shop.by(Role::Guest).post("/inventory/check-availability", &question).await.expect(200);
        assert_eq!((&guest["items"][0]["onHand"], &guest["available"]), (&json!(shown), &json!(available)));
        let cashier =
            shop.by(Role::Cashier).post("/inventory/check-availability", &question).await.expect(200);
        assert_eq!(cashier["items"][0]["onHand"], on_hand);
    }
}
