//! Offline sales have happened: nothing about the server's state refuses them, and what is beyond the shop's limits waits
//! for a manager.

use contracts::Service;
use native::client::told;
use serde_json::{Value, json};

use crate::shop::{ACCOUNTANT, CASHIER, SHOP, Shop, id, usd};

/// A sale of one A for 10.00, without a price.
fn sale(number: u32) -> Value {
    json!({
        "id": id(number), "terminalId": "T1", "terminalSequence": number, "warehouseId": SHOP,
        "items": [{ "sku": "A", "quantity": 1 }], "payments": [{ "method": "Cash", "amount": usd("10.00") }],
        "soldAt": "2026-11-20T08:00:00Z",
    })
}

impl Shop {
    async fn sync(&self, sales: &[Value]) -> Vec<Value> {
        let answer = self.by(CASHIER).post("/orders/pos/sync", json!({ "sales": sales })).await.expect(200);
        answer["results"].as_array().unwrap().clone()
    }

    async fn price(&self, sku: &str, price: &str) {
        let body = json!({ "price": usd(price) });
        self.at(Service::Product).put(&format!("/products/sku/{sku}/prices"), body).await.expect(200);
    }

    async fn delete_product_of(&self, sku: &str) {
        let catalogue = self.at(Service::Product);
        let product = catalogue.get(&format!("/products/sku/{sku}")).await.expect(200);
        let path = format!("/products/{}", product["id"].as_str().unwrap());
        assert_eq!(catalogue.send("DELETE", &path, "").await.status, 204);
        self.house.settle().await;
    }

    async fn tax(&self, percent: &str, inclusive: bool) {
        let rate = json!({ "region": "US-CA", "taxClass": "standard", "name": "Tax", "rate": percent, "inclusive": inclusive });
        self.by(ACCOUNTANT).put("/tax-rates", rate).await.expect(200);
    }
}

