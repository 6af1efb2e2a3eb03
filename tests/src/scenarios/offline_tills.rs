//! Tills that sell without a connection: synced at once, in any order and again; counted and closed.

use serde_json::{Value, json};

use super::books::entry_of;
use super::shop::{Shop, text, usd};
use crate::{Api, User};

const TILLS: usize = 4;
const SALES: usize = 6;

/// A till's sale of one unit at 4.00, as the till keeps it until it is synced.
fn sale(shop: &Shop<'_>, sku: &str, till: usize, count: usize) -> Value {
    let tag = u64::from_str_radix(&shop.tag.replace('-', ""), 16).unwrap() & 0xffff_ffff;
    json!({
        "id": format!("0193e9a0-9999-7000-8{till:03x}-{count:04x}{tag:08x}"),
        "terminalId": terminal(shop, till),
        "terminalSequence": count,
        "warehouseId": shop.warehouse,
        "items": [{ "sku": sku, "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd("4.00") }],
        "offline": true,
    })
}

fn terminal(shop: &Shop<'_>, till: usize) -> String {
    format!("O{}-{till}", shop.tag)
}

fn sync(shop: &Shop<'_>, key: &str, sales: &[Value]) -> Value {
    shop.sync(key, sales).expect(200)
}

/// Sends a sale by itself, again for as long as another request is completing it.
fn sell_online(api: &dyn Api, key: &str, sale: &Value) {
    for _ in 0..100 {
        let sold = api.with_headers(User::Cashier, "POST", "/orders/pos", &[("till-key", key)], sale);
        if sold.status != 503 {
            assert!(matches!(sold.status, 200 | 201), "{}", sold.text);
            return;
        }
    }
    panic!("nobody completes the sale {sale}");
}

/// Every result is one of these.
#[track_caller]
fn assert_statuses(answer: &Value, count: usize, allowed: &[&str]) {
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), count, "{answer}");
    for result in results {
        assert!(allowed.contains(&text(&result["status"]).as_str()), "{result}");
    }
}

/// The movements of a SKU in the shop's warehouse.
fn movements(shop: &Shop<'_>, sku: &str, query: &str) -> Vec<Value> {
    let path = format!("/inventory/movements?warehouseId={}&sku={sku}&limit=100{query}", shop.warehouse);
    shop.api.get(User::Manager, &path).expect(200)["data"].as_array().unwrap().clone()
}

/// Four tills sync six sales each at the same time: in another order each, in parts that overlap, all of it
/// again, and one sale online as well. Ten units were there for 24 sales.
pub(super) fn tills_that_sync_at_once_lose_and_double_nothing(api: &dyn Api) {
    const STATUSES: [&str; 3] = ["Created", "NeedsReview", "AlreadyKnown"];
    let shop = Shop::open(api);
    let sku = shop.stock("synced", "4.00", "2.00", 10);
    std::thread::scope(|scope| {
        for till in 0..TILLS {
            let (shop, sku) = (&shop, &sku);
            scope.spawn(move || {
                let key = &shop.enrol(&terminal(shop, till));
                let mut sales: Vec<Value> = (1..=SALES).map(|count| sale(shop, sku, till, count)).collect();
                sales.rotate_left(till);
                sales.swap(0, SALES - 1);
                std::thread::scope(|scope| {
                    let (first, last, online) = (&sales[..4], &sales[2..], &sales[3]);
                    scope.spawn(move || assert_statuses(&sync(shop, key, first), 4, &STATUSES));
                    scope.spawn(move || assert_statuses(&sync(shop, key, last), 4, &STATUSES));
                    sell_online(shop.api, key, online);
                });
                let again = sync(shop, key, &sales);
                assert_statuses(&again, SALES, &["AlreadyKnown"]);
                let arrived = json!([{ "terminalId": terminal(shop, till), "contiguousThrough": SALES }]);
                assert_eq!(again["terminals"], arrived);
            });
        }
    });
    let mut missing = 0;
    for till in 0..TILLS {
        let path = format!("/orders/pos/terminals/{}", terminal(&shop, till));
        let state = api.get(User::Cashier, &path).expect(200);
        assert_eq!((&state["contiguousThrough"], &state["gaps"]), (&json!(SALES), &json!([])), "{state}");
        let day = &state["openDay"];
        assert_eq!((&day["sales"], &day["expectedCash"]), (&json!(SALES), &usd("24.00")), "{state}");
        missing += day["toReview"].as_u64().unwrap();
    }
    assert_eq!(missing, 14, "what ten units could not serve");
    assert_eq!(shop.on_hand(&sku), 0);
    let sold = movements(&shop, &sku, "").iter().filter(|movement| movement["kind"] == "Sale").count();
    assert_eq!(sold, TILLS * SALES, "each sale moved its unit once");
    assert_eq!(movements(&shop, &sku, "&needsReview=true").len(), 14, "each shortage waits for a person");
    shop.reconcile();
}

