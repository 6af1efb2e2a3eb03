//! The retail web: first pay, first served.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;

use super::shop::{Shop, text};
use crate::{Api, User};

/// How many buyers race, for how many units.
const BUYERS: usize = 200;
const UNITS: i64 = 10;

/// 200 buyers pay for 10 units at once: 10 are sold, 190 refused, nothing is left, all is booked.
pub(super) fn the_last_unit_is_sold_once(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("race", "9.99", "4.00", UNITS);
    let orders: Vec<_> = (0..BUYERS).map(|_| shop.order(&sku, 1)).collect();
    let (sold, refused, next) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                while let Some(order) = orders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let answer = shop.pay(order, "tok_approve");
                    match answer.status {
                        200 => sold.fetch_add(1, Ordering::Relaxed),
                        409 => {
                            // Also when the depletion cancelled the order before its buyer paid.
                            assert_eq!(answer.code(), "OUT_OF_STOCK", "{}", answer.text);
                            refused.fetch_add(1, Ordering::Relaxed)
                        }
                        _ => panic!("{} {}", answer.status, answer.text),
                    };
                }
            });
        }
    });
    assert_eq!((sold.load(Ordering::Relaxed), refused.load(Ordering::Relaxed)), (10, 190));
    assert_eq!(shop.on_hand(&sku), 0);
    shop.reconcile();
    let mut completed = 0;
    for order in &orders {
        let order = api.get(User::Manager, &format!("/orders/{}", text(&order["id"]))).expect(200);
        match order["status"].as_str() {
            Some("Completed") => completed += 1,
            Some("Cancelled") => assert!(!order["cancellation"].is_null(), "{order}"),
            _ => panic!("{order}"),
        }
    }
    assert_eq!(completed, 10);
}

/// A decline leaves the order payable and the attempt on record; no stock moves.
pub(super) fn a_declined_payment_can_be_tried_again(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("decline", "20.00", "8.00", 3);
    let order = shop.order(&sku, 1);
    let declined = shop.pay(&order, "tok_decline");
    declined.refused(402, "PAYMENT_DECLINED");
    assert!(!declined.str("detail").is_empty());
    assert_eq!(shop.on_hand(&sku), 3);
    let paid = shop.pay(&order, "tok_approve").expect(200);
    assert_eq!(paid["status"], "Completed");
    assert_eq!(paid["payments"].as_array().map(Vec::len), Some(2), "the failed attempt is kept: {paid}");
    assert_eq!(shop.on_hand(&sku), 2);
    shop.reconcile();
}

/// The same key gives the same bytes and one effect; the same key with another body is refused.
pub(super) fn an_idempotent_retry_sells_once(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("retry", "5.00", "2.00", 5);
    let body = json!({
        "warehouseId": shop.warehouse,
        "customer": { "name": "Ada", "email": "ada@example.org" },
        "items": [{ "sku": sku, "quantity": 2 }],
    });
    let key = format!("create-{}", shop.tag);
    let first = api.post_once(User::Customer, "/orders/retail", &key, &body);
    let second = api.post_once(User::Customer, "/orders/retail", &key, &body);
    assert_eq!((first.status, &first.text), (201, &second.text));
    assert!(!first.replayed());
    assert!(second.replayed());
    let mut other = body.clone();
    other["items"][0]["quantity"] = json!(3);
    api.post_once(User::Customer, "/orders/retail", &key, &other).refused(422, "IDEMPOTENCY_KEY_REUSED");

    let path = format!("/orders/retail/{}/confirm", text(&first.json()["id"]));
    let payment = json!({ "payment": { "method": "Card", "token": "tok_approve" } });
    let key = format!("confirm-{}", shop.tag);
    let first = api.post_once(User::Customer, &path, &key, &payment);
    let second = api.post_once(User::Customer, &path, &key, &payment);
    assert_eq!((first.status, &first.text), (200, &second.text));
    assert!(second.replayed());
    assert_eq!(shop.on_hand(&sku), 3);
    shop.reconcile();
}
