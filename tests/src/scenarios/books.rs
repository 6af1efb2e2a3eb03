//! The books follow every sale, refund and adjustment, and balance.

use serde_json::{Value, json};

use super::shop::{Shop, text, usd};
use crate::{Api, User};

/// The entry of a source, found by its reference.
fn entries(api: &dyn Api) -> Vec<Value> {
    let page = api.get(User::Accountant, "/accounting/journal-entries?limit=100").expect(200);
    page["data"].as_array().cloned().unwrap_or_default()
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
    let _ = api.post(User::Warehouse, "/inventory/adjustments", &write_off).expect(201);
    assert_eq!(shop.on_hand(&sku), 2);
    shop.reconcile();

    let trial = api.get(User::Accountant, "/accounting/reports/trial-balance").expect(200);
    assert_eq!(trial["totalDebit"], trial["totalCredit"], "{trial}");
    assert!(entries(api).iter().all(|entry| entry["status"] == "Posted" || entry["status"] == "Draft" || entry["status"] == "Voided"));
    let sheet = api.get(User::Accountant, "/accounting/reports/balance-sheet").expect(200);
    assert!(sheet.is_object());
    let profit = api.get(User::Accountant, "/accounting/reports/profit-and-loss").expect(200);
    assert!(profit.is_object());
}

/// Debits that differ from credits, one line, a header account: refused with the code.
pub(super) fn an_unbalanced_entry_is_refused(api: &dyn Api) {
    let entry = |lines: Value| {
        json!({ "entryDate": "2026-11-20", "description": "Rent", "entryType": "Manual", "lines": lines })
    };
    let line = |code: &str, direction: &str, amount: &str| {
        json!({ "accountCode": code, "direction": direction, "amount": usd(amount) })
    };
    let create_and_post = |lines: Value| {
        let created = api.post(User::Accountant, "/accounting/journal-entries", &entry(lines));
        if created.status != 201 {
            return created;
        }
        let path = format!("/accounting/journal-entries/{}/post", text(&created.json()["id"]));
        api.post(User::Accountant, &path, &json!({}))
    };
    let unbalanced = json!([line("1020", "Debit", "10.00"), line("3100", "Credit", "9.99")]);
    let _ = create_and_post(unbalanced).refused(422, "UNBALANCED_ENTRY");
    let single = create_and_post(json!([line("1020", "Debit", "10.00")]));
    assert_eq!(single.status, 422, "{}", single.text);
    let header = create_and_post(json!([line("1000", "Debit", "10.00"), line("3100", "Credit", "10.00")]));
    assert_eq!(header.status, 422, "{}", header.text);
    let posted = create_and_post(json!([line("1020", "Debit", "10.00"), line("3100", "Credit", "10.00")])).expect(200);
    assert_eq!(posted["status"], "Posted", "{posted}");
    let path = format!("/accounting/journal-entries/{}/void", text(&posted["id"]));
    let _ = api.post(User::Accountant, &path, &json!({ "reason": "Wrong month" }));
    let trial = api.get(User::Accountant, "/accounting/reports/trial-balance").expect(200);
    assert_eq!(trial["totalDebit"], trial["totalCredit"], "{trial}");
}
