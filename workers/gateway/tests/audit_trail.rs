//! Who changed what, before and after: every change of prices, products, customers, credit limits, tax rates, warehouses
//! and users, in a trail that a manager reads and nobody changes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod support;

use contracts::Service;
use native::House;
use native::client::usd;
use serde_json::{Value, json};
use store::{Database as _, Sql};
use support::{send, send_as, stocked};

const FORGE: Sql = Sql { name: "FORGE", text: "update audit_trail set actor = 'x'", scan: None };
const ERASE: Sql = Sql { name: "ERASE", text: "delete from audit_trail", scan: None };

async fn trail(house: &House, service: &str, more: &str) -> Vec<Value> {
    let path = format!("/api/v1/audit-trail?service={service}{more}");
    let page = send_as(house, "manager", "GET", &path, "").await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.json()["data"].as_array().unwrap().clone()
}

/// What a row says was before and is after, of one member.
fn change(row: &Value, member: &str) -> (Value, Value) {
    let of = |side: &str| {
        let text = row[side].as_str().unwrap_or("null");
        serde_json::from_str::<Value>(text).unwrap()[member].clone()
    };
    (of("before"), of("after"))
}

#[tokio::test]
async fn a_change_names_who_made_it_and_what_was_before() {
    let house = stocked().await;
    support::sell(&house, 1).await.expect(201);
    let price = json!({ "price": usd("9.00") }).to_string();
    let set = send_as(&house, "manager", "PUT", "/api/v1/products/sku/MUG/prices", &price).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let rows = trail(&house, "product", "&subject=MUG").await;
    assert_eq!((rows[0]["kind"].as_str(), rows[0]["role"].as_str()), (Some("variant"), Some("manager")));
    assert_eq!(rows[0]["actor"], "0190d000-0000-7000-8000-00000000a002");
    assert_eq!(change(&rows[0], "price_minor"), (json!(800), json!(900)));
    assert_eq!((rows.len(), &rows[1]["before"]), (2, &Value::Null), "once new");

    let customer = json!({ "name": "Buyer", "email": "b@example.org", "type": "Wholesale", "creditLimit": usd("100.00") });
    let made = send_as(&house, "manager", "POST", "/api/v1/customers", &customer.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.str("id");
    let mut more = customer.clone();
    more["creditLimit"] = usd("500.00");
    let path = format!("/api/v1/customers/{id}");
    let manager = support::bearer(&house, "manager").await;
    let headers = [("authorization", manager.as_str()), ("if-match", "\"1\"")];
    let changed = send(&house, "PUT", &path, &headers, &more.to_string()).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let rows = trail(&house, "order", &format!("&subject={id}")).await;
    assert_eq!(change(&rows[0], "credit_limit_minor"), (json!(10_000), json!(50_000)));

    let rows = trail(&house, "inventory", &format!("&subject={}", support::WAREHOUSE)).await;
    assert_eq!((rows[0]["kind"].as_str(), rows[0]["role"].as_str()), (Some("warehouse"), Some("manager")));

    let user = "/api/v1/users/0190d000-0000-7000-8000-00000000a005";
    let demoted = r#"{"email":"cashier@demo.test","name":"Demo Cashier","role":"warehouse"}"#;
    assert_eq!(send_as(&house, "admin", "PUT", user, demoted).await.status, 200);
    let rows = trail(&house, "gateway", "&subject=0190d000-0000-7000-8000-00000000a005").await;
    assert_eq!(change(&rows[0], "role"), (json!("cashier"), json!("warehouse")));
    assert_eq!(rows[0]["role"], "admin");
    assert!(!rows[0].to_string().contains("argon2"), "a secret is no part of it");

    let joins = json!({ "email": "joins@demo.test", "name": "Joins", "role": "cashier", "password": "some long phrase 1" });
    support::created(&house, "admin", "/api/v1/users", &joins).await;
    let mails = send_as(&house, "manager", "GET", "/api/v1/mail?to=joins@demo.test", "").await;
    let mail = mails.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/mail/{mail}/resend");
    assert_eq!(send_as(&house, "manager", "POST", &path, "{}").await.status, 202);
    let rows = trail(&house, "mail", &format!("&subject={mail}")).await;
    assert_eq!(change(&rows[0], "round"), (json!(1), json!(2)));
    assert_eq!(rows[0]["role"], "manager");

    // Nobody else is named for what the system does by itself afterwards.
    house.settle().await;
    for service in Service::ALL {
        let left = Sql { name: "LEFT", text: "select id from audit_actor", scan: None };
        assert!(house.database(service).unwrap().query(left.bind([])).await.unwrap().is_empty(), "{service}");
        for statement in [FORGE, ERASE] {
            let outcome = house.database(service).unwrap().batch(vec![statement.bind([])]).await;
            // Nothing is in theirs.
            if ![Service::Accounting, Service::Storefront].contains(&service) {
                assert_eq!(outcome.unwrap_err().rule(), Some("audit_trail_append_only"), "{service}");
            }
        }
    }
    let refused = send_as(&house, "accountant", "GET", "/api/v1/audit-trail?service=product", "").await;
    refused.refused(403, "FORBIDDEN");
}

#[tokio::test]
async fn the_trail_has_pages_and_names_a_wrong_question() {
    let house = stocked().await;
    let mut seen = Vec::new();
    let mut more = "&limit=1".to_owned();
    loop {
        let path = format!("/api/v1/audit-trail?service=product{more}");
        let page = send_as(&house, "manager", "GET", &path, "").await;
        seen.extend(page.json()["data"].as_array().unwrap().iter().map(|row| row["seq"].as_i64().unwrap()));
        let Some(cursor) = page.json()["nextCursor"].as_str() else { break };
        more = format!("&limit=1&cursor={cursor}");
    }
    assert!(seen.len() >= 2 && seen.windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
    let wrong = send_as(&house, "manager", "GET", "/api/v1/audit-trail?service=moon", "").await;
    assert_eq!(wrong.problem(), (422, "VALIDATION_FAILED", "service"));
    send(&house, "GET", "/api/v1/audit-trail?service=product", &[], "").await.refused(401, "UNAUTHENTICATED");
}
