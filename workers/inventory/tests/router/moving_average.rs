//! The moving average, as a ledger table and as a property: value leaves as it came, to the cent.

use contracts::EventKind;
use contracts::events::StockAdjusted;
use proptest::prelude::*;
use serde_json::json;

use crate::shop::{DEDUCT, SHOP, Shop, id, sale, usd};

/// Step by step: what happens, its value, and what is on hand and worth afterwards.
const LEDGER: &str = "
    receive  3 at 1.00  |  3.00 |  3 |  3.00
    receive  1 at 1.01  |  1.01 |  4 |  4.01
    sell     1          | -1.00 |  3 |  3.01
    sell     1          | -1.00 |  2 |  2.01
    sell     1          | -1.00 |  1 |  1.01
    sell     1          | -1.01 |  0 |  0.00
    return   2          |  2.02 |  2 |  2.02
    return   1 at 0.99  |  0.99 |  3 |  3.01
    sell     2          | -2.00 |  1 |  1.01
    receive  2 at 0.00  |  0.00 |  3 |  1.01
    sell     2          | -0.67 |  1 |  0.34
    short    3          | -1.02 |  0 |  0.00
    receive  7 at 3.33  | 23.31 |  7 | 23.31
    sell     7          | -23.31 | 0 |  0.00
    receive  1000 at 0.004 | 4.00 | 1000 | 4.00
    sell     499        | -1.99 | 501 | 2.01
    sell     501        | -2.01 | 0 |  0.00
    receive  1000 at 0.004 | 4.00 | 1000 | 4.00
    sell     1000       | -4.00 | 0 |  0.00
    short    500        | -2.00 | 0 |  0.00
    return   250        |  1.00 | 250 | 1.00
    sell     250        | -1.00 | 0 |  0.00
    return   125        |  0.50 | 125 | 0.50
";

#[tokio::test]
async fn the_average_moves_with_receipts_and_the_last_unit_takes_the_rest() {
    let shop = Shop::with(&["A"]).await;
    for (number, row) in (1..).zip(LEDGER.trim().lines()) {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [step, value, on_hand, worth] = columns[..] else { panic!("{row}") };
        let words: Vec<&str> = step.split_whitespace().collect();
        let units: i64 = words[1].parse().unwrap();
        let moved = happen(&shop, number, words[0], units, words.get(3).copied()).await;
        assert_eq!(moved, value, "{row}");
        assert_eq!(shop.held(SHOP, "A").await, (on_hand.parse().unwrap(), worth.to_owned()), "{row}");
        assert_eq!(shop.get("/inventory/valuation").await.expect(200)["total"], usd(worth), "{row}");
    }
    shop.reconciled().await;
}

/// One step; its value as the answer tells it, negative when goods left.
async fn happen(shop: &Shop, number: u32, step: &str, units: i64, cost: Option<&str>) -> String {
    match step {
        "receive" => {
            let item = json!({ "sku": "A", "delta": units, "unitCost": cost.map(usd) });
            let body =
                json!({ "id": id(number), "warehouseId": SHOP, "reason": "Received", "items": [item] });
            let answer = shop.post("/inventory/adjustments", body).await.expect(201);
            answer["value"]["amount"].as_str().unwrap().to_owned()
        }
        "return" => {
            let item = json!({ "sku": "A", "quantity": units, "cost": cost.map(usd) });
            let body = json!({
                "refundId": id(number), "orderId": null, "warehouseId": SHOP, "currency": "USD", "items": [item]
            });
            let answer = shop.system().post("/internal/stock/restock", body).await.expect(200);
            answer["items"][0]["cost"]["amount"].as_str().unwrap().to_owned()
        }
        _ => {
            let mut body = sale(&id(number), &[("A", units)]);
            body["allowShortage"] = json!(step == "short");
            let answer = shop.system().post(DEDUCT, body).await.expect(200);
            format!("-{}", answer["items"][0]["cost"]["amount"].as_str().unwrap())
        }
    }
}

