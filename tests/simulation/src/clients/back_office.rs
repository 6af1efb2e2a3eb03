//! Clerks, accountants and managers.

use contracts::Service;
use serde_json::json;

use super::basket;
use crate::client::Client;
use crate::inspect;
use crate::model::{Deed, Told, TransferSeen};
use crate::shop::{ARTICLES, usd};

/// A clerk counts, writes off or receives.
pub(super) async fn adjust(client: &Client) {
    let word = client.model().word("adjustment");
    let (warehouse, article, receives, units, with_id) = client.random(|random| {
        let article = *random.pick(&ARTICLES);
        (random.index(2), article, random.chance(600), random.between(1, 5), random.chance(500))
    });
    let (delta, reason) = if receives { (units, "Received") } else { (-units.min(2), "Damaged") };
    let warehouse = client.shop.warehouses[warehouse].clone();
    let mut item = json!({ "sku": article.sku, "delta": delta });
    if receives {
        item["unitCost"] = json!({ "amount": article.cost, "currency": "USD" });
    }
    let mut body = json!({ "warehouseId": warehouse, "reason": reason, "note": word, "items": [item] });
    if with_id {
        body["id"] = json!(client.new_id());
    }
    let seen = (Deed::default(), warehouse, article.sku.to_owned(), delta);
    client.model().adjustments.insert(word.clone(), seen);
    let key = format!("key-{word}");
    let Some(answer) = client.ask("POST", "/inventory/adjustments", Some(&key), &body).await else { return };
    match (answer.status, answer.code()) {
        (201, _) => {
            if let Some((deed, ..)) = client.model().adjustments.get_mut(&word) {
                *deed = Deed { done: true, id: answer.id() };
            }
        }
        (409, "OUT_OF_STOCK") => {}
        _ => client.surprise(format!("an adjustment is answered {} {}", answer.status, answer.body)),
    }
}

/// A clerk moves goods from one warehouse to the other.
pub(super) async fn transfer(client: &Client) {
    let (id, article, units, back) = (
        client.new_id(),
        client.random(|random| *random.pick(&ARTICLES)),
        client.random(|random| random.between(1, 3)),
        client.random(|random| random.chance(500)),
    );
    let (from, to) = if back { (1, 0) } else { (0, 1) };
    let seen = TransferSeen {
        from: client.shop.warehouses[from].clone(),
        to: client.shop.warehouses[to].clone(),
        sku: article.sku.to_owned(),
        units,
        shipped: false,
        received: false,
    };
    let body = json!({
        "id": id, "fromWarehouseId": seen.from, "toWarehouseId": seen.to,
        "items": [{ "sku": article.sku, "quantity": units }],
    });
    client.model().transfers.insert(id.clone(), seen);
    let Some(answer) = client.ask("POST", "/inventory/transfers", None, &body).await else { return };
    if answer.status != 201 {
        return client.surprise(format!("a transfer is answered {} {}", answer.status, answer.body));
    }
    for step in ["ship", "receive"] {
        let (path, key) = (format!("/inventory/transfers/{id}/{step}"), format!("{step}-{id}"));
        let Some(answer) = client.ask("POST", &path, Some(&key), &json!({})).await else { return };
        match (answer.status, answer.code()) {
            (200, _) => {
                if let Some(seen) = client.model().transfers.get_mut(&id) {
                    seen.shipped = true;
                    seen.received = step == "receive";
                }
            }
            (409, "OUT_OF_STOCK") => return,
            _ => {
                return client
                    .surprise(format!("a transfer's step is answered {} {}", answer.status, answer.body));
            }
        }
    }
}

/// An accountant books by hand, and sometimes takes it back.
pub(super) async fn book(client: &Client) {
    let (word, minor) = (client.model().word("entry"), client.random(|random| random.between(1, 100_000)));
    let line = |code: &str, direction: &str| json!({ "accountCode": code, "direction": direction, "amount": usd(minor) });
    let body = json!({
        "entryDate": "2026-11-20", "description": word, "entryType": "Manual", "post": true,
        "lines": [line("6020", "Debit"), line("1020", "Credit")],
    });
    client.model().entries.insert(word.clone(), Deed::default());
    let key = format!("key-{word}");
    let Some(answer) = client.ask("POST", "/accounting/journal-entries", Some(&key), &body).await else {
        return;
    };
    let Some(id) = answer.id().filter(|_| answer.status == 201) else {
        return client.surprise(format!("an entry is answered {} {}", answer.status, answer.body));
    };
    client.model().entries.insert(word.clone(), Deed { done: true, id: Some(id.clone()) });
    if client.random(|random| random.chance(600)) {
        return;
    }
    client.model().voids.insert(id.clone(), Deed::default());
    let (path, key) = (format!("/accounting/journal-entries/{id}/void"), format!("void-{word}"));
    let Some(answer) = client.ask("POST", &path, Some(&key), &json!({ "reason": "Wrong" })).await else {
        return;
    };
    if answer.status != 200 {
        return client.surprise(format!("a void is answered {} {}", answer.status, answer.body));
    }
    client.model().voids.insert(id, Deed { done: true, id: None });
}

/// A customer pays an invoice, in whole or in part; sometimes two accountants record money at once.
pub(super) async fn pay_invoice(client: &Client) {
    let open = inspect::open_invoices(client.house.database(Service::Accounting));
    if open.is_empty() {
        return book(client).await;
    }
    let invoice = client.random(|random| random.pick(&open).clone());
    if client.random(|random| random.chance(500)) {
        let (other, invoice) = (client.clone(), invoice.clone());
        client.beside(async move { receive_money(&other, &invoice).await });
    }
    receive_money(client, &invoice).await;
}

async fn receive_money(client: &Client, invoice: &inspect::OpenInvoice) {
    let word = client.model().word("money");
    let minor = client.random(|random| {
        if random.chance(800) { invoice.open_minor } else { random.between(1, invoice.open_minor) }
    });
    let body = json!({ "amount": usd(minor), "method": "BankTransfer", "reference": word });
    client.model().invoice_payments.insert(word.clone(), Deed::default());
    let (path, key) = (format!("/accounting/invoices/{}/payments", invoice.id), format!("key-{word}"));
    let Some(answer) = client.ask("POST", &path, Some(&key), &body).await else { return };
    match (answer.status, answer.code()) {
        (201, _) => {
            client.model().invoice_payments.insert(word, Deed { done: true, id: answer.id() });
        }
        (422, "INVOICE_OVERPAID") => {}
        _ => client.surprise(format!("an invoice's payment is answered {} {}", answer.status, answer.body)),
    }
}

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
        "method": "Cash",
    });
    give_back(client, &word, "/orders/credit-notes", &body).await;
}

async fn give_back(client: &Client, word: &str, path: &str, body: &serde_json::Value) {
    client.model().refunds.insert(word.to_owned(), Deed::default());
    let key = format!("key-{word}");
    let Some(answer) = client.ask("POST", path, Some(&key), body).await else { return };
    match (answer.status, answer.code()) {
        (200 | 201, _) => {
            client.model().refunds.insert(word.to_owned(), Deed { done: true, id: answer.id() });
        }
        (422, "REFUND_EXCEEDS_ORDER") => {}
        _ => client.surprise(format!("{word} is answered {} {}", answer.status, answer.body)),
    }
}
