//! The demo data, as `cargo xtask dev` loads it, and the tour of the README.

mod server;

use house::{Api as _, InProcess, User};
use native::client::usd;
use serde_json::{Value, json};
use server::over_tcp;

/// The shelf prices contain California's sales tax of 7.25 %: what the tag of the lantern says is paid, and 5.75 of it is
/// owed to the state.
#[test]
fn the_demo_has_tax_and_its_books_show_it() {
    let house = InProcess::open();
    over_tcp(&house, xtask::seed::demo_goods).unwrap();
    house.settle();
    let shops = house.get(User::Guest, "/inventory/warehouses").expect(200);
    let shop =
        shops["data"].as_array().unwrap().iter().find(|shop| shop["code"] == "MAIN").unwrap()["id"].clone();
    let sale = json!({
        "terminalId": "TILL-1", "warehouseId": shop, "items": [{ "sku": "LANTERN-1", "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd("85.00"), "tendered": usd("100.00") }],
    });
    let sale = house.post(User::Cashier, "/orders/pos", &sale).expect(201);
    assert_eq!((&sale["total"], &sale["tax"]), (&usd("85.00"), &usd("5.75")));
    let receipt = format!("/orders/pos/{}/receipt", sale["id"].as_str().unwrap());
    let receipt = house.post(User::Cashier, &receipt, &json!({})).expect(200);
    let printed = receipt["text"].as_str().unwrap();
    assert!(printed.contains("85.00") && printed.contains("5.75"), "{printed}");
    house.settle();
    let report = house.get(User::Accountant, "/accounting/reports/tax").expect(200);
    assert_eq!(report["totals"]["collected"], usd("5.75"));
    let trial = house.get(User::Accountant, "/accounting/reports/trial-balance").expect(200);
    assert_eq!(trial["balanced"], Value::Bool(true));
    // A second start loads nothing again.
    over_tcp(&house, xtask::seed::demo_goods).unwrap();
    let rates = house.get(User::Guest, "/tax-rates").expect(200);
    assert_eq!(rates["data"].as_array().map(Vec::len), Some(1), "{rates}");
}
