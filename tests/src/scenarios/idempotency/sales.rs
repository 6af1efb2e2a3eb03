//! Orders, payments, tills, refunds and customers.

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::case::{Case, Run, Trial, count, movements, rows, uuid};
use crate::scenarios::Shop;
use crate::scenarios::shop::{text, usd};
use crate::{Call, User};

const fn case(route: &'static str, user: User, set_up: for<'a> fn(&Run<'a>) -> Trial<'a>) -> Case {
    Case { route, core: false, creates: false, user, set_up }
}

pub(super) const CASES: &[Case] = &[
    Case { core: true, creates: true, ..case("/orders/retail", User::Guest, retail) },
    Case { core: true, ..case("/orders/retail/{id}/confirm", User::Guest, retail_confirm) },
    case("/orders/retail/{id}/cancel", User::Guest, retail_cancel),
    Case { creates: true, ..case("/carts/{id}/items", User::Guest, cart_items) },
    case("/carts/{id}/merge", User::Manager, cart_merge),
    case("/carts/{id}/checkout", User::Guest, cart_checkout),
    Case { creates: true, ..case("/orders/wholesale", User::Manager, wholesale) },
    Case { core: true, ..case("/orders/wholesale/{id}/confirm", User::Manager, wholesale_confirm) },
    case("/orders/wholesale/{id}/cancel", User::Manager, wholesale_cancel),
    Case { core: true, creates: true, ..case("/orders/pos", User::Cashier, sale) },
    Case { core: true, creates: true, ..case("/orders/pos/sync", User::Cashier, sync) },
    Case { creates: true, ..case("/orders/pos/terminals", User::Manager, enrolment) },
    Case { creates: true, ..case("/orders/pos/terminals/{terminalId}/key", User::Manager, till_key) },
    case("/orders/reviews/{id}/settle", User::Manager, review),
    case("/orders/pos/refused-sales/{id}/settle", User::Manager, refused_sale),
    case("/orders/pos/terminals/{terminalId}/closings", User::Manager, closing),
    Case { core: true, creates: true, ..case("/orders/{id}/refunds", User::Manager, refund) },
    Case { creates: true, ..case("/orders/credit-notes", User::Manager, credit_note) },
    Case { creates: true, ..case("/orders/pos/{id}/receipt", User::Cashier, receipt) },
    Case { creates: true, ..case("/customers", User::Manager, customer) },
];

fn goods(shop: &Shop<'_>) -> String {
    shop.stock_wholesale("keyed", "10.00", "4.00", 50, &json!({ "minimumQuantity": 2 }))
}

fn retail<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = goods(&shop);
    let body = |quantity: i64| {
        json!({
            "warehouseId": shop.warehouse,
            "customer": { "name": "Ada", "email": format!("ada.{}@example.org", shop.tag) },
            "items": [{ "sku": sku, "quantity": quantity }],
        })
    };
    let mut unknown = body(1);
    unknown["items"][0]["sku"] = json!("NO-SUCH-SKU");
    let tag = format!("ada.{}@", shop.tag);
    Trial::new("/orders/retail", &body(1), &body(2), move || {
        count(api, User::Manager, "/orders/retail", &tag)
    })
    .refusing(&unknown, 422)
}

/// A guest's cart with a unit of the first SKU, its path, and its token.
fn cart(run: &Run<'_>, shop: &Shop<'_>, sku: &str) -> (String, String) {
    let body = json!({ "warehouseId": shop.warehouse, "items": [{ "sku": sku, "quantity": 1 }] });
    let cart = run.api.post(User::Guest, "/carts", &body);
    let cart = cart.expect(201);
    (format!("/carts/{}", text(&cart["id"])), text(&cart["token"]))
}

/// The units in a cart.
fn units(cart: &Value, sku: &str) -> i64 {
    let items = cart["items"].as_array().into_iter().flatten();
    items.filter(|item| item["sku"] == sku).filter_map(|item| item["quantity"].as_i64()).sum()
}

