//! Who is let in, for how long, and who is not.

mod support;

use contracts::Service;
use gateway::Gateway;
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Header};
use kernel::Tenant;
use kernel::text::{Email, Name};
use native::House;
use platform::World;
use serde_json::json;
use store::Database as _;
use support::{PASSWORD, bearer, database, gate, log_in, send, send_as};
use web::tokens::{Claims, sign};
use xtask::first_admin::FirstAdmin;

const KEY: &str = "an-access-token-key-for-one-process-only";

#[tokio::test]
async fn a_login_gives_tokens_and_who_one_is() {
    let house = gate();
    let answer = log_in(&house, "Wholesaler@Demo.Test", PASSWORD).await;
    assert_eq!((answer.status, answer.str("tokenType")), (200, "Bearer"), "{}", answer.text);
    assert_eq!(answer.json()["expiresIn"], 900);
    assert_eq!(answer.json()["user"]["customerId"], xtask::seed::WHOLESALE_CUSTOMER);
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let token = format!("Bearer {}", answer.str("accessToken"));
    let me = send(&house, "GET", "/api/auth/me", &[("authorization", &token)], "").await;
    assert_eq!((me.str("email"), me.str("role")), ("wholesaler@demo.test", "wholesaler"));
    assert!(!answer.text.contains("argon2") && !me.text.contains("argon2"));
}

