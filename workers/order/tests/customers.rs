//! Customers and tax rates, through the real service.

#![cfg(test)]

mod shop;

use serde_json::json;
use shop::{Shop, WAREHOUSE, amount, id, usd};
use web::Role;

const NOTHING: serde_json::Value = serde_json::Value::Null;

#[tokio::test]
async fn a_customer_is_registered_once_per_id() {
    let shop = Shop::open().await;
    let id = "0193e9a0-0000-7000-8000-00000000c001";
    let ada = json!({ "id": id, "name": "Ada", "email": "Ada@Example.org", "type": "Wholesale", "creditLimit": usd("100") });
    let made = shop.post("/customers", &ada).await.expect(201);
    assert_eq!(made["email"], "ada@example.org");
    assert_eq!(made["paymentTerms"], "Net30");
    assert_eq!(
        (amount(&made, "creditLimit"), amount(&made, "availableCredit")),
        ("100.00".into(), "100.00".into())
    );
    let again = shop.post("/customers", &ada).await.expect(201);
    assert_eq!(again, made);

    let mut other = ada.clone();
    other["name"] = json!("Eve");
    other["email"] = json!("eve@example.org");
    shop.post("/customers", &other).await.refused(409, "STATE_CONFLICT");
}

#[tokio::test]
async fn an_address_belongs_to_one_customer_of_a_type() {
    let shop = Shop::open().await;
    let body = |kind: &str| json!({ "name": "Ada", "email": "ada@example.org", "type": kind });
    let first = shop.post("/customers", &body("Retail")).await.expect(201);
    assert_eq!(shop.post("/customers", &body("Retail")).await.refused(409, "EMAIL_TAKEN"), ["/email"]);
    shop.house.advance_seconds(1);
    let second = shop.post("/customers", &body("Wholesale")).await.expect(201);

    let found = shop.by(Role::Cashier).get("/customers?email=ada@example.org").await.expect(200);
    assert_eq!(found["data"], json!([first, second]));
    let found = shop.by(Role::Cashier).get("/customers?type=Wholesale").await.expect(200);
    assert_eq!(found["data"], json!([second]));
    let page = shop.by(Role::Cashier).get("/customers?limit=1").await.expect(200);
    assert_eq!(page["data"], json!([first]));
    let next = format!("/customers?limit=1&cursor={}", page["nextCursor"].as_str().unwrap());
    let page = shop.by(Role::Cashier).get(&next).await.expect(200);
    assert_eq!((&page["data"], &page["nextCursor"]), (&json!([second]), &NOTHING));
}

