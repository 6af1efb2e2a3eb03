//! What can be seen of one sale from outside: its lines in the log of every service, and its spans.

use std::sync::{Arc, Mutex};

use house::scenarios::Shop;
use house::{Api, Call, InProcess, User};
use native::Response;
use serde_json::{Value, json};

const REQUEST_ID: &str = "one-sale";
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Sells one unit at a till, with a request id and a trace of the client's own, and lets every message arrive.
fn sell(house: &InProcess) {
    let shop = Shop::open(house);
    let sku = shop.stock("traced", "10.00", "4.00", 10);
    drop(house.house().take_log());
    let ten = json!({ "amount": "10.00", "currency": "USD" });
    let body = json!({
        "terminalId": "TRACE-1", "warehouseId": shop.warehouse, "items": [{ "sku": sku, "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": ten }],
    });
    let traceparent = format!("00-{TRACE_ID}-00f067aa0ba902b7-01");
    let headers = [
        ("content-type", "application/json"),
        ("x-request-id", REQUEST_ID),
        ("traceparent", traceparent.as_str()),
    ];
    let call = Call {
        user: User::Cashier,
        method: "POST",
        path: "/api/v1/orders/pos",
        headers: &headers,
        body: &body.to_string(),
    };
    assert_eq!(house.call(&call).status, 201);
    house.settle();
}

/// One line at the door, which says what each service behind it did, and one where the messages arrive.
#[test]
fn one_trace_id_is_in_the_log_of_the_door_and_of_the_books() {
    let house = InProcess::open();
    sell(&house);
    let lines: Vec<Value> =
        house.house().take_log().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |service: &str| -> Vec<&Value> {
        lines
            .iter()
            .filter(|line| line["service"] == service && line.to_string().contains(TRACE_ID))
            .collect()
    };
    let door = of("gateway");
    assert_eq!(door.len(), 1, "{lines:#?}");
    assert_eq!((&door[0]["requestId"], &door[0]["status"]), (&json!(REQUEST_ID), &json!(201)));
    let peers = door[0]["peers"].as_str().unwrap();
    for service in ["order", "product", "inventory"] {
        assert_eq!(peers.matches(&format!("{service};dur=")).count(), 1, "{peers}");
        assert!(of(service).is_empty(), "what went well is told once: {lines:#?}");
    }
    let books = of("accounting");
    assert_eq!(books.len(), 1, "{lines:#?}");
    let taken = &books[0]["messages"][0];
    assert_eq!((&taken[0], &taken[2]), (&json!("OrderCompleted"), &json!(TRACE_ID)));
}

#[test]
fn one_sale_is_one_trace_from_the_till_to_the_journal() {
    let house = InProcess::open();
    let spans: Arc<Mutex<Vec<Value>>> = Arc::default();
    let collected = spans.clone();
    house.house().outside(Box::new(move |request| {
        assert_eq!(request.uri(), "https://collector.example.org/v1/traces");
        assert_eq!(request.headers()["authorization"], "Bearer secret");
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let resource = &body["resourceSpans"][0];
        let mut span = resource["scopeSpans"][0]["spans"][0].clone();
        span["service"] = resource["resource"]["attributes"][0]["value"]["stringValue"].clone();
        collected.lock().unwrap().push(span);
        Ok(Response::default())
    }));
    house.house().set("OTLP_URL", "https://collector.example.org/v1/traces");
    house.house().set("OTLP_AUTHORIZATION", "Bearer secret");
    sell(&house);
    let spans = spans.lock().unwrap();
    let of_the_sale: Vec<&Value> = spans.iter().filter(|span| span["traceId"] == TRACE_ID).collect();
    let one = |service: &str| -> &Value {
        let own: Vec<&&Value> = of_the_sale.iter().filter(|span| span["service"] == service).collect();
        assert_eq!(own.len(), 1, "{service}: {own:?}");
        own[0]
    };
    let (gateway, order) = (one("gateway"), one("order"));
    assert_eq!(gateway["parentSpanId"], "00f067aa0ba902b7", "the till's own span");
    assert_eq!(order["parentSpanId"], gateway["spanId"]);
    for caused in ["product", "inventory", "accounting"] {
        assert_eq!(one(caused)["parentSpanId"], order["spanId"], "{caused}");
    }
    assert_eq!(one("accounting")["name"], "OrderCompleted");
    assert_eq!((&order["kind"], &one("accounting")["kind"]), (&json!(2), &json!(5)));
}
