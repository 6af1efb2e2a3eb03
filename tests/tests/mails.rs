//! What buyers are told, from their order to the mailbox, through the public door.

use house::scenarios::Shop;
use house::scenarios::shop::{text, usd};
use house::{Api, Call, InProcess, User};
use serde_json::{Value, json};

/// A page beside the API.
fn page(house: &InProcess, path: &str) -> String {
    house.call(&Call { user: User::Guest, method: "GET", path, headers: &[], body: "" }).text
}

/// The templates of the mails to an address, the oldest first, each with its language and the text that its recipient has.
fn mails(house: &InProcess, email: &str) -> Vec<(String, String, String)> {
    house.settle();
    let listed = house.get(User::Manager, &format!("/mail?to={email}&limit=100")).expect(200);
    let mut mails: Vec<&Value> = listed["data"].as_array().unwrap().iter().collect();
    mails.sort_by_key(|mail| text(&mail["id"]));
    let read = |mail: &Value| {
        let shown = page(house, &format!("/dev/mail/{}/text", text(&mail["id"])));
        (text(&mail["template"]), text(&mail["language"]), shown)
    };
    mails.into_iter().map(read).collect()
}

fn templates(house: &InProcess, email: &str) -> Vec<String> {
    mails(house, email).into_iter().map(|(template, ..)| template).collect()
}

fn guest_order(house: &InProcess, shop: &Shop<'_>, sku: &str, email: &str, language: Option<&str>) -> Value {
    let mut body = json!({
        "warehouseId": shop.warehouse, "items": [{ "sku": sku, "quantity": 2 }],
        "customer": { "name": "Ada", "email": email },
    });
    if let Some(language) = language {
        body["customer"]["language"] = json!(language);
    }
    house.post(User::Guest, "/orders/retail", &body).expect(201)
}

fn pay(house: &InProcess, order: &Value, token: &str) -> u16 {
    let body = json!({ "payment": { "method": "Card", "token": token } });
    let path = format!("/orders/retail/{}/confirm", text(&order["id"]));
    let answer =
        house.with_headers(User::Guest, "POST", &path, &[("order-token", &text(&order["token"]))], &body);
    house.house().advance_ms(5);
    answer.status
}

