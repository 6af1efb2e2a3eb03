//! Separation of duties: what one person may not do alone waits until another one approves it, and then happens once.

#![cfg(test)]

mod support;

use contracts::{Envelope, Service};
use native::House;
use native::client::{Answer, usd};
use platform::{Boxed, World};
use serde_json::{Value, json};
use support::{Down, PASSWORD, WAREHOUSE, bearer, created, log_in, replace, send, send_as, stocked, tick};
use web::messages::TakeError;
use web::{Bounded, Caller, Context, Problem, ProblemCode, Route};

const PATH: &str = "/api/v1/orders/credit-notes";
const CUSTOMER: &str = "0190d000-0000-7000-8000-0000000000c1";

/// A shop in which anything above 10.00 needs a second person, and a second manager.
async fn shop() -> House {
    let house = stocked().await;
    for name in ["REFUND", "CREDIT_NOTE", "CREDIT_PAYOUT", "STOCK", "CREDIT_LIMIT", "JOURNAL_ENTRY"] {
        house.set(&format!("APPROVAL_{name}"), "10.00");
    }
    let second =
        json!({ "email": "second@demo.test", "name": "Second", "role": "manager", "password": PASSWORD });
    created(&house, "admin", "/api/v1/users", &second).await;
    house
}

fn note(price: &str) -> Value {
    let items = json!([{ "sku": "MUG", "quantity": 1, "unitPrice": usd(price) }]);
    json!({ "warehouseId": WAREHOUSE, "items": items, "reason": "Late", "restock": false, "method": "CardTerminal" })
}

/// Asks as a role, and has to wait; the path of the approval.
async fn waits(house: &House, role: &str, method: &str, path: &str, body: &Value) -> String {
    let answer = send_as(house, role, method, path, &body.to_string()).await;
    assert_eq!((answer.status, answer.str("status")), (202, "Pending"), "{path}: {}", answer.text);
    let place = answer.header("location").unwrap();
    assert_eq!(place, format!("/api/v1/approvals/{}", answer.str("id")));
    place.to_owned()
}

async fn approve(house: &House, role: &str, approval: &str) -> Answer {
    send_as(house, role, "POST", &format!("{approval}/approve"), "").await
}