/// What the system knows differs from what the till did: the sale is accepted once, worth what was paid, with the reason.
#[tokio::test]
async fn nothing_about_the_servers_state_refuses_an_offline_sale() {
    let shop = Shop::open(&[("A", 50), ("B", 50)]).await;
    let with = |number: u32, change: &dyn Fn(&mut Value)| {
        let mut sale = sale(number);
        change(&mut sale);
        sale
    };
    let unknown = |unit_price: Value| {
        move |sale: &mut Value| {
            sale["items"] = json!([{ "barcode": "4006381373931", "quantity": 2, "unitPrice": unit_price }]);
        }
    };
    shop.price("A", "12.00").await;
    shop.delete_product_of("LAST").await;
    let renamed = json!({ "code": "SHOP", "name": "Another name", "region": "US-CA" });
    let inventory = shop.at(Service::Inventory).with(&[("if-match", "\"1\"")]);
    inventory.put(&format!("/inventory/warehouses/{SHOP}"), renamed).await.expect(200);
    shop.house.settle().await;

    let differs = "the till's total is 10.00 USD, and today's prices and taxes make 12.00 USD; A was sold at the till's own price";
    let clock =
        |at: &str| format!("the till's clock said {at}, which is not plausible: dated when it arrived");
    let at = |at: &'static str| move |sale: &mut Value| sale["soldAt"] = json!(at);
    let of_b = |sale: &mut Value| sale["items"] = json!([{ "sku": "B", "quantity": 2 }]);
    let both = |time: &'static str| {
        move |sale: &mut Value| {
            of_b(sale);
            at(time)(sale);
        }
    };
    let mut number = 0;
    for (what, change, reason) in [
        ("the price has changed, and none was sent", &(|_: &mut Value| {}) as &dyn Fn(&mut Value), differs.to_owned()),
        ("an hour ahead", &both("2026-11-20T10:00:00Z"), clock("2026-11-20T10:00:00.000Z")),
        ("a year ahead", &both("2027-11-20T09:00:00Z"), clock("2027-11-20T09:00:00.000Z")),
        ("in 1970", &both("1970-01-01T00:00:00Z"), clock("1970-01-01T00:00:00.000Z")),
        ("an unknown barcode with a price", &unknown(usd("5.00")), "4006381373931 is not in the catalogue".to_owned()),
        ("an unknown barcode without a price", &unknown(Value::Null), "the till's total is 10.00 USD, and today's prices and taxes make 0.00 USD; 4006381373931 is not in the catalogue".to_owned()),
        ("a deleted product", &|sale| sale["items"] = json!([{ "sku": "LAST", "quantity": 1, "unitPrice": usd("10.00") }]), "LAST is no longer for sale; LAST was sold at the till's own price; it differs from the list by 10.00 USD before tax, which is beyond the limits; 1 of LAST were missing in stock".to_owned()),
        ("a renamed warehouse, and a cashier who is gone", &|sale| { of_b(sale); sale["cashierId"] = json!("gone"); }, "the cashier gone is not known".to_owned()),
        ("nothing is unusual", &of_b, String::new()),
    ] {
        number += 1;
        let sent = with(number, change);
        let result = &shop.sync(std::slice::from_ref(&sent)).await[0];
        let status = if reason.is_empty() { "Created" } else { "NeedsReview" };
        assert_eq!((&result["status"], result["detail"].as_str().unwrap_or("")), (&json!(status), reason.as_str()), "{what}");
        let order = shop.order(&id(number)).await;
        assert_eq!((&order["status"], &order["total"]), (&json!("Completed"), &usd("10.00")), "{what}: {order}");
        assert_eq!(shop.sync(&[sent]).await[0]["status"], "AlreadyKnown", "{what}");
        if !reason.is_empty() {
            let open = shop.get("/orders/reviews?limit=100").await.expect(200);
            let open = open["data"].as_array().unwrap();
            let review = open.iter().find(|review| review["orderId"] == id(number)).unwrap();
            assert_eq!(review["reason"], reason, "{what}");
        }
    }
    let cash = json!({ "throughSequence": number, "countedCash": usd(&format!("{number}0.00")) });
    let closing = shop.by(CASHIER).post("/orders/pos/terminals/T1/closings", cash).await.expect(201);
    assert_eq!((&closing["sales"], &closing["difference"]), (&json!(number), &usd("0.00")));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_tax_rate_that_changed_meanwhile_changes_nothing_of_what_was_paid() {
    let shop = Shop::open(&[("A", 50)]).await;
    shop.tax("20", false).await;
    // Sold at 10 % on top: the till names its price, or its tax, or neither.
    for (number, price, tax, expected) in [
        (1, Some("10.00"), None, ("10.00", "1.00")),
        (2, None, Some("1.00"), ("10.00", "1.00")),
        (3, None, None, ("9.17", "1.83")),
    ] {
        let mut sent = sale(number);
        sent["items"][0]["unitPrice"] = price.map_or(Value::Null, usd);
        sent["payments"][0]["amount"] = usd("11.00");
        (sent["total"], sent["tax"]) = (usd("11.00"), tax.map_or(Value::Null, usd));
        assert_eq!(shop.sync(&[sent]).await[0]["status"], "NeedsReview");
        let order = shop.order(&id(number)).await;
        let net = &order["items"][0]["lineTotal"];
        assert_eq!(
            (net, &order["tax"], &order["total"]),
            (&usd(expected.0), &usd(expected.1), &usd("11.00")),
            "{order}"
        );
    }
    // With the tax in the price the till's price is the total, whatever the rate is.
    shop.tax("25", true).await;
    assert_eq!(shop.sync(&[sale(4)]).await[0]["status"], "Created");
    assert_eq!(shop.order(&id(4)).await["tax"], usd("2.00"));
    shop.reconciled().await;
}

