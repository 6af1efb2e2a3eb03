//! Managers who give money back: for what was sold here, or for goods that no order names.

use serde_json::json;

use super::basket;
use crate::client::Client;
use crate::model::{Deed, Told};
use crate::shop::{MANAGERS, usd};

/// A manager gives money back, with the goods or without; sometimes two managers at once.
pub(super) async fn refund(client: &Client) {
    let sold: Vec<(String, Vec<(String, i64)>)> = {
        let model = client.model();
        let sold = model.orders.values().filter(|order| order.told == Told::Completed && !order.offline);
        sold.filter_map(|order| Some((order.id.clone()?, order.lines.clone()))).collect()
    };
    if sold.is_empty() {
        return credit(client).await;
    }
    let (order, lines) = client.random(|random| random.pick(&sold).clone());
    let (sku, units) = client.random(|random| random.pick(&lines).clone());
    if client.random(|random| random.chance(400)) {
        let (other, order, sku) = (client.clone(), order.clone(), sku.clone());
        client.beside(async move { refund_line(&other, &order, &sku, units).await });
    }
    refund_line(client, &order, &sku, units).await;
}

async fn refund_line(client: &Client, order: &str, sku: &str, units: i64) {
    let (word, most) = (client.model().word("refund"), units);
    let units = client.random(|random| if random.chance(600) { most } else { random.between(1, most) });
    let (restock, with_id) = client.random(|random| (random.chance(500), random.chance(500)));
    let mut body =
        json!({ "items": [{ "sku": sku, "quantity": units }], "reason": word, "restock": restock });
    if with_id {
        body["id"] = json!(client.new_id());
    }
    give_back(client, &word, &format!("/orders/{order}/refunds"), &body).await;
}

/// A manager gives money back for goods that no order here names.
pub(super) async fn credit(client: &Client) {
    let (word, wares) = (client.model().word("credit"), basket(client, 1, 2));
    let (warehouse, restock) = client.random(|random| (random.index(2), random.chance(500)));
    let items: Vec<_> = wares
        .iter()
        .map(|(sku, units, price)| json!({ "sku": sku, "quantity": units, "unitPrice": usd(*price) }))
        .collect();
    let body = json!({
        "warehouseId": client.shop.warehouses[warehouse], "items": items, "reason": word, "restock": restock,
        "method": "CardTerminal",
    });
    give_back(&client.person(MANAGERS[0]), &word, "/orders/credit-notes", &body).await;
}

async fn give_back(client: &Client, word: &str, path: &str, body: &serde_json::Value) {
    client.model().refunds.insert(word.to_owned(), Deed::default());
    let key = format!("key-{word}");
    let Some(answer) = client.ask("POST", path, Some(&key), body).await else { return };
    match (answer.status, answer.code()) {
        (200 | 201, _) => {
            client.model().refunds.insert(word.to_owned(), Deed { done: true, id: answer.id() });
        }
        (202, _) => approve(client, word, &answer.id().unwrap_or_default()).await,
        (422, "REFUND_EXCEEDS_ORDER") => {}
        // Somebody is packing it.
        (409, "STATE_CONFLICT") if answer.body["errors"][0]["detail"] == "are not with the customer" => {}
        _ => client.surprise(format!("{word} is answered {} {}", answer.status, answer.body)),
    }
}

/// What one manager may not do alone, the other one approves; sometimes with two clicks. From then on it is done, once.
async fn approve(client: &Client, word: &str, id: &str) {
    let path = format!("/approvals/{id}/approve");
    let Some(own) = client.ask("POST", &path, None, &json!({})).await else { return };
    if own.status != 403 {
        client.surprise(format!("{word} is approved by who asked for it: {} {}", own.status, own.body));
    }
    let second = client.person(MANAGERS[1]);
    if client.random(|random| random.chance(400)) {
        let (other, path) = (second.clone(), path.clone());
        client.beside(async move {
            let _ = other.ask("POST", &path, None, &json!({})).await;
        });
    }
    let Some(answer) = second.ask("POST", &path, None, &json!({})).await else { return };
    if answer.status != 200 || !matches!(answer.body["status"].as_str(), Some("Approved" | "Executed")) {
        client.surprise(format!("the approval of {word} is answered {} {}", answer.status, answer.body));
    }
    let done = answer.body["answer"]["body"]["id"].as_str().map(ToOwned::to_owned);
    client.model().refunds.insert(word.to_owned(), Deed { done: true, id: done });
}