#[tokio::test]
async fn a_customer_is_changed_from_the_version_that_was_read() {
    let shop = Shop::open().await;
    let body =
        json!({ "name": "Ada", "email": "ada@example.org", "type": "Wholesale", "creditLimit": usd("100") });
    let made = shop.post("/customers", &body).await.expect(201);
    let path = format!("/customers/{}", id(&made));
    let read = shop.get(&path).await;
    let tag = read.etag().unwrap().to_owned();

    let mut change = body.clone();
    change["name"] = json!("Ada Lovelace");
    shop.put(&path, &change).await.refused(428, "PRECONDITION_REQUIRED");
    let changed = shop.with(&[("if-match", &tag)]).put(&path, &change).await;
    assert_eq!(changed.etag(), Some("\"2\""));
    assert_eq!(changed.expect(200)["name"], "Ada Lovelace");
    let stale = shop.with(&[("if-match", &tag)]).put(&path, &change).await;
    stale.refused(412, "PRECONDITION_FAILED");
    let nobody = "/customers/0193e9a0-0000-7000-8000-00000000dead";
    shop.with(&[("if-match", &tag)]).put(nobody, &change).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_limit_is_not_set_below_what_is_owed() {
    let shop = Shop::open().await;
    let body =
        json!({ "name": "Ada", "email": "ada@example.org", "type": "Wholesale", "creditLimit": usd("100") });
    let ada = shop.post("/customers", &body).await.expect(201);
    let order = json!({ "customerId": id(&ada), "warehouseId": WAREHOUSE, "purchaseOrderNumber": "PO-1", "items": [{ "sku": "MUG", "quantity": 100 }] });
    shop.post("/orders/wholesale", &order).await.expect(201);
    let path = format!("/customers/{}", id(&ada));
    let read = shop.get(&path).await;
    let tag = read.etag().unwrap().to_owned();
    let read = read.json();
    assert_eq!((amount(read, "exposure"), amount(read, "availableCredit")), ("10.00".into(), "90.00".into()));
    let mut lower = body.clone();
    lower["creditLimit"] = usd("9.99");
    let refused = shop.with(&[("if-match", &tag)]).put(&path, &lower).await;
    assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/creditLimit"]);
}

#[tokio::test]
async fn a_wholesaler_sees_itself_only() {
    let shop = Shop::open().await;
    let body = |email: &str| json!({ "name": "Ada", "email": email, "type": "Wholesale" });
    let ada = shop.post("/customers", &body("ada@example.org")).await.expect(201);
    let eve = shop.post("/customers", &body("eve@example.org")).await.expect(201);
    let path = format!("/customers/{}", id(&ada));
    shop.by((Role::Wholesaler, &id(&ada))).get(&path).await.expect(200);
    shop.by((Role::Wholesaler, &id(&eve))).get(&path).await.refused(404, "NOT_FOUND");
    shop.by((Role::Wholesaler, &id(&ada))).get("/customers").await.refused(403, "FORBIDDEN");
    shop.by(Role::Cashier).post("/customers", &body("x@example.org")).await.refused(403, "FORBIDDEN");
    shop.by(Role::Guest).get(&path).await.refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_wrong_customer_names_its_field() {
    let shop = Shop::open().await;
    let euros = json!({ "amount": "1", "currency": "EUR" });
    for (field, value, pointer) in [
        ("email", json!("nobody"), "/email"),
        ("name", json!(" "), "/name"),
        ("type", json!("Friend"), "/type"),
        ("creditLimit", euros, "/creditLimit/currency"),
        ("creditLimit", usd("-1"), "/creditLimit/amount"),
        ("paymentTerms", json!("Never"), "/paymentTerms"),
        ("colour", json!("red"), "/colour"),
    ] {
        let mut body = json!({ "name": "Ada", "email": "ada@example.org", "type": "Wholesale" });
        body[field] = value;
        assert_eq!(shop.post("/customers", &body).await.refused(422, "VALIDATION_FAILED"), [pointer]);
    }
}

#[tokio::test]
async fn the_tax_of_a_region_else_of_its_country_is_charged() {
    let shop = Shop::open().await;
    let sell = async || {
        let sale = json!({ "terminalId": "TILL-1", "warehouseId": WAREHOUSE, "items": [{ "sku": "PEN", "quantity": 1 }], "payments": [] });
        let wholesale = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "a@example.org", "name": "A" }, "items": sale["items"] });
        amount(&shop.by(Role::Guest).post("/orders/retail", &wholesale).await.expect(201), "total")
    };
    assert_eq!(sell().await, "7.00");
    let rate = |region: &str, rate: &str| json!({ "region": region, "taxClass": "standard", "rate": rate, "inclusive": false });
    let set = shop.by(Role::Accountant).put("/tax-rates", &rate("US", "10")).await.expect(200);
    assert_eq!(
        set,
        json!({ "region": "US", "taxClass": "standard", "rate": "10", "inclusive": false, "name": "Tax", "validFrom": "1970-01-01" })
    );
    assert_eq!(sell().await, "7.70");
    shop.by(Role::Accountant).put("/tax-rates", &rate("US-NY", "8.875")).await.expect(200);
    assert_eq!(sell().await, "7.62");
    shop.by(Role::Accountant).put("/tax-rates", &rate("US-NY", "0")).await.expect(200);
    assert_eq!(sell().await, "7.00");

    let listed = shop.by(Role::Guest).get("/tax-rates?limit=1").await.expect(200);
    assert_eq!(listed["data"][0]["region"], "US");
    let next = format!("/tax-rates?limit=1&cursor={}", listed["nextCursor"].as_str().unwrap());
    let listed = shop.by(Role::Guest).get(&next).await.expect(200);
    assert_eq!(
        (&listed["data"][0]["region"], &listed["data"][0]["validFrom"]),
        (&json!("US-NY"), &json!("1970-01-01"))
    );
    let next = format!("/tax-rates?limit=1&cursor={}", listed["nextCursor"].as_str().unwrap());
    let listed = shop.by(Role::Guest).get(&next).await.expect(200);
    assert_eq!((&listed["data"][0]["validFrom"], &listed["nextCursor"]), (&json!("2026-11-20"), &NOTHING));
    let listed = shop.by(Role::Guest).get("/tax-rates?region=US-NY").await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_wrong_rate_names_its_field() {
    let shop = Shop::open().await;
    for (field, value) in [
        ("rate", json!("-1")),
        ("rate", json!(8.25)),
        ("rate", json!("101")),
        ("region", json!("us")),
        ("taxClass", json!("a b")),
        ("validFrom", json!("2026-02-30")),
    ] {
        let mut body = json!({ "region": "US", "taxClass": "standard", "rate": "10", "inclusive": false });
        body[field] = value;
        let refused = shop.by(Role::Admin).put("/tax-rates", &body).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), [format!("/{field}")]);
    }
    let body = json!({ "region": "US", "taxClass": "standard", "rate": "10" });
    shop.put("/tax-rates", &body).await.refused(403, "FORBIDDEN");
}
