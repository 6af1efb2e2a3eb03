//! The catalogue, warehouses, adjustments and transfers.

use serde_json::json;

use super::case::{Case, Run, Trial, count, movements, number, rows};
use super::sales::till_sale;
use crate::User;
use crate::scenarios::shop::{text, usd};

const fn case(route: &'static str, user: User, set_up: for<'a> fn(&Run<'a>) -> Trial<'a>) -> Case {
    Case { route, core: false, creates: false, user, set_up }
}

pub(super) const CASES: &[Case] = &[
    Case { creates: true, ..case("/products", User::Manager, product) },
    Case { creates: true, ..case("/products/import", User::Manager, import) },
    Case { creates: true, ..case("/categories", User::Manager, category) },
    Case { creates: true, ..case("/inventory/warehouses", User::Manager, warehouse) },
    Case { core: true, creates: true, ..case("/inventory/adjustments", User::Warehouse, adjustment) },
    Case { creates: true, ..case("/inventory/transfers", User::Warehouse, transfer) },
    Case { core: true, ..case("/inventory/transfers/{id}/ship", User::Warehouse, ship) },
    case("/inventory/transfers/{id}/receive", User::Warehouse, receive),
    case("/inventory/movements/{id}/review", User::Warehouse, review),
];

fn product<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, tag) = (run.api, format!("p{}", number()));
    let body = |name: &str, price: &str| {
        let variant = json!({ "sku": format!("{name}-{tag}"), "name": name, "price": usd(price) });
        json!({ "name": format!("{name} {tag}"), "status": "Active", "variants": [variant] })
    };
    let (one, two, negative) = (body("one", "1.00"), body("two", "1.00"), body("one", "-1.00"));
    let skus = [format!("one-{tag}"), format!("two-{tag}")];
    Trial::new("/products", &one, &two, move || known(api, &skus)).refusing(&negative, 422)
}

/// How many of these SKUs are in the catalogue.
fn known(api: &dyn crate::Api, skus: &[String]) -> i64 {
    let found = |sku: &String| api.get(User::Manager, &format!("/products/sku/{sku}")).status == 200;
    skus.iter().map(|sku| i64::from(found(sku))).sum()
}

fn import<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, tag) = (run.api, format!("i{}", number()));
    let file = |name: &str| {
        format!("Handle,Title,Variant SKU,Variant Price\n{name}-{tag},{name} {tag},{name}-{tag},1.00\n")
    };
    let skus = [format!("one-{tag}"), format!("two-{tag}")];
    let trial = Trial::new("/products/import", &json!({}), &json!({}), move || known(api, &skus));
    Trial { body: file("one"), other: file("two"), kind: "text/csv", ..trial }
}

fn category<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, tag) = (run.api, format!("category {} of {}", number(), std::process::id()));
    let body = |name: &str| json!({ "name": format!("{name} {tag}") });
    let (one, two, nowhere) = (body("one"), body("two"), json!({ "name": "x", "parent": "no such" }));
    Trial::new("/categories", &one, &two, move || {
        count(api, User::Manager, "/categories", &format!("{tag}\""))
    })
    .refusing(&nowhere, 422)
}

fn warehouse<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, tag) = (run.api, format!("K{:x}-{}-", std::process::id(), number()));
    let body = |name: &str| json!({ "code": format!("{tag}{name}"), "name": name, "region": "ZZ" });
    let (one, two, nameless) = (body("A"), body("B"), json!({ "code": "X" }));
    Trial::new("/inventory/warehouses", &one, &two, move || {
        count(api, User::Manager, "/inventory/warehouses", &tag)
    })
    .refusing(&nameless, 422)
}

fn adjustment<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = shop.stock("counted", "10.00", "4.00", 5);
    let body = |delta: i64| json!({ "warehouseId": shop.warehouse, "reason": "Damaged", "items": [{ "sku": sku, "delta": delta }] });
    let (one, two, all) = (body(-1), body(-2), body(-6));
    Trial::new("/inventory/adjustments", &one, &two, move || movements(api, &shop.warehouse, &sku))
        .refusing(&all, 409)
}

fn transfer<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, from, to) = (run.api, run.shop(), run.shop().warehouse);
    let sku = from.stock("moved", "10.00", "4.00", 5);
    let body = |quantity: i64, to: &str| json!({ "fromWarehouseId": from.warehouse, "toWarehouseId": to, "items": [{ "sku": sku, "quantity": quantity }] });
    let (one, two, nowhere) = (body(1, &to), body(2, &to), body(1, &from.warehouse));
    Trial::new("/inventory/transfers", &one, &two, move || {
        count(api, User::Warehouse, "/inventory/transfers", &from.warehouse)
    })
    .refusing(&nowhere, 422)
}

/// A transfer between two shops, and its step.
fn moving<'a>(run: &Run<'a>, step: &str) -> Trial<'a> {
    let (api, from, to) = (run.api, run.shop(), run.shop().warehouse);
    let sku = from.stock("moved", "10.00", "4.00", 5);
    let body = json!({
        "fromWarehouseId": from.warehouse, "toWarehouseId": to, "items": [{ "sku": sku, "quantity": 1 }],
    });
    let id = text(&api.post(User::Warehouse, "/inventory/transfers", &body).expect(201)["id"]);
    if step == "receive" {
        let ship = format!("/inventory/transfers/{id}/ship");
        let _ = api.post(User::Warehouse, &ship, &json!({})).expect(200);
    }
    Trial::step(&format!("/inventory/transfers/{id}/{step}"), move || {
        movements(api, &from.warehouse, &sku) + movements(api, &to, &sku)
    })
}

fn ship<'a>(run: &Run<'a>) -> Trial<'a> {
    moving(run, "ship")
}

fn receive<'a>(run: &Run<'a>) -> Trial<'a> {
    moving(run, "receive")
}

/// A shortage that an offline sale has left.
fn review<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = shop.stock("short", "10.00", "4.00", 1);
    let mut sale = till_sale(&shop, &sku, 3, "30.00");
    sale["offline"] = json!(true);
    let key = shop.enrol(&format!("T{}", shop.tag));
    let headers = [("till-key", key.as_str())];
    let _ = api.with_headers(User::Cashier, "POST", "/orders/pos", &headers, &sale).expect(201);
    let list = format!("/inventory/movements?warehouseId={}&sku={sku}", shop.warehouse);
    let found = rows(api, User::Warehouse, &list);
    let id = text(&found.iter().find(|row| row["needsReview"] == true).unwrap()["id"]).replace(':', "%3A");
    Trial::new(
        &format!("/inventory/movements/{id}/review"),
        &json!({ "note": "Counted again" }),
        &json!({ "note": "Looked into" }),
        move || {
            let reviewed =
                rows(api, User::Warehouse, &list).iter().filter(|row| !row["reviewedAt"].is_null()).count();
            i64::try_from(reviewed).unwrap()
        },
    )
}
