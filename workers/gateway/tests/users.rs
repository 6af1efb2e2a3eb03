//! Users, their keys, and the audit log.

mod support;

use serde_json::json;
use store::{Database as _, Sql};
use support::{PASSWORD, bearer, gate, log_in, send, send_as};

const FORGE: Sql = Sql { name: "FORGE", text: "update audit_log set actor = 'x'", scan: None };
const ERASE: Sql = Sql { name: "ERASE", text: "delete from audit_log", scan: None };

fn user(email: &str, role: &str) -> serde_json::Value {
    json!({ "email": email, "name": "Ada", "role": role, "password": "a long password" })
}

#[tokio::test]
async fn only_admins_write_users_and_a_refusal_names_the_grant() {
    let house = gate();
    let refused =
        send_as(&house, "manager", "POST", "/api/v1/users", &user("a@b.org", "cashier").to_string()).await;
    refused.refused(403, "FORBIDDEN");
    assert!(refused.str("detail").contains("users:write"), "{}", refused.text);
    let guest = send(&house, "GET", "/api/v1/users", &[], "").await;
    guest.refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_user_is_created_once_for_one_key() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let body = user("ada@example.org", "cashier").to_string();
    let headers = [("authorization", admin.as_str()), ("idempotency-key", "key-1")];
    let first = send(&house, "POST", "/api/v1/users", &headers, &body).await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert!(!first.text.contains("password"), "{}", first.text);
    // The path without a version is the same thing.
    let again = send(&house, "POST", "/api/users", &headers, &body).await;
    assert_eq!((again.status, again.text.as_str()), (201, first.text.as_str()));
    assert!(again.replayed());
    let other =
        send(&house, "POST", "/api/users", &headers, &user("b@example.org", "cashier").to_string()).await;
    other.refused(422, "IDEMPOTENCY_KEY_REUSED");
    let taken = send(&house, "POST", "/api/users", &headers[..1], &body).await;
    taken.refused(409, "EMAIL_TAKEN");
    assert_eq!(log_in(&house, "ada@example.org", "a long password").await.status, 200);
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    for (change, pointer) in [
        (json!({ "email": "x" }), "/email"),
        (json!({ "role": "king" }), "/role"),
        (json!({ "role": "wholesaler" }), "/customerId"),
        (json!({ "customerId": "0190d000-0000-7000-8000-00000000c001" }), "/customerId"),
        (json!({ "password": "short" }), "/password"),
        (json!({ "password": null }), "/password"),
        (json!({ "isAdmin": true }), "/isAdmin"),
    ] {
        let mut body = user("ada@example.org", "cashier");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer =
            send(&house, "POST", "/api/users", &[("authorization", &admin)], &body.to_string()).await;
        assert_eq!(answer.problem(), (422, "VALIDATION_FAILED", pointer), "{body}");
    }
}

#[tokio::test]
async fn a_change_names_the_version_it_is_for() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let path = "/api/users/0190d000-0000-7000-8000-00000000a005";
    let auth = ("authorization", admin.as_str());
    let shown = send(&house, "GET", path, &[auth], "").await;
    assert_eq!(shown.etag(), Some("\"1\""));
    let body = r#"{"email":"till@demo.test","name":"Till","role":"cashier"}"#;
    let changed = send(&house, "PUT", path, &[auth, ("if-match", "\"1\"")], body).await;
    assert_eq!((changed.status, changed.etag()), (200, Some("\"2\"")), "{}", changed.text);
    let stale = send(&house, "PUT", path, &[auth, ("if-match", "\"1\"")], body).await;
    stale.refused(412, "PRECONDITION_FAILED");
    assert_eq!(log_in(&house, "till@demo.test", PASSWORD).await.status, 200, "the password stays");
    let unknown = "/api/users/0190d000-0000-7000-8000-0000000000ff";
    send(&house, "PUT", unknown, &[auth], body).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_removed_user_is_gone_and_their_email_free() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let auth = ("authorization", admin.as_str());
    let path = "/api/users/0190d000-0000-7000-8000-00000000a005";
    let cashier = bearer(&house, "cashier").await;
    assert_eq!(send(&house, "DELETE", path, &[auth], "").await.status, 204);
    assert_eq!(send(&house, "DELETE", path, &[auth], "").await.status, 404);
    assert_eq!(send(&house, "GET", path, &[auth], "").await.status, 404);
    assert_eq!(log_in(&house, "cashier@demo.test", PASSWORD).await.status, 401);
    assert_eq!(send(&house, "GET", "/api/auth/me", &[("authorization", &cashier)], "").await.status, 401);
    let again =
        send(&house, "POST", "/api/users", &[auth], &user("cashier@demo.test", "cashier").to_string()).await;
    assert_eq!(again.status, 201, "{}", again.text);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let auth = ("authorization", admin.as_str());
    let path = "/api/users/0190d000-0000-7000-8000-00000000a001";
    let demoted = r#"{"email":"admin@demo.test","name":"A","role":"manager"}"#;
    send(&house, "PUT", path, &[auth], demoted).await.refused(409, "STATE_CONFLICT");
    send(&house, "DELETE", path, &[auth], "").await.refused(409, "STATE_CONFLICT");
    let second = send(&house, "POST", "/api/users", &[auth], &user("b@demo.test", "admin").to_string()).await;
    assert_eq!(second.status, 201);
    assert_eq!(send(&house, "PUT", path, &[auth], demoted).await.status, 200);
}

