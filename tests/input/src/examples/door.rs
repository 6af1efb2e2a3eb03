//! Users, sessions, keys, and what the gateway itself tells.

use house::User;
use serde_json::{Value, json};

use super::{Recorder, Sent, text};

/// A password of users that exist for this only.
const PASSWORD: &str = "a-password-of-nobody";

pub(super) fn record(recorder: &mut Recorder<'_>) -> Result<(), String> {
    let _ = recorder.get(User::Guest, "/health", &[], "")?;
    recorder.send(User::Manager, "GET", "/metrics", &[], "", &Value::Null, 200)?;
    // The settings of a new house name no contact.
    recorder.send(User::Guest, "GET", "/.well-known/security.txt", &[], "", &Value::Null, 404)?;
    let _ = recorder.get(User::Cashier, "/auth/me", &[], "")?;
    users(recorder)?;
    sessions(recorder)
}

fn user(recorder: &Recorder<'_>, name: &str) -> Value {
    let email = format!("{name}.{}@example.org", recorder.tag);
    json!({ "email": email, "name": "A passing user", "role": "cashier", "password": PASSWORD })
}

fn users(recorder: &mut Recorder<'_>) -> Result<(), String> {
    let body = user(recorder, "staff");
    let id = text(&recorder.post(User::Admin, "/users", &[], &body, 201)?, "id")?;
    recorder.last(|example| example.slow = true);
    let _ = recorder.get(User::Admin, "/users", &[], "?limit=2")?;
    let _ = recorder.get(User::Admin, "/users/{id}", &[&id], "")?;
    let mut changed = body;
    changed["name"] = json!("A renamed user");
    let _ = recorder.put(User::Admin, "/users/{id}", &[&id], &changed)?;
    recorder.last(|example| example.slow = true);
    let key = json!({ "name": "a till", "role": "cashier" });
    let key = text(&recorder.post(User::Admin, "/users/{id}/api-keys", &[&id], &key, 201)?, "id")?;
    let _ = recorder.get(User::Admin, "/users/{id}/api-keys", &[&id], "")?;
    let gone = "/users/{id}/api-keys/{key}";
    recorder.send(User::Admin, "DELETE", gone, &[&id, &key], "", &Value::Null, 204)?;
    let body = user(recorder, "leaver");
    let leaver = text(&recorder.post(User::Admin, "/users", &[], &body, 201)?, "id")?;
    recorder.last(|example| example.slow = true);
    recorder.send(User::Admin, "DELETE", "/users/{id}", &[&leaver], "", &Value::Null, 204)?;
    let _ = recorder.get(User::Admin, "/audit-log", &[], "?limit=3")?;
    let _ = recorder.get(User::Manager, "/audit-trail", &[], "?service=gateway&limit=2")?;
    Ok(())
}

fn sessions(recorder: &mut Recorder<'_>) -> Result<(), String> {
    let body = user(recorder, "visitor");
    let _ = recorder.post(User::Admin, "/users", &[], &body, 201)?;
    recorder.last(|example| example.slow = true);
    let login = json!({ "email": body["email"], "password": PASSWORD });
    let session = recorder.post(User::Guest, "/auth/login", &[], &login, 200)?;
    recorder.last(|example| (example.slow, example.pinned) = (true, true));
    let refresh = json!({ "refreshToken": session["refreshToken"] });
    let session = recorder.post(User::Guest, "/auth/refresh", &[], &refresh, 200)?;
    let token = text(&session, "accessToken")?;
    let step_up = json!({ "password": PASSWORD }).to_string();
    as_visitor(recorder, &token, ("POST", "/auth/step-up", &[]), &step_up, 200)?;
    recorder.last(|example| example.slow = true);
    let password = json!({ "currentPassword": PASSWORD, "newPassword": "another-password-of-nobody" });
    as_visitor(recorder, &token, ("POST", "/auth/password", &[]), &password.to_string(), 204)?;
    recorder.last(|example| example.slow = true);
    let sessions = as_visitor(recorder, &token, ("GET", "/auth/sessions", &[]), "", 200)?;
    let id = text(&sessions["data"][0], "id")?;
    as_visitor(recorder, &token, ("DELETE", "/auth/sessions/{id}", &[&id]), "", 204)?;
    let wanted = json!({ "email": body["email"] });
    let _ = recorder.post(User::Guest, "/auth/password-resets", &[], &wanted, 202)?;
    // The token is in a mail that only its recipient reads.
    let confirm = json!({ "token": "0".repeat(64), "password": "a-third-password-of-nobody" });
    recorder.post(User::Guest, "/auth/password-resets/confirm", &[], &confirm, 422)?;
    let logout = json!({ "refreshToken": session["refreshToken"] });
    recorder.post(User::Guest, "/auth/logout", &[], &logout, 204)?;
    Ok(())
}

/// As the visitor, whose token stands in the request.
fn as_visitor(
    recorder: &mut Recorder<'_>,
    token: &str,
    (method, route, parameters): (&str, &'static str, &[&str]),
    body: &str,
    expected: u16,
) -> Result<Value, String> {
    let bearer = format!("Bearer {token}");
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    let headers = if body.is_empty() { &headers[1..] } else { &headers };
    let sent = Sent { user: User::Guest, method, route, parameters, query: "", headers, body, expected };
    let answer = recorder.take(&sent)?;
    recorder.last(|example| example.pinned = true);
    Ok(answer)
}
