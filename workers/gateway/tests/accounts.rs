//! Sessions and keys as their owners see and end them, and which passwords they may choose.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod support;

use native::House;
use native::client::Answer;
use serde_json::{Value, json};
use support::{PASSWORD, bearer, gate, log_in, send};

const KEYS: &str = "/api/v1/users/0190d000-0000-7000-8000-00000000a002/api-keys";
const READ: &str = "/api/v1/ops/dead-letters";

fn token(session: &Answer) -> String {
    format!("Bearer {}", session.str("accessToken"))
}

#[tokio::test]
async fn a_user_sees_their_sessions_and_ends_one() {
    let house = gate();
    let headers = [("cf-connecting-ip", "203.0.113.7"), ("user-agent", "Till 7")];
    let body = json!({ "email": "cashier@demo.test", "password": PASSWORD }).to_string();
    let lost = send(&house, "POST", "/api/v1/auth/login", &headers, &body).await;
    house.advance_seconds(60);
    let own = token(&log_in(&house, "cashier@demo.test", PASSWORD).await);
    let other = token(&log_in(&house, "manager@demo.test", PASSWORD).await);
    let sessions = async || {
        send(&house, "GET", "/api/v1/auth/sessions", &[("authorization", &own)], "").await.json().clone()
    };
    let seen = sessions().await;
    let [first, second] = &seen["data"].as_array().unwrap()[..] else { panic!("{seen}") };
    assert_eq!((&first["address"], &first["userAgent"]), (&json!("203.0.113.7"), &json!("Till 7")));
    assert_eq!((&first["current"], &second["current"]), (&json!(false), &json!(true)));
    let path = format!("/api/v1/auth/sessions/{}", first["id"].as_str().unwrap());
    send(&house, "DELETE", &path, &[("authorization", &other)], "").await.refused(404, "NOT_FOUND");
    assert_eq!(send(&house, "DELETE", &path, &[("authorization", &own)], "").await.status, 204);
    send(&house, "DELETE", &path, &[("authorization", &own)], "").await.refused(404, "NOT_FOUND");
    assert_eq!(sessions().await["data"].as_array().unwrap().len(), 1);
    house.advance_seconds(5);
    let ended = send(&house, "GET", "/api/v1/auth/me", &[("authorization", &token(&lost))], "").await;
    ended.refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_ninety_days() {
    let house = gate();
    let refresh = async |token: String| {
        let body = json!({ "refreshToken": token }).to_string();
        send(&house, "POST", "/api/v1/auth/refresh", &[], &body).await
    };
    let mut session = log_in(&house, "cashier@demo.test", PASSWORD).await;
    for day in [20, 40, 60, 80] {
        house.advance_seconds(20 * 86_400);
        session = refresh(session.str("refreshToken").to_owned()).await;
        assert_eq!(session.status, 200, "day {day}");
    }
    house.advance_seconds(10 * 86_400 - 1);
    session = refresh(session.str("refreshToken").to_owned()).await;
    assert_eq!(session.status, 200, "the last second");
    house.advance_seconds(1);
    refresh(session.str("refreshToken").to_owned()).await.refused(401, "INVALID_REFRESH_TOKEN");
}

async fn key(house: &House, admin: &str, body: Value) -> String {
    let made = send(house, "POST", KEYS, &[("authorization", admin)], &body.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.str("key").to_owned()
}

async fn status(house: &House, key: &str, method: &str, path: &str) -> u16 {
    send(house, method, path, &[("x-api-key", key), ("cf-connecting-ip", "203.0.113.7")], "").await.status
}

#[tokio::test]
async fn a_key_has_a_scope_an_end_and_addresses() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let narrow = key(&house, &admin, json!({ "name": "monitor", "scope": ["ops:read"] })).await;
    assert_eq!(status(&house, &narrow, "GET", READ).await, 200);
    assert_eq!(status(&house, &narrow, "GET", "/api/v1/dashboard").await, 403, "its user may, it may not");
    let wide =
        key(&house, &admin, json!({ "name": "office", "scope": ["ops:read", "users:write", "self:read"] }))
            .await;
    for account in ["/api/v1/users", "/api/v1/auth/me", "/api/v1/auth/sessions"] {
        assert_eq!(status(&house, &wide, "GET", account).await, 403, "{account}");
    }
    for (addresses, expected) in [(json!(["203.0.113.7"]), 200), (json!(["203.0.113.8", "2001:db8::1"]), 401)]
    {
        let bound = key(&house, &admin, json!({ "name": "bound", "addresses": addresses })).await;
        assert_eq!(status(&house, &bound, "GET", READ).await, expected, "{addresses}");
    }
    let network = key(&house, &admin, json!({ "name": "six", "addresses": ["2001:db8:1:2::1"] })).await;
    for (address, expected) in [("2001:db8:1:2::ffff", 200), ("2001:db8:1:3::1", 401)] {
        let headers = [("x-api-key", network.as_str()), ("cf-connecting-ip", address)];
        assert_eq!(send(&house, "GET", READ, &headers, "").await.status, expected, "{address}");
    }
    let short = key(&house, &admin, json!({ "name": "short", "expiresAt": "2026-11-20T10:00:00Z" })).await;
    assert_eq!(status(&house, &short, "GET", READ).await, 200);
    let listed = send(&house, "GET", KEYS, &[("authorization", &admin)], "").await;
    let keys = listed.json()["data"].as_array().unwrap();
    let first = keys.iter().find(|key| key["name"] == "monitor").unwrap();
    assert_eq!(
        (&first["scope"], &first["lastUsedAt"]),
        (&json!("[\"ops:read\"]"), &json!("2026-11-20T09:00:00.000Z"))
    );
    house.advance_seconds(3_600);
    assert_eq!(status(&house, &short, "GET", READ).await, 401, "it has expired");
    let admin = bearer(&house, "admin").await;
    for (body, pointer) in [
        (json!({ "name": "x", "scope": ["everything"] }), "/scope/0"),
        (json!({ "name": "x", "addresses": ["203.0.113.7", "home"] }), "/addresses/1"),
        (json!({ "name": "x", "expiresAt": "2026-11-20T09:00:00Z" }), "/expiresAt"),
        (json!({ "name": "x", "expiresAt": "2028-11-20T09:00:00Z" }), "/expiresAt"),
    ] {
        let refused = send(&house, "POST", KEYS, &[("authorization", &admin)], &body.to_string()).await;
        assert_eq!(refused.problem(), (422, "VALIDATION_FAILED", pointer), "{body}");
    }
}

#[tokio::test]
async fn keys_end_with_the_password_unless_they_are_kept_on_purpose() {
    for (keep, expected) in [(None, 401), (Some(false), 401), (Some(true), 200)] {
        let house = gate();
        let admin = bearer(&house, "admin").await;
        let key = key(&house, &admin, json!({ "name": "program" })).await;
        let manager = bearer(&house, "manager").await;
        let mut body = json!({ "currentPassword": PASSWORD, "newPassword": "one more fine phrase" });
        if let Some(keep) = keep {
            body["keepApiKeys"] = json!(keep);
        }
        let changed =
            send(&house, "POST", "/api/v1/auth/password", &[("authorization", &manager)], &body.to_string())
                .await;
        assert_eq!(changed.status, 204, "{}", changed.text);
        assert_eq!(status(&house, &key, "GET", READ).await, expected, "{keep:?}");
    }
}

#[tokio::test]
async fn a_password_that_is_tried_first_or_says_who_one_is_is_refused() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    for (password, accepted) in [
        ("password1234", false),
        ("aaaaaaaaaaaaaaa", false),
        ("lovelace-1815", false),
        ("countinghouse-26", false),
        ("analytical engine", true),
    ] {
        let user = json!({ "email": "ada.lovelace@example.org", "name": "Ada Lovelace", "role": "cashier", "password": password });
        let answer =
            send(&house, "POST", "/api/v1/users", &[("authorization", &admin)], &user.to_string()).await;
        if accepted {
            assert_eq!(answer.status, 201, "{}", answer.text);
        } else {
            assert_eq!(answer.problem(), (422, "VALIDATION_FAILED", "/password"), "{password}");
        }
    }
    let own = bearer(&house, "cashier").await;
    let body = json!({ "currentPassword": PASSWORD, "newPassword": "cashier cashier" }).to_string();
    let refused = send(&house, "POST", "/api/v1/auth/password", &[("authorization", &own)], &body).await;
    assert_eq!(refused.problem(), (422, "VALIDATION_FAILED", "/newPassword"));
}

