//! The books follow every sale, refund and adjustment, and balance.

use serde_json::{Value, json};

use super::shop::{Shop, text, usd};
use crate::{Api, User};

type Line = (String, String, String);

fn owned((account, direction, amount): (&str, &str, &str)) -> Line {
    (account.to_owned(), direction.to_owned(), amount.to_owned())
}

/// The lines of the one posted entry of a source.
pub(super) fn entry_of(api: &dyn Api, source: &str) -> Vec<Line> {
    let page =
        api.get(User::Accountant, &format!("/accounting/journal-entries?sourceId={source}")).expect(200);
    let entries = page["data"].as_array().cloned().unwrap_or_default();
    assert_eq!(entries.len(), 1, "one source, one entry: {page}");
    assert_eq!(entries[0]["status"], "Posted", "{page}");
    let lines = entries[0]["lines"].as_array().cloned().unwrap_or_default();
    lines
        .iter()
        .map(|line| (text(&line["accountCode"]), text(&line["direction"]), text(&line["amount"]["amount"])))
        .collect()
}

fn assert_balanced(api: &dyn Api) {
    let trial = api.get(User::Accountant, "/accounting/reports/trial-balance").expect(200);
    assert_eq!(trial["balanced"], true, "{trial}");
    assert!(trial["totals"]["debit"]["amount"].is_string(), "{trial}");
    assert_eq!(trial["totals"]["debit"], trial["totals"]["credit"], "{trial}");
}

/// A sale, a partial refund with restock and a write-off: each one entry, and every account agrees.
pub(super) fn every_sale_refund_and_adjustment_is_booked(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("booked", "30.00", "10.00", 5);
    let sale = shop.sell_at_till(&sku, 3, "90.00").expect(201);
    let id = text(&sale["id"]);
    let refund = json!({ "items": [{ "sku": sku, "quantity": 1 }], "reason": "Scratched", "restock": true });
    let refunded = api.post(User::Manager, &format!("/orders/{id}/refunds"), &refund).expect(201);
    assert_eq!(refunded["total"], usd("30.00"), "{refunded}");
    let too_much = json!({ "items": [{ "sku": sku, "quantity": 3 }], "reason": "Again", "restock": false });
    assert_eq!(api.post(User::Manager, &format!("/orders/{id}/refunds"), &too_much).status, 422);
    let write_off = json!({
        "warehouseId": shop.warehouse, "reason": "Damaged", "items": [{ "sku": sku, "delta": -1 }],
    });
    let written_off = api.post(User::Warehouse, "/inventory/adjustments", &write_off).expect(201);
    assert_eq!(shop.on_hand(&sku), 2);
    shop.reconcile();

    let sale_lines = entry_of(api, &format!("order:{id}"));
    for line in [
        ("1010", "Debit", "90.00"),
        ("4030", "Credit", "90.00"),
        ("5010", "Debit", "30.00"),
        ("1200", "Credit", "30.00"),
    ] {
        assert!(sale_lines.contains(&owned(line)), "{line:?} is missing in {sale_lines:?}");
    }
    let refund_lines = entry_of(api, &format!("refund:{}", text(&refunded["id"])));
    for line in [
        ("4800", "Debit", "30.00"),
        ("1010", "Credit", "30.00"),
        ("1200", "Debit", "10.00"),
        ("5010", "Credit", "10.00"),
    ] {
        assert!(refund_lines.contains(&owned(line)), "{line:?} is missing in {refund_lines:?}");
    }
    let adjusted_lines = entry_of(api, &format!("adjustment:{}", text(&written_off["id"])));
    assert!(adjusted_lines.contains(&owned(("1200", "Credit", "10.00"))), "{adjusted_lines:?}");
    assert_balanced(api);
    let sheet = api.get(User::Accountant, "/accounting/reports/balance-sheet").expect(200);
    assert_eq!(sheet["totalAssets"], sheet["totalLiabilitiesAndEquity"], "{sheet}");
    let profit = api.get(User::Accountant, "/accounting/reports/profit-and-loss").expect(200);
    assert_eq!(profit["netProfit"], sheet["currentEarnings"], "{profit}");
}