#[tokio::test]
async fn refusals_look_the_same_whatever_is_wrong() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let disabled = json!({ "email": "gone@demo.test", "name": "Gone", "role": "cashier", "password": PASSWORD,
        "disabled": true });
    let made = send(&house, "POST", "/api/users", &[("authorization", &admin)], &disabled.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let mut details = Vec::new();
    for (email, password) in
        [("admin@demo.test", "wrong"), ("nobody@demo.test", PASSWORD), ("gone@demo.test", PASSWORD)]
    {
        let answer = log_in(&house, email, password).await;
        assert_eq!(answer.problem(), (401, "INVALID_CREDENTIALS", ""), "{email}");
        details.push(answer.str("detail").to_owned());
    }
    assert!(details.windows(2).all(|pair| pair[0] == pair[1]));
    let malformed = send(&house, "POST", "/api/auth/login", &[], r#"{"email":"x","password":"y"}"#).await;
    malformed.refused(422, "VALIDATION_FAILED");
    assert_eq!(malformed.json()["errors"][0]["pointer"], "/email");
}

#[tokio::test]
async fn failed_logins_are_limited_per_email_until_they_are_old() {
    let house = gate();
    for _ in 0..10 {
        assert_eq!(log_in(&house, "cashier@demo.test", "wrong").await.status, 401);
        house.advance_seconds(1);
    }
    let limited = log_in(&house, "cashier@demo.test", PASSWORD).await;
    limited.refused(429, "RATE_LIMITED");
    assert_eq!(limited.header("retry-after"), Some("890"));
    assert_eq!(log_in(&house, "manager@demo.test", PASSWORD).await.status, 200, "others are not limited");
    house.advance_seconds(890);
    assert_eq!(log_in(&house, "cashier@demo.test", PASSWORD).await.status, 200);
    // The success has wiped the slate.
    for _ in 0..9 {
        assert_eq!(log_in(&house, "cashier@demo.test", "wrong").await.status, 401);
    }
    assert_eq!(log_in(&house, "cashier@demo.test", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_whole_shift_may_log_in_at_once_and_a_burst_of_guesses_ends() {
    const RUNNING: store::Sql = store::Sql {
        name: "RUNNING",
        text: "insert into login_attempts (subject, attempted_at, id, window_start, allowed)
            select 'email:cashier@demo.test from unknown', ?1, value, ?1, 1000 from json_each(?2)",
        scan: None,
    };
    for (running, status) in [(49, 200), (50, 429)] {
        let house = gate();
        let world = house.world(Service::Gateway).unwrap();
        let ids: Vec<String> = (0..running).map(|number| number.to_string()).collect();
        let statement = RUNNING.bind(store::values![world.now(), store::json(&ids)]);
        house.database(Service::Gateway).unwrap().batch(vec![statement]).await.unwrap();
        assert_eq!(log_in(&house, "cashier@demo.test", PASSWORD).await.status, status, "{running}");
    }
}

#[tokio::test]
async fn failed_logins_are_limited_per_address() {
    let house = gate();
    let attempt = async |email: String, address: &str| {
        let body = json!({ "email": email, "password": "wrong" }).to_string();
        send(&house, "POST", "/api/auth/login", &[("cf-connecting-ip", address)], &body).await.status
    };
    for number in 0..100 {
        assert_eq!(attempt(format!("user{number}@demo.test"), "10.0.0.1").await, 401);
    }
    assert_eq!(attempt("one-more@demo.test".to_owned(), "10.0.0.1").await, 429);
    assert_eq!(attempt("one-more@demo.test".to_owned(), "10.0.0.2").await, 401);
}

#[tokio::test]
async fn a_token_must_be_ours_unexpired_and_for_the_api() {
    let house = gate();
    let world = house.world(Service::Gateway).unwrap();
    let claims = |iss: &str, aud: &str, role: web::Role| Claims {
        iss: iss.to_owned(),
        aud: aud.to_owned(),
        sub: "0190d000-0000-7000-8000-00000000a001".to_owned(),
        role,
        ten: Tenant::main(),
        cid: None,
        sid: Some("1".to_owned()),
        scp: None,
        auth_time: None,
        apb: None,
    };
    let good = claims("gateway", "api", web::Role::Admin);
    let signed = |key: &str, claims: &Claims| sign(&world, key, claims, 60).unwrap();
    let kid: String = web::tokens::hex(&sha2_digest(KEY)).chars().take(8).collect();
    let header = Header::empty().with_key_id(kid);
    let all = jwt_compact::Claims::new(&good);
    let other_key = Hs256.token(&header, &all, &Hs256Key::new(b"another-key-of-at-least-32-bytes-")).unwrap();
    let no_expiry = Hs256.token(&header, &all, &Hs256Key::new(KEY.as_bytes())).unwrap();
    let valid = signed("ACCESS_TOKEN_KEY", &good);
    let (_, rest) = valid.split_once('.').unwrap();
    let none = format!("eyJhbGciOiJub25lIn0.{rest}");
    let hs512 = format!("eyJhbGciOiJIUzUxMiJ9.{rest}");
    for (what, token, status) in [
        ("valid", valid.clone(), 200),
        ("without a session", signed("ACCESS_TOKEN_KEY", &Claims { sid: None, ..good.clone() }), 401),
        ("another key", other_key, 401),
        ("no expiry", no_expiry, 401),
        ("alg none", none, 401),
        ("alg HS512", hs512, 401),
        (
            "a service token",
            signed("GATEWAY_TOKEN_KEY", &claims("gateway", "gateway", web::Role::System)),
            401,
        ),
        ("another issuer", signed("ACCESS_TOKEN_KEY", &claims("order", "api", web::Role::Admin)), 401),
        ("another audience", signed("ACCESS_TOKEN_KEY", &claims("gateway", "order", web::Role::Admin)), 401),
        ("no user's role", signed("ACCESS_TOKEN_KEY", &claims("gateway", "api", web::Role::System)), 401),
        ("rubbish", "x".to_owned(), 401),
    ] {
        let header = format!("Bearer {token}");
        let answer = send(&house, "GET", "/api/users", &[("authorization", &header)], "").await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text);
    }
    let basic = send(&house, "GET", "/api/users", &[("authorization", "Basic YTpi")], "").await;
    basic.refused(401, "UNAUTHENTICATED");
    house.advance_seconds(70);
    let expired = format!("Bearer {valid}");
    let answer = send(&house, "GET", "/api/users", &[("authorization", &expired)], "").await;
    answer.refused(401, "TOKEN_EXPIRED");
    // An old token does not keep anybody from a new one.
    let body = json!({ "email": "admin@demo.test", "password": PASSWORD }).to_string();
    let again = send(&house, "POST", "/api/v1/auth/login", &[("authorization", &expired)], &body).await;
    assert_eq!(again.status, 200);
}

fn sha2_digest(text: &str) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).to_vec()
}

#[tokio::test]
async fn the_first_administrator_signs_in_with_the_password_printed() {
    let email = Email::parse("you@example.org").unwrap();
    let admin = FirstAdmin::new(&email, &Name::parse("O'Neill").unwrap()).unwrap();
    let house = House::new().with(Gateway::default(), database(Service::Gateway, &admin.statement));
    let answer = log_in(&house, "you@example.org", &admin.password).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        (&answer.json()["user"]["role"], &answer.json()["user"]["name"]),
        (&json!("admin"), &json!("O'Neill"))
    );
    let token = format!("Bearer {}", answer.str("accessToken"));
    let users = send(&house, "GET", "/api/v1/users", &[("authorization", &token)], "").await;
    assert_eq!(users.json()["data"].as_array().unwrap().len(), 1, "{}", users.text);
    assert_eq!(log_in(&house, "you@example.org", PASSWORD).await.status, 401);
}