fn cart_items<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let (sku, other) = (goods(&shop), shop.stock("keyed-too", "10.00", "4.00", 50));
    let (path, token) = cart(run, &shop, &sku);
    let body = |sku: &str| json!({ "items": [{ "sku": sku, "quantity": 1 }] });
    let (read, opens) = (format!("/api/v1{path}"), token.clone());
    let (first, second) = (sku.clone(), other.clone());
    Trial::new(&format!("{path}/items"), &body(&sku), &body(&other), move || {
        let headers = [("order-token", opens.as_str())];
        let call = Call { user: User::Guest, method: "GET", path: &read, headers: &headers, body: "" };
        let answer = api.call(&call);
        let cart = answer.expect(200);
        units(&cart, &first) + units(&cart, &second)
    })
    .of_guest(token)
    .refusing(&body("NO-SUCH-SKU"), 422)
}

fn cart_merge<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = goods(&shop);
    let (path, token) = cart(run, &shop, &sku);
    let own = json!({ "warehouseId": shop.warehouse });
    Trial::step(&format!("{path}/merge"), move || {
        let answer = api.post(User::Manager, "/carts", &own);
        units(&answer.json_or_null(), &sku)
    })
    .of_guest(token)
}

fn cart_checkout<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let (path, token) = cart(run, &shop, &goods(&shop));
    let email = format!("cart.{}@example.org", uuid());
    let body = |name: &str| json!({ "customer": { "name": name, "email": email } });
    let tag = email.clone();
    Trial::new(&format!("{path}/checkout"), &body("Ada"), &body("Bob"), move || {
        count(api, User::Manager, "/orders/retail", &tag)
    })
    .of_guest(token)
    .refusing(&json!({ "customer": { "name": "Ada", "email": "no" } }), 422)
}

fn retail_confirm<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = goods(&shop);
    let path = format!("/orders/retail/{}/confirm", text(&shop.order(&sku, 1)["id"]));
    let card = |token: &str| json!({ "payment": { "method": "Card", "token": token } });
    Trial::new(&path, &card("tok_approve"), &card("tok_refund_decline"), move || {
        movements(api, &shop.warehouse, &sku)
    })
    .refusing(&json!({ "payment": { "method": "PurchaseOrder" } }), 422)
}

/// 1 when a thing is in this status.
fn in_status(api: &dyn crate::Api, user: User, path: &str, status: &str) -> i64 {
    i64::from(api.get(user, path).expect(200)["status"] == status)
}

fn retail_cancel<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let id = text(&shop.order(&goods(&shop), 1)["id"]);
    let path = format!("/orders/{id}");
    Trial::new(
        &format!("/orders/retail/{id}/cancel"),
        &json!({ "reason": "Changed their mind" }),
        &json!({ "reason": "Too late" }),
        move || in_status(api, User::Manager, &path, "Cancelled"),
    )
}

/// A wholesale customer of a shop's own.
fn buyer(shop: &Shop<'_>) -> String {
    let body = json!({
        "name": format!("Buyer {}", shop.tag), "email": format!("buyer.{}@example.org", shop.tag),
        "type": "Wholesale", "creditLimit": usd("1000.00"), "paymentTerms": "Net30",
    });
    text(&shop.api.post(User::Manager, "/customers", &body).expect(201)["id"])
}

fn wholesale_order(shop: &Shop<'_>, customer: &str, sku: &str, quantity: i64) -> Value {
    json!({
        "customerId": customer, "warehouseId": shop.warehouse, "paymentTerms": "Net30",
        "purchaseOrderNumber": format!("PO-{}", shop.tag), "items": [{ "sku": sku, "quantity": quantity }],
    })
}

fn wholesale<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let (sku, customer) = (goods(&shop), buyer(&shop));
    let body = |quantity| wholesale_order(&shop, &customer, &sku, quantity);
    let list = format!("/orders/wholesale/customer/{customer}");
    Trial::new("/orders/wholesale", &body(2), &body(3), move || count(api, User::Manager, &list, ""))
        .refusing(&body(1), 422)
}

/// A wholesale order on account: its id.
pub(super) fn on_account(shop: &Shop<'_>, sku: &str, customer: &str) -> String {
    let order = wholesale_order(shop, customer, sku, 2);
    text(&shop.api.post(User::Manager, "/orders/wholesale", &order).expect(201)["id"])
}