/// What a till did not send is a hole: it is told, and the day cannot be closed before it is filled. The
/// drawer holds fifty cents too little, and the books say so.
pub(super) fn a_till_with_a_hole_cannot_be_closed_until_it_is_synced(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("hole", "4.00", "2.00", 10);
    let sales: Vec<Value> = (1..=5).map(|count| sale(&shop, &sku, 0, count)).collect();
    let sent = [sales[3].clone(), sales[0].clone()];
    let key = shop.enrol(&terminal(&shop, 0));
    assert_statuses(&sync(&shop, &key, &sent), 2, &["Created"]);
    let path = format!("/orders/pos/terminals/{}", terminal(&shop, 0));
    let till = api.get(User::Manager, &path).expect(200);
    assert_eq!((&till["contiguousThrough"], &till["highest"]), (&json!(1), &json!(4)), "{till}");
    assert_eq!(till["gaps"], json!([{ "from": 2, "to": 3 }]), "{till}");

    let closings = format!("{path}/closings");
    let count = json!({ "throughSequence": 5, "countedCash": usd("19.50") });
    let refused = api.post(User::Cashier, &closings, &count);
    assert_eq!(refused.refused(409, "TERMINAL_GAP").len(), 2, "{}", refused.text);
    assert_eq!(refused.json()["gaps"], json!([{ "from": 2, "to": 3 }, { "from": 5, "to": 5 }]));

    assert_statuses(&sync(&shop, &key, &sales), 5, &["Created", "AlreadyKnown"]);
    let closing = api.post(User::Cashier, &closings, &count).expect(201);
    assert_eq!((&closing["closingNumber"], &closing["sales"]), (&json!(1), &json!(5)), "{closing}");
    assert_eq!(
        (&closing["expectedCash"], &closing["difference"]),
        (&usd("20.00"), &usd("-0.50")),
        "{closing}"
    );
    api.post(User::Cashier, &closings, &count).refused(409, "STATE_CONFLICT");
    assert_statuses(&sync(&shop, &key, &sales), 5, &["AlreadyKnown"]);
    api.settle();
    let booked = entry_of(api, &format!("closing:{}", text(&closing["id"])));
    let line = |account: &str, direction: &str| (account.to_owned(), direction.to_owned(), "0.50".to_owned());
    assert_eq!(booked, [line("6510", "Debit"), line("1010", "Credit")]);
    shop.reconcile();
}

/// Several cashiers close one till at once: one closing, and the others are told.
pub(super) fn a_till_that_is_closed_by_several_at_once_is_closed_once(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("closed", "4.00", "2.00", 10);
    let sales: Vec<Value> = (1..=3).map(|count| sale(&shop, &sku, 0, count)).collect();
    let _ = sync(&shop, &shop.enrol(&terminal(&shop, 0)), &sales);
    let closings = format!("/orders/pos/terminals/{}/closings", terminal(&shop, 0));
    let count = json!({ "throughSequence": 3, "countedCash": usd("12.00") });
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let close = || api.post(User::Cashier, &closings, &count);
        let cashiers: Vec<_> = (0..4).map(|_| scope.spawn(close)).collect();
        cashiers.into_iter().map(|cashier| cashier.join().unwrap().status).collect()
    });
    let won = statuses.iter().filter(|status| **status == 201).count();
    let told = statuses.iter().filter(|status| **status == 409).count();
    assert_eq!((won, told), (1, 3), "{statuses:?}");
    let list = api.get(User::Accountant, &closings).expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1, "{list}");
    shop.reconcile();
}

/// The last unit is sold by two tills that know nothing of each other: both sales stand, and what is missing
/// is one variance, which a person reviews once.
pub(super) fn the_last_unit_sold_offline_twice_is_one_variance_to_review(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock("twice", "4.00", "2.00", 1);
    std::thread::scope(|scope| {
        for till in 0..2 {
            let (shop, sku) = (&shop, &sku);
            scope.spawn(move || {
                let key = shop.enrol(&terminal(shop, till));
                let answer = sync(shop, &key, &[sale(shop, sku, till, 1)]);
                assert_statuses(&answer, 1, &["Created", "NeedsReview"]);
            });
        }
    });
    assert_eq!(shop.on_hand(&sku), 0);
    let open = movements(&shop, &sku, "&needsReview=true");
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(open[0]["quantity"], 1, "{open:?}");
    let path = format!("/inventory/movements/{}/review", text(&open[0]["id"]));
    let note = json!({ "note": "Found on the wrong shelf" });
    let _ = api.post(User::Manager, &path, &note).expect(200);
    api.post(User::Manager, &path, &note).refused(409, "STATE_CONFLICT");
    assert!(movements(&shop, &sku, "&needsReview=true").is_empty());
    shop.reconcile();
}