async fn refresh(house: &native::House, token: &str) -> native::client::Answer {
    let body = json!({ "refreshToken": token }).to_string();
    send(house, "POST", "/api/v1/auth/refresh", &[], &body).await
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_family() {
    let house = gate();
    let first = log_in(&house, "cashier@demo.test", PASSWORD).await.str("refreshToken").to_owned();
    let other = log_in(&house, "cashier@demo.test", PASSWORD).await.str("refreshToken").to_owned();
    house.advance_seconds(3_600);
    let second = refresh(&house, &first).await;
    assert_eq!(second.status, 200, "{}", second.text);
    let second = second.str("refreshToken").to_owned();
    assert_ne!(first, second);
    let third = refresh(&house, &second).await.str("refreshToken").to_owned();
    // Somebody shows the first again.
    refresh(&house, &first).await.refused(401, "INVALID_REFRESH_TOKEN");
    assert_eq!(refresh(&house, &third).await.status, 401, "the family has ended");
    assert_eq!(refresh(&house, &other).await.status, 200, "another login has not");
    let log = send_as(&house, "admin", "GET", "/api/audit-log?action=session-revoked", "").await;
    assert_eq!(log.json()["data"].as_array().unwrap().len(), 1, "{}", log.text);
    assert_eq!(refresh(&house, "unknown").await.status, 401);
}

#[tokio::test]
async fn a_session_ends_by_logout_by_age_and_with_its_user() {
    let house = gate();
    let token = log_in(&house, "cashier@demo.test", PASSWORD).await.str("refreshToken").to_owned();
    let body = json!({ "refreshToken": token }).to_string();
    for _ in 0..2 {
        assert_eq!(send(&house, "POST", "/api/auth/logout", &[], &body).await.status, 204);
    }
    assert_eq!(refresh(&house, &token).await.status, 401);
    let token = log_in(&house, "cashier@demo.test", PASSWORD).await.str("refreshToken").to_owned();
    house.advance_seconds(30 * 86_400);
    assert_eq!(refresh(&house, &token).await.status, 401);
    house.tick().await;
    assert_eq!(refresh(&house, &token).await.status, 401);

    let token = log_in(&house, "cashier@demo.test", PASSWORD).await.str("refreshToken").to_owned();
    let cashier = "/api/users/0190d000-0000-7000-8000-00000000a005";
    let disabled = r#"{"email":"cashier@demo.test","name":"Demo Cashier","role":"cashier","disabled":true}"#;
    assert_eq!(send_as(&house, "admin", "PUT", cashier, disabled).await.status, 200);
    assert_eq!(refresh(&house, &token).await.status, 401);
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_all_other_sessions() {
    let house = gate();
    let other = log_in(&house, "customer@demo.test", PASSWORD).await;
    let session = log_in(&house, "customer@demo.test", PASSWORD).await;
    let header = format!("Bearer {}", session.str("accessToken"));
    let change = async |current: &str, new: &str| {
        let body = json!({ "currentPassword": current, "newPassword": new }).to_string();
        send(&house, "POST", "/api/auth/password", &[("authorization", &header)], &body).await
    };
    let wrong = change("wrong", "another password").await;
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/currentPassword", "{}", wrong.text);
    let short = change(PASSWORD, "short").await;
    assert_eq!(short.json()["errors"][0]["pointer"], "/newPassword", "{}", short.text);
    assert_eq!(change(PASSWORD, "another password").await.status, 204);
    assert_eq!(refresh(&house, other.str("refreshToken")).await.status, 401);
    assert_eq!(refresh(&house, session.str("refreshToken")).await.status, 200);
    assert_eq!(log_in(&house, "customer@demo.test", PASSWORD).await.status, 401);
    assert_eq!(log_in(&house, "customer@demo.test", "another password").await.status, 200);
}
