//! A new password by a link in a mail.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod support;

use contracts::Service;
use mail::Mail;
use native::House;
use native::client::Answer;
use serde_json::{Value, json};
use support::{PASSWORD, bearer, gate, log_in, send};
use web::Role;

const WANTED: &str = "/api/v1/auth/password-resets";
const CONFIRM: &str = "/api/v1/auth/password-resets/confirm";
const NEW: &str = "a quite different phrase";

fn house() -> House {
    gate().with(Mail, native::database(Service::Mail).unwrap())
}

async fn want(house: &House, email: &str, address: &str) -> Answer {
    let body = json!({ "email": email }).to_string();
    let answer = send(house, "POST", WANTED, &[("cf-connecting-ip", address)], &body).await;
    house.settle().await;
    answer
}

async fn confirm(house: &House, token: &str, password: &str) -> Answer {
    let answer =
        send(house, "POST", CONFIRM, &[], &json!({ "token": token, "password": password }).to_string()).await;
    house.settle().await;
    answer
}

/// The mails to an address, the newest first.
async fn mails_to(house: &House, email: &str) -> Vec<Value> {
    let office = house.client(Service::Mail).by(Role::Manager);
    let listed = office.get(&format!("/mail?to={email}")).await.expect(200);
    listed["data"].as_array().unwrap().clone()
}