fn wholesale_confirm<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = goods(&shop);
    let id = on_account(&shop, &sku, &buyer(&shop));
    let by = |method: &str| json!({ "payment": { "method": method } });
    Trial::new(
        &format!("/orders/wholesale/{id}/confirm"),
        &by("PurchaseOrder"),
        &by("BankTransfer"),
        move || movements(api, &shop.warehouse, &sku),
    )
    .refusing(&by("Card"), 422)
}

fn wholesale_cancel<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let id = on_account(&shop, &goods(&shop), &buyer(&shop));
    let path = format!("/orders/{id}");
    Trial::new(
        &format!("/orders/wholesale/{id}/cancel"),
        &json!({ "reason": "Changed their mind" }),
        &json!({ "reason": "Too late" }),
        move || in_status(api, User::Manager, &path, "Cancelled"),
    )
}

/// An invoice of a shop's own, as soon as the books have it: its path.
pub(super) fn invoice(shop: &Shop<'_>) -> String {
    let (sku, customer) = (goods(shop), buyer(shop));
    let id = on_account(shop, &sku, &customer);
    let paid = json!({ "payment": { "method": "PurchaseOrder" } });
    let _ = shop.api.post(User::Manager, &format!("/orders/wholesale/{id}/confirm"), &paid).expect(200);
    shop.api.settle();
    let invoices = shop.api.get(User::Accountant, &format!("/accounting/invoices?customerId={customer}"));
    format!("/accounting/invoices/{}", text(&invoices.expect(200)["data"][0]["id"]))
}

/// A till's sale, paid in cash.
pub(super) fn till_sale(shop: &Shop<'_>, sku: &str, quantity: i64, total: &str) -> Value {
    json!({
        "terminalId": format!("T{}", shop.tag), "warehouseId": shop.warehouse,
        "items": [{ "sku": sku, "quantity": quantity }],
        "payments": [{ "method": "Cash", "amount": usd(total) }],
    })
}

fn sale<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = goods(&shop);
    let (one, two) = (till_sale(&shop, &sku, 1, "10.00"), till_sale(&shop, &sku, 2, "20.00"));
    let too_little = till_sale(&shop, &sku, 1, "9.99");
    Trial::new("/orders/pos", &one, &two, move || movements(api, &shop.warehouse, &sku))
        .refusing(&too_little, 422)
}

fn sync<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = goods(&shop);
    let batch = |total: &str| {
        let mut sale = till_sale(&shop, &sku, 1, total);
        sale["id"] = json!(uuid());
        json!({ "sales": [sale] })
    };
    let (one, two) = (batch("10.00"), batch("10.00"));
    let key = shop.enrol(&format!("T{}", shop.tag));
    Trial::new("/orders/pos/sync", &one, &two, move || movements(api, &shop.warehouse, &sku))
        .at_till(key)
        .refusing(&json!({ "sales": 1 }), 422)
}

fn enrolment<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let body = |number: u32, warehouse: &str| json!({ "terminalId": format!("E{number}-{}", shop.tag), "warehouseId": warehouse, "device": "Tablet" });
    let tag = format!("-{}\"", shop.tag);
    let (one, two) = (body(1, &shop.warehouse), body(2, &shop.warehouse));
    Trial::new("/orders/pos/terminals", &one, &two, move || {
        count(api, User::Manager, "/orders/pos/terminals", &tag)
    })
    .refusing(&body(1, &uuid()), 422)
}

fn till_key<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let till = format!("/orders/pos/terminals/K{}", shop.tag);
    let _ = shop.enrol(&format!("K{}", shop.tag));
    let body = |device: &str| json!({ "device": device });
    let path = format!("{till}/key");
    Trial::new(&path, &body("Tablet"), &body("Other tablet"), move || {
        api.get(User::Manager, &till).expect(200)["enrolment"]["keyVersion"].as_i64().unwrap()
    })
    .refusing(&json!({ "device": "" }), 422)
}

/// A sale at half the price, to review.
fn review<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let mut sale = till_sale(&shop, &goods(&shop), 1, "5.00");
    sale["id"] = json!(uuid());
    let key = shop.enrol(&format!("T{}", shop.tag));
    let _ = shop.sync(&key, &[sale.clone()]).expect(200);
    let (note, found) = (format!("Found {}", shop.tag), format!("Found {}\"", shop.tag));
    let body = |outcome: &str| json!({ "outcome": outcome, "note": note });
    let path = format!("/orders/reviews/{}/settle", text(&sale["id"]));
    Trial::new(&path, &body("Accepted"), &body("Corrected"), move || {
        count(api, User::Manager, "/orders/reviews?status=all", &found)
    })
    .refusing(&json!({ "outcome": "Forgotten", "note": "x" }), 422)
}

