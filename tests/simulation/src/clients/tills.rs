//! Tills: online one sale after the other, offline a batch in any order, more than once.

use serde_json::{Value, json};

use super::{basket, items, lines, total};
use crate::client::{Client, minor};
use crate::model::{ClosingSeen, OrderSeen, Told};
use crate::shop::usd;

/// A sale as a till keeps it: its id and its JSON.
fn sale(client: &Client, till: &str, sequence: i64, offline: bool) -> (String, Value) {
    let (id, wares) = (client.new_id(), basket(client, 1, 3));
    let warehouse = client.random(|random| random.index(2));
    let total_minor = total(&wares, warehouse);
    let part = client.random(|random| if random.chance(300) { total_minor / 2 } else { 0 });
    let mut payments = vec![
        json!({ "method": "Cash", "amount": usd(total_minor - part), "tendered": usd(total_minor + 500) }),
    ];
    if part > 0 {
        payments.push(json!({ "method": "CardTerminal", "amount": usd(part) }));
    }
    let mut body = json!({
        "id": id, "terminalId": till, "terminalSequence": sequence,
        "warehouseId": client.shop.warehouses[warehouse], "items": items(&wares), "payments": payments,
    });
    if offline {
        body["offline"] = json!(true);
        body["soldAt"] = json!("2026-11-20T08:00:00Z");
    }
    let seen = OrderSeen {
        warehouse: client.shop.warehouses[warehouse].clone(),
        lines: lines(&wares),
        told: Told::Nothing,
        id: Some(id.clone()),
        number: None,
        totals_minor: vec![total_minor],
        offline,
        changed: false,
        asked_ms: client.core().now_ms(None),
        told_ms: None,
    };
    client.model().orders.insert(id.clone(), seen);
    (id, body)
}

fn tell(client: &Client, id: &str, told: Told, number: Option<&str>) {
    if let Some(order) = client.model().orders.get_mut(id) {
        order.told = told;
        order.number = number.map(ToOwned::to_owned).or_else(|| order.number.take());
    }
}

/// A few sales, each until it is definite; sometimes the cashier presses twice.
pub(super) async fn sell(client: &Client) {
    let till = client.model().word("TILL");
    for sequence in 1..=client.random(|random| random.between(1, 3)) {
        let (id, body) = sale(client, &till, sequence, false);
        client.model().tills.insert(till.clone(), sequence);
        let key = client.random(|random| random.chance(500)).then(|| format!("key-{id}"));
        if client.random(|random| random.chance(200)) {
            // The cashier presses twice at once: it is one sale, whichever request is faster.
            let (other, id, same, key) = (client.clone(), id.clone(), body.clone(), key.clone());
            client.beside(async move {
                let Some(answer) = other.ask("POST", "/orders/pos", key.as_deref(), &same).await else {
                    return;
                };
                if answer.status >= 300 && answer.code() != "OUT_OF_STOCK" {
                    other.surprise(format!("the sale {id} sent twice at once is answered {}", answer.body));
                }
            });
        }
        if client.random(|random| random.chance(100)) {
            // No patience: one attempt, whatever becomes of it, and the goods go over the counter.
            client.impatient().ask("POST", "/orders/pos", key.as_deref(), &body).await;
            hand_over(client, &id, body).await;
            continue;
        }
        let again = client.random(|random| random.chance(200));
        let Some(answer) = client.ask("POST", "/orders/pos", key.as_deref(), &body).await else { return };
        match (answer.status, answer.code()) {
            (200 | 201, _) => {
                if answer.minor("total") != total_of(client, &id) {
                    client.surprise(format!("the sale {id} has another total: {}", answer.body));
                }
                tell(client, &id, Told::Completed, answer.body["orderNumber"].as_str());
            }
            (409, "OUT_OF_STOCK") if client.random(|random| random.chance(200)) => {
                hand_over(client, &id, body).await;
                continue;
            }
            (409, "OUT_OF_STOCK") => tell(client, &id, Told::OutOfStock, None),
            _ => client.surprise(format!("a till's sale {id} is answered {} {}", answer.status, answer.body)),
        }
        if again && answer.status < 300 {
            let Some(second) = client.ask("POST", "/orders/pos", key.as_deref(), &body).await else { return };
            if second.body["orderNumber"] != answer.body["orderNumber"] {
                client.surprise(format!("the sale {id} sent again is another: {}", second.body));
            }
        }
    }
}

