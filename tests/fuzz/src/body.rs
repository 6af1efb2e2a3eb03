//! The JSON bodies with the most in them, through the services' own doors: refused with the field, never a defect.

use contracts::Service;
use native::Request;
use web::Role;

use crate::house;
use crate::input::Input;

/// Where a body goes.
const DOORS: [(Service, &str, &str); 13] = [
    (Service::Order, "POST", "/orders/pos/sync"),
    (Service::Order, "POST", "/orders/pos"),
    (Service::Order, "POST", "/orders/retail"),
    (Service::Order, "POST", "/orders/wholesale"),
    (Service::Order, "POST", "/orders/credit-notes"),
    (Service::Order, "POST", "/customers"),
    (Service::Order, "PUT", "/tax-rates"),
    (Service::Accounting, "POST", "/accounting/journal-entries"),
    (Service::Accounting, "POST", "/accounting/fiscal-periods"),
    (Service::Product, "POST", "/products"),
    (Service::Inventory, "POST", "/inventory/adjustments"),
    (Service::Inventory, "POST", "/inventory/transfers"),
    (Service::Order, "PUT", "/tax-rates/rules"),
];

/// A byte for the door, then the body.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let (service, method, path) = input.choose(&DOORS);
    house::with(|rooms| {
        let request = Request::new(input.rest().to_vec());
        let (mut parts, body) = request.into_parts();
        parts.method = method.parse().unwrap();
        parts.uri = path.parse().unwrap();
        let token = format!("Bearer {}", rooms.service_token(service, Role::Admin));
        parts.headers.insert("authorization", token.parse().unwrap());
        parts.headers.insert("content-type", "application/json".parse().unwrap());
        house::check_answer(&rooms.send(service, Request::from_parts(parts, body)));
    });
}
