//! The till: one request, and the goods are gone.

use serde_json::json;

use super::books::entry_of;
use super::shop::{Shop, text, usd};
use crate::{Api, User};

/// A till sells the last unit: the web order that waits for it is cancelled, visibly, with the reason.
pub(super) fn the_last_unit_at_a_till_cancels_pending_web_orders(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("deplete", "12.00", "5.00", 1);
    let waiting = shop.order(&sku, 1);
    let sale = shop.sell_at_till(&sku, 1, "12.00").expect(201);
    assert_eq!(sale["status"], "Completed");
    api.settle();
    let path = format!("/orders/{}", text(&waiting["id"]));
    let cancelled = api.get(User::Manager, &path).expect(200);
    assert_eq!(cancelled["status"], "Cancelled", "{cancelled}");
    assert_eq!(cancelled["cancellation"]["autoCancelled"], true, "{cancelled}");
    assert!(text(&cancelled["cancellation"]["reason"]).contains(&sku), "{cancelled}");
    shop.pay(&waiting, "tok_approve").refused(409, "OUT_OF_STOCK");
    shop.reconcile();
}

/// Cash and card make the total; change is given on what was tendered; the receipt says so.
pub(super) fn a_till_sells_with_split_tender_and_change(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("split", "7.50", "3.00", 10);
    let body = json!({
        "terminalId": format!("T{}", shop.tag),
        "terminalSequence": 1,
        "warehouseId": shop.warehouse,
        "items": [{ "sku": sku, "quantity": 2 }],
        "payments": [
            { "method": "CardTerminal", "amount": usd("5.00") },
            { "method": "Cash", "amount": usd("10.00"), "tendered": usd("20.00") },
        ],
    });
    let sale = api.post(User::Cashier, "/orders/pos", &body).expect(201);
    assert_eq!(sale["total"], usd("15.00"));
    let cash = sale["payments"].as_array().unwrap().iter().find(|p| p["method"] == "Cash").unwrap();
    assert_eq!(cash["change"], usd("10.00"), "{sale}");
    let path = format!("/orders/pos/{}/receipt", text(&sale["id"]));
    let receipt = api.post(User::Cashier, &path, &json!({})).expect(200);
    let (plain, html) = (text(&receipt["text"]), text(&receipt["html"]));
    for part in [text(&sale["orderNumber"]), "15.00".to_owned(), "20.00".to_owned()] {
        assert!(plain.contains(&part) && html.contains(&part), "{part} is not on the receipt:\n{plain}");
    }
    assert!(html.starts_with("<!DOCTYPE html>") || html.starts_with("<!doctype html>"), "{html}");

    let mut short = body.clone();
    short["terminalSequence"] = json!(2);
    short["payments"] = json!([{ "method": "Cash", "amount": usd("14.99") }]);
    let short = api.post(User::Cashier, "/orders/pos", &short);
    assert!(short.refused(422, "VALIDATION_FAILED")[0].starts_with("/payments"), "{}", short.text);
    assert_eq!(shop.on_hand(&sku), 8);
    shop.reconcile();
}