fn total_of(client: &Client, id: &str) -> i64 {
    client.model().orders.get(id).and_then(|order| order.totals_minor.first().copied()).unwrap_or_default()
}

/// The goods went over the counter, whatever the till heard before: it is synced, and accepted.
async fn hand_over(client: &Client, id: &str, mut sale: Value) {
    (sale["offline"], sale["soldAt"]) = (json!(true), json!("2026-11-20T08:00:00Z"));
    if let Some(order) = client.model().orders.get_mut(id) {
        order.offline = true;
    }
    sync(client, &json!({ "sales": [sale] })).await;
}

/// Syncs some sales, each of which is accepted; how far the till has arrived.
async fn sync(client: &Client, sales: &Value) -> Option<i64> {
    let key = client.random(|random| random.chance(300)).then(|| client.new_id());
    let answer = client.ask("POST", "/orders/pos/sync", key.as_deref(), sales).await?;
    if answer.status != 200 {
        client.surprise(format!("a sync is answered {} {}", answer.status, answer.body));
        return None;
    }
    for result in answer.body["results"].as_array().into_iter().flatten() {
        let id = result["id"].as_str().unwrap_or_default();
        match result["status"].as_str() {
            Some("Created" | "NeedsReview" | "AlreadyKnown") => {
                tell(client, id, Told::Completed, result["orderNumber"].as_str());
            }
            _ => client.surprise(format!("an offline sale is refused: {result}")),
        }
    }
    answer.body["terminals"][0]["contiguousThrough"].as_i64()
}

/// The end of the till's day, with a drawer that is sometimes a little short.
async fn close(client: &Client, till: &str, through: i64, sales: &[(String, Value)]) {
    let parts = sales.iter().flat_map(|(_, sale)| sale["payments"].as_array().into_iter().flatten());
    let cash: i64 =
        parts.filter(|part| part["method"] == "Cash").filter_map(|part| minor(&part["amount"])).sum();
    let short = client.random(|random| if random.chance(500) { random.between(1, 100) } else { 0 });
    let body = json!({ "id": client.new_id(), "throughSequence": through, "countedCash": usd(cash - short) });
    client.model().closings.insert(till.to_owned(), ClosingSeen { sales: through, short, done: false });
    let path = format!("/orders/pos/terminals/{till}/closings");
    let Some(answer) = client.ask("POST", &path, None, &body).await else { return };
    if answer.status != 201 || answer.body["sales"] != through || answer.minor("expectedCash") != cash {
        client.surprise(format!("the closing of {till} is answered {} {}", answer.status, answer.body));
    }
    client.model().closings.insert(till.to_owned(), ClosingSeen { sales: through, short, done: true });
}

/// Sales made without a connection: synced in any order, in parts, the whole once more at the end.
pub(super) async fn sell_offline(client: &Client) {
    let till = client.model().word("TILL");
    let count = client.random(|random| random.between(1, 4));
    let mut sales: Vec<(String, Value)> =
        (1..=count).map(|sequence| sale(client, &till, sequence, true)).collect();
    client.model().tills.insert(till.clone(), count);
    client.random(|random| random.shuffle(&mut sales));
    let half = client.random(|random| random.index(sales.len() + 1));
    let parts = [&sales[..half], &sales[half..], &sales[..]];
    let mut through = 0;
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        let body = json!({ "sales": part.iter().map(|(_, sale)| sale).collect::<Vec<_>>() });
        let Some(arrived) = sync(client, &body).await else { return };
        through = arrived;
    }
    if through != count {
        client.surprise(format!("the till {till} synced {count} sales and hears of {through}"));
    }
    if client.random(|random| random.chance(500)) {
        close(client, &till, count, &sales).await;
    }
}
