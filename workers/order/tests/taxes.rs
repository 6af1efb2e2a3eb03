//! Taxes: how they are rounded, from which day a rate is valid, and that nobody chooses them.

#![cfg(test)]

mod shop;

use serde_json::{Value, json};
use shop::{Shop, WAREHOUSE, amount, id, usd};
use store::{Database as _, Statement};
use web::Role;

async fn set(shop: &Shop, rate: Value) -> Value {
    shop.by(Role::Accountant).put("/tax-rates", &rate).await.expect(200)
}

fn rate(region: &str, percent: &str) -> Value {
    json!({ "region": region, "taxClass": "standard", "rate": percent, "inclusive": false })
}

fn from(day: &str, rate: Value) -> Value {
    let mut rate = rate;
    rate["validFrom"] = json!(day);
    rate
}

/// The tax of a guest's order of pens at these prices.
async fn tax_of(shop: &Shop, prices: &[&str], address: Option<&str>) -> String {
    let item = |price: &&str| json!({ "sku": "PEN", "quantity": 1, "unitPrice": usd(price) });
    let items: Vec<Value> = prices.iter().map(item).collect();
    let mut body = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "a@example.org", "name": "A" }, "items": items });
    if let Some(region) = address {
        body["shippingAddress"] = json!({ "line1": "1 Quay", "city": "Harbour", "region": region });
    }
    amount(&shop.post("/orders/retail", &body).await.expect(201), "tax")
}

#[tokio::test]
async fn half_a_cent_of_tax_is_rounded_up_unless_the_region_says_otherwise() {
    let shop = Shop::open().await;
    let rule = |rounding: &str, per: &str| json!({ "region": "US", "rounding": rounding, "roundedPer": per });
    for (percent, price, up, even) in
        [("9", "0.50", "0.05", "0.04"), ("6.5", "1.00", "0.07", "0.06"), ("1", "100.50", "1.01", "1.00")]
    {
        set(&shop, rate("US-NY", percent)).await;
        assert_eq!(tax_of(&shop, &[price], None).await, up, "{price} at {percent}");
        let accountant = shop.by(Role::Accountant);
        let set = accountant.put("/tax-rates/rules", &rule("HalfEven", "Line")).await.expect(200);
        assert_eq!(set, rule("HalfEven", "Line"));
        assert_eq!(tax_of(&shop, &[price], None).await, even, "{price} at {percent}");
        accountant.put("/tax-rates/rules", &rule("HalfUp", "Line")).await.expect(200);
    }
}

#[tokio::test]
async fn a_region_rounds_per_line_or_once_per_document() {
    let shop = Shop::open().await;
    set(&shop, rate("US-NY", "9")).await;
    let prices = ["0.50", "0.50", "0.50"];
    assert_eq!(tax_of(&shop, &prices, None).await, "0.15");
    let once = json!({ "region": "US-NY", "roundedPer": "Document" });
    shop.by(Role::Accountant).put("/tax-rates/rules", &once).await.expect(200);
    assert_eq!(tax_of(&shop, &prices, None).await, "0.14");
    let listed = shop.by(Role::Guest).get("/tax-rates/rules").await.expect(200);
    assert_eq!(
        listed["data"],
        json!([{ "region": "US-NY", "rounding": "HalfUp", "roundedPer": "Document" }])
    );
    for (field, value) in
        [("rounding", json!("Down")), ("roundedPer", json!("Page")), ("region", json!("us"))]
    {
        let mut wrong = once.clone();
        wrong[field] = value;
        let refused = shop.by(Role::Accountant).put("/tax-rates/rules", &wrong).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), [format!("/{field}")]);
    }
    shop.put("/tax-rates/rules", &once).await.refused(403, "FORBIDDEN");
}

