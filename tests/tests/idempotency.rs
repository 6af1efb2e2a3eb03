//! `Idempotency-Key` on every route of the house, in one process, where the clock can be set.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use contracts::Service;
use contracts::ops::DeadLetter;
use house::scenarios::Shop;
use house::scenarios::idempotency::{self, CASES, Case, EXEMPT, Run, laws, uuid};
use house::{Api, InProcess, PASSWORD, User};
use http::Method;
use serde_json::json;
use web::{Grant, Route};

/// How many requests come at once.
const AT_ONCE: usize = 32;
/// How many dead letters the cases of one law may settle.
const LETTERS: usize = 40;

fn cases() -> impl Iterator<Item = &'static Case> {
    CASES.iter().copied().flatten()
}

/// Every POST that a client may reach.
fn routes() -> Vec<Route> {
    let all = Service::ALL.into_iter().flat_map(|service| services::bounded(service).routes());
    all.filter(|route| route.method == Method::POST && route.grant != Grant::INTERNAL).collect()
}

#[test]
fn every_post_of_the_house_takes_a_key_or_has_a_reason_not_to() {
    let of = |keyed: bool| -> BTreeSet<String> {
        routes().into_iter().filter(|route| route.keyed == keyed).map(|route| route.path.to_owned()).collect()
    };
    let tried: BTreeSet<String> = cases().map(|case| case.route.to_owned()).collect();
    let exempt: BTreeSet<String> = EXEMPT.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(of(true), tried, "a route without a case, or a case without a route");
    assert_eq!(of(false), exempt, "a route that takes no key without a reason, or a reason without a route");
}

/// Puts dead letters there: events that inventory can read.
fn bury(house: &InProcess) {
    let letter = |_| {
        let (id, product) = (uuid(), uuid());
        let body = json!({
            "id": id, "type": "ProductCreated", "version": 1, "serviceSource": "product",
            "entityType": "product", "entityId": product, "timestamp": "2026-11-20T10:35:00Z",
            "correlationId": "r1",
            "data": { "productId": product, "name": "Mug", "variants": [{ "sku": format!("L-{id}"), "kind": "Goods" }] },
        });
        let letter = DeadLetter {
            id: kernel::ids::MessageId::parse(&id).unwrap(),
            queue: "inventory-inbox".to_owned(),
            reason: "it failed".to_owned(),
            attempts: 5,
            body: body.to_string(),
        };
        serde_json::to_string(&letter).unwrap()
    };
    let bodies: Vec<String> = (0..LETTERS).map(letter).collect();
    let world = house.house().world(Service::Gateway).unwrap();
    let app = house.house().app(Service::Gateway).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(runtime.block_on(app.take(Arc::new(world), &bodies)).into_iter().all(|settled| settled));
}

/// Settles the dead letters that are left.
fn discard_letters(house: &InProcess) {
    let page = house.get(User::Admin, "/ops/dead-letters?status=New&limit=100").expect(200);
    for letter in page["data"].as_array().unwrap() {
        let path = format!("/ops/dead-letters/{}/discard", letter["id"].as_str().unwrap());
        let _ = house.post(User::Admin, &path, &json!({ "reason": "A test message" })).expect(200);
    }
}

type Law = (&'static str, fn(&Run<'_>, &Case));

/// What holds for every case, each with its name.
const LAWS: &[Law] = &[
    ("replay", laws::a_repetition_replays_the_first_answer),
    ("other body, other caller", laws::another_body_is_refused_and_another_caller_is_not_known),
    ("callers", laws::callers_with_one_key_have_an_effect_each),
    ("refusal", laws::a_refused_request_can_be_corrected),
    ("at once", |run, case| laws::requests_at_once_have_one_effect(run, case, AT_ONCE)),
    ("two bodies at once", |run, case| laws::two_bodies_at_once_have_one_effect(run, case, AT_ONCE)),
];

type Outcome = (&'static str, fn(&Run<'_>));

/// What holds for some.
const OUTCOMES: &[Outcome] = &[
    ("outcomes that are refusals", idempotency::a_refusal_that_ended_a_checkout_is_the_answer_to_its_key),
    ("one id", idempotency::till_sales_with_one_id_are_one_sale),
    ("guests", idempotency::guests_with_one_key_are_kept_apart),
    ("malformed keys", idempotency::a_malformed_key_is_refused),
    ("callers", idempotency::a_key_is_its_users_whatever_they_show),
    ("changes", idempotency::a_key_does_no_harm_to_what_replaces),
];

