//! Changes a valid request: its body as JSON and as bytes, its path, query, method, headers, and who sends it.

use house::User;
use serde_json::Value;

use crate::examples::{self, Example};
use crate::random::Random;
use crate::request::Request;
use crate::values;

const USERS: [User; 8] = [
    User::Guest,
    User::Admin,
    User::Manager,
    User::Accountant,
    User::Warehouse,
    User::Cashier,
    User::Wholesaler,
    User::Customer,
];
/// Stands in a JSON text for a value that no JSON library would write.
const MARK: &str = "\u{e000}";
/// One more than a JSON body may have, and than any body may have.
const JSON_BYTES_MAX: usize = 1024 * 1024;
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Deeper than any reader follows.
const DEPTH: usize = 10_000;

/// What answers have told: ids and cursors, also those of others.
#[derive(Debug, Default)]
pub struct Seen {
    /// UUIDs.
    pub ids: Vec<String>,
    /// `nextCursor` of any list.
    pub cursors: Vec<String>,
}

/// A request that is wrong, or odd, in one to three ways.
pub fn mutate(random: &mut Random, example: &Example, seen: &Seen) -> Request {
    let mut request = example.request.clone();
    let times = 1 + random.below(5) / 3 + random.below(8) / 7;
    for _ in 0..times {
        match random.below(16) {
            0..=7 if !request.body.is_empty() => body(random, &mut request, seen),
            0..=3 | 8 | 9 => query(random, &mut request, seen),
            4..=6 | 10 | 11 => parameter(random, &mut request, example, seen),
            12 | 13 => header(random, &mut request),
            14 => request.method = (*random.choose(values::METHODS)).to_owned(),
            _ if example.pinned => header(random, &mut request),
            _ => request.user = *random.choose(&USERS),
        }
    }
    if example.pinned {
        // A forged token is one thing; that of a demo user, with which it could be locked out, another.
        request.user = example.request.user;
    }
    request
}

fn body(random: &mut Random, request: &mut Request, seen: &Seen) {
    match serde_json::from_slice::<Value>(&request.body) {
        Ok(mut json) if !random.once_in(5) => {
            let raw = change_json(random, &mut json, seen);
            let text = json.to_string().replace(&format!("\"{MARK}\""), &raw);
            request.body = text.into_bytes();
        }
        _ => change_bytes(random, &mut request.body),
    }
}

/// Changes a value somewhere in the tree; answers the text that stands for the mark.
fn change_json(random: &mut Random, json: &mut Value, seen: &Seen) -> String {
    let target = random.below(count(json));
    let node = nth(json, target).1;
    let mark = || Value::from(MARK);
    match node {
        Value::Object(members) if !members.is_empty() && !random.once_in(4) => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = random.choose(&names).clone();
            match random.below(4) {
                0 => drop(members.remove(&name)),
                1 => {
                    let value = members.remove(&name).unwrap_or_default();
                    members.insert(
                        random.choose(&["", "Name", "__proto__", "a/b~c", "\u{202e}"]).to_string(),
                        value,
                    );
                }
                2 => drop(members.insert("unknown".to_owned(), mark())),
                _ => drop(members.insert(name, mark())),
            }
        }
        Value::Array(items) if !items.is_empty() && !random.once_in(3) => {
            let item = random.choose(items).clone();
            match random.below(4) {
                0 => items.clear(),
                1 => items.push(item),
                2 => items.extend(std::iter::repeat_n(item, *random.choose(&[21, 101, 201, 1001]))),
                _ => items.push(mark()),
            }
        }
        node => *node = mark(),
    }
    value(random, seen)
}

/// The text of a value.
fn value(random: &mut Random, seen: &Seen) -> String {
    match random.below(24) {
        0 => format!("\"{}\"", "x".repeat(*random.choose(&[41, 65, 201, 255, 501, 20_001, 100_000]))),
        1 => format!("\"{}\"", "\u{1f600}".repeat(*random.choose(&[40, 64, 200, 20_000]))),
        2 if random.once_in(4) => format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH)),
        3 if random.once_in(4) => format!("{}1{}", "{\"a\":".repeat(DEPTH), "}".repeat(DEPTH)),
        4 if random.once_in(4) => "9".repeat(70_000),
        5 | 6 if !seen.ids.is_empty() => format!("\"{}\"", random.choose(&seen.ids)),
        _ => (*random.choose(values::JSON)).to_owned(),
    }
}

