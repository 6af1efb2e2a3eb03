//! Clerks and accountants.

use contracts::Service;
use serde_json::json;

use crate::client::Client;
use crate::inspect;
use crate::model::{Deed, TransferSeen};
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
    let closed_before = client.model().closed.is_some();
    let Some(answer) = client.ask("POST", "/accounting/journal-entries", Some(&key), &body).await else {
        return;
    };
    if answer.code() == "PERIOD_CLOSED" && client.model().closing {
        return;
    }
    if closed_before {
        return client.surprise(format!("an entry of a closed month is answered {}", answer.body));
    }
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
    if answer.code() == "PERIOD_CLOSED" && client.model().closing {
        return;
    }
    if answer.status != 200 {
        return client.surprise(format!("a void is answered {} {}", answer.status, answer.body));
    }
    client.model().voids.insert(id, Deed { done: true, id: None });
}

/// An accountant closes the month. From the answer on nothing more gets into it: what is sold later is
/// booked on the next open day, what is booked by hand is refused.
pub(super) async fn close_month(client: &Client) {
    if std::mem::replace(&mut client.model().closing, true) {
        return book(client).await;
    }
    let month = json!({ "name": "November", "startDate": "2026-11-01", "endDate": "2026-11-30" });
    let path = "/accounting/fiscal-periods";
    let Some(opened) = client.ask("POST", path, Some("november"), &month).await else { return };
    let Some(id) = opened.id().filter(|_| opened.status == 201) else {
        return client.surprise(format!("a period is answered {} {}", opened.status, opened.body));
    };
    let path = format!("/accounting/fiscal-periods/{id}/close");
    let Some(answer) = client.ask("POST", &path, Some("close-november"), &json!({})).await else { return };
    if answer.status != 200 {
        return client.surprise(format!("a closing is answered {} {}", answer.status, answer.body));
    }
    let entries = inspect::entries_of_november(client.house.database(Service::Accounting));
    client.model().closed = Some(entries);
}

/// A customer pays an invoice, in whole or in part; sometimes two accountants record money at once.
pub(super) async fn pay_invoice(client: &Client) {
    let open = client.open_invoices().await;
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
        (422, "PERIOD_CLOSED") if client.model().closing => {}
        _ => client.surprise(format!("an invoice's payment is answered {} {}", answer.status, answer.body)),
    }
}
