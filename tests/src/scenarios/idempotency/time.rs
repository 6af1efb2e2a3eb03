//! How long a key is known, and an id.

use serde_json::{Value, json};

use super::case::{Run, count, movements, uuid};
use super::sales::till_sale;
use crate::scenarios::shop::text;
use crate::{Answer, User};

/// A request whose client has named what it makes.
struct Named<'a> {
    user: User,
    path: String,
    body: Value,
    effects: Box<dyn Fn() -> i64 + 'a>,
}

/// Each kind of thing that a client may name.
fn named<'a>(run: &Run<'a>) -> Vec<Named<'a>> {
    let (api, shop) = (run.api, run.shop());
    let sku = shop.stock("named", "10.00", "4.00", 50);
    let (other, house) = (run.shop().warehouse, shop.warehouse.clone());
    let sold = text(&shop.sell_at_till(&sku, 3, "30.00").expect(201)["id"]);
    let tag = uuid();
    let item = json!([{ "sku": sku, "quantity": 1 }]);
    let buyer = json!({ "name": "Ada", "email": format!("ada.{tag}@example.org") });
    let adjusted = json!([{ "sku": sku, "delta": -1 }]);
    let priced =
        json!([{ "sku": sku, "quantity": 1, "unitPrice": { "amount": "10.00", "currency": "USD" } }]);
    let details = json!({ "name": "Named", "email": format!("named.{tag}@example.org"), "type": "Retail" });
    let refunds = format!("/orders/{sold}/refunds");
    let mark = text(&json!(tag[..8].to_uppercase()));
    let things = [
        (User::Cashier, "/orders/pos", till_sale(&shop, &sku, 1, "10.00"), None),
        (
            User::Customer,
            "/orders/retail",
            json!({ "warehouseId": house, "customer": buyer, "items": item }),
            Some((User::Manager, "/orders/retail", format!("ada.{tag}@"))),
        ),
        (
            User::Manager,
            &refunds,
            json!({ "items": item, "reason": "Scratched", "restock": true }),
            Some((User::Manager, &refunds, String::new())),
        ),
        (
            User::Manager,
            "/orders/credit-notes",
            json!({ "warehouseId": house, "reason": tag, "restock": true, "method": "CardTerminal", "items": priced }),
            Some((User::Manager, "/orders/credit-notes", tag.clone())),
        ),
        (
            User::Warehouse,
            "/inventory/adjustments",
            json!({ "warehouseId": house, "reason": "Damaged", "items": adjusted }),
            None,
        ),
        (
            User::Warehouse,
            "/inventory/transfers",
            json!({ "fromWarehouseId": house, "toWarehouseId": other, "items": item }),
            Some((User::Warehouse, "/inventory/transfers", other.clone())),
        ),
        (
            User::Manager,
            "/inventory/warehouses",
            json!({ "code": format!("N{mark}"), "name": "Named", "region": "ZZ" }),
            Some((User::Manager, "/inventory/warehouses", format!("N{mark}"))),
        ),
        (User::Manager, "/customers", details, Some((User::Manager, "/customers", format!("named.{tag}@")))),
    ];
    let named = |(user, path, body, list): (User, &str, Value, Option<(User, &str, String)>)| {
        let (path, mut body, house, sku) = (path.to_owned(), body, house.clone(), sku.clone());
        body["id"] = json!(uuid());
        let list = list.map(|(reader, list, text)| (reader, list.to_owned(), text));
        let effects: Box<dyn Fn() -> i64 + 'a> = match list {
            Some((reader, list, text)) => Box::new(move || count(api, reader, &list, &text)),
            None => Box::new(move || movements(api, &house, &sku)),
        };
        Named { user, path, body, effects }
    };
    things.into_iter().map(named).collect()
}

/// A day later every key still gets its first answer. A week later keys are forgotten, and an id that a client
/// gave is what it was: the same request again makes nothing. `pass` lets seconds go by and the sweep run.
pub fn keys_are_kept_for_a_week_and_ids_for_ever(run: &Run<'_>, pass: &dyn Fn(i64)) {
    let key = uuid();
    let send = |named: &Named<'_>| -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        run.call(named.user, &named.path, &headers, &named.body.to_string())
    };
    let mut known = Vec::new();
    for named in named(run) {
        let first = send(&named);
        assert_eq!(first.status, 201, "{}: {}", named.path, first.text);
        let effects = (named.effects)();
        known.push((named, first, effects));
    }
    // The things share a SKU: what each has moved is counted when all are there.
    for (named, _, effects) in &mut known {
        *effects = (named.effects)();
    }
    pass(86_400);
    for (named, first, effects) in &known {
        let again = send(named);
        assert_eq!((again.status, &again.text), (201, &first.text), "{}", named.path);
        assert!(again.replayed(), "{}", named.path);
        assert_eq!((named.effects)(), *effects, "{}", named.path);
    }
    pass(7 * 86_400);
    for (named, first, effects) in &known {
        let again = send(named);
        assert!([200, 201].contains(&again.status), "{}: {} {}", named.path, again.status, again.text);
        assert_eq!(again.json()["id"], first.json()["id"], "{}", named.path);
        assert_eq!((named.effects)(), *effects, "{}", named.path);
    }
    pass(7 * 86_400);
    for (named, _, effects) in &known {
        let mut other = named.body.clone();
        other["id"] = json!(uuid());
        // A name of its own is taken for ever, and so is the key that a refund was made with.
        if !["/orders/pos", "/orders/retail", "/inventory/adjustments", "/inventory/transfers"]
            .contains(&named.path.as_str())
        {
            continue;
        }
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        let answer = run.call(named.user, &named.path, &headers, &other.to_string());
        assert_eq!(answer.status, 201, "{}: a forgotten key is a new one: {}", named.path, answer.text);
        assert!((named.effects)() > *effects, "{}", named.path);
    }
}

/// The provider does not answer, and the request stops: sent again at once it still runs; later than 30 seconds it
/// is taken up and paid once, and from then on there is one answer.
pub fn a_request_that_stopped_is_taken_up(run: &Run<'_>, pass: &dyn Fn(i64)) {
    let shop = run.shop();
    let sku = shop.stock("stopped", "10.00", "4.00", 5);
    let path = format!("/orders/retail/{}/confirm", text(&shop.order(&sku, 1)["id"]));
    let body = json!({ "payment": { "method": "Card", "token": "tok_timeout" } }).to_string();
    let (key, kind) = (uuid(), ("content-type", "application/json"));
    let pay = || run.call(User::Guest, &path, &[kind, ("idempotency-key", &key)], &body);
    let stopped = pay();
    assert_eq!((stopped.status, stopped.header("retry-after")), (503, Some("1")), "{}", stopped.text);
    let running = pay();
    assert_eq!(running.header("retry-after"), Some("1"));
    running.refused(409, "IDEMPOTENCY_IN_PROGRESS");
    pass(31);
    let (paid, again) = (pay(), pay());
    assert_eq!(paid.clone().expect(200)["status"], "Completed");
    assert_eq!((again.status, &again.text), (200, &paid.text));
    assert!(again.replayed());
    assert_eq!(again.etag(), paid.etag());
    assert_eq!(shop.on_hand(&sku), 4);
}
