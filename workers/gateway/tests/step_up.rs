//! What weighs most needs a recent proof of who does it: the password, at the login or again.

#![cfg(test)]

mod support;

use native::House;
use native::client::{Answer, usd};
use serde_json::json;
use support::{PASSWORD, WAREHOUSE, bearer, created, gate, log_in, send, send_as, stocked};

/// Longer than a proof holds, and shorter than an access token is valid.
const TOO_LONG_SECONDS: i64 = 601;

async fn step_up(house: &House, token: &str, password: &str) -> Answer {
    let body = json!({ "password": password }).to_string();
    send(house, "POST", "/api/v1/auth/step-up", &[("authorization", token)], &body).await
}

fn clerk(number: u32) -> String {
    let email = format!("clerk{number}@demo.test");
    json!({ "email": email, "name": "A clerk", "role": "cashier", "password": "a long password" }).to_string()
}

async fn add_user(house: &House, token: &str, number: u32) -> Answer {
    send(house, "POST", "/api/v1/users", &[("authorization", token)], &clerk(number)).await
}

#[tokio::test]
async fn users_and_keys_need_a_recent_proof() {
    let house = gate();
    let token = bearer(&house, "admin").await;
    let id = add_user(&house, &token, 1).await.expect(201)["id"].as_str().unwrap().to_owned();
    house.advance_seconds(TOO_LONG_SECONDS);
    let user = format!("/api/v1/users/{id}");
    let keys = format!("{user}/api-keys");
    let changed = json!({ "email": "clerk1@demo.test", "name": "A clerk", "role": "manager" }).to_string();
    for (method, path, body) in [
        ("POST", "/api/v1/users", clerk(2).as_str()),
        ("PUT", &user, &changed),
        ("DELETE", &user, ""),
        ("POST", &keys, r#"{"name":"a till"}"#),
        ("DELETE", &format!("{keys}/1"), ""),
    ] {
        let answer = send(&house, method, path, &[("authorization", &token)], body).await;
        answer.refused(403, "STEP_UP_REQUIRED");
        assert!(answer.str("detail").contains("POST /auth/step-up"), "{}", answer.text);
    }
    let read = send(&house, "GET", "/api/v1/users", &[("authorization", &token)], "").await;
    assert_eq!(read.status, 200, "reading needs none");
    let answer = step_up(&house, &token, PASSWORD).await;
    assert_eq!((answer.status, answer.json()["expiresIn"].as_i64()), (200, Some(900)), "{}", answer.text);
    let proved = format!("Bearer {}", answer.str("accessToken"));
    assert_eq!(add_user(&house, &proved, 2).await.status, 201);
    assert_eq!(add_user(&house, &token, 3).await.problem(), (403, "STEP_UP_REQUIRED", ""), "the old token");
    house.advance_seconds(TOO_LONG_SECONDS);
    assert_eq!(add_user(&house, &proved, 3).await.problem(), (403, "STEP_UP_REQUIRED", ""), "it is over");
    assert_eq!(add_user(&house, &bearer(&house, "admin").await, 3).await.status, 201, "a login is a proof");
}

#[tokio::test]
async fn a_refreshed_session_keeps_the_time_of_its_proof() {
    let house = gate();
    let session = log_in(&house, "admin@demo.test", PASSWORD).await;
    house.advance_seconds(300);
    let refresh = async |token: &str| {
        let body = json!({ "refreshToken": token }).to_string();
        send(&house, "POST", "/api/v1/auth/refresh", &[], &body).await
    };
    let session = refresh(session.str("refreshToken")).await;
    let token = format!("Bearer {}", session.str("accessToken"));
    assert_eq!(add_user(&house, &token, 1).await.status, 201);
    house.advance_seconds(TOO_LONG_SECONDS - 300);
    assert_eq!(add_user(&house, &token, 2).await.problem(), (403, "STEP_UP_REQUIRED", ""));
    assert_eq!(step_up(&house, &token, PASSWORD).await.status, 200);
    let session = refresh(session.str("refreshToken")).await;
    let token = format!("Bearer {}", session.str("accessToken"));
    assert_eq!(add_user(&house, &token, 2).await.status, 201, "the proof belongs to the session");
}

#[tokio::test]
async fn a_wrong_password_at_step_up_counts_like_one_at_the_login() {
    let house = gate();
    let token = bearer(&house, "admin").await;
    for _ in 0..10 {
        assert_eq!(step_up(&house, &token, "wrong").await.problem(), (422, "VALIDATION_FAILED", "/password"));
    }
    step_up(&house, &token, PASSWORD).await.refused(429, "RATE_LIMITED");
    log_in(&house, "admin@demo.test", PASSWORD).await.refused(429, "RATE_LIMITED");
    let key = json!({ "name": "k", "scope": ["self:read"] }).to_string();
    house.advance_seconds(901);
    let admin = bearer(&house, "admin").await;
    let me = send(&house, "GET", "/api/v1/auth/me", &[("authorization", &admin)], "").await;
    let keys = format!("/api/v1/users/{}/api-keys", me.str("id"));
    let key = send(&house, "POST", &keys, &[("authorization", &admin)], &key).await;
    let body = json!({ "password": PASSWORD }).to_string();
    let by_key = [("x-api-key", key.str("key"))];
    let answer = send(&house, "POST", "/api/v1/auth/step-up", &by_key, &body).await;
    answer.refused(403, "FORBIDDEN");
}

#[tokio::test]
async fn how_long_a_proof_holds_is_a_setting() {
    let house = gate();
    house.set("STEP_UP_MINUTES", "2");
    let token = bearer(&house, "admin").await;
    house.advance_seconds(119);
    assert_eq!(add_user(&house, &token, 1).await.status, 201);
    house.advance_seconds(1);
    assert_eq!(add_user(&house, &token, 2).await.problem(), (403, "STEP_UP_REQUIRED", ""));
}

/// A key of the accountant's, or of the manager's, with this scope.
async fn key(house: &House, role: &str, scope: serde_json::Value) -> String {
    let owner = send_as(house, role, "GET", "/api/v1/auth/me", "").await;
    let keys = format!("/api/v1/users/{}/api-keys", owner.str("id"));
    let body = json!({ "name": "a program", "scope": scope }).to_string();
    send_as(house, "admin", "POST", &keys, &body).await.str("key").to_owned()
}

#[tokio::test]
async fn the_end_of_a_period_needs_a_proof_or_a_key_that_names_it() {
    let house = stocked().await;
    let month = json!({ "name": "October", "startDate": "2026-10-01", "endDate": "2026-10-31" });
    let period = created(&house, "accountant", "/api/v1/accounting/fiscal-periods", &month).await;
    let close = format!("/api/v1/accounting/fiscal-periods/{}/close", period.str("id"));
    let token = bearer(&house, "accountant").await;
    let broad = key(&house, "accountant", json!(null)).await;
    let narrow = key(&house, "accountant", json!(["accounting:write"])).await;
    house.advance_seconds(TOO_LONG_SECONDS);
    let answer = send(&house, "POST", &close, &[("authorization", &token)], "").await;
    answer.refused(403, "STEP_UP_REQUIRED");
    let answer = send(&house, "POST", &close, &[("x-api-key", &broad)], "").await;
    answer.refused(403, "STEP_UP_REQUIRED");
    assert!(answer.str("detail").contains("accounting:write in its scope"), "{}", answer.text);
    let answer = send(&house, "POST", &close, &[("x-api-key", &narrow)], "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn giving_money_above_a_limit_needs_a_proof() {
    let house = stocked().await;
    house.set("STEP_UP_REFUND", "10.00");
    let token = bearer(&house, "manager").await;
    let broad = key(&house, "manager", json!(null)).await;
    let narrow = key(&house, "manager", json!(["orders:refund"])).await;
    house.advance_seconds(TOO_LONG_SECONDS);
    let note = |price: &str| {
        let items = json!([{ "sku": "MUG", "quantity": 1, "unitPrice": usd(price) }]);
        let note = json!({ "warehouseId": WAREHOUSE, "items": items, "reason": "Late", "restock": false,
            "method": "BankTransfer" });
        note.to_string()
    };
    let path = "/api/v1/orders/credit-notes";
    for (headers, price, status) in [
        (("authorization", token.as_str()), "10.00", 201),
        (("authorization", &token), "10.01", 403),
        (("x-api-key", &broad), "10.01", 403),
    ] {
        let answer = send(&house, "POST", path, &[headers], &note(price)).await;
        assert_eq!(answer.status, status, "{price}: {}", answer.text);
    }
    let narrow = [("x-api-key", narrow.as_str())];
    let answer = send(&house, "POST", path, &narrow, &note("10.01")).await;
    answer.refused(403, "FORBIDDEN");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/method", "it may refund, and record no transfer");
    let on_card = note("10.01").replace("BankTransfer", "CardTerminal");
    let answer = send(&house, "POST", path, &narrow, &on_card).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let proved = format!("Bearer {}", step_up(&house, &token, PASSWORD).await.str("accessToken"));
    let answer = send(&house, "POST", path, &[("authorization", &proved)], &note("10.01")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}