#[tokio::test]
async fn what_is_not_a_sale_is_refused_alone_and_stays_visible_with_its_bytes_until_it_is_settled() {
    let shop = Shop::open(&[("A", 50)]).await;
    let (mut short, mut contradicts) = (sale(2), sale(3));
    short["items"][0]["unitPrice"] = usd("10.00");
    short["payments"][0]["amount"] = usd("9.99");
    contradicts["total"] = usd("10.01");
    let torn =
        "{\"id\": \"0193e9a0-0000-7000-8000-000000000004\", \"terminalSequence\": 4, \"items\": [{\"sku\"";
    let sales = [sale(1), short.clone(), contradicts.clone(), json!(torn), json!(sale(5).to_string())];
    let results = shop.sync(&sales).await;
    let statuses: Vec<_> = results.iter().map(|result| result["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["Created", "Refused", "Refused", "Refused", "Created"], "{results:?}");

    // Sent again, it is the same entry.
    shop.sync(&sales).await;
    let open = shop.get("/orders/pos/refused-sales").await.expect(200);
    let bodies: Vec<_> =
        open["data"].as_array().unwrap().iter().map(|sale| sale["body"].as_str().unwrap()).collect();
    let mut expected = [short.to_string(), contradicts.to_string(), torn.to_owned()];
    expected.sort_unstable();
    let mut found = bodies.clone();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(open["data"][0]["terminalId"], "T1");
    let gap =
        shop.by(CASHIER).post("/orders/pos/terminals/T1/closings", json!({ "throughSequence": 5 })).await;
    gap.refused(409, "TERMINAL_GAP");

    for sale in open["data"].as_array().unwrap() {
        let path = format!("/orders/pos/refused-sales/{}/settle", sale["id"].as_str().unwrap());
        shop.by(CASHIER).post(&path, json!({ "note": "x" })).await.refused(403, "FORBIDDEN");
        let mut found = json!({ "note": "A torn page" });
        if sale["terminalSequence"].is_null() {
            found["terminalSequence"] = json!(4);
        }
        let settled = shop.post(&path, found).await.expect(200);
        assert_eq!((&settled["settledBy"], &settled["body"]), (&json!("manager"), &sale["body"]));
        shop.post(&path, json!({ "note": "again" })).await.refused(409, "STATE_CONFLICT");
    }
    assert_eq!(shop.get("/orders/pos/refused-sales").await.expect(200)["data"], json!([]));
    let all = shop.get("/orders/pos/refused-sales?status=all&limit=2").await.expect(200);
    let next = format!("/orders/pos/refused-sales?status=all&cursor={}", all["nextCursor"].as_str().unwrap());
    assert_eq!(shop.get(&next).await.expect(200)["data"].as_array().unwrap().len(), 1);
    shop.reconciled().await;
    shop.by(CASHIER)
        .post("/orders/pos/terminals/T1/closings", json!({ "throughSequence": 5 }))
        .await
        .expect(201);
    // The number of a settled sale is used: the sale comes after all, and belongs to the day that is open.
    short["payments"][0]["amount"] = usd("10.00");
    let late = &shop.sync(&[short]).await[0];
    assert_eq!(late["detail"], "the sequence number 2 belongs to another sale", "{late}");
    let till = shop.get("/orders/pos/terminals/T1").await.expect(200);
    assert_eq!(till["openDay"]["sales"], 1, "{till}");
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_and_kept() {
    let shop = Shop::open(&[("A", 50)]).await;
    let cashier = shop.by(CASHIER).with(&[("content-type", "application/json")]);
    let torn = format!("{{\"sales\":[{},{{\"id\"", sale(1));
    cashier.send("POST", "/orders/pos/sync", torn.clone()).await.refused(400, "MALFORMED_JSON");
    cashier.send("POST", "/orders/pos/sync", b"\xff\xfe".to_vec()).await.refused(400, "MALFORMED_JSON");
    let open = shop.get("/orders/pos/refused-sales").await.expect(200);
    let bodies: Vec<_> =
        open["data"].as_array().unwrap().iter().map(|sale| sale["body"].as_str().unwrap()).collect();
    assert!(bodies.contains(&torn.as_str()) && bodies.contains(&"fffe"), "{bodies:?}");
    // A stranger's bytes are not kept.
    let stranger = shop.house.client(Service::Order).by(CASHIER);
    stranger.send_json("POST", "/orders/pos/sync", "{").await.refused(403, "TILL_NOT_ENROLLED");
    assert_eq!(shop.get("/orders/pos/refused-sales").await.expect(200)["data"].as_array().unwrap().len(), 2);
}

/// Price, discount and missing units: within the limits for review, beyond them in quarantine until a manager settles.
#[tokio::test]
async fn what_is_beyond_the_limits_is_sold_and_waits_for_a_manager() {
    let shop = Shop::open(&[("A", 10)]).await;
    let sold = |number: u32, quantity: i64, price: &str, discount: &str, paid: &str| {
        let mut sale = sale(number);
        sale["items"][0] = json!({ "sku": "A", "quantity": quantity, "unitPrice": usd(price) });
        sale["discount"] = usd(discount);
        sale["payments"][0]["amount"] = usd(paid);
        sale
    };
    let mut expected = Vec::new();
    for (sale, deviation) in [
        (sold(1, 1, "8.00", "0", "8.00"), None),
        (sold(2, 1, "0.01", "0", "0.01"), Some(("9.99", "0.00"))),
        (sold(3, 1, "10.00", "5.00", "5.00"), Some(("5.00", "0.00"))),
        (sold(4, 27, "10.00", "0", "270.00"), None),
        (sold(5, 1_000_000, "10.00", "0", "10000000.00"), Some(("0.00", "4000000.00"))),
    ] {
        let number = sale["id"].clone();
        shop.sync(&[sale]).await;
        let order = shop.order(number.as_str().unwrap()).await;
        assert_eq!(order["status"], "Completed", "{order}");
        expected.extend(deviation.map(|deviation| (number, deviation)));
    }
    assert_eq!(shop.on_hand("A").await, 0);
    let waiting = shop.get("/orders/reviews?status=quarantined").await.expect(200);
    let found: Vec<_> = waiting["data"].as_array().unwrap().clone();
    assert_eq!(found.len(), expected.len(), "{waiting}");
    for (number, (price, missing)) in &expected {
        let review = found.iter().find(|review| review["orderId"] == *number).unwrap();
        let deviation = json!({ "price": usd(price), "missingCost": usd(missing) });
        assert_eq!(review["deviation"], deviation, "{review}");
    }
    let path = format!("/orders/reviews/{}/settle", id(2));
    let body = json!({ "outcome": "Accepted", "note": "A gift to a regular" });
    shop.by(CASHIER).post(&path, body.clone()).await.refused(403, "FORBIDDEN");
    let settled = shop.post_once(&path, "k", body.clone()).await;
    assert_eq!(settled.expect(200)["settled"]["settledBy"], "manager");
    assert!(shop.post_once(&path, "k", body.clone()).await.replayed());
    shop.post(&path, body).await.refused(409, "STATE_CONFLICT");
    let events = shop.events().await;
    let event =
        events.iter().find(|(_, event)| event.kind == contracts::EventKind::DeviationSettled).unwrap();
    let data: Value = serde_json::from_str(event.1.data.get()).unwrap();
    assert_eq!((&data["outcome"], &data["deviation"]["price"]), (&json!("Accepted"), &told("9.99")));
    assert_eq!(
        shop.get("/orders/reviews?status=quarantined").await.expect(200)["data"].as_array().unwrap().len(),
        2
    );
    shop.post(&format!("/orders/reviews/{}/settle", id(404)), json!({ "outcome": "Corrected", "note": "x" }))
        .await
        .refused(404, "NOT_FOUND");
    // The limits are the shop's.
    shop.house.set("OFFLINE_PRICE_PERCENT_MAX", "5");
    shop.sync(&[sold(6, 1, "9.00", "0", "9.00")]).await;
    assert_eq!(
        shop.get("/orders/reviews?status=quarantined").await.expect(200)["data"].as_array().unwrap().len(),
        3
    );
    shop.reconciled().await;
}