/// Tries everything, so that one failure hides no other.
#[test]
fn every_route_keeps_its_keys() {
    let house = InProcess::open();
    bury(&house);
    let run = Run::new(&house);
    let mut failed = Vec::new();
    for case in cases() {
        for (name, law) in LAWS {
            if catch_unwind(AssertUnwindSafe(|| law(&run, case))).is_err() {
                failed.push(format!("{}: {name}", case.route));
            }
        }
    }
    for (name, outcome) in OUTCOMES {
        if catch_unwind(AssertUnwindSafe(|| outcome(&run))).is_err() {
            failed.push((*name).to_owned());
        }
    }
    discard_letters(&house);
    Shop::open(&house).reconcile();
    println!(
        "idempotency: {} routes, {} requests, {} groups at once, {} effects counted, failed: {}",
        cases().count(),
        run.requests.load(Ordering::Relaxed),
        run.groups.load(Ordering::Relaxed),
        run.effects.load(Ordering::Relaxed),
        failed.len(),
    );
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Lets seconds go by, and the cron fire.
fn passing(house: &InProcess) -> impl Fn(i64) {
    |seconds| {
        house.house().advance_seconds(seconds);
        house.settle();
    }
}

#[test]
fn keys_are_kept_for_a_week_and_ids_for_ever() {
    let house = InProcess::open();
    idempotency::keys_are_kept_for_a_week_and_ids_for_ever(&Run::new(&house), &passing(&house));
    Shop::open(&house).reconcile();
}

#[test]
fn a_request_that_stopped_is_taken_up() {
    let house = InProcess::open();
    let advance = |seconds| house.house().advance_seconds(seconds);
    idempotency::a_request_that_stopped_is_taken_up(&Run::new(&house), &advance);
    idempotency::a_request_that_stopped_is_taken_up(&Run::new(&house), &passing(&house));
    Shop::open(&house).reconcile();
}

/// One law for one route, in a house of its own.
fn holds(route: &str, law: fn(&Run<'_>, &Case)) {
    let house = InProcess::open();
    law(&Run::new(&house), cases().find(|case| case.route == route).unwrap());
}

#[test]
fn a_sync_that_is_sent_again_gets_its_first_answer() {
    holds("/orders/pos/sync", laws::a_repetition_replays_the_first_answer);
}

#[test]
fn a_replay_has_the_etag_of_the_first_answer() {
    holds("/orders/retail/{id}/cancel", laws::a_repetition_replays_the_first_answer);
}

#[test]
fn a_request_that_meets_its_twin_is_not_told_of_a_conflict() {
    holds("/orders/retail/{id}/cancel", |run, case| {
        laws::requests_at_once_have_one_effect(run, case, AT_ONCE)
    });
}

#[test]
fn the_key_of_a_payment_is_its_callers() {
    holds("/orders/retail/{id}/confirm", laws::another_body_is_refused_and_another_caller_is_not_known);
}

#[test]
fn a_key_that_is_not_ascii_is_not_lost_on_the_way() {
    let house = InProcess::open();
    let login = json!({ "email": User::Manager.email(), "password": PASSWORD });
    let token = house.post(User::Guest, "/auth/login", &login).expect(200)["accessToken"].clone();
    let request = http::Request::post("/api/v1/categories")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", token.as_str().unwrap()))
        .header("idempotency-key", "schl\u{fc}ssel".as_bytes())
        .body(json!({ "name": "Keys" }).to_string().into_bytes())
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answer = runtime.block_on(house.house().request(Service::Gateway, request)).unwrap();
    assert_eq!(answer.status(), 422, "{}", String::from_utf8_lossy(answer.body()));
    assert_eq!(house.get(User::Manager, "/categories").expect(200)["data"], json!([]));
}

#[test]
fn a_sign_in_takes_no_notice_of_a_key() {
    let house = InProcess::open();
    for user in [User::Manager, User::Cashier, User::Manager] {
        let login = json!({ "email": user.email(), "password": PASSWORD });
        let session = house.post_once(User::Guest, "/auth/login", "1", &login).expect(200);
        assert!(session["accessToken"].is_string());
    }
}