/// The token in the newest mail to an address, as its recipient reads it at the door.
async fn token_for(house: &House, email: &str) -> String {
    let id = mails_to(house, email).await[0]["id"].as_str().unwrap().to_owned();
    let text = send(house, "GET", &format!("/dev/mail/{id}/text"), &[], "").await.text;
    let (_, token) = text.split_once("/password-reset?token=").unwrap_or_else(|| panic!("{text}"));
    token.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_user_sets_a_new_password_by_a_link_and_everything_old_ends() {
    let house = house();
    let session = log_in(&house, "cashier@demo.test", PASSWORD).await;
    let old = format!("Bearer {}", session.str("accessToken"));
    assert_eq!(want(&house, "Cashier@demo.test", "203.0.113.7").await.status, 202);
    let first = token_for(&house, "cashier@demo.test").await;
    house.advance_seconds(1);
    want(&house, "cashier@demo.test", "203.0.113.7").await.expect(202);
    let second = token_for(&house, "cashier@demo.test").await;
    assert_ne!(first, second);
    house.advance_seconds(1);
    confirm(&house, &second, "short").await.refused(422, "VALIDATION_FAILED");
    assert_eq!(confirm(&house, &second, "cashier@demo.test").await.pointers(), ["/password"]);
    assert_eq!(confirm(&house, &second, NEW).await.status, 204);
    for used in [&second, &first, &"0".repeat(64)] {
        assert_eq!(confirm(&house, used, "yet another long phrase").await.pointers(), ["/token"]);
    }
    house.advance_seconds(6);
    send(&house, "GET", "/api/v1/auth/me", &[("authorization", &old)], "")
        .await
        .refused(401, "UNAUTHENTICATED");
    let body = json!({ "refreshToken": session.str("refreshToken") }).to_string();
    send(&house, "POST", "/api/v1/auth/refresh", &[], &body).await.refused(401, "INVALID_REFRESH_TOKEN");
    let wrong = json!({ "email": "cashier@demo.test", "password": PASSWORD }).to_string();
    send(&house, "POST", "/api/v1/auth/login", &[], &wrong).await.refused(401, "INVALID_CREDENTIALS");
    assert_eq!(log_in(&house, "cashier@demo.test", NEW).await.status, 200);
    let templates: Vec<String> = mails_to(&house, "cashier@demo.test")
        .await
        .iter()
        .map(|mail| mail["template"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(templates, ["PasswordChanged", "PasswordReset", "PasswordReset"]);
    let admin = bearer(&house, "admin").await;
    let audit =
        send(&house, "GET", "/api/v1/audit-log?action=password-reset", &[("authorization", &admin)], "")
            .await
            .expect(200);
    assert_eq!(audit["data"].as_array().unwrap().len(), 1);
    let log = house.take_log().join("\n");
    assert!(!log.contains(&second) && !log.contains(NEW), "no secret is logged");
}

#[tokio::test]
async fn a_link_is_valid_for_half_an_hour() {
    let house = house();
    want(&house, "cashier@demo.test", "203.0.113.7").await.expect(202);
    let token = token_for(&house, "cashier@demo.test").await;
    house.advance_seconds(30 * 60);
    assert_eq!(confirm(&house, &token, NEW).await.pointers(), ["/token"]);
    assert_eq!(log_in(&house, "cashier@demo.test", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn nobody_learns_whether_an_e_mail_is_a_users() {
    let house = house();
    let _ = house.take_log();
    let mut seen = Vec::new();
    for email in ["cashier@demo.test", "nobody@demo.test"] {
        let answer = want(&house, email, "203.0.113.7").await;
        let lines = house.take_log();
        let line = lines.iter().find(|line| line.contains("password-resets")).unwrap();
        let line: Value = serde_json::from_str(line).unwrap();
        seen.push((
            answer.status,
            answer.text,
            line["queries"].clone(),
            line["batches"].clone(),
            line["calls"].clone(),
        ));
    }
    assert_eq!(seen[0], seen[1], "the same answer, and the same work before it");
    assert_eq!(mails_to(&house, "nobody@demo.test").await.len(), 0);
    assert_eq!(mails_to(&house, "cashier@demo.test").await.len(), 1);
    send(&house, "POST", WANTED, &[], r#"{"email":"x"}"#).await.refused(422, "VALIDATION_FAILED");
}

#[tokio::test]
async fn links_are_limited_by_e_mail_and_address_whether_the_user_exists_or_not() {
    for email in ["cashier@demo.test", "nobody@demo.test"] {
        let house = house();
        for _ in 0..3 {
            want(&house, email, "203.0.113.7").await.expect(202);
        }
        let refused = want(&house, email, "203.0.113.7").await;
        refused.refused(429, "RATE_LIMITED");
        assert!(refused.header("retry-after").is_some());
        // Somebody else's requests do not lock the owner out at once.
        want(&house, email, "203.0.113.8").await.expect(202);
        house.advance_seconds(15 * 60);
        want(&house, email, "203.0.113.7").await.expect(202);
    }
}

#[tokio::test]
async fn a_disabled_user_gets_no_link_and_uses_none() {
    let house = house();
    want(&house, "cashier@demo.test", "203.0.113.7").await.expect(202);
    let token = token_for(&house, "cashier@demo.test").await;
    let admin = bearer(&house, "admin").await;
    let users = send(&house, "GET", "/api/v1/users", &[("authorization", &admin)], "").await.expect(200);
    let user = users["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["email"] == "cashier@demo.test")
        .unwrap()
        .clone();
    let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
    let body =
        json!({ "email": user["email"], "name": user["name"], "role": user["role"], "disabled": true })
            .to_string();
    send(&house, "PUT", &path, &[("authorization", &admin)], &body).await.expect(200);
    assert_eq!(confirm(&house, &token, NEW).await.pointers(), ["/token"]);
    house.advance_seconds(1);
    want(&house, "cashier@demo.test", "203.0.113.9").await.expect(202);
    assert_eq!(mails_to(&house, "cashier@demo.test").await.len(), 1);
}

#[tokio::test]
async fn a_new_user_and_a_changed_password_are_told() {
    let house = house();
    let admin = bearer(&house, "admin").await;
    let body = json!({ "email": "new@demo.test", "name": "New", "role": "cashier", "password": "some long phrase 1" });
    send(&house, "POST", "/api/v1/users", &[("authorization", &admin)], &body.to_string()).await.expect(201);
    house.settle().await;
    let own = log_in(&house, "new@demo.test", "some long phrase 1").await;
    let own = format!("Bearer {}", own.str("accessToken"));
    let body = json!({ "currentPassword": "some long phrase 1", "newPassword": NEW }).to_string();
    assert_eq!(
        send(&house, "POST", "/api/v1/auth/password", &[("authorization", &own)], &body).await.status,
        204
    );
    house.settle().await;
    let templates: Vec<String> = mails_to(&house, "new@demo.test")
        .await
        .iter()
        .map(|mail| mail["template"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(templates.len(), 2, "{templates:?}");
    assert!(
        templates.contains(&"UserWelcome".to_owned()) && templates.contains(&"PasswordChanged".to_owned())
    );
}