/// A sale at the till, on the day it took place; its tax.
async fn sold_on(shop: &Shop, at: &str, paid: &str) -> Value {
    let sale = json!({ "terminalId": "TILL-1", "warehouseId": WAREHOUSE, "items": [{ "sku": "PEN", "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd(paid) }], "soldAt": at });
    shop.post("/orders/pos", &sale).await.expect(201)
}

#[tokio::test]
async fn a_sale_is_taxed_by_the_rate_of_its_own_day() {
    let shop = Shop::open().await;
    // Today is 20 November 2026.
    let first = set(&shop, rate("US-NY", "10")).await;
    assert_eq!(first["validFrom"], "1970-01-01");
    assert_eq!(set(&shop, from("2026-12-01", rate("US-NY", "20"))).await["validFrom"], "2026-12-01");
    let before = sold_on(&shop, "2026-11-20T09:00:00Z", "7.70").await;
    assert_eq!(amount(&before, "tax"), "0.70");
    shop.house.advance_seconds(12 * 86_400);
    assert_eq!(amount(&sold_on(&shop, "2026-12-02T09:00:00Z", "8.40").await, "tax"), "1.40");
    // It arrives later, and is taxed as it was sold.
    assert_eq!(amount(&sold_on(&shop, "2026-11-30T23:59:59Z", "7.70").await, "tax"), "0.70");
    assert_eq!(amount(&sold_on(&shop, "2026-12-01T00:00:00Z", "8.40").await, "tax"), "1.40");
    // Nothing that was sold has changed.
    let after = shop.get(&format!("/orders/{}", id(&before))).await.expect(200);
    assert_eq!(amount(&after, "tax"), "0.70");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_rate_that_has_begun_is_never_overwritten() {
    let shop = Shop::open().await;
    set(&shop, from("2026-11-01", rate("US-NY", "10"))).await;
    set(&shop, rate("US-NY", "12")).await;
    // Until the day is over it can be corrected, and setting it again changes nothing.
    for _ in 0..2 {
        assert_eq!(set(&shop, rate("US-NY", "15")).await["validFrom"], "2026-11-20");
    }
    assert_eq!(tax_of(&shop, &["10.00"], None).await, "1.50");
    shop.house.advance_seconds(86_400);
    for day in ["2026-11-01", "2026-11-20"] {
        let late = from(day, rate("US-NY", "20"));
        let refused = shop.by(Role::Accountant).put("/tax-rates", &late).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/validFrom"]);
    }
    let listed = shop.by(Role::Guest).get("/tax-rates?region=US-NY").await.expect(200);
    let rows = listed["data"].as_array().unwrap().iter();
    let rows: Vec<_> =
        rows.map(|row| (row["validFrom"].as_str().unwrap(), row["rate"].as_str().unwrap())).collect();
    assert_eq!(rows, [("2026-11-01", "10"), ("2026-11-20", "15")]);
    // The schema refuses it, too.
    for (sql, rule) in [
        ("update tax_rate_periods set rate_ppm = 1, set_on = '2026-11-21'", "tax_rate_periods_begun"),
        ("delete from tax_rate_periods", "tax_rate_periods_kept"),
    ] {
        let refused = shop.database().batch(vec![Statement { text: sql, values: vec![] }]).await;
        assert_eq!(refused.unwrap_err().rule(), Some(rule));
    }
}

#[tokio::test]
async fn an_address_does_not_choose_the_tax() {
    let shop = Shop::open().await;
    set(&shop, rate("US-NY", "8.875")).await;
    set(&shop, rate("GB", "20")).await;
    for (region, tax) in
        [("ZZ", "0.89"), ("ZZ-1", "0.89"), ("US-OR", "0.89"), ("GB", "2.00"), ("GB-LND", "2.00")]
    {
        assert_eq!(tax_of(&shop, &["10.00"], Some(region)).await, tax, "{region}");
    }
    // Nor does a new address for the order.
    let order = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "a@example.org", "name": "A" },
        "items": [{ "sku": "PEN", "quantity": 1 }] });
    let order = shop.by(Role::Guest).post("/orders/retail", &order).await.expect(201);
    assert_eq!(amount(&order, "tax"), "0.62");
    let moved = json!({ "items": [{ "sku": "PEN", "quantity": 1 }],
        "shippingAddress": { "line1": "1 Quay", "city": "Harbour", "region": "ZZ" } });
    let path = format!("/orders/retail/{}", id(&order));
    assert_eq!(amount(&shop.by(Role::Guest).put(&path, &moved).await.expect(200), "tax"), "0.62");
}

#[tokio::test]
async fn workers_of_the_release_before_still_set_rates() {
    let shop = Shop::open().await;
    let run = async |sql: &'static str| {
        shop.database().batch(vec![Statement { text: sql, values: vec![] }]).await.unwrap();
    };
    run("insert into tax_rates (region, tax_class, name, rate_ppm, updated_at) values ('US-NY', 'standard', 'Tax', 100000, '2026-11-19')").await;
    assert_eq!(tax_of(&shop, &["10.00"], None).await, "1.00");
    run("update tax_rates set rate_ppm = 200000, updated_at = '2026-11-20'").await;
    run("update tax_rates set rate_ppm = 300000, updated_at = '2026-11-20'").await;
    assert_eq!(tax_of(&shop, &["10.00"], None).await, "3.00");
}
