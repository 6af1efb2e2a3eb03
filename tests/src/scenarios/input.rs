//! Bad input gets a clear problem with the field, and nothing is lost.

use serde_json::{Value, json};

use super::shop::Shop;
use crate::{Api, Call, User};

/// A table of bad orders, each with what names it.
pub(super) fn bad_input_names_the_field_and_loses_nothing(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("input", "5.00", "2.00", 5);
    let good = json!({
        "warehouseId": shop.warehouse,
        "customer": { "name": "Ada", "email": "ada@example.org" },
        "items": [{ "sku": sku, "quantity": 1 }],
    });
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        if let Some(place) = body.pointer_mut(pointer) {
            *place = value;
        }
        body
    };
    let mut unknown_field = good.clone();
    unknown_field["colour"] = json!("red");
    let cases = [
        ("unknown SKU", with("/items/0/sku", json!("NO-SUCH-SKU")), "/items/0/sku"),
        ("quantity 0", with("/items/0/quantity", json!(0)), "/items/0/quantity"),
        ("negative", with("/items/0/quantity", json!(-1)), "/items/0/quantity"),
        ("fractional", with("/items/0/quantity", json!(1.5)), "/items/0/quantity"),
        ("huge", with("/items/0/quantity", json!(10_000_000)), "/items/0/quantity"),
        ("a text", with("/items/0/quantity", json!("1")), "/items/0/quantity"),
        ("no lines", with("/items", json!([])), "/items"),
        (
            "unknown warehouse",
            with("/warehouseId", json!("0193e9a0-0000-7000-8000-00000000dead")),
            "/warehouseId",
        ),
        ("broken e-mail", with("/customer/email", json!("ada")), "/customer/email"),
        ("unknown field", unknown_field, "/colour"),
    ];
    for (name, body, pointer) in cases {
        let answer = api.post(User::Guest, "/orders/retail", &body);
        assert_eq!(answer.refused(422, "VALIDATION_FAILED"), [pointer], "{name}: {}", answer.text);
    }
    let broken = |body: &str| {
        let headers = [("content-type", "application/json")];
        api.call(&Call {
            user: User::Guest,
            method: "POST",
            path: "/api/v1/orders/retail",
            headers: &headers,
            body,
        })
    };
    broken("{\"warehouseId\":").refused(400, "MALFORMED_JSON");
    broken(&format!("{{\"x\":\"{}\"}}", "x".repeat(1_100_000))).refused(413, "BODY_TOO_LARGE");
    assert_eq!(shop.on_hand(&sku), 5);
    let card = json!({ "payment": { "method": "Card", "token": "4242424242424242" } });
    let order = shop.order(&sku, 1);
    let path = format!("/orders/retail/{}/confirm", order["id"].as_str().unwrap());
    assert_eq!(api.post(User::Guest, &path, &card).status, 422, "card numbers are never accepted");
    let unknown = api.post(User::Guest, "/products", &json!({}));
    unknown.refused(401, "UNAUTHENTICATED");
    assert!(unknown.json()["detail"].is_string());
    let csv = "Handle,Title,Variant SKU,Variant Price\nok,Fine,OK-1,1.00\nbad,Broken,BAD-1,not-a-price\n";
    let headers = [("content-type", "text/csv")];
    let imported = api
        .call(&Call {
            user: User::Manager,
            method: "POST",
            path: "/api/v1/products/import",
            headers: &headers,
            body: csv,
        })
        .expect(200);
    assert_eq!(imported["refused"][0]["line"], 3, "{imported}");
}

/// Wrong role, no token, forged token: refused before anything is read.
pub(super) fn roles_and_tokens_are_checked(api: &dyn Api) {
    api.get(User::Guest, "/accounting/accounts").refused(401, "UNAUTHENTICATED");
    api.get(User::Cashier, "/accounting/accounts").refused(403, "FORBIDDEN");
    api.get(User::Customer, "/ops/dead-letters").refused(403, "FORBIDDEN");
    let _ = api.get(User::Accountant, "/accounting/accounts").expect(200);
    for token in
        ["Bearer x", "Bearer a.b.c", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwicm9sZSI6ImFkbWluIn0."]
    {
        let headers = [("authorization", token)];
        let answer = api.call(&Call {
            user: User::Guest,
            method: "GET",
            path: "/api/v1/auth/me",
            headers: &headers,
            body: "",
        });
        assert_eq!(answer.status, 401, "{token}: {}", answer.text);
    }
    api.post(User::Admin, "/internal/sweep", &json!({})).refused(404, "NOT_FOUND");
    let deduct = json!({ "orderId": "x" });
    assert!([403, 404].contains(&api.post(User::Admin, "/inventory/deduct", &deduct).status));
    let health = api.get(User::Manager, "/health").expect(200);
    assert!(health.is_object());
}
