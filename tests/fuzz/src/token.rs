//! Tokens and API keys: only what was signed opens the door, and not for another audience or later.

use contracts::Service;
use http::HeaderValue;
use native::Request;
use platform::World as _;
use web::tokens::{self, Claims};

use crate::house::{self, Rooms};
use crate::input::Input;

/// The one key of the gateway's own tokens.
const KEY: &str = "ACCESS_TOKEN_KEY";

/// A byte for what to do, then a forgery: from nothing, out of a good token, or as a header.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    house::with(|rooms| match input.byte() % 4 {
        0 => refused(rooms, &input.text()),
        1 => check_changed(rooms, input),
        2 => check_header(rooms, "authorization", input.rest()),
        _ => check_header(rooms, "x-api-key", input.rest()),
    });
}

fn verify(rooms: &Rooms, token: &str, audience: &str, later_seconds: i64) -> Result<Claims, web::Problem> {
    let world = rooms.world(Service::Gateway);
    let now = world.now().plus_seconds(later_seconds);
    tokens::verify(&world, KEY, token, audience, now, 5)
}

fn refused(rooms: &Rooms, token: &str) {
    let problem = verify(rooms, token, "api", 0).expect_err("a forged token is accepted");
    assert_eq!(problem.status(), 401, "{problem:?}");
}

fn good(rooms: &Rooms) -> String {
    let claims = Claims {
        iss: "gateway".to_owned(),
        aud: "api".to_owned(),
        sub: "0190d000-0000-7000-8000-00000000a001".to_owned(),
        role: web::Role::Cashier,
        ten: kernel::Tenant::main(),
        cid: None,
        sid: Some("1".to_owned()),
        scp: None,
        auth_time: None,
        apb: None,
    };
    tokens::sign(&rooms.world(Service::Gateway), KEY, &claims, 900).unwrap()
}

/// A good token is good; with any byte changed, added or taken away it is not.
fn check_changed(rooms: &Rooms, mut input: Input<'_>) {
    let token = good(rooms);
    assert!(verify(rooms, &token, "api", 0).is_ok());
    assert!(verify(rooms, &token, "order", 0).is_err(), "for another audience");
    assert!(verify(rooms, &token, "api", 906).is_err(), "too late");
    let mut bytes = token.clone().into_bytes();
    for _ in 0..=input.byte() % 4 {
        let at = usize::from(input.byte()) | usize::from(input.byte() % 4) << 8;
        let at = at % bytes.len().max(1);
        match input.byte() % 4 {
            0 if !bytes.is_empty() => drop(bytes.remove(at)),
            1 => bytes.insert(at, input.byte()),
            2 => bytes.truncate(at),
            _ if !bytes.is_empty() => bytes[at] = input.byte(),
            _ => {}
        }
    }
    let changed = String::from_utf8_lossy(&bytes);
    if changed != token {
        refused(rooms, &changed);
    }
}

/// 401 at the public door, whatever the header says.
fn check_header(rooms: &Rooms, name: &'static str, value: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(value) else { return };
    let (mut parts, body) = Request::new(Vec::new()).into_parts();
    parts.uri = http::Uri::from_static("/api/v1/auth/me");
    parts.headers.insert(name, value);
    let response = rooms.send(Service::Gateway, Request::from_parts(parts, body));
    house::check_answer(&response);
    assert_eq!(response.status(), 401);
}