/// The terminal made the id: sending the sale again is the same sale, another content is refused.
pub(super) fn a_replayed_till_sale_is_the_same_sale(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("again", "3.00", "1.00", 10);
    let id = format!(
        "0193e9a0-7777-7000-8000-{:012x}",
        u128::from_str_radix(&shop.tag.replace('-', ""), 16).unwrap()
    );
    let body = json!({
        "id": id,
        "terminalId": format!("T{}", shop.tag),
        "terminalSequence": 1,
        "warehouseId": shop.warehouse,
        "items": [{ "sku": sku, "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd("3.00") }],
    });
    let first = api.post(User::Cashier, "/orders/pos", &body).expect(201);
    let again = api.post(User::Cashier, "/orders/pos", &body);
    assert!(again.replayed(), "{}", again.text);
    assert_eq!(again.json()["orderNumber"], first["orderNumber"]);
    let mut other = body.clone();
    other["items"][0]["quantity"] = json!(2);
    other["payments"][0]["amount"] = usd("6.00");
    assert_eq!(api.post(User::Cashier, "/orders/pos", &other).status, 409);
    assert_eq!(shop.on_hand(&sku), 9);
    shop.reconcile();
}

/// What was sold offline has happened: it is accepted, and the shortage is booked for review.
pub(super) fn an_offline_sale_is_never_refused(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("offline", "4.00", "2.00", 1);
    let sale = |sequence: i64, quantity: i64, total: &str| {
        json!({
            "id": format!("0193e9a0-8888-7000-{:04x}-{:012x}", 0x8000 + sequence,
                u128::from_str_radix(&shop.tag.replace('-', ""), 16).unwrap()),
            "terminalId": format!("T{}", shop.tag),
            "terminalSequence": sequence,
            "warehouseId": shop.warehouse,
            "items": [{ "sku": sku, "quantity": quantity }],
            "payments": [{ "method": "Cash", "amount": usd(total) }],
            "offline": true,
        })
    };
    let key = shop.enrol(&format!("T{}", shop.tag));
    let batch = [sale(2, 3, "12.00"), sale(1, 1, "4.00")];
    for round in 0..2 {
        let answer = shop.sync(&key, &batch).expect(200);
        let statuses: Vec<_> =
            answer["results"].as_array().unwrap().iter().map(|r| text(&r["status"])).collect();
        let known =
            if round == 0 { ["NeedsReview", "NeedsReview"] } else { ["AlreadyKnown", "AlreadyKnown"] };
        for (status, expected) in statuses.iter().zip(known) {
            assert!(status == expected || (round == 0 && status == "Created"), "{answer}");
        }
        assert_eq!(answer["terminals"][0]["contiguousThrough"], 2, "{answer}");
    }
    assert_eq!(shop.on_hand(&sku), 0);
    shop.reconcile();
}

/// A million units that do not exist: sold and paid, and no cost of goods until a manager has looked.
pub(super) fn a_million_units_that_do_not_exist_wait_in_suspense(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("million", "10.00", "4.00", 2);
    let till = format!("T{}", shop.tag);
    let key = shop.enrol(&till);
    let id = |number: u64| {
        let tag = u64::from_str_radix(&shop.tag.replace('-', ""), 16).unwrap() & 0xffff_ffff;
        format!("0193e9a0-6666-7000-8000-{number:04x}{tag:08x}")
    };
    let sale = |number: u64, quantity: i64, paid: &str| {
        json!({
            "id": id(number), "terminalId": till, "terminalSequence": number, "warehouseId": shop.warehouse,
            "items": [{ "sku": sku, "quantity": quantity }], "payments": [{ "method": "Cash", "amount": usd(paid) }],
        })
    };
    let answer =
        shop.sync(&key, &[sale(1, 2, "20.00"), sale(2, 1_000_000, "10000000.00"), sale(3, 1, "0.01")]);
    let answer = answer.expect(200);
    let statuses: Vec<_> =
        answer["results"].as_array().unwrap().iter().map(|result| text(&result["status"])).collect();
    assert_eq!(statuses, ["Created", "NeedsReview", "NeedsReview"], "{answer}");
    shop.reconcile();
    let booked = |source: String| {
        let lines = entry_of(api, &source).into_iter();
        lines
            .map(|(account, side, amount)| format!("{} {account} {amount}", &side[..1]))
            .collect::<Vec<_>>()
            .join(", ")
    };
    // Only what was there is cost of goods; the variance of the missing units is booked against 5100.
    assert_eq!(
        booked(format!("order:{}", id(2))),
        "D 1010 10000000.00, D 1900 4000000.00, D 5100 4000000.00, C 4030 10000000.00, C 1200 4000000.00, C 2900 4000000.00"
    );
    // At 0.01 instead of 10.00.
    assert_eq!(
        booked(format!("order:{}", id(3))),
        "D 1010 0.01, D 5010 4.00, D 1900 9.99, C 4030 10.00, C 1200 4.00"
    );
    for (number, outcome, expected) in [
        (2, "Corrected", "D 2900 4000000.00, C 1900 4000000.00"),
        (3, "Accepted", "D 4900 9.99, C 1900 9.99"),
    ] {
        let body = json!({ "outcome": outcome, "note": "Looked into" });
        let path = format!("/orders/reviews/{}/settle", id(number));
        let _ = api.post(User::Manager, &path, &body).expect(200);
        api.settle();
        assert_eq!(booked(format!("settlement:{}", id(number))), expected);
    }
    shop.reconcile();
}