fn refused_sale<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let key = shop.enrol(&format!("T{}", shop.tag));
    let _ = shop.sync(&key, &[json!({ "id": shop.tag })]).expect(200);
    let terminal = format!("T{}", shop.tag);
    let mut rows = rows(api, User::Manager, "/orders/pos/refused-sales");
    rows.retain(|row| row["terminalId"] == terminal);
    assert_eq!(rows.len(), 1, "{rows:?}");
    let found = format!("Found {}, ", shop.tag);
    let path = format!("/orders/pos/refused-sales/{}/settle", text(&rows[0]["id"]));
    let note = |place: &str| json!({ "note": format!("{found}{place}") });
    let (here, there) = (note("here"), note("there"));
    Trial::new(&path, &here, &there, move || {
        count(api, User::Manager, "/orders/pos/refused-sales?status=all", &found)
    })
    .refusing(&json!({ "note": "" }), 422)
}

fn closing<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let _ = shop.sell_at_till(&goods(&shop), 1, "10.00").expect(201);
    let path = format!("/orders/pos/terminals/T{}/closings", shop.tag);
    let body = |through: i64, note: &str| json!({ "throughSequence": through, "note": note });
    let list = path.clone();
    Trial::new(&path, &body(0, "Counted"), &body(0, "Counted twice"), move || {
        count(api, User::Manager, &list, "")
    })
    .refusing(&body(-1, "Counted"), 422)
}

fn refund<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = goods(&shop);
    let id = text(&shop.sell_at_till(&sku, 3, "30.00").expect(201)["id"]);
    let body = |quantity: i64| json!({ "items": [{ "sku": sku, "quantity": quantity }], "reason": "Scratched", "restock": true });
    let path = format!("/orders/{id}/refunds");
    let list = path.clone();
    Trial::new(&path, &body(1), &body(2), move || count(api, User::Manager, &list, ""))
        .refusing(&body(4), 422)
}

fn credit_note<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let sku = goods(&shop);
    let body = |quantity: i64, sku: &str| {
        json!({
            "warehouseId": shop.warehouse, "reason": format!("Found {}", shop.tag), "restock": true,
            "method": "CardTerminal", "items": [{ "sku": sku, "quantity": quantity, "unitPrice": usd("10.00") }],
        })
    };
    let note = format!("Found {}\"", shop.tag);
    Trial::new("/orders/credit-notes", &body(1, &sku), &body(2, &sku), move || {
        count(api, User::Manager, "/orders/credit-notes", &note)
    })
    .refusing(&body(1, "NO-SUCH-SKU"), 422)
}

/// Reading how often a receipt was printed prints it once more, which is taken off.
fn receipt<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let id = text(&shop.sell_at_till(&goods(&shop), 1, "10.00").expect(201)["id"]);
    let path = format!("/orders/pos/{id}/receipt");
    let (asked, again) = (AtomicI64::new(0), path.clone());
    Trial::new(&path, &json!({}), &json!({ "format": "html" }), move || {
        let printed = api.post(User::Manager, &again, &json!({})).expect(200);
        printed["print"].as_i64().unwrap() - asked.fetch_add(1, Ordering::Relaxed)
    })
    .refusing(&json!({ "format": "pdf" }), 422)
}

fn customer<'a>(run: &Run<'a>) -> Trial<'a> {
    let (api, shop) = (run.api, run.shop());
    let body = |name: &str| {
        let email = format!("{name}.{}@example.org", shop.tag);
        json!({ "name": format!("{name} {}", shop.tag), "email": email, "type": "Retail" })
    };
    let mut negative = body("one");
    negative["creditLimit"] = usd("-1.00");
    let domain = format!(".{}@", shop.tag);
    Trial::new("/customers", &body("one"), &body("two"), move || {
        count(api, User::Manager, "/customers", &domain)
    })
    .refusing(&negative, 422)
}
