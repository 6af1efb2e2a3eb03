//! The service itself: taken in once, shown to the office, forgotten in time, and the HTTP provider.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::type_complexity,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contracts::Event;
use contracts::events::{MailContent, ResetMail};
use serde_json::{Value, json};
use support::{Office, SECRET, contents};
use web::{Role, tokens};

fn received() -> MailContent {
    contents().swap_remove(0)
}

#[tokio::test]
async fn a_request_that_comes_twice_is_one_mail() {
    let office = Office::open(&[]);
    let mail = office.mail("ada@example.org", Some("Ada"), received());
    let message = office.message(&Event::MailRequested(mail.clone()));
    office.deliver(&message).await;
    office.deliver(&message).await;
    // Another message with the same mail.
    let id = office.want(mail).await;
    let listed = office.get("/mail").await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    let shown = office.shown(&id).await;
    assert_eq!((&shown["status"], &shown["subject"]), (&json!("Sent"), &json!("Your order ORD-2026-000001")));
    assert!(shown["text"].as_str().unwrap().contains("Hello Ada,"));
}

#[tokio::test]
async fn the_office_lists_mails_by_status_and_recipient_and_nobody_else_does() {
    let office = Office::open(&[]);
    let mut ids = Vec::new();
    for to in ["ada@example.org", "bob@example.org", "ada@example.org"] {
        ids.push(office.want(office.mail(to, None, received())).await);
        office.house.advance_seconds(1);
    }
    let bad = office.want(office.mail("a>b@example.org", None, received())).await;
    let listed = |answer: Value| -> Vec<String> {
        let data = answer["data"].as_array().unwrap();
        data.iter().map(|mail| mail["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = office.get("/mail").await.expect(200);
    assert!(!all.to_string().contains(SECRET));
    assert_eq!(listed(all), [&bad, &ids[2], &ids[1], &ids[0]].map(Clone::clone));
    assert_eq!(
        listed(office.get("/mail?to=ada@example.org").await.expect(200)),
        [ids[2].clone(), ids[0].clone()]
    );
    assert_eq!(listed(office.get("/mail?status=Failed").await.expect(200)), [bad]);
    let page = office.get("/mail?limit=2").await.expect(200);
    let next = page["nextCursor"].as_str().unwrap();
    assert_eq!(
        listed(office.get(&format!("/mail?limit=2&cursor={next}")).await.expect(200)),
        [ids[1].clone(), ids[0].clone()]
    );
    office.get("/mail?to=ada@example.org&status=Sent").await.expect(422);
    office.get("/mail/0193e9a0-0000-7000-8000-000000000009").await.expect(404);
    for role in [Role::Cashier, Role::Accountant, Role::Customer] {
        office.by(role).get("/mail").await.expect(403);
        office.by(role).post(&format!("/mail/{}/resend", ids[0]), json!({})).await.expect(403);
    }
    office.guest().get("/mail").await.expect(401);
}

#[tokio::test]
async fn a_mail_is_sent_again_as_another_message_unless_its_link_is_used_up() {
    let office = Office::open(&[
        ("MAIL_PROVIDER", "http"),
        ("MAIL_API_URL", "https://mail.example/emails"),
        ("MAIL_SECRET", "key"),
    ]);
    let provider = Provider::at(&office);
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    let path = format!("/mail/{id}/resend");
    office.post_once(&path, "once", json!({})).await.expect(202);
    office.house.settle().await;
    office.post_once(&path, "once", json!({})).await.expect(202);
    office.house.settle().await;
    let keys: Vec<String> = provider.asked().iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(keys, [format!("{id}.1"), format!("{id}.2")]);
    assert_eq!(office.shown(&id).await["round"], 2);
    let reset = office
        .want(office.mail("ada@example.org", None, MailContent::PasswordReset(ResetMail { minutes: 30 })))
        .await;
    office.post(&format!("/mail/{reset}/resend"), json!({})).await.refused(409, "STATE_CONFLICT");
    assert!(provider.asked()[2].1.to_string().contains(SECRET), "its recipient got the link");
    let kept = store::Statement {
        text: "select count(*) as n from mails where secret is not null and template = 'PasswordReset'",
        values: Vec::new(),
    };
    let rows: Vec<Value> = store::Database::query(&office.database(), kept).await.unwrap().read().unwrap();
    assert_eq!(rows[0]["n"], 0, "nobody has the secret any more");
}

#[tokio::test]
async fn what_mails_said_is_forgotten_and_that_there_was_one_is_not() {
    let office = Office::open(&[("MAIL_DAYS", "10")]);
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    office.sweep_after(9 * 86_400).await;
    assert_eq!(office.shown(&id).await["forgotten"], false);
    office.sweep_after(2 * 86_400).await;
    let shown = office.shown(&id).await;
    assert_eq!(
        (&shown["forgotten"], &shown["text"], &shown["status"]),
        (&json!(true), &Value::Null, &json!("Sent"))
    );
    office.post(&format!("/mail/{id}/resend"), json!({})).await.refused(409, "STATE_CONFLICT");
}

#[tokio::test]
async fn without_a_provider_mails_wait_and_old_ones_are_not_sent_at_last() {
    let office = Office::open(&[("MAIL_PROVIDER", "none")]);
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    office.sweep_after(3_600).await;
    let shown = office.shown(&id).await;
    assert_eq!((&shown["status"], &shown["attempts"]), (&json!("Queued"), &json!(0)));
    office.house.set("MAIL_PROVIDER", "mailbox");
    office.sweep_after(60).await;
    assert_eq!(office.status(&id).await, "Sent");
    office.house.set("MAIL_PROVIDER", "none");
    let old = office.want(office.mail("ada@example.org", None, received())).await;
    office.sweep_after(4 * 86_400).await;
    office.house.set("MAIL_PROVIDER", "mailbox");
    office.sweep_after(60).await;
    let shown = office.shown(&old).await;
    assert_eq!(
        (&shown["status"], &shown["attempts"]),
        (&json!("Failed"), &json!(0)),
        "news of last week is none"
    );
}

#[tokio::test]
async fn the_mailbox_of_a_developer_exists_only_where_nothing_leaves() {
    let office = Office::open(&[]);
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    let list = office.guest().get("/dev/mail").await.text;
    assert!(list.contains(&format!("/dev/mail/{id}")) && list.contains("ada@example.org"), "{list}");
    let html = office.guest().get(&format!("/dev/mail/{id}")).await.text;
    assert!(html.contains(SECRET) && html.starts_with("<!doctype html>"));
    assert!(office.guest().get(&format!("/dev/mail/{id}/text")).await.text.contains(SECRET));
    for provider in ["none", "smtp", "http"] {
        office.house.set("MAIL_PROVIDER", provider);
        for path in ["/dev/mail".to_owned(), format!("/dev/mail/{id}"), format!("/dev/mail/{id}/text")] {
            office.guest().get(&path).await.expect(404);
        }
    }
}

/// A provider that answers as it is told, and keeps what it was asked.
#[derive(Clone)]
struct Provider {
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    answers: Arc<Mutex<Vec<Result<(u16, &'static str), &'static str>>>>,
}

impl Provider {
    fn at(office: &Office) -> Self {
        let provider = Self { asked: Arc::default(), answers: Arc::default() };
        let inside = provider.clone();
        office.house.outside(Box::new(move |request| {
            assert_eq!(request.uri().to_string(), "https://mail.example/emails");
            assert_eq!(request.headers()["authorization"], "Bearer key");
            let key = request.headers()["idempotency-key"].to_str().unwrap().to_owned();
            let body = serde_json::from_slice(request.body()).unwrap();
            inside.asked.lock().unwrap().push((key.clone(), body));
            let answer = inside.answers.lock().unwrap().pop();
            let (status, body) = match answer {
                None => (200, format!("{{\"id\":\"at-{key}\"}}")),
                Some(Ok((status, body))) => (status, body.to_owned()),
                Some(Err(cause)) => return Err(platform::FetchError(cause.to_owned())),
            };
            Ok(http::Response::builder().status(status).body(body.into_bytes()).unwrap())
        }));
        provider
    }

    fn asked(&self) -> Vec<(String, Value)> {
        self.asked.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_provider_that_is_silent_or_busy_is_asked_again_under_the_same_key() {
    let office = Office::open(&[
        ("MAIL_PROVIDER", "http"),
        ("MAIL_API_URL", "https://mail.example/emails"),
        ("MAIL_SECRET", "key"),
    ]);
    let provider = Provider::at(&office);
    *provider.answers.lock().unwrap() =
        vec![Err("no answer"), Ok((503, "")), Ok((429, "{}")), Err("no answer")];
    let id = office.want(office.mail("ada@example.org", Some("Ada"), received())).await;
    for seconds in [61, 301, 901] {
        office.sweep_after(seconds).await;
        assert_eq!(office.status(&id).await, "Queued");
    }
    office.sweep_after(1_801).await;
    assert_eq!(office.status(&id).await, "Sent");
    let asked = provider.asked();
    assert_eq!(asked.len(), 5);
    assert!(
        asked.iter().all(|(key, body)| *key == format!("{id}.1") && body == &asked[0].1),
        "the same each time"
    );
    let body = &asked[0].1;
    assert_eq!(body["to"], json!(["\"Ada\" <ada@example.org>"]));
    assert_eq!(body["headers"]["Message-ID"], format!("<{id}.1@shop.example>"));
    *provider.answers.lock().unwrap() = vec![Ok((422, r#"{"message":"no"}"#))];
    let refused = office.want(office.mail("ada@example.org", None, received())).await;
    let shown = office.shown(&refused).await;
    assert_eq!((&shown["status"], &shown["lastError"]), (&json!("Failed"), &json!("422 no")));
}

#[tokio::test]
async fn a_bounce_is_recorded_only_when_the_provider_has_signed_it() {
    let office = Office::open(&[
        ("MAIL_PROVIDER", "http"),
        ("MAIL_API_URL", "https://mail.example/emails"),
        ("MAIL_SECRET", "key"),
        ("MAIL_WEBHOOK_KEY", &format!("whsec_{}", STANDARD.encode("a key of the provider"))),
    ]);
    let _provider = Provider::at(&office);
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    let now = office.world();
    let seconds = platform::World::now(&now).unix_seconds();
    let body = json!({ "type": "email.bounced", "data": { "email_id": format!("at-{id}.1"), "to": ["Ada <ada@example.org>"],
        "bounce": { "type": "Permanent", "message": "550 no such user" } } }).to_string();
    let sign = |body: &str, seconds: i64| {
        let mac = tokens::hmac(b"a key of the provider", format!("msg_1.{seconds}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac))
    };
    let report = async |body: &str, seconds: i64, signature: &str| {
        let seconds = seconds.to_string();
        let headers = [
            ("content-type", "application/json"),
            ("svix-id", "msg_1"),
            ("svix-timestamp", &seconds),
            ("svix-signature", signature),
        ];
        office.guest().with(&headers).send("POST", "/mail/bounces", body).await
    };
    let good = sign(&body, seconds);
    report(&body, seconds, "v1,AAAA").await.expect(401);
    report(&body.replace("ada@", "bob@"), seconds, &good).await.expect(401);
    report(&body, seconds - 301, &sign(&body, seconds - 301)).await.expect(401);
    office.guest().post("/mail/bounces", json!({ "type": "x", "data": {} })).await.expect(401);
    assert_eq!(office.status(&id).await, "Sent");
    let other = json!({ "type": "email.delivered", "data": {} }).to_string();
    report(&other, seconds, &sign(&other, seconds)).await.expect(204);
    // An old and a new key may sign; a report may come twice.
    for _ in 0..2 {
        report(&body, seconds, &format!("v1,AAAA {good}")).await.expect(204);
    }
    let shown = office.shown(&id).await;
    assert_eq!((&shown["status"], &shown["lastError"]), (&json!("Bounced"), &json!("550 no such user")));
    let next = office.want(office.mail("ada@example.org", None, received())).await;
    assert_eq!(office.status(&next).await, "Failed", "a dead address is not tried again");
    let broken = json!({ "type": "email.bounced", "data": { "email_id": 1 } }).to_string();
    report(&broken, seconds, &sign(&broken, seconds)).await.expect(422);
    office.house.set("MAIL_WEBHOOK_KEY", "");
    report(&body, seconds, &good).await.expect(401);
}