async fn credit_notes(house: &House) -> usize {
    let list = send_as(house, "manager", "GET", PATH, "").await;
    list.json()["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_credit_note_above_the_limit_waits_for_another_manager() {
    let house = shop().await;
    created(&house, "manager", PATH, &note("10.00")).await;
    let approval = waits(&house, "manager", "POST", PATH, &note("10.01")).await;
    assert_eq!(credit_notes(&house).await, 1, "nothing has happened");
    let seen = send_as(&house, "second", "GET", &approval, "").await;
    let seen = seen.json();
    assert_eq!(
        (&seen["action"], &seen["amount"], &seen["limit"]),
        (&json!("credit-note"), &usd("10.01"), &usd("10.00"))
    );
    assert_eq!(seen["what"], "Credit note: 1 x Mug (CardTerminal). Late");
    assert_eq!((&seen["request"]["method"], &seen["request"]["path"]), (&json!("POST"), &json!(PATH)));
    assert_eq!(seen["request"]["body"], note("10.01"));
    approve(&house, "manager", &approval).await.refused(403, "FORBIDDEN");
    let done = approve(&house, "second", &approval).await;
    assert_eq!((done.status, done.str("status")), (200, "Executed"), "{}", done.text);
    assert_eq!(
        (&done.json()["answer"]["status"], &done.json()["answer"]["body"]["total"]),
        (&json!(201), &usd("10.01"))
    );
    assert_eq!(credit_notes(&house).await, 2);
    // The refund is of who asked for it; the trail has both.
    let requester = send_as(&house, "manager", "GET", "/api/v1/auth/me", "").await;
    let approver = send_as(&house, "second", "GET", "/api/v1/auth/me", "").await;
    let trail = send_as(&house, "admin", "GET", "/api/v1/audit-trail?service=gateway&limit=10", "").await;
    let rows: Vec<&Value> =
        trail.json()["data"].as_array().unwrap().iter().filter(|row| row["kind"] == "approval").collect();
    let actors: Vec<&str> = rows.iter().map(|row| row["actor"].as_str().unwrap()).collect();
    assert_eq!(actors, [approver.str("id"), approver.str("id"), requester.str("id")]);
    let after: Value = serde_json::from_str(rows[0]["after"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&after["status"], &after["requested_by"], &after["decided_by"]),
        (&json!("Executed"), &requester.json()["id"], &approver.json()["id"])
    );
    house.settle().await;
    assert_eq!(support::failing(&house).await, Vec::<String>::new());
}

/// Each kind of deed, below and above the limit: who asks, what, and who approves.
#[tokio::test]
async fn every_duty_is_shared_above_its_limit() {
    let house = shop().await;
    let sold = support::sell(&house, 3).await.str("id").to_owned();
    let refund = |units: i64, restock: bool| json!({ "items": [{ "sku": "MUG", "quantity": units }], "reason": "Broken", "restock": restock });
    let refunds = format!("/api/v1/orders/{sold}/refunds");
    let customer = |limit: &str| {
        json!({ "id": CUSTOMER.replace("7000", "4000"), "name": "Ada", "email": "ada@example.org", "type": "Wholesale",
            "creditLimit": usd(limit) })
    };
    let stock = |delta: i64, cost: Value| {
        let reason = if delta > 0 { "Received" } else { "Lost" };
        json!({ "warehouseId": WAREHOUSE, "reason": reason, "items": [{ "sku": "MUG", "delta": delta, "unitCost": cost }] })
    };
    let entry = |amount: &str, post: bool| {
        let line =
            |code: &str, side: &str| json!({ "accountCode": code, "direction": side, "amount": usd(amount) });
        json!({ "entryDate": "2026-11-20", "description": "Rent", "post": post,
            "lines": [line("6020", "Debit"), line("1020", "Credit")] })
    };
    let entries = "/api/v1/accounting/journal-entries";
    let adjustments = "/api/v1/inventory/adjustments";
    let draft = created(&house, "accountant", entries, &entry("11.00", false)).await;
    let posted = created(&house, "accountant", entries, &entry("9.00", true)).await;
    let post = |answer: &Answer, step: &str| format!("{entries}/{}/{step}", answer.str("id"));
    let reason = json!({ "reason": "Wrong" });
    for (what, role, path, body, second) in [
        ("8.00 of the order", "manager", refunds.as_str(), refund(1, false), None),
        ("16.00 of the order in two steps", "manager", &refunds, refund(1, false), Some("second")),
        ("goods worth 3.00", "warehouse", adjustments, stock(1, usd("3.00")), None),
        ("goods worth 12.00", "warehouse", adjustments, stock(4, usd("3.00")), Some("second")),
        ("lost goods worth 12.00", "warehouse", adjustments, stock(-4, Value::Null), Some("second")),
        ("a new customer with 10.01", "manager", "/api/v1/customers", customer("10.01"), Some("second")),
        ("9.00 by hand", "accountant", entries, entry("9.00", true), None),
        ("11.00 by hand", "accountant", entries, entry("11.00", true), Some("admin")),
        ("the draft of 11.00", "accountant", &post(&draft, "post"), json!({}), Some("admin")),
        ("the void of 9.00", "accountant", &post(&posted, "void"), reason.clone(), None),
        ("the void of 11.00", "accountant", &post(&draft, "void"), reason, Some("admin")),
    ] {
        let Some(second) = second else {
            let answer = send_as(&house, role, "POST", path, &body.to_string()).await;
            assert!(answer.status < 202, "{what}: {}", answer.text);
            continue;
        };
        let approval = waits(&house, role, "POST", path, &body).await;
        let done = approve(&house, second, &approval).await;
        assert_eq!((done.status, done.str("status")), (200, "Executed"), "{what}: {}", done.text);
        house.settle().await;
    }
    // A rise of the limit counts, a fall does not; the customer must not have changed since.
    let path = format!("/api/v1/customers/{}", CUSTOMER.replace("7000", "4000"));
    let change = async |version: &str, limit: &str| {
        let token = bearer(&house, "manager").await;
        let headers = [("authorization", token.as_str()), ("if-match", version)];
        send(&house, "PUT", &path, &headers, &customer(limit).to_string()).await
    };
    let rise = change("\"1\"", "50.00").await;
    assert_eq!(
        (rise.status, rise.str("what")),
        (202, "Raise the credit limit of Ada from 10.01 USD to 50.00 USD"),
        "{}",
        rise.text
    );
    assert_eq!(change("\"1\"", "10.00").await.status, 200, "a fall needs nobody");
    let late = approve(&house, "second", &format!("/api/v1/approvals/{}", rise.str("id"))).await;
    assert_eq!(
        (late.str("status"), &late.json()["answer"]["status"]),
        ("Failed", &json!(412)),
        "{}",
        late.text
    );
    let rise = change("\"2\"", "50.00").await;
    let done = approve(&house, "second", &format!("/api/v1/approvals/{}", rise.str("id"))).await;
    assert_eq!(
        (done.str("status"), &done.json()["answer"]["body"]["creditLimit"]),
        ("Executed", &usd("50.00"))
    );
    house.settle().await;
    assert_eq!(support::failing(&house).await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_approves_their_own_request() {
    let house = shop().await;
    let approval = waits(&house, "manager", "POST", PATH, &note("11.00")).await;
    let me = send_as(&house, "manager", "GET", "/api/v1/auth/me", "").await;
    // In a second session, and as the admin that they become.
    approve(&house, "manager", &approval).await.refused(403, "FORBIDDEN");
    let admin = json!({ "email": "manager@demo.test", "name": "Manager", "role": "admin" }).to_string();
    let path = format!("/api/v1/users/{}", me.str("id"));
    assert_eq!(send_as(&house, "admin", "PUT", &path, &admin).await.status, 200);
    approve(&house, "manager", &approval).await.refused(403, "FORBIDDEN");
    // With a key of theirs, and with one of somebody else's.
    for owner in ["manager", "second"] {
        let owner = send_as(&house, owner, "GET", "/api/v1/auth/me", "").await;
        let keys = format!("/api/v1/users/{}/api-keys", owner.str("id"));
        let grants = json!({ "name": "k", "role": "manager", "scope": ["approvals:decide", "approvals:read", "orders:refund"] });
        let key = send_as(&house, "admin", "POST", &keys, &grants.to_string()).await;
        let by_key = [("x-api-key", key.str("key"))];
        let answer = send(&house, "POST", &format!("{approval}/approve"), &by_key, "").await;
        answer.refused(403, "FORBIDDEN");
    }
    // Who may not do it may not approve it, either.
    for role in ["cashier", "accountant", "warehouse", "wholesaler"] {
        approve(&house, role, &approval).await.refused(403, "FORBIDDEN");
    }
    let entry = json!({ "entryDate": "2026-11-20", "description": "Rent", "post": true, "lines": [
        { "accountCode": "6020", "direction": "Debit", "amount": usd("11.00") },
        { "accountCode": "1020", "direction": "Credit", "amount": usd("11.00") }] });
    let entry = waits(&house, "accountant", "POST", "/api/v1/accounting/journal-entries", &entry).await;
    approve(&house, "second", &entry).await.refused(403, "FORBIDDEN");
    assert_eq!(credit_notes(&house).await, 0);
    assert_eq!(approve(&house, "second", &approval).await.str("status"), "Executed");
    assert_eq!(credit_notes(&house).await, 1);
}

#[tokio::test]
async fn an_approved_request_happens_once() {
    let house = shop().await;
    // Sent twice with one key, it waits once.
    let token = bearer(&house, "manager").await;
    let headers = [("authorization", token.as_str()), ("idempotency-key", "k-1")];
    let body = note("11.00").to_string();
    let first = send(&house, "POST", PATH, &headers, &body).await;
    let again = send(&house, "POST", PATH, &headers, &body).await;
    assert_eq!((again.status, again.replayed(), again.str("id")), (202, true, first.str("id")));
    let other = send(&house, "POST", PATH, &headers, &note("12.00").to_string()).await;
    other.refused(422, "IDEMPOTENCY_KEY_REUSED");
    let approval = format!("/api/v1/approvals/{}", first.str("id"));
    let done = approve(&house, "second", &approval).await;
    assert_eq!(approve(&house, "second", &approval).await.text, done.text, "approving again is the same");
    approve(&house, "admin", &approval).await.refused(409, "STATE_CONFLICT");
    assert_eq!(credit_notes(&house).await, 1);
    let after = send(&house, "POST", PATH, &headers, &body).await;
    assert_eq!((after.status, after.str("status")), (202, "Executed"), "the key still names it");
    assert_eq!(credit_notes(&house).await, 1);
}

#[tokio::test]
async fn an_approved_request_that_stopped_goes_on_by_itself() {
    let house = shop().await;
    let goods = json!({ "warehouseId": WAREHOUSE, "reason": "Received",
        "items": [{ "sku": "MUG", "delta": 4, "unitCost": usd("3.00") }] });
    let approval = waits(&house, "warehouse", "POST", "/api/v1/inventory/adjustments", &goods).await;
    // Its token comes too late: that is no answer to the request.
    replace(&house, Late);
    let answer = approve(&house, "second", &approval).await;
    assert_eq!((answer.status, answer.str("status")), (200, "Approved"), "{}", answer.text);
    replace(&house, Down);
    house.advance_seconds(31);
    house.tick().await;
    assert_eq!(send_as(&house, "second", "GET", &approval, "").await.str("status"), "Approved");
    replace(&house, inventory::Inventory);
    for _ in 0..2 {
        house.advance_seconds(31);
        tick(&house).await;
    }
    let done = send_as(&house, "second", "GET", &approval, "").await;
    assert_eq!(
        (done.str("status"), &done.json()["answer"]["status"]),
        ("Executed", &json!(201)),
        "{}",
        done.text
    );
    // It was done, and the answer was lost: it is sent again with the same key, and changes nothing.
    let lost = waits(&house, "warehouse", "POST", "/api/v1/inventory/adjustments", &goods).await;
    assert_eq!(approve(&house, "second", &lost).await.str("status"), "Executed");
    let (_, id) = lost.rsplit_once('/').unwrap();
    let forget = format!(
        "drop trigger approvals_status; update approvals set status = 'Approved', executed_at = null, answer = null, answer_status = null where id = '{id}'"
    );
    house.database(Service::Gateway).unwrap().script(&forget).unwrap();
    house.advance_seconds(31);
    tick(&house).await;
    assert_eq!(send_as(&house, "second", "GET", &lost, "").await.str("status"), "Executed");
    let stock = send_as(&house, "warehouse", "GET", "/api/v1/inventory/stock?sku=MUG", "").await;
    assert_eq!(stock.json()["data"][0]["onHand"], 18, "ten, four and four: {}", stock.text);
}

#[tokio::test]
async fn a_request_is_rejected_withdrawn_or_too_old() {
    let house = shop().await;
    let one = waits(&house, "manager", "POST", PATH, &note("11.00")).await;
    let no = async |role: &str, approval: &str, body: Value| {
        send_as(&house, role, "POST", &format!("{approval}/reject"), &body.to_string()).await
    };
    assert_eq!(no("second", &one, json!({})).await.problem(), (422, "VALIDATION_FAILED", "/reason"));
    no("manager", &one, json!({ "reason": "Mine" })).await.refused(403, "FORBIDDEN");
    let rejected = no("second", &one, json!({ "reason": "Too much" })).await;
    assert_eq!((rejected.str("status"), rejected.str("reason")), ("Rejected", "Too much"));
    approve(&house, "admin", &one).await.refused(409, "STATE_CONFLICT");
    let two = waits(&house, "manager", "POST", PATH, &note("11.00")).await;
    let back = async |role: &str| send_as(&house, role, "POST", &format!("{two}/withdraw"), "").await;
    back("second").await.refused(403, "FORBIDDEN");
    assert_eq!(back("manager").await.str("status"), "Withdrawn");
    approve(&house, "second", &two).await.refused(409, "STATE_CONFLICT");
    let three = waits(&house, "manager", "POST", PATH, &note("11.00")).await;
    house.advance_seconds(72 * 3600);
    approve(&house, "second", &three).await.refused(409, "STATE_CONFLICT");
    assert_eq!(send_as(&house, "second", "GET", &three, "").await.str("status"), "Expired");
    house.tick().await;
    let expired = send_as(&house, "second", "GET", "/api/v1/approvals?status=Expired", "").await;
    assert_eq!(expired.json()["data"].as_array().unwrap().len(), 1, "{}", expired.text);
    assert_eq!(credit_notes(&house).await, 0);
    // Others see their own only.
    for (role, seen) in [("second", 3), ("manager", 3), ("warehouse", 0)] {
        let list = send_as(&house, role, "GET", "/api/v1/approvals", "").await;
        assert_eq!(list.json()["data"].as_array().unwrap().len(), seen, "{role}");
    }
    send_as(&house, "warehouse", "GET", &one, "").await.refused(404, "NOT_FOUND");
    send_as(&house, "wholesaler", "GET", "/api/v1/approvals", "").await.refused(403, "FORBIDDEN");
}

#[tokio::test]
async fn who_has_left_does_nothing_any_more() {
    let house = shop().await;
    let third =
        json!({ "email": "third@demo.test", "name": "Third", "role": "manager", "password": PASSWORD });
    let third = created(&house, "admin", "/api/v1/users", &third).await;
    let approval = waits(&house, "third", "POST", PATH, &note("11.00")).await;
    let path = format!("/api/v1/users/{}", third.str("id"));
    assert_eq!(send_as(&house, "admin", "DELETE", &path, "").await.status, 204);
    let answer = approve(&house, "second", &approval).await;
    assert_eq!((answer.status, answer.str("status")), (200, "Failed"), "{}", answer.text);
    assert_eq!(credit_notes(&house).await, 0);
}

#[tokio::test]
async fn approving_needs_a_recent_proof() {
    let house = shop().await;
    let approval = waits(&house, "manager", "POST", PATH, &note("11.00")).await;
    let token = format!("Bearer {}", log_in(&house, "second@demo.test", PASSWORD).await.str("accessToken"));
    house.advance_seconds(601);
    let headers = [("authorization", token.as_str())];
    let answer = send(&house, "POST", &format!("{approval}/approve"), &headers, "").await;
    answer.refused(403, "STEP_UP_REQUIRED");
}

/// Inventory to which every token has expired.
struct Late;

impl Bounded for Late {
    fn service(&self) -> Service {
        Service::Inventory
    }

    fn routes(&self) -> Vec<Route> {
        Vec::new()
    }

    fn consume<'a>(&'a self, _: &'a Context, _: &'a Envelope) -> Boxed<'a, Result<(), TakeError>> {
        Box::pin(std::future::ready(Err(TakeError::Malformed("late".to_owned()))))
    }

    fn authenticate<'a>(
        &'a self,
        _: &'a dyn World,
        _: &'a http::request::Parts,
    ) -> Boxed<'a, Result<Caller, Problem>> {
        let expired = Problem::new(ProblemCode::TokenExpired, "The token has expired.");
        Box::pin(std::future::ready(Err(expired)))
    }
}
