//! What a key may be, and whose it is.

use serde_json::{Value, json};

use super::case::{Run, count, number, uuid};
use crate::{Answer, Call, PASSWORD, User};

const JSON: (&str, &str) = ("content-type", "application/json");

/// A category of its own name.
fn category(name: &str) -> Value {
    json!({ "name": name })
}

/// Empty, too long, with a space, twice: refused with the header's name, and nothing happens. A read takes no
/// notice of a key.
pub fn a_malformed_key_is_refused(run: &Run<'_>) {
    let name = format!("Malformed {} of {}", number(), uuid());
    let (long, body) = ("k".repeat(201), category(&name).to_string());
    let there = || count(run.api, User::Manager, "/categories", &name);
    let key = |key| ("idempotency-key", key);
    for headers in [
        vec![key("")],
        vec![key(&long)],
        vec![key("a b")],
        vec![key("a"), key("a")],
        vec![key("a"), key("b")],
    ] {
        let headers: Vec<_> = std::iter::once(JSON).chain(headers).collect();
        let answer = run.call(User::Manager, "/categories", &headers, &body);
        assert_eq!(answer.refused(422, "VALIDATION_FAILED"), ["Idempotency-Key"], "{headers:?}");
        assert_eq!(there(), 0);
        let read = Call {
            user: User::Manager,
            method: "GET",
            path: "/api/v1/categories",
            headers: &headers,
            body: "",
        };
        assert_eq!(run.api.call(&read).status, 200);
    }
    let longest = format!("{}{}", uuid(), "k".repeat(164));
    for _ in 0..2 {
        let _ = run.call(User::Manager, "/categories", &[JSON, key(&longest)], &body).expect(201);
    }
    assert_eq!(there(), 1);
}

/// A user is one caller, with an access token, the one after it, and a key for programs.
pub fn a_key_is_its_users_whatever_they_show(run: &Run<'_>) {
    let log_in = |path: &str, body: &Value| run.api.post(User::Guest, path, body).expect(200);
    let credentials = json!({ "email": User::Manager.email(), "password": PASSWORD });
    let session = log_in("/auth/login", &credentials);
    let refreshed = log_in("/auth/refresh", &json!({ "refreshToken": session["refreshToken"] }));
    let bearer = |session: &Value| format!("Bearer {}", session["accessToken"].as_str().unwrap());
    let (first, second) = (bearer(&session), bearer(&refreshed));
    let me = run.api.get(User::Manager, "/auth/me").expect(200);
    let path = format!("/users/{}/api-keys", me["id"].as_str().unwrap());
    let made = run.api.post(User::Admin, &path, &json!({ "name": "Program" })).expect(201);
    let program = made["key"].as_str().unwrap();
    let (key, body) = (uuid(), category(&format!("Callers {}", uuid())).to_string());
    let send = |who: (&str, &str)| -> Answer {
        run.call(User::Guest, "/categories", &[JSON, ("idempotency-key", key.as_str()), who], &body)
    };
    let created = send(("authorization", first.as_str()));
    assert_eq!((created.status, created.replayed()), (201, false), "{}", created.text);
    for who in [("authorization", first.as_str()), ("authorization", second.as_str()), ("x-api-key", program)]
    {
        let again = send(who);
        assert_eq!((again.status, &again.text), (201, &created.text), "{}", who.0);
        assert!(again.replayed(), "{}", who.0);
    }
}

/// What replaces or removes is the same again by itself; with a key it is told again.
pub fn a_key_does_no_harm_to_what_replaces(run: &Run<'_>) {
    let email = format!("put.{}@example.org", uuid());
    let details = json!({ "name": "Put", "email": email, "type": "Retail" });
    let id = run.api.post(User::Manager, "/customers", &details).expect(201)["id"].clone();
    let region = "QQ";
    let rate = json!({ "region": region, "taxClass": "standard", "rate": "5" });
    let changes = [
        (User::Manager, format!("/customers/{}", id.as_str().unwrap()), details),
        (User::Accountant, "/tax-rates".to_owned(), rate),
    ];
    for (user, path, body) in changes {
        let key = uuid();
        let headers = [("idempotency-key", key.as_str()), ("if-match", "\"1\"")];
        let put = || run.api.with_headers(user, "PUT", &path, &headers, &body);
        let (first, again) = (put(), put());
        assert_eq!(first.status, 200, "{path}: {}", first.text);
        assert_eq!((again.status, &again.text), (200, &first.text), "{path}");
        assert_eq!(first.etag(), again.etag(), "{path}");
    }
}