/// Debits that differ from credits, one line, a header account: refused with the code.
pub(super) fn an_unbalanced_entry_is_refused(api: &dyn Api) {
    let entry = |lines: Value| json!({ "entryDate": "2026-11-20", "description": "Rent", "entryType": "Manual", "lines": lines });
    let line = |code: &str, direction: &str, amount: &str| json!({ "accountCode": code, "direction": direction, "amount": usd(amount) });
    let create_and_post = |lines: Value| {
        let created = api.post(User::Accountant, "/accounting/journal-entries", &entry(lines));
        if created.status != 201 {
            return created;
        }
        let path = format!("/accounting/journal-entries/{}/post", text(&created.json()["id"]));
        api.post(User::Accountant, &path, &json!({}))
    };
    let unbalanced = json!([line("1020", "Debit", "10.00"), line("3100", "Credit", "9.99")]);
    create_and_post(unbalanced).refused(422, "UNBALANCED_ENTRY");
    let single = create_and_post(json!([line("1020", "Debit", "10.00")]));
    assert_eq!(single.status, 422, "{}", single.text);
    let header = create_and_post(json!([line("1000", "Debit", "10.00"), line("3100", "Credit", "10.00")]));
    assert_eq!(header.status, 422, "{}", header.text);
    let posted =
        create_and_post(json!([line("1020", "Debit", "10.00"), line("3100", "Credit", "10.00")])).expect(200);
    assert_eq!(posted["status"], "Posted", "{posted}");
    let path = format!("/accounting/journal-entries/{}/void", text(&posted["id"]));
    let _ = api.post(User::Accountant, &path, &json!({ "reason": "Wrong month" })).expect(200);
    assert_eq!(api.post(User::Accountant, &path, &json!({ "reason": "Again" })).status, 409, "voided once");
    assert_balanced(api);
}

/// Goods that are given away: no payment, and still their cost is booked. With a cost of zero there is nothing to book.
pub(super) fn what_is_given_away_is_booked_at_cost(api: &dyn Api) {
    let shop = Shop::open(api);
    let (gift, leaflet) = (shop.stock("gift", "30.00", "10.00", 5), shop.stock("leaflet", "0.00", "0.00", 5));
    let body = json!({
        "warehouseId": shop.warehouse, "customer": { "name": "Ada", "email": "ada@example.org" },
        "items": [{ "sku": gift, "quantity": 2 }], "discount": usd("60.00"),
    });
    let order = api.post(User::Manager, "/orders/retail", &body).expect(201);
    let confirm = format!("/orders/retail/{}/confirm", text(&order["id"]));
    let done = api.post(User::Guest, &confirm, &json!({})).expect(200);
    assert_eq!((&done["status"], &done["total"]), (&json!("Completed"), &usd("0.00")), "{done}");
    let sale = json!({ "terminalId": format!("T{}", shop.tag), "warehouseId": shop.warehouse, "items": [{ "sku": leaflet, "quantity": 1 }] });
    let sale = api.post(User::Cashier, "/orders/pos", &sale).expect(201);
    assert_eq!((&sale["status"], &sale["payments"]), (&json!("Completed"), &json!([])), "{sale}");
    shop.reconcile();
    let cost = [owned(("5010", "Debit", "20.00")), owned(("1200", "Credit", "20.00"))];
    assert_eq!(entry_of(api, &format!("order:{}", text(&order["id"]))), cost);
    let path = format!("/accounting/journal-entries?sourceId=order:{}", text(&sale["id"]));
    assert_eq!(api.get(User::Accountant, &path).expect(200)["data"], json!([]));
    // What was given away comes back without money.
    let refund =
        json!({ "items": [{ "sku": gift, "quantity": 1 }], "reason": "Not wanted", "restock": true });
    let refund =
        api.post(User::Manager, &format!("/orders/{}/refunds", text(&order["id"])), &refund).expect(201);
    assert_eq!((&refund["status"], &refund["payments"]), (&json!("Completed"), &json!([])), "{refund}");
    shop.reconcile();
    let cost = [owned(("1200", "Debit", "10.00")), owned(("5010", "Credit", "10.00"))];
    assert_eq!(entry_of(api, &format!("refund:{}", text(&refund["id"]))), cost);
}
