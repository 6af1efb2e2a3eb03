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