/// RFC 8265: the same password, whatever keyboard it was typed on; hashes of an older release go on, and are renewed.
#[tokio::test]
async fn a_password_matches_in_whatever_unicode_form_it_is_typed() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let (composed, decomposed) = ("Schl\u{fc}ssel\u{a0}zum Tor", "Schlu\u{308}ssel zum Tor");
    let user = json!({ "email": "ada@example.org", "name": "Ada", "role": "cashier", "password": composed });
    let made = send(&house, "POST", "/api/v1/users", &[("authorization", &admin)], &user.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    for typed in [composed, decomposed] {
        assert_eq!(log_in(&house, "ada@example.org", typed).await.status, 200, "{typed}");
    }
    assert_eq!(log_in(&house, "ada@example.org", "Schlussel zum Tor").await.status, 401);
    // A hash of the bytes that were typed, as older releases made it.
    let old = xtask::seed::hash(decomposed).unwrap();
    let text = format!(
        "update users set password_hash = '{old}', version = version + 1 where email = 'ada@example.org'"
    );
    house.database(contracts::Service::Gateway).unwrap().script(&text).unwrap();
    assert_eq!(log_in(&house, "ada@example.org", composed).await.status, 401, "it was never typed so");
    assert_eq!(log_in(&house, "ada@example.org", decomposed).await.status, 200, "as it was typed");
    assert_eq!(log_in(&house, "ada@example.org", composed).await.status, 200, "the hash is a new one");
}