#[tokio::test]
async fn users_are_listed_page_by_page() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let auth = ("authorization", admin.as_str());
    let (mut path, mut seen) = ("/api/users?limit=3".to_owned(), Vec::new());
    loop {
        let page = send(&house, "GET", &path, &[auth], "").await;
        seen.extend(page.json()["data"].as_array().unwrap().iter().map(|user| user["email"].to_string()));
        let Some(cursor) = page.json()["nextCursor"].as_str() else { break };
        path = format!("/api/users?limit=3&cursor={cursor}");
    }
    assert_eq!(seen.len(), 7);
}

#[tokio::test]
async fn a_key_acts_for_its_user_until_it_is_revoked() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let auth = ("authorization", admin.as_str());
    let path = "/api/v1/users/0190d000-0000-7000-8000-00000000a002/api-keys";
    let headers = [auth, ("idempotency-key", "k")];
    let made = send(&house, "POST", path, &headers, r#"{"name":"nightly export"}"#).await;
    assert_eq!((made.status, made.str("role")), (201, "manager"), "{}", made.text);
    let key = made.str("key").to_owned();
    assert!(key.starts_with("chk_") && key.len() == 68);
    let replay = send(&house, "POST", path, &headers, r#"{"name":"nightly export"}"#).await;
    assert_eq!(replay.str("id"), made.str("id"));
    assert!(replay.json()["key"].is_null(), "a key is shown once");
    assert!(!send(&house, "GET", path, &[auth], "").await.text.contains(&key));

    let used = send(&house, "GET", "/api/v1/ops/dead-letters", &[("x-api-key", &key)], "").await;
    assert_eq!(used.status, 200, "{}", used.text);
    for account in ["/api/auth/me", "/api/auth/sessions", "/api/users"] {
        send(&house, "GET", account, &[("x-api-key", &key)], "").await.refused(403, "FORBIDDEN");
    }
    let wrong = format!("chk_{}", "0".repeat(64));
    for wrong in [wrong.as_str(), "chk_", "x", ""] {
        let answer = send(&house, "GET", "/api/auth/me", &[("x-api-key", wrong)], "").await;
        assert_eq!(answer.problem(), (401, "INVALID_API_KEY", ""), "{wrong}");
    }
    let wide = send(&house, "POST", path, &[auth], r#"{"name":"x","role":"admin"}"#).await;
    assert_eq!(wide.json()["errors"][0]["pointer"], "/role", "{}", wide.text);
    let one = format!("{path}/{}", made.str("id"));
    assert_eq!(send(&house, "DELETE", &one, &[auth], "").await.status, 204);
    let revoked = send(&house, "GET", "/api/auth/me", &[("x-api-key", &key)], "").await;
    revoked.refused(401, "INVALID_API_KEY");
    assert_eq!(send(&house, "DELETE", &format!("{path}/x"), &[auth], "").await.status, 404);
}

#[tokio::test]
async fn what_people_do_is_logged_and_stays() {
    let house = gate();
    log_in(&house, "nobody@demo.test", "wrong").await;
    let admin = bearer(&house, "admin").await;
    let auth = ("authorization", admin.as_str());
    send(
        &house,
        "POST",
        "/api/users",
        &[auth, ("x-request-id", "r-7")],
        &user("a@b.org", "cashier").to_string(),
    )
    .await;
    let log = send(&house, "GET", "/api/v1/audit-log", &[auth], "").await;
    let lines = log.json()["data"].as_array().unwrap();
    let mut actions: Vec<&str> = lines.iter().map(|line| line["action"].as_str().unwrap()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["log-in", "log-in-failed", "user-created"]);
    let created = lines.iter().find(|line| line["action"] == "user-created").unwrap();
    assert_eq!(created["requestId"], "r-7");
    assert_eq!(created["actor"], "0190d000-0000-7000-8000-00000000a001");
    let failed = send(&house, "GET", "/api/audit-log?action=log-in-failed", &[auth], "").await;
    assert_eq!(failed.json()["data"][0]["subject"], "nobody@demo.test");
    let of_admin =
        send(&house, "GET", "/api/audit-log?actor=0190d000-0000-7000-8000-00000000a001", &[auth], "").await;
    assert_eq!(of_admin.json()["data"].as_array().unwrap().len(), 2);
    assert_eq!(send_as(&house, "manager", "GET", "/api/audit-log", "").await.status, 403);

    let database = house.database(contracts::Service::Gateway).unwrap();
    for statement in [FORGE, ERASE] {
        let error = database.batch(vec![statement.bind([])]).await.unwrap_err();
        assert_eq!(error.rule(), Some("audit_log_append_only"));
    }
}
