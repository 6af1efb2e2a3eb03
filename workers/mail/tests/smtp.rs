//! Mails to a real mail server: a process of nodemailer's smtp-server, which answers as each test wants.

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

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contracts::events::MailContent;
use contracts::terms::Language;
use serde_json::{Value, json};
use support::{Office, SECRET, contents, in_language};

static NODE: LazyLock<PathBuf> = LazyLock::new(|| xtask::setup::ensure_node().unwrap());

/// A mail server. It ends when this is dropped, because its input ends.
struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u64,
}

impl Server {
    fn start(behaviour: &Value) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server/smtp.mjs");
        let mut child = Command::new(&*NODE)
            .arg(script)
            .arg(behaviour.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self { child, lines, port: 0 };
        server.port = server.next()["port"].as_u64().unwrap();
        server
    }

    /// What happens next.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the mail server says {line:?}"))
    }

    fn office(&self, scheme: &str, user: &str) -> Office {
        let url = format!("{scheme}://{user}localhost:{}", self.port);
        let office =
            Office::open(&[("MAIL_PROVIDER", "smtp"), ("SMTP_URL", &url), ("MAIL_SECRET", "pass word")]);
        let pem = include_str!("server/certificate.pem");
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        office.house.trust(STANDARD.decode(base64).unwrap());
        office
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The head of a message and its decoded parts.
fn read(message: &Value) -> (String, Vec<String>) {
    let bytes: Vec<u8> = message.as_str().unwrap().chars().map(|letter| letter as u8).collect();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let boundary = head.split_once("boundary=\"").unwrap().1.split_once('"').unwrap().0;
    let line = format!("--{boundary}");
    let parts = body.split(&line).filter_map(|part| {
        let (_, content) = part.split_once("\r\n\r\n")?;
        let content: String = content.split_whitespace().collect();
        Some(String::from_utf8(STANDARD.decode(content).unwrap()).unwrap())
    });
    (head.to_owned(), parts.collect())
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.split("\r\n").find(|line| line.starts_with(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {head}")).split_once(": ").unwrap().1
}

fn received() -> MailContent {
    contents().swap_remove(0)
}

#[tokio::test]
async fn a_mail_goes_out_encrypted_and_logged_in_with_text_and_html() {
    for (tls, scheme, methods) in [
        ("starttls", "smtp", json!(["PLAIN"])),
        ("implicit", "smtps", json!(["LOGIN"])),
        ("starttls", "smtp", json!(["LOGIN", "PLAIN"])),
    ] {
        let mut server = Server::start(&json!({ "tls": tls, "methods": methods, "password": "pass word" }));
        let office = server.office(scheme, "us%40er@");
        let mail = in_language(office.mail("ada@example.org", Some("Ada Grün"), received()), Language::De);
        let id = office.want(mail).await;
        assert_eq!(server.next(), json!({ "auth": "us@er", "secure": true }));
        let taken = server.next();
        assert_eq!(
            (&taken["to"], &taken["secure"], &taken["user"]),
            (&json!(["ada@example.org"]), &json!(true), &json!("us@er"))
        );
        let (head, parts) = read(&taken["mail"]);
        assert_eq!(header(&head, "Message-ID"), format!("<{id}.1@shop.example>"));
        assert_eq!(header(&head, "From"), "\"Harbour & Sons\" <shop@shop.example>");
        assert_eq!(
            header(&head, "To"),
            format!("=?utf-8?B?{}?= <ada@example.org>", STANDARD.encode("Ada Grün"))
        );
        assert_eq!(parts.len(), 2);
        assert!(
            parts[0].contains("Guten Tag Ada Grün,") && parts[0].contains("抹茶茶碗セット"),
            "{}",
            parts[0]
        );
        assert!(parts[1].starts_with("<!doctype html>") && parts[1].contains(SECRET), "{}", parts[1]);
        let shown = office.shown(&id).await;
        assert_eq!(
            (&shown["status"], &shown["attempts"], &shown["language"]),
            (&json!("Sent"), &json!(1), &json!("de"))
        );
        assert!(!shown.to_string().contains(SECRET), "the office does not see the secret");
        office.sweep_after(86_400).await;
        assert_eq!(office.shown(&id).await["attempts"], 1, "it is sent once");
    }
}

#[tokio::test]
async fn a_server_that_says_later_gets_it_later() {
    let mut server = Server::start(&json!({ "tls": "starttls", "delays": 2 }));
    let office = server.office("smtp", "");
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    let shown = office.shown(&id).await;
    assert_eq!(
        (&shown["status"], &shown["lastError"]),
        (&json!("Queued"), &json!("451 4.7.1 Greylisted, come back later"))
    );
    office.sweep_after(30).await;
    assert_eq!(office.shown(&id).await["attempts"], 1, "not before it is due");
    office.sweep_after(31).await;
    assert_eq!(office.shown(&id).await["attempts"], 2);
    office.sweep_after(301).await;
    assert_eq!(office.status(&id).await, "Sent");
    assert_eq!(server.next()["to"], json!(["ada@example.org"]));
}

#[tokio::test]
async fn a_permanent_refusal_is_final_and_a_dead_address_is_left_alone_until_a_person_tries_again() {
    let refuse =
        json!({ "gone@example.org": "550 5.1.1 No such user", "full@example.org": "550 5.7.1 Not from you" });
    let mut server = Server::start(&json!({ "tls": "starttls", "refuse": refuse }));
    let office = server.office("smtp", "");
    let gone = office.want(office.mail("gone@example.org", None, received())).await;
    let blocked = office.want(office.mail("full@example.org", None, received())).await;
    for (id, error) in [(&gone, "550 5.1.1 No such user"), (&blocked, "550 5.7.1 Not from you")] {
        let shown = office.shown(id).await;
        assert_eq!(
            (&shown["status"], &shown["lastError"], &shown["attempts"]),
            (&json!("Failed"), &json!(error), &json!(1))
        );
    }
    let next = office.want(office.mail("gone@example.org", None, received())).await;
    let shown = office.shown(&next).await;
    assert_eq!((&shown["status"], &shown["attempts"]), (&json!("Failed"), &json!(0)));
    assert_eq!(shown["lastError"], "the address does not exist: 550 5.1.1 No such user");
    // A block is about us, not about the address.
    let again = office.want(office.mail("full@example.org", None, received())).await;
    assert_eq!(office.shown(&again).await["attempts"], 1);
    // A person tries again: so does the machine.
    office.post(&format!("/mail/{next}/resend"), json!({})).await.expect(202);
    office.house.settle().await;
    assert_eq!(office.shown(&next).await["attempts"], 1);
    // One connection that works shows that nothing else came through.
    office.want(office.mail("ada@example.org", None, received())).await;
    assert_eq!(server.next()["to"], json!(["ada@example.org"]));
}

#[tokio::test]
async fn a_connection_that_is_cut_after_the_message_is_tried_once_more_under_the_same_message_id() {
    let mut server = Server::start(&json!({ "tls": "starttls", "cuts": 1 }));
    let office = server.office("smtp", "");
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    let shown = office.shown(&id).await;
    assert_eq!((&shown["status"], &shown["unknownAttempts"]), (&json!("Queued"), &json!(1)));
    office.sweep_after(600).await;
    assert_eq!(office.shown(&id).await["attempts"], 1, "a slow server has ten minutes");
    office.sweep_after(301).await;
    assert_eq!(office.status(&id).await, "Sent");
    let (first, second) = (server.next(), server.next());
    assert_eq!(first["mail"], second["mail"], "the same message to the byte, Message-ID and date included");

    let mut server = Server::start(&json!({ "tls": "starttls", "cuts": 9 }));
    let office = server.office("smtp", "");
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    office.sweep_after(901).await;
    office.sweep_after(86_400).await;
    let shown = office.shown(&id).await;
    assert_eq!(
        (&shown["status"], &shown["attempts"]),
        (&json!("Failed"), &json!(2)),
        "never more than twice"
    );
    assert!(shown["lastError"].as_str().unwrap().starts_with("it may have arrived, nobody knows"), "{shown}");
    let _ = (server.next(), server.next());
}

#[tokio::test]
async fn no_password_and_no_mail_goes_out_unencrypted_or_to_a_stranger() {
    // No STARTTLS; a certificate that nobody trusts; a server that is not there.
    let bare = Server::start(&json!({ "tls": "none", "password": "pass word" }));
    let office = bare.office("smtp", "user@");
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    let shown = office.shown(&id).await;
    assert_eq!(
        (&shown["status"], &shown["lastError"]),
        (&json!("Queued"), &json!("the mail server offers no encryption (STARTTLS)"))
    );

    let stranger = Server::start(&json!({ "tls": "starttls", "password": "pass word" }));
    let url = format!("smtp://user@localhost:{}", stranger.port);
    let office = Office::open(&[("MAIL_PROVIDER", "smtp"), ("SMTP_URL", &url), ("MAIL_SECRET", "pass word")]);
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    let shown = office.shown(&id).await;
    assert_eq!((&shown["status"], &shown["unknownAttempts"]), (&json!("Queued"), &json!(0)), "{shown}");

    let office = Office::open(&[("MAIL_PROVIDER", "smtp"), ("SMTP_URL", "smtp+plain://127.0.0.1:1")]);
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    assert_eq!(office.status(&id).await, "Queued");

    // A wrong password is the shop's to repair; the mail waits.
    let mut server = Server::start(&json!({ "tls": "starttls", "password": "another" }));
    let office = server.office("smtp", "user@");
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    assert_eq!(server.next()["auth"], "user");
    let shown = office.shown(&id).await;
    assert_eq!(
        (&shown["status"], &shown["lastError"]),
        (&json!("Queued"), &json!("the log-in failed: 535 5.7.8 wrong"))
    );
    assert!(!office.house.take_log().iter().any(|line| line.contains("pass word") || line.contains(SECRET)));
}

#[tokio::test]
async fn a_refusal_after_the_message_is_known_and_not_in_doubt() {
    let mut server = Server::start(&json!({ "tls": "starttls", "afterData": "554 5.6.0 Too ugly" }));
    let office = server.office("smtp", "");
    let id = office.want(office.mail("ada@example.org", None, received())).await;
    let shown = office.shown(&id).await;
    assert_eq!((&shown["status"], &shown["unknownAttempts"]), (&json!("Failed"), &json!(0)));
    let _ = server.next();
}

#[tokio::test]
async fn addresses_with_any_letters_arrive_where_the_server_takes_them() {
    let mut server = Server::start(&json!({ "tls": "starttls" }));
    let office = server.office("smtp", "");
    office.want(office.mail("grün@bücher.example", Some("抹茶"), received())).await;
    let taken = server.next();
    assert!(taken["to"][0].as_str().unwrap().starts_with("grün@"), "{taken}");

    let server = Server::start(&json!({ "tls": "starttls", "utf8": false }));
    let office = server.office("smtp", "");
    let id = office.want(office.mail("grün@bücher.example", None, received())).await;
    let shown = office.shown(&id).await;
    assert_eq!(shown["status"], "Failed");
    assert!(shown["lastError"].as_str().unwrap().contains("SMTPUTF8"), "{shown}");
    // Signs that would end the command are not sent at all.
    let id = office.want(office.mail("a>b@example.org", None, received())).await;
    assert_eq!(office.status(&id).await, "Failed");
}

#[tokio::test]
async fn no_name_however_long_or_strange_adds_a_header_or_a_recipient() {
    let mut server = Server::start(&json!({ "tls": "starttls" }));
    let office = server.office("smtp", "");
    let long = "ß".repeat(200);
    for name in [
        "Ada\r\nBcc: evil@example.org",
        "\"<evil@example.org>\", x",
        "=?utf-8?Q?x?=",
        &long,
        ".\r\n.\r\nMAIL FROM:<x@y.z>",
    ] {
        let id = office.want(office.mail("ada@example.org", Some(name), received())).await;
        assert_eq!(office.status(&id).await, "Sent", "{name}");
        let taken = server.next();
        assert_eq!(taken["to"], json!(["ada@example.org"]), "{name}");
        let (head, parts) = read(&taken["mail"]);
        let names: Vec<&str> = head
            .split("\r\n")
            .filter_map(|line| Some(line.split_once(": ")?.0))
            .filter(|name| !name.starts_with(' '))
            .collect();
        assert_eq!(names.iter().filter(|name| **name == "To").count(), 1);
        assert!(!names.contains(&"Bcc"), "{head}");
        assert!(head.split("\r\n").all(|line| line.len() < 200), "{head}");
        assert_eq!(parts.len(), 2, "{name}");
    }
}
