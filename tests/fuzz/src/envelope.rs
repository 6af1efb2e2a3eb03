//! Messages: an envelope reads back as itself, and a reader settles or keeps whatever it is handed.

use contracts::{Envelope, Service};
use native::Request;
use serde_json::json;
use web::Role;

use crate::house;

/// Who reads messages of others.
const READERS: [Service; 4] = [Service::Inventory, Service::Order, Service::Accounting, Service::Mail];

/// A message's body.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(envelope) = Envelope::parse(&text) {
        let written = envelope.to_json();
        assert_eq!(Envelope::parse(&written).unwrap().to_json(), written);
        for queue in envelope.kind.readers() {
            assert!(READERS.contains(&queue.reader()));
        }
    }
    for service in READERS {
        deliver(service, &text);
    }
}

/// As the relay does: the answer is 200, whatever the message is.
fn deliver(service: Service, message: &str) {
    let body = json!({ "messages": [{ "id": "m", "queue": "q", "body": message }] });
    house::with(|rooms| {
        let (mut parts, body) = Request::new(body.to_string().into_bytes()).into_parts();
        parts.method = http::Method::POST;
        parts.uri = http::Uri::from_static("/internal/events");
        let token = format!("Bearer {}", rooms.service_token(service, Role::System));
        parts.headers.insert("authorization", token.parse().unwrap());
        parts.headers.insert("content-type", "application/json".parse().unwrap());
        let response = rooms.send(service, Request::from_parts(parts, body));
        assert_eq!(response.status(), 200, "{}", String::from_utf8_lossy(response.body()));
    });
}