#[test]
fn a_guest_gets_a_link_that_opens_the_order_in_their_language_and_hears_what_becomes_of_it() {
    let house = InProcess::open();
    let shop = Shop::open(&house);
    let sku = shop.stock("told", "10.00", "4.00", 10);
    let order = guest_order(&house, &shop, &sku, "ada@home.test", Some("de"));
    let (id, number) = (text(&order["id"]), text(&order["orderNumber"]));
    let told = mails(&house, "ada@home.test");
    let [(template, language, received)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((template.as_str(), language.as_str()), ("OrderReceived", "de"));
    assert!(received.contains(&number) && received.contains("20,00 USD"), "{received}");
    let (_, token) = received.split_once(&format!("/order/{id}?token=")).unwrap();
    let token = token.split_whitespace().next().unwrap();
    let path = format!("/api/v1/orders/{id}");
    let opened = |token: &str| {
        let headers = [("order-token", token)];
        house
            .call(&Call { user: User::Guest, method: "GET", path: &path, headers: &headers, body: "" })
            .status
    };
    assert_eq!((opened(token), opened(&"0".repeat(64))), (200, 404));

    // The first payment that fails is told, not each.
    house.house().advance_ms(5);
    assert_eq!((pay(&house, &order, "tok_decline"), pay(&house, &order, "tok_decline")), (402, 402));
    assert_eq!(pay(&house, &order, "tok_approve"), 200);
    let refund = json!({ "items": [{ "sku": sku, "quantity": 1 }], "reason": "Broken", "restock": false });
    let _ = house.post(User::Manager, &format!("/orders/{id}/refunds"), &refund).expect(201);
    assert_eq!(templates(&house, "ada@home.test"), ["OrderReceived", "PaymentFailed", "OrderRefunded"]);
    assert!(mails(&house, "ada@home.test")[2].2.contains("10,00 USD"));
    let mails = house.get(User::Manager, "/mail?to=ada@home.test").expect(200);
    assert!(!mails.to_string().contains(token), "the office does not see the secret");
}

#[test]
fn who_loses_the_race_and_who_cancels_is_told_why() {
    let house = InProcess::open();
    let shop = Shop::open(&house);
    let sku = shop.stock("raced", "10.00", "4.00", 2);
    let lost = guest_order(&house, &shop, &sku, "lost@home.test", None);
    let left = guest_order(&house, &shop, &sku, "left@home.test", None);
    house.house().advance_ms(5);
    let path = format!("/orders/retail/{}/cancel", text(&left["id"]));
    let token = text(&left["token"]);
    let reason = json!({ "reason": "Changed my mind" });
    let _ = house.with_headers(User::Guest, "POST", &path, &[("order-token", &token)], &reason).expect(200);
    let _ = shop.sell_at_till(&sku, 2, "20.00").expect(201);
    for (email, words) in [
        ("lost@home.test", format!("Somebody else bought the last of it: {sku}")),
        ("left@home.test", "It was cancelled as asked.".to_owned()),
    ] {
        let told = mails(&house, email);
        let [_, (template, _, said)] = &told[..] else { panic!("{told:?}") };
        assert_eq!(template, "OrderCancelled");
        assert!(said.contains(&words) && said.contains("You were not charged."), "{said}");
    }
    assert_eq!(
        text(&house.get(User::Manager, &format!("/orders/{}", text(&lost["id"]))).expect(200)["status"]),
        "Cancelled"
    );
}

#[test]
fn a_wholesale_customer_gets_an_invoice_in_the_language_of_the_account_and_a_till_tells_nobody() {
    let house = InProcess::open();
    let shop = Shop::open(&house);
    let terms = json!({ "minimumQuantity": 1, "tiers": [] });
    let sku = shop.stock_wholesale("bulk", "10.00", "4.00", 10, &terms);
    let buyer = json!({ "name": "Buyer AG", "email": "buyer@b2b.test", "type": "Wholesale", "creditLimit": usd("500.00"), "language": "de" });
    let buyer = house.post(User::Manager, "/customers", &buyer).expect(201);
    assert_eq!(buyer["language"], "de");
    let order = json!({
        "customerId": buyer["id"], "warehouseId": shop.warehouse, "purchaseOrderNumber": "PO-7",
        "items": [{ "sku": sku, "quantity": 3 }],
    });
    let order = house.post(User::Manager, "/orders/wholesale", &order).expect(201);
    house.house().advance_ms(5);
    let paid = json!({ "payment": { "method": "PurchaseOrder" } });
    let _ = house
        .post(User::Manager, &format!("/orders/wholesale/{}/confirm", text(&order["id"])), &paid)
        .expect(200);
    let told = mails(&house, "buyer@b2b.test");
    let [_, (template, language, invoice)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((template.as_str(), language.as_str()), ("Invoice", "de"));
    assert!(
        invoice.contains("PO-7") && invoice.contains("20.12.2026") && invoice.contains("30,00 USD"),
        "{invoice}"
    );
    assert!(!invoice.contains("token="), "a customer with an account signs in");
    let before = house.get(User::Manager, "/mail").expect(200);
    let _ = shop.sell_at_till(&sku, 1, "10.00").expect(201);
    house.settle();
    assert_eq!(house.get(User::Manager, "/mail").expect(200), before);
}

#[test]
fn a_language_that_there_is_not_is_refused_with_its_field() {
    let house = InProcess::open();
    let shop = Shop::open(&house);
    let body = json!({
        "warehouseId": shop.warehouse, "items": [{ "sku": "X", "quantity": 1 }],
        "customer": { "name": "Ada", "email": "ada@home.test", "language": "xx" },
    });
    let refused = house.post(User::Guest, "/orders/retail", &body);
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/customer/language"]));
}