fn count(json: &Value) -> usize {
    match json {
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// The value at a place, counted from the root; else how many places were passed.
fn nth(json: &mut Value, place: usize) -> (usize, &mut Value) {
    if place == 0 {
        return (0, json);
    }
    let mut left = place - 1;
    let inner: Vec<usize> = match json {
        Value::Object(members) => members.values().map(count).collect(),
        Value::Array(items) => items.iter().map(count).collect(),
        _ => Vec::new(),
    };
    let at = inner.iter().position(|size| {
        let here = left < *size;
        if !here {
            left -= size;
        }
        here
    });
    match (json, at) {
        (Value::Object(members), Some(at)) => match members.values_mut().nth(at) {
            Some(value) => nth(value, left),
            None => unreachable!("a member was counted that is not there"),
        },
        (Value::Array(items), Some(at)) => nth(&mut items[at], left),
        (json, _) => (left, json),
    }
}

fn change_bytes(random: &mut Random, body: &mut Vec<u8>) {
    let at = random.below(body.len());
    let mut insert = |bytes: &[u8]| drop(body.splice(at..at, bytes.iter().copied()));
    match random.below(14) {
        0 => body.truncate(at),
        1 => insert(b"\xff\xfe"),
        2 => insert(b"\xc3"),
        3 => insert(b"\0"),
        4 => insert(b"\""),
        5 => insert(b"\r\n"),
        6 => insert(b"{\"a\":1,"),
        7 => drop(body.splice(0..0, *b"\xef\xbb\xbf")),
        8 => body.extend_from_slice(b"{}"),
        9 => body.clear(),
        10 => duplicate_member(body),
        11 => body.extend(std::iter::repeat_n(b' ', if random.once_in(40) { BODY_BYTES_MAX } else { 1000 })),
        12 if random.once_in(10) => body.extend(std::iter::repeat_n(b' ', JSON_BYTES_MAX)),
        _ => {
            if let Some(byte) = body.get_mut(at) {
                *byte = u8::try_from(random.below(256)).unwrap_or(0);
            }
        }
    }
}

/// The first member stands twice, with another value.
fn duplicate_member(body: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(body).into_owned();
    let name =
        text.strip_prefix("{\"").and_then(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned());
    if let Some(name) = name {
        drop(body.splice(1..1, format!("\"{name}\":null,").into_bytes()));
    }
}

fn query(random: &mut Random, request: &mut Request, seen: &Seen) {
    let part = match random.below(8) {
        0 if !seen.cursors.is_empty() => format!("cursor={}", random.choose(&seen.cursors)),
        1 if !seen.ids.is_empty() => {
            format!(
                "{}={}",
                random.choose(&["warehouseId", "customerId", "sourceId", "cursor"]),
                random.choose(&seen.ids)
            )
        }
        2 if random.once_in(4) => format!("q={}", "x".repeat(*random.choose(&[200, 201, 5_000]))),
        3 if random.once_in(4) => format!("cursor={}", "A".repeat(*random.choose(&[1_024, 1_025, 9_000]))),
        _ => (*random.choose(values::QUERIES)).to_owned(),
    };
    let separator = if request.path.contains('?') { '&' } else { '?' };
    request.path.push(separator);
    request.path.push_str(&part);
}

fn parameter(random: &mut Random, request: &mut Request, example: &Example, seen: &Seen) {
    let query = request.path.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    if example.parameters.is_empty() || random.once_in(8) {
        let path = request.path.split('?').next().unwrap_or_default().to_owned();
        let odd = match random.below(6) {
            0 => format!("{path}/"),
            1 => format!("{path}/x"),
            2 => path.replacen("/api/v1/", "/api/v1//", 1),
            3 => path.replacen("/api/v1/", "/api/", 1),
            4 => path.replacen("/api/v1/", "/api/v1/%2e%2e/", 1),
            _ => path.to_uppercase(),
        };
        request.path = format!("{odd}{query}");
        return;
    }
    let mut parameters = example.parameters.clone();
    let at = random.below(parameters.len());
    parameters[at] = match random.below(6) {
        0 if random.once_in(4) => "a".repeat(*random.choose(&[65, 1_000, 5_000])),
        0 | 1 if !seen.ids.is_empty() && !example.its_own => random.choose(&seen.ids).clone(),
        2 => parameters[at].to_uppercase(),
        _ => (*random.choose(values::PARAMETERS)).to_owned(),
    };
    request.path = format!("{}{query}", examples::path(example.route, &parameters));
}

fn header(random: &mut Random, request: &mut Request) {
    match random.below(12) {
        0 => request.headers.retain(|(name, _)| name != "content-type"),
        1 => request.headers.push(("content-type".to_owned(), b"text/plain".to_vec())),
        2 => request.set_header("x-request-id", "x".repeat(10_000)),
        3 => request.set_header("idempotency-key", "k".repeat(*random.choose(&[200, 201, 5_000]))),
        4 => request.set_header("authorization", format!("Bearer {}", "x".repeat(8_000))),
        _ => {
            let (name, value) = random.choose(values::HEADERS);
            request.set_header(name, *value);
        }
    }
}
