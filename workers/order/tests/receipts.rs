//! Receipts of sales at a till.

#![cfg(test)]

mod shop;

use serde_json::{Value, json};
use shop::{Answer, Shop, WAREHOUSE, id, usd};
use web::Role;

async fn sale(shop: &Shop) -> Value {
    let rate = json!({ "region": "US", "taxClass": "standard", "rate": "8.25", "inclusive": false });
    shop.order(Role::Admin, "PUT", "/tax-rates", &rate).await.expect(200);
    let payments = json!([{ "method": "CardTerminal", "amount": usd("10.00") }, { "method": "Cash", "amount": usd("5.48"), "tendered": usd("6.00") }]);
    shop.sell(json!([{ "sku": "MUG", "quantity": 3 }, { "sku": "PEN", "quantity": 2 }]), payments).await
}

async fn print(shop: &Shop, sale: &Value, headers: &[(&str, &str)], body: &Value) -> Answer {
    let path = format!("/orders/pos/{}/receipt", id(sale));
    shop.order_with(Role::Cashier, "POST", &path, headers, body).await
}

const PAPER: &str = "              Harbour Street
------------------------------------------
Receipt                    ORD-2026-000001
Date                  2026-11-20 09:00 UTC
Till                                TILL-1
Cashier                                ada
------------------------------------------
Things - MUG
  3 x 0.10                            0.30
Things - PEN
  2 x 7.00                           14.00
------------------------------------------
Subtotal                             14.30
Tax 8.25% on 14.30                    1.18
TOTAL USD                            15.48
------------------------------------------
Card                                 10.00
Cash                                  5.48
  Tendered                            6.00
  Change                              0.52
";

#[tokio::test]
async fn the_first_print_is_the_original_and_the_second_a_copy() {
    let shop = Shop::open().await;
    let sale = sale(&shop).await;
    let first = print(&shop, &sale, &[], &json!({ "format": "text" })).await;
    assert_eq!((first.status, first.text.as_str()), (200, PAPER));
    assert_eq!(first.headers["content-type"], "text/plain; charset=utf-8");
    let second = print(&shop, &sale, &[("accept", "text/html")], &json!({})).await;
    assert_eq!(second.headers["content-type"], "text/html; charset=utf-8");
    assert!(second.text.contains("<strong>COPY</strong>"), "{}", second.text);
    shop.house.set("SHOP_NAME", "Ada & Sons");
    let third = print(&shop, &sale, &[], &json!({})).await.expect(200);
    assert_eq!((&third["print"], &third["copy"]), (&json!(3), &json!(true)));
    let text = third["text"].as_str().unwrap();
    assert!(text.starts_with("                Ada & Sons\n               *** COPY ***\n"), "{text}");
    assert!(third["html"].as_str().unwrap().contains("<h1>Ada &amp; Sons</h1>"));
}

#[tokio::test]
async fn a_repeated_request_prints_no_second_receipt() {
    let shop = Shop::open().await;
    let sale = sale(&shop).await;
    for (key, format, kind) in
        [("k1", "text", "text/plain; charset=utf-8"), ("k2", "html", "text/html; charset=utf-8")]
    {
        let key = [("idempotency-key", key)];
        let first = print(&shop, &sale, &key, &json!({ "format": format })).await;
        let again = print(&shop, &sale, &key, &json!({ "format": format })).await;
        assert_eq!((again.status, &again.text), (200, &first.text));
        assert_eq!(
            (&again.headers["idempotent-replayed"], &again.headers["content-type"]),
            (&"true".parse().unwrap(), &kind.parse().unwrap())
        );
    }
    assert_eq!(print(&shop, &sale, &[], &json!({})).await.expect(200)["print"], 3);
}

#[tokio::test]
async fn a_refund_shows_on_the_next_print() {
    let shop = Shop::open().await;
    let sale = sale(&shop).await;
    let body = json!({ "items": [{ "sku": "PEN", "quantity": 1 }], "reason": "Dry", "restock": false });
    shop.order(Role::Manager, "POST", &format!("/orders/{}/refunds", id(&sale)), &body).await.expect(201);
    let printed = print(&shop, &sale, &[], &json!({ "format": "text" })).await;
    assert!(printed.text.ends_with("Refunded 2026-11-20 09:00 UTC        -7.58\n"), "{}", printed.text);
}

#[tokio::test]
async fn only_a_sale_at_a_till_has_a_receipt() {
    let shop = Shop::open().await;
    let order = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "ada@example.org", "name": "Ada" }, "items": [{ "sku": "PEN", "quantity": 1 }] });
    let order = shop.order(Role::Guest, "POST", "/orders/retail", &order).await.expect(201);
    print(&shop, &order, &[], &json!({})).await.problem(404, "NOT_FOUND");
    print(&shop, &json!({ "id": WAREHOUSE }), &[], &json!({})).await.problem(404, "NOT_FOUND");
    let refused =
        print(&shop, &order, &[], &json!({ "format": "pdf" })).await.problem(422, "VALIDATION_FAILED");
    assert_eq!(refused["errors"][0]["pointer"], "/format");
    let path = format!("/orders/pos/{}/receipt", id(&order));
    shop.order(Role::Customer, "POST", &path, &json!({})).await.problem(403, "FORBIDDEN");
}
