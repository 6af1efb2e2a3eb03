//! What changed requests have found, each by its name.

use house::{Api, User};
use house_input::door::Native;
use serde_json::json;

#[test]
fn every_401_says_how_to_do_better() {
    let house = Native::open();
    // Of the gateway's own, and of a service behind it.
    for path in ["/users", "/accounting/accounts"] {
        let answer = house.get(User::Guest, path);
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")), "{path}");
    }
}

#[test]
fn a_time_in_a_year_without_a_calendar_is_refused_by_its_field() {
    let house = Native::open();
    let body = json!({ "amount": { "amount": "1.00", "currency": "USD" }, "method": "Cash", "paidAt": "9999-12-31T23:59:59-00:01" });
    let path = "/accounting/invoices/00000000-0000-0000-0000-000000000000/payments";
    assert_eq!(house.post(User::Accountant, path, &body).refused(422, "VALIDATION_FAILED"), ["/paidAt"]);
}

#[test]
fn an_address_that_lower_case_makes_too_long_is_refused_by_its_field() {
    let house = Native::open();
    let email = format!("a@{}.x", "\u{130}".repeat(248));
    let body = json!({ "name": "Ada", "email": email, "type": "Retail" });
    assert_eq!(house.post(User::Manager, "/customers", &body).refused(422, "VALIDATION_FAILED"), ["/email"]);
}

#[test]
fn a_synced_sale_that_cannot_be_read_is_refused_in_words_for_people() {
    let house = Native::open();
    let shop = house::scenarios::Shop::open(&house);
    let answer = shop.sync(&shop.enrol("T1"), &[json!(5), json!({ "id": 7 })]).expect(200);
    for result in answer["results"].as_array().unwrap() {
        assert_eq!(result["status"], "Refused", "{answer}");
        let detail = result["detail"].as_str().unwrap();
        assert!(detail.contains("must be") && !detail.contains("struct"), "{detail}");
    }
}

/// An id that others can guess lets them take it first. Every route that takes one asks for a random one.
#[test]
fn an_id_that_a_client_chooses_is_random_everywhere() {
    let house = Native::open();
    let mut routes = std::collections::BTreeSet::new();
    for example in house_input::examples::record(&house, "r").unwrap() {
        let Ok(mut body) = serde_json::from_slice::<serde_json::Value>(&example.request.body) else {
            continue;
        };
        if example.answer.status >= 300
            || example.request.method != "POST"
            || !body.is_object()
            || example.slow
            || example.route.starts_with("/auth")
        {
            continue;
        }
        // A counter, a node's clock, a name's hash, a variant that is not ours.
        for id in [
            "00000000-0000-0000-0000-000000000001",
            "c232ab00-9414-11ec-b3c8-9f6bdeced846",
            "5df41881-3aed-3515-88a7-2f4a814cf09e",
            "2ed6657d-e927-568b-95e1-2665a8aea6a2",
            "0193e9a0-0000-7000-c000-000000000001",
        ] {
            body["id"] = json!(id);
            let mut request = example.request.clone();
            request.body = body.to_string().into_bytes();
            let house_input::door::Outcome::Answered(answer) =
                house_input::door::Door::send(&house, &request)
            else {
                panic!("{}: no answer", example.route)
            };
            assert!(answer.status >= 300 || !answer.text.contains(id), "{} takes {id}", example.route);
            if answer.status != 422 {
                // It takes no body, or not twice.
                continue;
            }
            let errors = answer.json()["errors"].as_array().unwrap();
            let Some(told) = errors.iter().find(|error| error["pointer"] == "/id") else { continue };
            // Other routes take no id.
            if told["detail"].as_str().unwrap().contains("random") {
                routes.insert(example.route);
            }
        }
    }
    let wanted = [
        "/customers",
        "/inventory/adjustments",
        "/inventory/transfers",
        "/inventory/warehouses",
        "/orders/retail",
    ];
    assert!(wanted.iter().all(|route| routes.contains(route)), "{routes:?}");
}