/// What may happen in a shop.
#[derive(Debug, Clone)]
enum Step {
    Receive(usize, i64, i64),
    Sell(usize, i64, bool),
    SellBoth(i64, i64),
    Return(usize, i64, Option<i64>),
    Correct(usize, i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..2_usize, 1..50_i64, 0..10_000_i64).prop_map(|(sku, units, cost)| Step::Receive(sku, units, cost)),
        (0..2_usize, 1..40_i64, any::<bool>()).prop_map(|(sku, units, short)| Step::Sell(sku, units, short)),
        (1..20_i64, 1..20_i64).prop_map(|(first, second)| Step::SellBoth(first, second)),
        (0..2_usize, 1..10_i64, prop::option::of(0..9_999_i64))
            .prop_map(|(sku, units, cost)| Step::Return(sku, units, cost)),
        (0..2_usize, (-20..20_i64).prop_filter("a change", |delta| *delta != 0))
            .prop_map(|(sku, delta)| Step::Correct(sku, delta)),
    ];
    prop::collection::vec(step, 1..30)
}

fn cents(minor: i64) -> serde_json::Value {
    usd(&format!("{}.{:02}", minor / 100, minor % 100))
}

/// Does one step; it may be refused, but never fail.
async fn try_step(shop: &Shop, number: u32, step: &Step) -> u16 {
    const SKUS: [&str; 2] = ["A", "B"];
    let answer = match *step {
        Step::Receive(sku, units, cost) => {
            let item = json!({ "sku": SKUS[sku], "delta": units, "unitCost": cents(cost) });
            let body = json!({ "warehouseId": SHOP, "reason": "Received", "items": [item] });
            shop.post("/inventory/adjustments", body).await
        }
        Step::Sell(sku, units, short) => {
            let mut body = sale(&id(number), &[(SKUS[sku], units)]);
            body["allowShortage"] = json!(short);
            shop.system().post(DEDUCT, body).await
        }
        Step::SellBoth(first, second) => shop.deduct(&id(number), &[("A", first), ("B", second)]).await,
        Step::Return(sku, units, cost) => {
            let item = json!({ "sku": SKUS[sku], "quantity": units, "cost": cost.map(cents) });
            let body = json!({
                "refundId": id(number), "orderId": null, "warehouseId": SHOP, "currency": "USD", "items": [item]
            });
            shop.system().post("/internal/stock/restock", body).await
        }
        Step::Correct(sku, delta) => {
            let item = json!({ "sku": SKUS[sku], "delta": delta });
            let body = json!({ "warehouseId": SHOP, "reason": "CountCorrection", "items": [item] });
            shop.post("/inventory/adjustments", body).await
        }
    };
    answer.status
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// On hand is the sum of movements, value the sum of their values, neither below nothing, and the totals
    /// are the sum of the stock: the service's own audit checks each after every history.
    #[test]
    fn no_history_loses_a_unit_or_a_cent(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let shop = Shop::with(&["A", "B"]).await;
            for (number, step) in (1..).zip(&steps) {
                let status = try_step(&shop, number, step).await;
                assert!([200, 201, 409].contains(&status), "{step:?} {status}");
            }
            shop.reconciled().await;
            // What accounting was told about and what sales took is what the stock is worth.
            let sold = sold_value(&shop, steps.len()).await;
            let valuation = shop.get("/inventory/valuation").await.expect(200);
            let told: i64 = shop.events().await.iter().map(|(_, envelope)| match envelope.kind {
                EventKind::StockAdjusted | EventKind::StockReceived => {
                    envelope.data::<StockAdjusted>().unwrap().value.minor()
                }
                _ => 0,
            }).sum();
            assert_eq!(valuation["total"], cents(told - sold));
        });
    }
}

/// What sales took and refunds brought back, net, in minor units.
async fn sold_value(shop: &Shop, count: usize) -> i64 {
    let ids: Vec<String> = (1..=u32::try_from(count).unwrap()).map(id).collect();
    let body = json!({ "ids": ids });
    let found = shop.system().post("/internal/reconciliation/lookup", body).await.expect(200);
    let mut net = 0;
    for sale in found["found"].as_array().unwrap() {
        assert_eq!(sale["count"], 1);
        net += sale["amountMinor"].as_i64().unwrap() * sign(shop, sale["id"].as_str().unwrap()).await;
    }
    net
}

/// 1 for a sale, -1 for a return.
async fn sign(shop: &Shop, operation: &str) -> i64 {
    let movements = shop.get("/inventory/movements?limit=100").await.expect(200);
    let rows = movements["data"].as_array().unwrap().clone();
    let sold = rows.iter().any(|row| row["operationId"] == operation && row["kind"] == "Sale");
    if sold { 1 } else { -1 }
}
