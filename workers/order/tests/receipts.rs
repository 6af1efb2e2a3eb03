//! Receipts of sales at a till.

#![cfg(test)]

mod shop;

use native::client::Answer;
use serde_json::{Value, json};
use shop::{Shop, WAREHOUSE, id, usd};
use web::Role;

async fn sale(shop: &Shop) -> Value {
    let rate = json!({ "region": "US", "taxClass": "standard", "rate": "8.25", "inclusive": false });
    shop.by(Role::Admin).put("/tax-rates", &rate).await.expect(200);
    let payments = json!([{ "method": "CardTerminal", "amount": usd("10.00") }, { "method": "Cash", "amount": usd("5.48"), "tendered": usd("6.00") }]);
    shop.sell(json!([{ "sku": "MUG", "quantity": 3 }, { "sku": "PEN", "quantity": 2 }]), payments).await
}

async fn print(shop: &Shop, sale: &Value, headers: &[(&str, &str)], body: &Value) -> Answer {
    let path = format!("/orders/pos/{}/receipt", id(sale));
    shop.by(Role::Cashier).with(headers).post(&path, body).await
}

const PAPER: &str = "              Harbour Street
------------------------------------------
Receipt                    ORD-2026-000001
Date                  2026-11-20 09:00 UTC
Till                                TILL-1
Cashier                            manager
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
    assert_eq!(first.header("content-type"), Some("text/plain; charset=utf-8"));
    let second = print(&shop, &sale, &[("accept", "text/html")], &json!({})).await;
    assert_eq!(second.header("content-type"), Some("text/html; charset=utf-8"));
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
        assert_eq!((again.replayed(), again.header("content-type")), (true, Some(kind)));
    }
    assert_eq!(print(&shop, &sale, &[], &json!({})).await.expect(200)["print"], 3);
}

#[tokio::test]
async fn a_refund_shows_on_the_next_print() {
    let shop = Shop::open().await;
    let sale = sale(&shop).await;
    let body = json!({ "items": [{ "sku": "PEN", "quantity": 1 }], "reason": "Dry", "restock": false });
    shop.post(&format!("/orders/{}/refunds", id(&sale)), &body).await.expect(201);
    let printed = print(&shop, &sale, &[], &json!({ "format": "text" })).await;
    assert!(printed.text.ends_with("Refunded 2026-11-20 09:00 UTC        -7.58\n"), "{}", printed.text);
}

#[tokio::test]
async fn only_a_sale_at_a_till_has_a_receipt() {
    let shop = Shop::open().await;
    let order = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "ada@example.org", "name": "Ada" }, "items": [{ "sku": "PEN", "quantity": 1 }] });
    let order = shop.by(Role::Guest).post("/orders/retail", &order).await.expect(201);
    print(&shop, &order, &[], &json!({})).await.refused(404, "NOT_FOUND");
    print(&shop, &json!({ "id": WAREHOUSE }), &[], &json!({})).await.refused(404, "NOT_FOUND");
    assert_eq!(
        print(&shop, &order, &[], &json!({ "format": "pdf" })).await.refused(422, "VALIDATION_FAILED"),
        ["/format"]
    );
    let path = format!("/orders/pos/{}/receipt", id(&order));
    shop.by(Role::Customer).post(&path, &json!({})).await.refused(403, "FORBIDDEN");
}
