//! Every route that changes something is audited, or there is a reason why its change needs no row of the trail.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Service;
use house_input::door::Native;
use house_input::examples::record;
use store::{Database as _, Statement};

const NAMES_ITS_MAKER: &str = "its own record, which nobody changes, names who made it";
const SETTLED: &str = "its own record names who settled it, once";
const AT_THE_DOOR: &str = "the gateway's audit log has it: who, when, from where; no value is kept";
const NOTHING: &str = "it changes nothing that people have decided";

const A_CART: &str = "a cart is its buyer's, and sells and holds nothing";
const A_PARCEL: &str = "it moves neither money nor stock; each step has its time on the shipment";

/// Method and path below `/api/v1`, and why its change is in no trail.
const NOT_AUDITED: &[(&str, &str, &str)] = &[
    ("POST", "/accounting/credits/{id}/applications", NAMES_ITS_MAKER),
    ("POST", "/accounting/credits/{id}/payouts", NAMES_ITS_MAKER),
    ("POST", "/accounting/invoices/{id}/payments", NAMES_ITS_MAKER),
    ("POST", "/accounting/journal-entries", NAMES_ITS_MAKER),
    ("POST", "/accounting/payments/{id}/reversals", NAMES_ITS_MAKER),
    ("POST", "/auth/login", AT_THE_DOOR),
    ("POST", "/auth/logout", AT_THE_DOOR),
    ("POST", "/auth/password", AT_THE_DOOR),
    ("POST", "/auth/password-resets", AT_THE_DOOR),
    ("POST", "/auth/password-resets/confirm", AT_THE_DOOR),
    ("POST", "/auth/refresh", NOTHING),
    ("POST", "/auth/step-up", AT_THE_DOOR),
    ("POST", "/carts", A_CART),
    ("POST", "/carts/{id}/checkout", "it is the buyer's order"),
    ("POST", "/carts/{id}/items", A_CART),
    ("PUT", "/carts/{id}/items/{sku}", A_CART),
    ("DELETE", "/carts/{id}/items/{sku}", A_CART),
    ("POST", "/carts/{id}/merge", A_CART),
    ("DELETE", "/auth/sessions/{id}", AT_THE_DOOR),
    ("POST", "/inventory/check-availability", NOTHING),
    ("POST", "/inventory/deduct", "it is for the order service only: the order names who"),
    ("POST", "/inventory/movements/{id}/review", SETTLED),
    ("POST", "/mail/bounces", "the mail provider tells it, and signs it"),
    ("POST", "/ops/dead-letters/{id}/discard", SETTLED),
    ("POST", "/ops/dead-letters/{id}/replay", SETTLED),
    ("POST", "/ops/reconciliation/runs", NAMES_ITS_MAKER),
    ("POST", "/orders/credit-notes", NAMES_ITS_MAKER),
    ("POST", "/orders/pos", "the sale names its cashier and who recorded it"),
    ("POST", "/orders/pos/refused-sales/{id}/settle", SETTLED),
    ("POST", "/orders/pos/sync", "each sale names its cashier and who recorded it"),
    ("POST", "/orders/pos/terminals/{terminalId}/closings", NAMES_ITS_MAKER),
    ("POST", "/orders/pos/{id}/receipt", NAMES_ITS_MAKER),
    ("POST", "/orders/retail", "it is the buyer's order"),
    ("POST", "/orders/reviews/{id}/settle", SETTLED),
    ("POST", "/orders/wholesale", "it is the buyer's order"),
    ("POST", "/orders/{id}/refunds", NAMES_ITS_MAKER),
    ("POST", "/orders/{id}/shipments", A_PARCEL),
    ("POST", "/orders/{id}/shipments/{shipmentId}/cancel", A_PARCEL),
    ("POST", "/orders/{id}/shipments/{shipmentId}/deliver", A_PARCEL),
    ("POST", "/orders/{id}/shipments/{shipmentId}/pack", A_PARCEL),
    ("POST", "/orders/{id}/shipments/{shipmentId}/ship", A_PARCEL),
    ("POST", "/payments/webhooks/stripe", "the payment provider tells it, and signs it"),
];

/// Their examples change nothing of what is audited (a card's payment is the provider's). `audit_trail.rs` of the gateway
/// has changes of prices, products and customers.
const EXAMPLE_CHANGES_NOTHING: &[(&str, &str)] = &[
    ("POST", "/orders/retail/{id}/confirm"),
    ("PUT", "/customers/{id}"),
    ("PUT", "/products/sku/{sku}/prices"),
    ("PUT", "/products/{id}"),
];

fn key(method: &str, path: &str) -> (String, String) {
    (method.to_owned(), path.to_owned())
}

/// The public routes that change something, and whether they are audited.
fn changing() -> BTreeMap<(String, String), bool> {
    let public = house_input::routes::public();
    let routes = Service::ALL.into_iter().flat_map(|service| services::bounded(service).routes());
    routes
        .filter(|route| route.method != "GET")
        .map(|route| {
            let path = route.path.strip_prefix("/api").unwrap_or(route.path);
            (key(route.method.as_str(), path), route.is_audited())
        })
        .filter(|(route, _)| public.contains(route))
        .collect()
}

#[test]
fn every_changing_route_is_audited_or_has_a_reason() {
    let listed: BTreeSet<_> = NOT_AUDITED.iter().map(|(method, path, _)| key(method, path)).collect();
    let routes = changing();
    let silent: BTreeSet<_> =
        routes.iter().filter(|(_, audited)| !**audited).map(|(route, _)| route.clone()).collect();
    let missing: Vec<_> = silent.difference(&listed).collect();
    let needless: Vec<_> = listed.difference(&silent).collect();
    assert!(
        missing.is_empty() && needless.is_empty(),
        "neither audited nor listed: {missing:?}; listed in vain: {needless:?}"
    );
}

#[test]
fn every_audited_route_leaves_a_row_with_its_caller_and_request() {
    let door = Native::open();
    let examples = record(&door, "a").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for service in Service::ALL {
        let rows = Statement {
            text: "select request_id as id, actor from audit_trail where request_id is not null",
            values: Vec::new(),
        };
        let database = door.house().house().database(service).unwrap();
        let rows: Vec<serde_json::Value> = runtime.block_on(database.query(rows)).unwrap().read().unwrap();
        let text =
            |row: &serde_json::Value, member: &str| row[member].as_str().unwrap_or_default().to_owned();
        told.extend(rows.iter().map(|row| (text(row, "id"), text(row, "actor"))));
    }
    let routes = changing();
    let mut silent: BTreeSet<_> =
        routes.iter().filter(|(_, audited)| **audited).map(|(route, _)| route.clone()).collect();
    for (method, path) in EXAMPLE_CHANGES_NOTHING {
        silent.remove(&key(method, path));
    }
    for example in &examples {
        let route = key(&example.request.method, example.route);
        let Some(actor) = example.answer.header("x-request-id").and_then(|id| told.get(id)) else { continue };
        assert_ne!(actor, "system", "{route:?}");
        assert_eq!(routes.get(&route), Some(&true), "{route:?} has a row, and is not audited");
        silent.remove(&route);
    }
    assert!(silent.is_empty(), "audited, and without a row: {silent:?}");
}
