//! Cash is rounded to the smallest coin of the region, and goes back in the same coins.

#![cfg(test)]

mod shop;

use native::client::Answer;
use serde_json::{Value, json};
use shop::{Shop, WAREHOUSE, amount, id, told, usd};
use store::{Database as _, Statement};
use web::Role;

async fn smallest_coin(shop: &Shop, coin: &str) {
    let rule =
        json!({ "region": "US", "rounding": "HalfUp", "roundedPer": "Line", "smallestCoin": usd(coin) });
    assert_eq!(shop.by(Role::Accountant).put("/tax-rates/rules", &rule).await.expect(200), rule);
}

async fn sell(shop: &Shop, price: &str, payments: Value) -> Answer {
    let items = json!([{ "sku": "PEN", "quantity": 2, "unitPrice": usd(price) }]);
    let sale =
        json!({ "terminalId": "TILL-1", "warehouseId": WAREHOUSE, "items": items, "payments": payments });
    shop.post("/orders/pos", &sale).await
}

#[tokio::test]
async fn a_total_of_1_66_is_complete_with_1_65_in_cash() {
    let shop = Shop::open().await;
    let cash = |sum: &str| json!([{ "method": "Cash", "amount": usd(sum), "tendered": usd("2.00") }]);
    assert_eq!(sell(&shop, "0.83", cash("1.65")).await.refused(422, "VALIDATION_FAILED"), ["/payments"]);
    smallest_coin(&shop, "0.05").await;
    let order = sell(&shop, "0.83", cash("1.65")).await.expect(201);
    assert_eq!((&order["status"], amount(&order, "total")), (&json!("Completed"), "1.66".into()));
    assert_eq!(amount(&order, "cashRounding"), "-0.01");
    assert_eq!(amount(&order["payments"][0], "change"), "0.35");
    let receipt = shop.post(&format!("/orders/pos/{}/receipt", id(&order)), &json!({})).await.expect(200);
    let printed = receipt["text"].as_str().unwrap();
    assert!(printed.contains("Cash rounding                        -0.01\n"), "{printed}");
    for (paid, price) in [("1.60", "0.83"), ("1.70", "0.83"), ("1.65", "0.84")] {
        assert_eq!(
            sell(&shop, price, cash(paid)).await.refused(422, "VALIDATION_FAILED"),
            ["/payments"],
            "{paid}"
        );
    }
    let card = json!([{ "method": "CardTerminal", "amount": usd("1.65") }]);
    assert_eq!(sell(&shop, "0.83", card).await.refused(422, "VALIDATION_FAILED"), ["/payments"]);
    let exact = sell(&shop, "0.83", cash("1.66")).await.expect(201);
    assert!(exact["cashRounding"].is_null(), "{exact}");

    // Back in coins, and all of it.
    let mut back = Vec::new();
    for _ in 0..2 {
        let one = json!({ "items": [{ "sku": "PEN", "quantity": 1 }], "reason": "Dry", "restock": true, "terminalId": "TILL-1" });
        let refund = shop.post(&format!("/orders/{}/refunds", id(&order)), &one).await.expect(201);
        back.push(["total", "cashRounding"].map(|field| amount(&refund, field)).join(" "));
    }
    assert_eq!(back, ["0.83 0.02", "0.83 -0.03"]);
    let data = &shop.refund_events().await[0]["data"];
    assert_eq!((&data["total"], &data["cashRounding"]), (&told("0.83"), &told("0.02")));
    // 1.65 and 1.66 were taken, 1.65 went back.
    let closing = json!({ "throughSequence": 0, "countedCash": usd("1.66") });
    let closing = shop.post("/orders/pos/terminals/TILL-1/closings", &closing).await.expect(201);
    assert_eq!(
        ["total", "expectedCash", "difference"].map(|field| amount(&closing, field)),
        ["3.32", "1.66", "0.00"]
    );
    shop.reconciled().await;
}

#[tokio::test]
async fn what_is_paid_by_card_is_not_rounded_and_a_credit_note_in_cash_is() {
    let shop = Shop::open().await;
    smallest_coin(&shop, "0.05").await;
    let split = json!([{ "method": "CardTerminal", "amount": usd("3.33") }, { "method": "Cash", "amount": usd("6.70") }]);
    let order = sell(&shop, "5.005", split.clone()).await;
    assert_eq!(order.status, 422);
    let order = sell(&shop, "5.01", split).await.expect(201);
    assert_eq!((amount(&order, "total"), amount(&order, "cashRounding")), ("10.02".into(), "0.01".into()));
    let all = json!({ "items": [{ "sku": "PEN", "quantity": 2 }], "reason": "Dry", "restock": true });
    let refund = shop.post(&format!("/orders/{}/refunds", id(&order)), &all).await.expect(201);
    let paid: Vec<String> = [0, 1].iter().map(|part| amount(&refund["payments"][part], "amount")).collect();
    assert_eq!((paid.join(" "), amount(&refund, "cashRounding")), ("3.33 6.70".into(), "0.01".into()));
    let note = json!({ "warehouseId": WAREHOUSE, "reason": "No receipt", "restock": false,
        "terminalId": "TILL-1", "items": [{ "sku": "PEN", "quantity": 1, "unitPrice": usd("1.66") }] });
    let note = shop.post("/orders/credit-notes", &note).await.expect(201);
    assert_eq!(
        (amount(&note["payments"][0], "amount"), amount(&note, "cashRounding")),
        ("1.65".into(), "-0.01".into())
    );
    shop.reconciled().await;
}

#[tokio::test]
async fn a_wrong_coin_names_its_field_and_the_schema_knows_its_limit() {
    let shop = Shop::open().await;
    for (coin, pointer) in [
        (usd("0"), "/smallestCoin/amount"),
        (usd("-0.05"), "/smallestCoin/amount"),
        (usd("10000.01"), "/smallestCoin/amount"),
        (json!({ "amount": "0.05", "currency": "CHF" }), "/smallestCoin/currency"),
    ] {
        let rule = json!({ "region": "US", "smallestCoin": coin });
        let refused = shop.by(Role::Accountant).put("/tax-rates/rules", &rule).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), [pointer]);
    }
    smallest_coin(&shop, "0.05").await;
    sell(&shop, "0.83", json!([{ "method": "Cash", "amount": usd("1.65") }])).await.expect(201);
    for (sql, rule) in [
        ("update orders set cash_rounding_minor = 3, version = version + 1", "orders_cash_rounding"),
        ("update tax_rules set smallest_coin_minor = 0", "tax_rules_smallest_coin"),
    ] {
        let refused = shop.database().batch(vec![Statement { text: sql, values: vec![] }]).await;
        assert_eq!(refused.unwrap_err().rule(), Some(rule));
    }
}
