//! Carts: priced whenever they are shown, reserving nothing, and ordered once.

#![cfg(test)]

mod shop;

use contracts::Service;
use native::client::{Answer, Client};
use serde_json::{Value, json};
use shop::{Shop, WAREHOUSE, amount, id, usd};
use store::Database;
use web::Role;

const PEN: &str = "PEN";

/// A guest with a cart.
struct Guest {
    client: Client,
    path: String,
}

impl Guest {
    async fn start(shop: &Shop, items: Value) -> Self {
        let cart = json!({ "warehouseId": WAREHOUSE, "items": items });
        let cart = shop.by(Role::Guest).post("/carts", cart).await.expect(201);
        let token = cart["token"].as_str().unwrap();
        assert_eq!(token.len(), 64);
        Self {
            client: shop.by(Role::Guest).with(&[("order-token", token)]),
            path: format!("/carts/{}", id(&cart)),
        }
    }

    async fn show(&self) -> Value {
        self.client.get(&self.path).await.expect(200)
    }

    async fn put(&self, sku: &str, quantity: i64) -> Answer {
        let body = json!({ "quantity": quantity });
        self.client.put(&format!("{}/items/{sku}", self.path), body).await
    }

    async fn check_out(&self, more: Value) -> Answer {
        let mut body = json!({ "customer": { "name": "Ada", "email": "ada@example.org" } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.client.post(&format!("{}/checkout", self.path), body).await
    }
}

fn pens(quantity: i64) -> Value {
    json!([{ "sku": PEN, "quantity": quantity }])
}

async fn price(shop: &Shop, price: &str) {
    let catalogue = shop.at(Service::Product);
    catalogue.put("/products/sku/PEN/prices", json!({ "price": usd(price) })).await.expect(200);
}

async fn stock(shop: &Shop, delta: i64) {
    let body = json!({ "warehouseId": WAREHOUSE, "reason": "CountCorrection", "items": [{ "sku": PEN, "delta": delta }] });
    shop.at(Service::Inventory).post("/inventory/adjustments", body).await.expect(201);
}

#[tokio::test]
async fn a_cart_says_plainly_what_has_changed() {
    let shop = Shop::open().await;
    let guest = Guest::start(&shop, pens(3)).await;
    let line = |cart: &Value| cart["items"][0].clone();
    let cart = guest.show().await;
    assert_eq!((amount(&cart, "total").as_str(), &cart["ready"]), ("21.00", &json!(true)));
    assert_eq!((line(&cart)["previousPrice"].clone(), &line(&cart)["left"]), (Value::Null, &Value::Null));

    price(&shop, "8.00").await;
    let cart = guest.show().await;
    assert_eq!((amount(&cart, "total").as_str(), &cart["ready"]), ("24.00", &json!(true)));
    assert_eq!(line(&cart)["previousPrice"], usd("7.00"));

    stock(&shop, -8).await;
    let cart = guest.show().await;
    assert_eq!((&line(&cart)["available"], &line(&cart)["left"]), (&json!(2), &json!(2)));
    assert_eq!(cart["ready"], false, "there are fewer than wanted");

    // What is put again is at today's price, and what there is of it is enough.
    let cart = guest.put(PEN, 2).await.expect(200);
    assert_eq!((line(&cart)["previousPrice"].clone(), &cart["ready"]), (Value::Null, &json!(true)));

    let catalogue = shop.at(Service::Product);
    let found = catalogue.get("/products/sku/PEN").await;
    let path = format!("/products/{}", id(&found.expect(200)));
    let version = found.etag().unwrap().to_owned();
    catalogue.with(&[("if-match", &version)]).send("DELETE", &path, "").await.expect(204);
    let cart = guest.show().await;
    assert_eq!((&line(&cart)["gone"], &cart["ready"]), (&json!(true), &json!(false)));
    assert_eq!(amount(&cart, "total"), "0.00");
    assert_eq!(guest.check_out(json!({})).await.status, 422);
}

#[tokio::test]
async fn a_cart_is_one_order_however_often_it_is_asked_for() {
    let shop = Shop::open().await;
    let guest = Guest::start(&shop, pens(2)).await;
    let (first, second) = (guest.check_out(json!({})).await, guest.check_out(json!({})).await);
    let (order, again) = (first.expect(201), second.expect(200));
    assert_eq!(order["orderNumber"], again["orderNumber"]);
    assert_eq!((order["token"].as_str().unwrap().len(), &order["token"]), (64, &again["token"]));
    assert_eq!(shop.stock(PEN).await.0, 10, "nothing is reserved");
    guest.client.get(&guest.path).await.refused(404, "NOT_FOUND");
    assert_eq!(guest.put(PEN, 1).await.status, 404);
    let orders = shop.get("/orders/retail").await.expect(200);
    assert_eq!(orders["data"].as_array().unwrap().len(), 1);
    // Others who know the token have ordered nothing.
    let token = guest.client.clone().by(Role::Manager);
    let body = json!({ "customer": { "name": "Eve", "email": "eve@example.org" } });
    token.post(&format!("{}/checkout", guest.path), body).await.refused(409, "STATE_CONFLICT");
}

#[tokio::test]
async fn another_total_than_the_buyer_was_shown_is_not_ordered() {
    let shop = Shop::open().await;
    let guest = Guest::start(&shop, pens(1)).await;
    price(&shop, "9.00").await;
    let refused = guest.check_out(json!({ "expectedTotal": usd("7.00") })).await;
    assert_eq!(refused.refused(409, "STATE_CONFLICT"), ["/expectedTotal"]);
    assert_eq!(refused.json()["total"], usd("9.00"));
    let order = guest.check_out(json!({ "expectedTotal": usd("9.00") })).await.expect(201);
    assert_eq!(amount(&order, "total"), "9.00");
}

#[tokio::test]
async fn a_cart_is_nobody_elses() {
    let shop = Shop::open().await;
    let guest = Guest::start(&shop, pens(1)).await;
    let other = "0".repeat(64);
    for client in
        [shop.by(Role::Guest), shop.by(Role::Guest).with(&[("order-token", &other)]), shop.by(Role::Customer)]
    {
        client.get(&guest.path).await.refused(404, "NOT_FOUND");
        let items = json!({ "items": pens(1) });
        client.post(&format!("{}/items", guest.path), items).await.refused(404, "NOT_FOUND");
        client
            .put(&format!("{}/items/PEN", guest.path), json!({ "quantity": 1 }))
            .await
            .refused(404, "NOT_FOUND");
        let buyer = json!({ "customer": { "name": "Eve", "email": "eve@example.org" } });
        client.post(&format!("{}/checkout", guest.path), buyer).await.refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn an_account_has_one_cart_and_takes_in_that_of_its_device() {
    let shop = Shop::open().await;
    let customer = shop.by(Role::Customer);
    let own =
        customer.post("/carts", json!({ "warehouseId": WAREHOUSE, "items": pens(1) })).await.expect(201);
    assert!(own.get("token").is_none(), "it is reached by signing in");
    let items = json!({ "warehouseId": WAREHOUSE, "items": [{ "sku": "MUG", "quantity": 1 }] });
    let again = customer.post("/carts", items).await.expect(200);
    assert_eq!(own["id"], again["id"]);
    let guest = Guest::start(&shop, pens(2)).await;
    let path = format!("{}/merge", guest.path);
    for _ in 0..2 {
        let merged = guest.client.by(Role::Customer).post(&path, json!({})).await.expect(200);
        assert_eq!(merged["id"], own["id"]);
        let quantities: Vec<_> =
            merged["items"].as_array().unwrap().iter().map(|line| &line["quantity"]).collect();
        assert_eq!(quantities, [3, 1], "{merged}");
    }
    guest.client.get(&guest.path).await.refused(404, "NOT_FOUND");
    guest.client.by(Role::Manager).post(&path, json!({})).await.refused(409, "STATE_CONFLICT");
}

#[tokio::test]
async fn what_a_cart_does_not_take_is_named() {
    let shop = Shop::open().await;
    let guest = Guest::start(&shop, json!([])).await;
    for (items, pointer) in [
        (json!([{ "sku": "NO-SUCH", "quantity": 1 }]), "/items/0/sku"),
        // What is no goods is added by the shop.
        (json!([{ "sku": PEN, "quantity": 1 }, { "sku": "OFF", "quantity": 1 }]), "/items/1/sku"),
        (json!([{ "sku": PEN, "quantity": 1000 }]), "/items/0"),
        (json!([]), "/items"),
    ] {
        let answer = guest.client.post(&format!("{}/items", guest.path), json!({ "items": items })).await;
        assert_eq!(answer.refused(422, "VALIDATION_FAILED"), [pointer], "{}", answer.text);
    }
    assert_eq!(guest.put(PEN, 1_000).await.refused(422, "VALIDATION_FAILED"), ["/quantity"]);
    assert_eq!(guest.check_out(json!({})).await.refused(422, "VALIDATION_FAILED"), ["/items"]);
    let nowhere = json!({ "warehouseId": "0193e9a0-0000-7000-8000-00000000bbbb" });
    let answer = shop.by(Role::Guest).post("/carts", nowhere).await;
    assert_eq!(answer.refused(422, "VALIDATION_FAILED"), ["/warehouseId"]);
}

/// A view costs two database calls and two calls of peers, a change one database call more, however many lines there are.
#[tokio::test]
async fn a_cart_costs_the_same_however_much_it_holds() {
    let shop = Shop::open().await;
    let guest =
        Guest::start(&shop, json!([{ "sku": PEN, "quantity": 1 }, { "sku": "MUG", "quantity": 2 }])).await;
    let cost = |answer: &Answer| {
        let timing = answer.header("server-timing").unwrap().to_owned();
        let own = timing.split(", ").find(|part| part.starts_with("order;")).unwrap().to_owned();
        own.split("desc=").nth(1).unwrap().trim_matches('"').to_owned()
    };
    assert_eq!(cost(&guest.client.get(&guest.path).await), "queries=2 batches=0 calls=2");
    assert_eq!(cost(&guest.put(PEN, 2).await), "queries=2 batches=1 calls=2");
    assert_eq!(cost(&guest.check_out(json!({})).await), "queries=2 batches=1 calls=1");
}

#[tokio::test]
async fn a_cart_that_nobody_changes_for_a_month_is_deleted() {
    let shop = Shop::open().await;
    let (kept, left) = (Guest::start(&shop, pens(1)).await, Guest::start(&shop, pens(1)).await);
    let ordered = Guest::start(&shop, pens(1)).await;
    ordered.check_out(json!({})).await.expect(201);
    shop.house.advance_seconds(29 * 86_400);
    kept.put(PEN, 2).await.expect(200);
    shop.house.advance_seconds(2 * 86_400);
    left.client.get(&left.path).await.refused(404, "NOT_FOUND");
    shop.sweep().await;
    let rows = |table: &'static str| {
        let database = shop.database();
        async move { database.query(store::Statement { text: table, values: Vec::new() }).await.unwrap().len() }
    };
    assert_eq!(rows("select id from carts").await, 1, "with that of the order, whose day has come too");
    assert_eq!(rows("select sku from cart_lines").await, 1);
    assert_eq!(kept.show().await["items"][0]["quantity"], 2);
}
