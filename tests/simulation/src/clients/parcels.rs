//! Clerks who send what was sold on the web: picked, packed, shipped, delivered, or left after all.

use serde_json::{Value, json};

use crate::client::Client;
use crate::model::{ShipmentSeen, Told};

/// A clerk sends a part of an order, or all of it; sometimes two clerks at once.
pub(super) async fn send(client: &Client) {
    let sold: Vec<(String, Vec<(String, i64)>)> = {
        let model = client.model();
        let on_the_web = |word: &str| word.starts_with("buyer") || word.starts_with("PO");
        let sold =
            model.orders.iter().filter(|(word, order)| on_the_web(word) && order.told == Told::Completed);
        sold.filter_map(|(_, order)| Some((order.id.clone()?, order.lines.clone()))).collect()
    };
    if sold.is_empty() {
        return;
    }
    let (order, lines) = client.random(|random| random.pick(&sold).clone());
    let (sku, units) = client.random(|random| random.pick(&lines).clone());
    let items = client.random(|random| match random.below(3) {
        0 => json!([]),
        1 => json!([{ "sku": sku, "quantity": units }]),
        _ => json!([{ "sku": sku, "quantity": random.between(1, units) }]),
    });
    if client.random(|random| random.chance(400)) {
        let (other, order, items) = (client.clone(), order.clone(), items.clone());
        client.beside(async move { send_items(&other, &order, &items).await });
    }
    send_items(client, &order, &items).await;
}

async fn send_items(client: &Client, order: &str, items: &Value) {
    let word = client.model().word("parcel");
    let begun = client.random(|random| *random.pick(&["Picking", "Packed", "Shipped"]));
    let path = format!("/orders/{order}/shipments");
    let body =
        json!({ "items": items, "status": begun, "trackingNumber": (begun == "Shipped").then_some(&word) });
    let Some(answer) = client.ask("POST", &path, Some(&word), &body).await else { return };
    let Some(id) = answer.id().filter(|_| answer.status == 201) else {
        // Others have sent it, send it now, or it was refunded.
        if !matches!(
            (answer.status, answer.code()),
            (422, "SHIPMENT_EXCEEDS_ORDER") | (409, "STATE_CONFLICT")
        ) {
            client.surprise(format!("{word} is answered {} {}", answer.status, answer.body));
        }
        return;
    };
    see(client, &id, begun, true);
    let mut status = begun;
    while client.random(|random| random.chance(800)) {
        let (step, next) = client.random(|random| match status {
            _ if status != "Delivered" && random.chance(150) => ("cancel", "Cancelled"),
            "Picking" => ("pack", "Packed"),
            "Packed" => ("ship", "Shipped"),
            _ => ("deliver", "Delivered"),
        });
        if matches!(status, "Delivered" | "Cancelled") {
            return;
        }
        see(client, &id, next, false);
        let body = if step == "cancel" { json!({ "reason": word }) } else { json!({}) };
        let key = format!("{step}-{word}");
        let Some(answer) = client.ask("POST", &format!("{path}/{id}/{step}"), Some(&key), &body).await else {
            return;
        };
        if answer.status != 200 {
            return client.surprise(format!("{word}: {step} is answered {} {}", answer.status, answer.body));
        }
        see(client, &id, next, true);
        status = next;
    }
}

/// What a clerk asks for, or was told.
fn see(client: &Client, id: &str, status: &'static str, told: bool) {
    let mut model = client.model();
    let seen = model.shipments.entry(id.to_owned()).or_insert(ShipmentSeen { asked: status, told: status });
    seen.asked = status;
    if told {
        seen.told = status;
    }
}
