//! The web: place an order, pay for it, or not.

use serde_json::json;

use super::{basket, count_provider, items, lines, total};
use crate::client::Client;
use crate::model::{OrderSeen, Told};
use crate::shop::PRICED;

/// The test provider's tokens, the good one most often.
const TOKENS: [&str; 14] = [
    "tok_approve",
    "tok_approve",
    "tok_approve",
    "tok_approve",
    "tok_decline",
    "tok_timeout",
    "tok_timeout_declined",
    "tok_timeout_lost",
    "tok_capture_fail",
    "tok_captured",
    "tok_captured_timeout",
    "tok_void_fail",
    "tok_refund_decline",
    "tok_refund_timeout",
];

/// What a client is about to ask for. The total of a basket with a moving price is not known yet.
fn see(client: &Client, word: &str, warehouse: usize, wares: &[(String, i64, i64)], id: Option<&str>) {
    let moves = wares.iter().any(|(sku, ..)| sku == PRICED);
    let seen = OrderSeen {
        warehouse: client.shop.warehouses[warehouse].clone(),
        lines: lines(wares),
        told: Told::Nothing,
        id: id.map(ToOwned::to_owned),
        number: None,
        totals_minor: if moves { Vec::new() } else { vec![total(wares, warehouse)] },
        offline: false,
        changed: false,
        asked_ms: client.core().now_ms(None),
        told_ms: None,
    };
    client.model().orders.insert(word.to_owned(), seen);
}

fn tell(client: &Client, word: &str, told: Told) {
    if let Some(order) = client.model().orders.get_mut(word) {
        order.told = told;
    }
}

/// A visitor's order: by key, by id, or both.
pub(super) async fn buy(client: &Client) {
    let word = client.model().word("buyer");
    let (mut wares, warehouse) = (basket(client, 1, 4), client.random(|random| random.index(2)));
    if client.random(|random| random.chance(200)) {
        wares.push((PRICED.to_owned(), client.random(|random| random.between(1, 3)), 0));
    }
    let (with_id, walks_away) = client.random(|random| (random.chance(400), random.chance(250)));
    let id = with_id.then(|| client.new_id());
    let key = (!with_id || client.random(|random| random.chance(500))).then(|| format!("place-{word}"));
    see(client, &word, warehouse, &wares, id.as_deref());
    let mut body = json!({
        "warehouseId": client.shop.warehouses[warehouse],
        "customer": { "name": word, "email": "ada@example.org" }, "items": items(&wares),
    });
    if let Some(id) = &id {
        body["id"] = json!(id);
    }
    let Some(placed) = client.ask("POST", "/orders/retail", key.as_deref(), &body).await else { return };
    let Some(id) = placed.id().filter(|_| placed.status < 300) else {
        client.surprise(format!("an order is answered {} {}", placed.status, placed.body));
        return;
    };
    if let Some(order) = client.model().orders.get_mut(&word) {
        (order.id, order.told) = (Some(id.clone()), Told::Placed);
        order.told_ms = Some(client.core().now_ms(None));
        if order.totals_minor.is_empty() {
            order.totals_minor = vec![placed.minor("total")];
        }
    }
    let path = format!("/orders/retail/{id}");
    if client.random(|random| random.chance(200)) && !change_mind(client, &word, warehouse, &path).await {
        return;
    }
    let client = if walks_away { client.impatient() } else { client.clone() };
    // Some only look what it would come to. So several orders may wait when goods run out.
    if client.random(|random| random.chance(250)) {
        return;
    }
    if client.random(|random| random.chance(150)) {
        cancel(&client, &word, &format!("/orders/retail/{id}")).await;
        return;
    }
    for attempt in 1..=2 {
        let token = client.random(|random| *random.pick(&TOKENS));
        count_provider(&client, token);
        let payment = json!({ "payment": { "method": "Card", "token": token } });
        let (path, in_two_tabs) =
            (format!("/orders/retail/{id}"), client.random(|random| random.chance(100)));
        if in_two_tabs {
            // The other tab sends a payment of its own; only one of them can be the one.
            let (other, same, key) = (client.clone(), payment.clone(), format!("tab-{word}-{attempt}"));
            let confirmation = format!("{path}/confirm");
            client.beside(async move {
                other.ask("POST", &confirmation, Some(&key), &same).await;
            });
            confirm(&client, &word, &path, attempt, &payment, true).await;
            tell(&client, &word, Told::Placed);
            return;
        }
        let told = confirm(&client, &word, &path, attempt, &payment, false).await;
        if told != Some(Told::Declined) {
            return;
        }
    }
    if client.random(|random| random.chance(300)) {
        cancel(&client, &word, &format!("/orders/retail/{id}")).await;
    }
}

