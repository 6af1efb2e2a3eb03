//! Bad input: a problem with the field, never a 5xx, and nothing changes.

use serde_json::{Value, json};

use crate::shop::{BUYER, CASHIER, GUEST, SHOP, Shop, card, id, retail_body, usd};

/// The body with one place changed; null removes it.
fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    if value.is_null() && parent.is_object() {
        parent.as_object_mut().unwrap().remove(field);
    } else if let Some(object) = parent.as_object_mut() {
        object.insert(field.to_owned(), value);
    } else {
        let index: usize = field.parse().unwrap();
        parent[index] = value;
    }
    body
}

#[tokio::test]
async fn each_wrong_field_of_an_order_is_named() {
    let shop = Shop::open(&[("A", 5)]).await;
    let retail = || retail_body(&[("A", 1), ("B", 1)]);
    let euro = json!({ "amount": "1.00", "currency": "EUR" });
    let lines = Value::Array(vec![json!({ "sku": "A", "quantity": 1 }); 1001]);
    for (pointer, value, named) in [
        ("/items/1/sku", json!("NOPE"), "/items/1/sku"),
        ("/items/0/sku", json!(""), "/items/0/sku"),
        ("/items/0/quantity", json!(0), "/items/0/quantity"),
        ("/items/0/quantity", json!(-1), "/items/0/quantity"),
        ("/items/0/quantity", json!(1.5), "/items/0/quantity"),
        ("/items/0/quantity", json!(1_000_001), "/items/0/quantity"),
        ("/items/0/quantity", json!("1"), "/items/0/quantity"),
        ("/items/0/quantity", Value::Null, "/items/0/quantity"),
        ("/items/0/price", usd("1"), "/items/0/price"),
        ("/items/0/unitPrice", euro.clone(), "/items/0/unitPrice"),
        ("/items/0/unitPrice", usd("-1.00"), "/items/0/unitPrice"),
        ("/items/0/unitPrice", usd("1.001"), "/items/0/unitPrice"),
        ("/items", json!([]), "/items"),
        ("/items", lines, "/items"),
        ("/items", Value::Null, "/items"),
        ("/discount", euro, "/discount"),
        ("/discount", usd("-1.00"), "/discount"),
        ("/discount", usd("15.01"), "/discount"),
        ("/warehouseId", json!("x"), "/warehouseId"),
        ("/warehouseId", json!(id(404)), "/warehouseId"),
        ("/customer/email", json!("nobody"), "/customer/email"),
        ("/customer/name", json!("  "), "/customer/name"),
        ("/customer", Value::Null, "/customer"),
        (
            "/shippingAddress",
            json!({ "line1": "x", "city": "y", "region": "usa" }),
            "/shippingAddress/region",
        ),
        ("/status", json!("Completed"), "/status"),
        ("/id", json!("1"), "/id"),
    ] {
        let body = with(retail(), pointer, value);
        let refused = shop.post("/orders/retail", body).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), [named], "{pointer}");
    }
    let huge = retail_body(&[("A", 1_000_000), ("A", 1)]);
    assert_eq!(shop.post("/orders/retail", huge).await.refused(422, "VALIDATION_FAILED"), ["/items/1/sku"]);
    let rich = with(retail_body(&[("A", 1_000_000)]), "/items/0/unitPrice", usd("90071992547409.91"));
    assert_eq!(shop.post("/orders/retail", rich).await.refused(422, "VALIDATION_FAILED"), ["/items"]);
    let list = shop.get("/orders/retail").await.expect(200);
    assert_eq!(list["data"], json!([]));
}

#[tokio::test]
async fn each_wrong_field_of_a_payment_is_named() {
    let shop = Shop::open(&[("A", 5)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    let path = format!("/orders/retail/{order}/confirm");
    for (payment, named) in [
        (json!({ "method": "Card" }), "/payment/token"),
        (json!({ "method": "Card", "token": "4242 4242 4242 4242" }), "/payment/token"),
        (json!({ "method": "Card", "token": "4242424242424242" }), "/payment/token"),
        (json!({ "method": "Cash", "token": "tok_approve" }), "/payment/token"),
        (json!({ "method": "PurchaseOrder" }), "/payment/method"),
        (json!({ "method": "Bitcoin" }), "/payment/method"),
        (json!({ "token": "tok_approve" }), "/payment/method"),
        (json!({ "method": "Card", "token": "tok_approve", "number": "1" }), "/payment/number"),
    ] {
        let refused = shop.post(&path, json!({ "payment": payment })).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), [named], "{payment}");
    }
    shop.by(GUEST)
        .post(&path, json!({ "payment": { "method": "Cash" } }))
        .await
        .refused(401, "UNAUTHENTICATED");
    shop.house.set("PAYMENT_PROVIDER", "none");
    let refused = shop.by(GUEST).post(&path, card("tok_approve")).await;
    assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/payment/method"]);
    assert_eq!(shop.order(&order).await["payments"], json!([]));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let shop = Shop::open(&[]).await;
    for path in [
        format!("/orders/{}", id(404)),
        format!("/orders/retail/{}", id(404)),
        "/orders/retail/x".to_owned(),
        "/orders/everything/at/once".to_owned(),
    ] {
        shop.get(&path).await.refused(404, "NOT_FOUND");
    }
    let confirm = format!("/orders/retail/{}/confirm", id(404));
    shop.post(&confirm, card("tok_approve")).await.refused(404, "NOT_FOUND");
    let cancel = format!("/orders/wholesale/{}/cancel", id(404));
    shop.post(&cancel, json!({ "reason": "x" })).await.refused(404, "NOT_FOUND");
    for query in ["status=Open", "limit=0", "limit=101", "cursor=%25", "colour=red"] {
        let name = query.split('=').next().unwrap().to_owned();
        let refused = shop.get(&format!("/orders/retail?{query}")).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), [name]);
    }
}

#[tokio::test]
async fn broken_json_loses_nothing() {
    let shop = Shop::open(&[]).await;
    for path in ["/orders/retail", "/orders/wholesale", "/orders/pos", "/orders/pos/sync"] {
        for (body, status) in [("{", 400), ("[]", 422), ("", 422), ("null", 422)] {
            let answer = shop.send_json("POST", path, body).await;
            assert_eq!(answer.status, status, "{path} {body}: {}", answer.text);
        }
    }
    let sales = vec![json!({}); 201];
    let refused = shop.by(CASHIER).post("/orders/pos/sync", json!({ "sales": sales })).await;
    assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/sales"]);
    let wholesale = json!({
        "customerId": BUYER, "warehouseId": SHOP, "purchaseOrderNumber": "", "items": [{ "sku": "A", "quantity": 6 }],
    });
    let refused = shop.post("/orders/wholesale", wholesale).await;
    assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/purchaseOrderNumber"]);
}
