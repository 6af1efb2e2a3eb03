//! Outcomes that are kept though they are refusals, and sales that a till names itself.

use std::sync::atomic::Ordering;
use std::thread;

use serde_json::json;

use super::case::{Run, uuid};
use super::sales::till_sale;
use crate::scenarios::shop::text;
use crate::{Answer, User};

/// How many requests come at once.
const AT_ONCE: usize = 32;

fn post(run: &Run<'_>, user: User, path: &str, key: &str, body: &str) -> Answer {
    run.call(user, path, &[("content-type", "application/json"), ("idempotency-key", key)], body)
}

/// A decline, and goods that are gone, are what became of the request: its repetition gets them again, bytes and
/// kind, and another payment needs another key.
pub fn a_refusal_that_ended_a_checkout_is_the_answer_to_its_key(run: &Run<'_>) {
    let shop = run.shop();
    let sku = shop.stock("ended", "10.00", "4.00", 1);
    let order = text(&shop.order(&sku, 1)["id"]);
    let path = format!("/orders/retail/{order}/confirm");
    let card = |token: &str| json!({ "payment": { "method": "Card", "token": token } }).to_string();
    let told_again = |user: User, path: &str, body: &str, status: u16, code: &str| {
        let key = uuid();
        let first = post(run, user, path, &key, body);
        let again = post(run, user, path, &key, body);
        first.clone().refused(status, code);
        assert_eq!((again.status, &again.text), (status, &first.text));
        assert_eq!(again.header("content-type"), first.header("content-type"));
        assert!(again.replayed(), "{}", again.text);
        key
    };
    let key = told_again(User::Guest, &path, &card("tok_decline"), 402, "PAYMENT_DECLINED");
    post(run, User::Guest, &path, &key, &card("tok_approve")).refused(422, "IDEMPOTENCY_KEY_REUSED");
    let sale = till_sale(&shop, &sku, 2, "20.00").to_string();
    told_again(User::Cashier, "/orders/pos", &sale, 409, "OUT_OF_STOCK");
    assert_eq!(shop.on_hand(&sku), 1);
    let _ = post(run, User::Guest, &path, &uuid(), &card("tok_approve")).expect(200);
    assert_eq!(shop.on_hand(&sku), 0);
}

/// The id is the till's: many requests at once with one id, each with a key of its own or none, are one sale.
pub fn till_sales_with_one_id_are_one_sale(run: &Run<'_>) {
    let shop = run.shop();
    let sku = shop.stock("one-id", "10.00", "4.00", 50);
    for keyed in [true, false] {
        let before = shop.on_hand(&sku);
        let mut sale = till_sale(&shop, &sku, 1, "10.00");
        sale["id"] = json!(uuid());
        let (body, gate) = (sale.to_string(), std::sync::Barrier::new(AT_ONCE));
        run.groups.fetch_add(1, Ordering::Relaxed);
        let sell = || {
            let (kind, key) = (("content-type", "application/json"), uuid());
            let headers = [kind, ("idempotency-key", key.as_str())];
            gate.wait();
            run.call(User::Cashier, "/orders/pos", if keyed { &headers } else { &headers[..1] }, &body)
        };
        let answers: Vec<Answer> = thread::scope(|scope| {
            let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(sell)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for answer in &answers {
            // Whoever comes while the sale is being made is told so; nobody is told of another sale.
            let waits = [409, 503].contains(&answer.status) && answer.header("retry-after").is_some();
            assert!(waits || [200, 201].contains(&answer.status), "{} {}", answer.status, answer.text);
            assert!(waits || answer.json()["id"] == sale["id"], "{}", answer.text);
        }
        assert!(answers.iter().any(|answer| answer.status == 201));
        assert_eq!(shop.on_hand(&sku), before - 1);
        run.effects.fetch_add(1, Ordering::Relaxed);
        let again = run.call(User::Cashier, "/orders/pos", &[("content-type", "application/json")], &body);
        assert_eq!((again.status, again.replayed()), (200, true), "{}", again.text);
    }
}