async fn confirm(
    client: &Client,
    word: &str,
    path: &str,
    attempt: i32,
    payment: &serde_json::Value,
    contended: bool,
) -> Option<Told> {
    // Until this attempt is answered, an earlier one says nothing.
    tell(client, word, Told::Placed);
    let key = format!("pay-{word}-{attempt}");
    let answer = client.ask("POST", &format!("{path}/confirm"), Some(&key), payment).await?;
    let told = match (answer.status, answer.code()) {
        (200, _) => Told::Completed,
        (402, _) => Told::Declined,
        (409, "OUT_OF_STOCK") => Told::OutOfStock,
        (409, "STATE_CONFLICT") if contended => Told::Placed,
        _ => {
            client.surprise(format!(
                "the payment of {word}, {path}, is answered {} {}",
                answer.status, answer.body
            ));
            return None;
        }
    };
    tell(client, word, told);
    Some(told)
}

/// A buyer takes something else. False: the order had been cancelled, because something of it ran out.
async fn change_mind(client: &Client, word: &str, warehouse: usize, path: &str) -> bool {
    let wares = basket(client, 1, 4);
    let total_minor = total(&wares, warehouse);
    if let Some(order) = client.model().orders.get_mut(word) {
        order.totals_minor.push(total_minor);
        order.changed = true;
    }
    // An attempt that the client gave up may still run: it is the other request that this one meets.
    let answer = loop {
        let Some(answer) = client.ask("PUT", path, None, &json!({ "items": items(&wares) })).await else {
            return false;
        };
        if answer.body["detail"] != "Another request is changing this order." {
            break answer;
        }
    };
    let mut model = client.model();
    let Some(order) = model.orders.get_mut(word) else { return false };
    match (answer.status, answer.code()) {
        (200, _) => {
            (order.lines, order.totals_minor) = (lines(&wares), vec![total_minor]);
            true
        }
        (409, "STATE_CONFLICT") => {
            order.told = Told::OutOfStock;
            false
        }
        _ => {
            let surprise = format!("the change of {word} is answered {} {}", answer.status, answer.body);
            model.surprises.push(surprise);
            false
        }
    }
}

/// A cancellation sent again may find that the first one has done it, or that the goods ran out.
async fn cancel(client: &Client, word: &str, path: &str) {
    tell(client, word, Told::Placed);
    let key = client.random(|random| random.chance(700)).then(|| format!("cancel-{word}"));
    let reason = json!({ "reason": "Changed my mind" });
    let Some(answer) = client.ask("POST", &format!("{path}/cancel"), key.as_deref(), &reason).await else {
        return;
    };
    match (answer.status, answer.code()) {
        (200, _) => tell(client, word, Told::Cancelled),
        (409, "STATE_CONFLICT") => {}
        _ => client.surprise(format!(
            "the cancellation of {word}, {path}, is answered {} {}",
            answer.status, answer.body
        )),
    }
}

/// A wholesale customer's order on account.
pub(super) async fn buy_wholesale(client: &Client) {
    let customer = client.random(|random| random.pick(&client.shop.customers).clone());
    let client = client.acting_for(&customer);
    let word = client.model().word("PO");
    let (wares, warehouse) =
        (basket(&client, crate::shop::MINIMUM - 1, 4), client.random(|random| random.index(2)));
    let id = client.random(|random| random.chance(500)).then(|| client.new_id());
    see(&client, &word, warehouse, &wares, id.as_deref());
    let mut body = json!({
        "customerId": customer, "warehouseId": client.shop.warehouses[warehouse],
        "purchaseOrderNumber": word, "items": items(&wares),
    });
    if let Some(id) = &id {
        body["id"] = json!(id);
    }
    let key = format!("place-{word}");
    let Some(placed) = client.ask("POST", "/orders/wholesale", Some(&key), &body).await else { return };
    match (placed.status, placed.code()) {
        (200 | 201, _) => {}
        (422, "MOQ_NOT_MET" | "CREDIT_LIMIT_EXCEEDED") => return tell(&client, &word, Told::Refused),
        _ => {
            return client
                .surprise(format!("a wholesale order is answered {} {}", placed.status, placed.body));
        }
    }
    let id = placed.id().unwrap_or_default();
    if let Some(order) = client.model().orders.get_mut(&word) {
        (order.id, order.told) = (Some(id.clone()), Told::Placed);
    }
    let path = format!("/orders/wholesale/{id}");
    match client.random(|random| random.below(10)) {
        0..=1 => cancel(&client, &word, &path).await,
        2..=3 => {}
        _ => {
            confirm(&client, &word, &path, 1, &json!({ "payment": { "method": "PurchaseOrder" } }), false)
                .await;
        }
    }
}
