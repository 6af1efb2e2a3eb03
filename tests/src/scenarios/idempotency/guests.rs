//! Visitors have no name: what tells them apart is a key that nobody can guess.

use serde_json::{Value, json};

use super::case::{Run, count, uuid};
use crate::User;
use crate::scenarios::shop::{Shop, text};

fn order(shop: &Shop<'_>, sku: &str) -> Value {
    json!({
        "warehouseId": shop.warehouse, "items": [{ "sku": sku, "quantity": 1 }],
        "customer": { "name": "Ada", "email": format!("ada.{}@example.org", shop.tag) },
    })
}

/// Two visitors who choose one key are kept apart by what they ask for: the second is told that the key is
/// taken and nothing else, above all not the first one's order, whose id is all that it takes to pay for it or to
/// cancel it.
pub fn guests_with_one_key_are_kept_apart(run: &Run<'_>) {
    let shop = run.shop();
    let sku = shop.stock("visited", "10.00", "4.00", 50);
    let body = order(&shop, &sku);
    let send = |key: &str, body: &Value| {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        run.call(User::Guest, "/orders/retail", &headers, &body.to_string())
    };
    let email = format!("ada.{}@", shop.tag);
    let orders = || count(run.api, User::Manager, "/orders/retail", &email);
    let key = format!("basket-1-{}", shop.tag);
    let first = send(&key, &body);
    let id = text(&first.clone().expect(201)["id"]);
    let mut theirs = body.clone();
    theirs["customer"]["name"] = json!("Bob");
    let refused = send(&key, &theirs);
    assert!(!refused.text.contains(&id), "{}", refused.text);
    refused.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(orders(), 1, "nothing happened for the second");
    assert_ne!(text(&send(&uuid(), &theirs).expect(201)["id"]), id);
    assert_eq!(send(&key, &body).text, first.text);
    assert_eq!(orders(), 2);
}
