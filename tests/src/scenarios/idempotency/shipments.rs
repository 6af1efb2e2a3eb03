//! Shipments, and each step of one.

use serde_json::{Value, json};

use super::case::{Case, Run, Trial, rows};
use crate::scenarios::Shop;
use crate::scenarios::shop::text;
use crate::{Api, User};

const fn case(route: &'static str, set_up: for<'a> fn(&Run<'a>) -> Trial<'a>) -> Case {
    Case { route, core: false, creates: false, user: User::Warehouse, set_up }
}

pub(super) const CASES: &[Case] = &[
    Case { creates: true, ..case("/orders/{id}/shipments", shipment) },
    case("/orders/{id}/shipments/{shipmentId}/pack", pack),
    case("/orders/{id}/shipments/{shipmentId}/ship", ship),
    case("/orders/{id}/shipments/{shipmentId}/deliver", deliver),
    case("/orders/{id}/shipments/{shipmentId}/cancel", cancel),
];

/// A paid order of ten units: the path of its shipments.
fn paid(shop: &Shop<'_>) -> String {
    let order = shop.order(&shop.stock("sent", "10.00", "4.00", 10), 10);
    let _ = shop.pay(&order, "tok_approve").expect(200);
    format!("/orders/{}/shipments", text(&order["id"]))
}

/// How many shipments of these have a status.
fn with(api: &dyn Api, path: &str, status: &str) -> i64 {
    let of_status = |row: &&Value| row["status"] == status;
    i64::try_from(rows(api, User::Manager, path).iter().filter(of_status).count()).unwrap()
}

fn shipment<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, path) = (run.api, paid(&run.shop()));
    let body = |quantity: i64| json!({ "items": [{ "sku": sku(api, &path), "quantity": quantity }] });
    let list = path.clone();
    Trial::new(&path, &body(1), &body(2), move || with(api, &list, "Shipped")).refusing(&body(99), 422)
}

fn sku(api: &dyn Api, shipments: &str) -> String {
    let order = api.get(User::Manager, shipments.trim_end_matches("/shipments")).expect(200);
    text(&order["items"][0]["sku"])
}

/// A step of a shipment that begins in one status and ends in another.
fn step<'a>(
    run: &Run<'a>,
    from: &str,
    step: &str,
    bodies: Option<[Value; 2]>,
    to: &'static str,
) -> Trial<'a> {
    let (api, list) = (run.api, paid(&run.shop()));
    let shipment = api.post(User::Warehouse, &list, &json!({ "status": from })).expect(201);
    let path = format!("{list}/{}/{step}", text(&shipment["id"]));
    let effects = move || with(api, &list, to);
    match bodies {
        Some([one, other]) => Trial::new(&path, &one, &other, effects),
        None => Trial::step(&path, effects),
    }
}

fn pack<'a>(run: &Run<'a>) -> Trial<'a> {
    step(run, "Picking", "pack", None, "Packed")
}

fn ship<'a>(run: &Run<'a>) -> Trial<'a> {
    let body = |number: &str| json!({ "trackingNumber": number });
    step(run, "Packed", "ship", Some([body("1"), body("2")]), "Shipped")
}

fn deliver<'a>(run: &Run<'a>) -> Trial<'a> {
    step(run, "Shipped", "deliver", None, "Delivered")
}

fn cancel<'a>(run: &Run<'a>) -> Trial<'a> {
    let body = |reason: &str| json!({ "reason": reason });
    step(run, "Packed", "cancel", Some([body("Too heavy"), body("Too late")]), "Cancelled")
}
