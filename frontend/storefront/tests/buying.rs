//! Buying without scripts and without an account: through the public door, with a cookie jar.

#![cfg(test)]

mod support;

use contracts::Service;
use serde_json::json;
use support::{Shop, WAREHOUSE, filled, form, pairs};
use web::Role;

#[tokio::test]
async fn a_guest_buys_with_forms_alone() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    let product = ada.get("/p/enamel-mug").await;
    assert!(product.text.contains("action=\"/cart/add\""), "{}", product.text);
    let cart = ada.add("MUG-WHITE", "2").await;
    assert_eq!(cart.status, 200);
    assert!(cart.text.contains("It is in your cart.") && cart.text.contains("$24.00"), "{}", cart.text);
    assert_eq!(cart.header("cache-control"), Some("private, no-store"));
    // The tax of the address is shown before anything is paid.
    let fields = ada.checkout("tok_approve", &[]).await;
    let first = ada.submit("/checkout", &pairs(&fields)).await;
    assert!(first.text.contains("With this address the total is $26.40."), "{}", first.text);
    assert!(first.text.contains("value=\"Ada Löwe\""), "what was typed stays");
    assert_eq!(shop.orders().await.len(), 0);
    let fields = filled(&first.text, "tok_approve", &[]);
    let order = ada.submit("/checkout", &pairs(&fields)).await;
    assert_eq!(order.status, 200);
    assert!(order.text.contains("Thank you, Ada Löwe!") && order.text.contains("$26.40"), "{}", order.text);
    assert!(!ada.cookies.contains_key("cart"), "the cart has ended");
    let orders = shop.orders().await;
    assert_eq!((orders.len(), &orders[0]["status"]), (1, &json!("Completed")));
    assert_eq!(orders[0]["shippingAddress"]["region"], "US-CA");
    assert!(ada.get("/cart").await.text.contains("Your cart is empty."));
}

#[tokio::test]
async fn a_double_click_pays_once() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.add("MUG-WHITE", "1").await;
    let fields = ada.checkout("tok_approve", &[("country", "DE"), ("postalCode", "10115")]).await;
    let body = form(&pairs(&fields));
    let mut twin = ada.clone();
    let (first, second) =
        (ada.send("POST", "/checkout", &body).await, twin.send("POST", "/checkout", &body).await);
    assert_eq!((first.status, second.status), (303, 303), "{}", second.text);
    assert_eq!(first.header("location"), second.header("location"));
    assert!(twin.get(second.header("location").unwrap()).await.text.contains("Thank you"));
    let orders = shop.orders().await;
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0]["payments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_declined_card_charges_nothing_and_another_one_pays() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.add("MUG-WHITE", "1").await;
    let fields = ada.checkout("tok_decline", &[("country", "DE"), ("postalCode", "10115")]).await;
    let declined = ada.submit("/checkout", &pairs(&fields)).await;
    assert!(declined.text.contains("Your card was declined and you were not charged."), "{}", declined.text);
    let id = shop.orders().await[0]["id"].as_str().unwrap().to_owned();
    let pay = format!("/order/{id}/pay");
    let none = ada.submit(&pay, &[("key", &support::value(&declined.text, "key"))]).await;
    assert!(none.text.contains("Choose a card."), "{}", none.text);
    let key = support::value(&none.text, "key");
    let paid = ada.submit(&pay, &[("card", "tok_approve"), ("key", &key)]).await;
    assert!(paid.text.contains("Thank you"), "{}", paid.text);
    // The back button shows the form again: it pays nothing twice.
    let again = ada.submit(&pay, &[("card", "tok_approve"), ("key", &key)]).await;
    assert!(again.text.contains("Thank you"));
    let order = &shop.orders().await[0];
    let taken =
        order["payments"].as_array().unwrap().iter().filter(|payment| payment["status"] == "Captured");
    assert_eq!(taken.count(), 1);
}

#[tokio::test]
async fn a_bank_that_does_not_answer_is_said_and_not_paid_again() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.add("MUG-WHITE", "1").await;
    let fields = ada.checkout("tok_timeout_lost", &[("country", "DE"), ("postalCode", "10115")]).await;
    let page = ada.submit("/checkout", &pairs(&fields)).await;
    assert!(page.text.contains("The bank has not answered yet."), "{}", page.text);
    assert!(!page.text.contains("/pay\""), "nothing to press");
}

#[tokio::test]
async fn who_loses_the_last_one_is_told_and_keeps_the_rest() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.add("LANTERN", "1").await;
    ada.add("MUG-WHITE", "2").await;
    let fields = ada.checkout("tok_approve", &[("country", "DE"), ("postalCode", "10115")]).await;
    // Meanwhile the till sells the last lantern, and the web has not heard of it yet.
    let total = native::client::usd("85.00");
    let sale = json!({ "terminalId": "T1", "warehouseId": WAREHOUSE, "items": [{ "sku": "LANTERN", "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": total }] });
    // The order is placed first, so that the race is one of the payment.
    let decline = filled_like(&fields, "tok_decline");
    let declined = ada.submit("/checkout", &pairs(&decline)).await;
    assert!(declined.text.contains("declined"), "{}", declined.text);
    shop.house.client(Service::Order).by(Role::Cashier).post("/orders/pos", sale).await.expect(201);
    let id = shop.orders().await[0]["id"].as_str().unwrap().to_owned();
    let key = support::value(&declined.text, "key");
    let lost = ada.submit(&format!("/order/{id}/pay"), &[("card", "tok_approve"), ("key", &key)]).await;
    assert_eq!(lost.status, 200);
    assert!(
        lost.text.contains("Somebody else was faster") && lost.text.contains("You were not charged."),
        "{}",
        lost.text
    );
    assert!(lost.text.contains("What is still available is in your cart."));
    let cart = ada.get("/cart").await;
    assert!(cart.text.contains("Enamel Mug") && !cart.text.contains("Storm Lantern"), "{}", cart.text);
    let payments = &shop.orders().await[0]["payments"];
    assert!(payments.as_array().unwrap().iter().all(|payment| payment["status"] != "Captured"), "{payments}");
}

fn filled_like(fields: &[(String, String)], card: &str) -> Vec<(String, String)> {
    let with = |(name, value): &(String, String)| {
        (name.clone(), if name == "card" { card.to_owned() } else { value.clone() })
    };
    fields.iter().map(with).collect()
}

#[tokio::test]
async fn a_cart_shows_what_has_changed_and_is_not_ordered_before() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.add("MUG-NAVY", "3").await;
    shop.price("MUG-NAVY", "16.00").await;
    let cart = ada.get("/cart").await;
    assert!(
        cart.text.contains("The price changed from $14.00 to $16.00 since you added it."),
        "{}",
        cart.text
    );
    // A checkout that was open meanwhile does not take the old total.
    let fields = ada.checkout("tok_approve", &[("country", "DE"), ("postalCode", "10115")]).await;
    shop.price("MUG-NAVY", "17.00").await;
    let page = ada.submit("/checkout", &pairs(&fields)).await;
    assert!(page.text.contains("the total is $51.00"), "{}", page.text);
    shop.lose("MUG-NAVY", 2).await;
    let cart = ada.get("/cart").await;
    assert!(
        cart.text.contains("Only 1 left: you want 3.") && cart.text.contains("needs a look"),
        "{}",
        cart.text
    );
    let checkout = ada.get("/checkout").await;
    assert_eq!((checkout.status, checkout.header("location")), (303, Some("/cart")));
    let cart = ada.submit("/cart/set", &[("sku", "MUG-NAVY"), ("quantity", "1")]).await;
    assert!(cart.text.contains("Go to checkout") && cart.text.contains("$17.00"), "{}", cart.text);
    let cart = ada.submit("/cart/set", &[("sku", "MUG-NAVY"), ("remove", "1")]).await;
    assert!(cart.text.contains("Your cart is empty."));
    assert_eq!(shop.orders().await.len(), 0);
}

#[tokio::test]
async fn each_field_that_is_wrong_says_so_and_keeps_what_was_typed() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.add("MUG-WHITE", "1").await;
    for (field, typed, message) in [
        ("email", "ada", "Enter an e-mail address such as name@example.org."),
        ("name", "", "Please fill this in."),
        ("postalCode", "12", "This is no postal code."),
        ("country", "", "Please fill this in."),
        ("state", "California", "Enter the code of the state or province, such as CA."),
        ("card", "4242424242424242", "Choose a card."),
    ] {
        let fields = ada.checkout("tok_approve", &[(field, typed)]).await;
        let page = ada.submit("/checkout", &pairs(&fields)).await;
        assert_eq!(page.status, 422, "{field}: {}", page.text);
        assert!(page.text.contains(message), "{field}: {}", page.text);
        if field != "card" {
            assert!(page.text.contains(&format!("id=\"{field}-fault\"")), "{field}: {}", page.text);
        }
        assert!(page.text.contains("value=\"1 Quay\""), "{field}");
    }
    assert_eq!(shop.orders().await.len(), 0);
}

#[tokio::test]
async fn an_order_is_reached_by_its_link_and_by_nobody_else() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.add("MUG-WHITE", "1").await;
    let fields = ada.checkout("tok_decline", &[("country", "DE"), ("postalCode", "10115")]).await;
    ada.submit("/checkout", &pairs(&fields)).await;
    let id = shop.orders().await[0]["id"].as_str().unwrap().to_owned();
    let token = ada.cookies[&format!("order-{id}")].clone();
    let _ = shop.house.take_log();
    let mut eve = shop.visitor();
    let wrong = "0".repeat(64);
    for path in [format!("/order/{id}"), format!("/order/{id}?token={wrong}"), "/order/x".to_owned()] {
        assert_eq!(eve.get(&path).await.status, 404, "{path}");
    }
    for step in ["pay", "cancel", "again"] {
        let answer = eve.submit(&format!("/order/{id}/{step}"), &[("card", "tok_approve")]).await;
        assert_eq!(answer.status, 404, "{step}");
    }
    // Ada on another device: the link becomes a cookie, and its token leaves the address.
    let mut tablet = shop.visitor();
    let opened = tablet.get(&format!("/order/{id}?token={token}")).await;
    assert_eq!((opened.status, opened.header("location")), (303, Some(format!("/order/{id}").as_str())));
    let page = tablet.get(&format!("/order/{id}")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.text.matches(&token).count(), 1, "in the link that its buyer may keep");
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    assert!(shop.house.take_log().iter().all(|line| !line.contains(&token)), "no log has it");
    let cancelled = tablet.submit(&format!("/order/{id}/cancel"), &[]).await;
    assert!(cancelled.text.contains("This order was cancelled. You were not charged."), "{}", cancelled.text);
    let cart = tablet.submit(&format!("/order/{id}/again"), &[]).await;
    assert!(cart.text.contains("Enamel Mug"), "{}", cart.text);
}

#[tokio::test]
async fn a_form_from_another_site_does_nothing() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.add("MUG-WHITE", "1").await;
    for (name, value) in
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")]
    {
        ada.headers = vec![(name.to_owned(), value.to_owned())];
        let answer = ada.submit("/cart/set", &[("sku", "MUG-WHITE"), ("remove", "1")]).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
    }
    ada.headers.clear();
    assert!(ada.get("/cart").await.text.contains("Enamel Mug"));
}

#[tokio::test]
async fn what_a_cart_does_not_take_is_said() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    assert!(ada.add("NO-SUCH", "1").await.text.contains("cannot be added"));
    assert!(ada.add("MUG-WHITE", "1000").await.text.contains("more than a cart can hold"));
    ada.add("MUG-WHITE", "1").await;
    let page = ada.submit("/cart/set", &[("sku", "MUG-WHITE"), ("quantity", "5000")]).await;
    assert!(page.text.contains("more than a cart can hold"), "{}", page.text);
    // A key that opens nothing is an empty cart, not a fault; what is put then goes into a new one.
    ada.cookies.insert("cart".to_owned(), format!("{WAREHOUSE}.{}", "0".repeat(64)));
    assert!(ada.get("/cart").await.text.contains("Your cart is empty."));
    ada.cookies.insert("cart".to_owned(), "nonsense".to_owned());
    assert!(ada.add("MUG-WHITE", "1").await.text.contains("Enamel Mug"));
}

#[tokio::test]
async fn our_script_hears_how_many_are_in_the_cart() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.headers = vec![("accept".to_owned(), "application/json".to_owned())];
    let answer = ada.send("POST", "/cart/add", &form(&[("sku", "MUG-WHITE"), ("quantity", "2")])).await;
    assert_eq!(answer.expect(200), json!({ "units": 2 }));
    let refused = ada.send("POST", "/cart/add", &form(&[("sku", "NO-SUCH"), ("quantity", "2")])).await;
    assert_eq!(refused.expect(200), json!({ "see": "/cart?told=refused" }));
    ada.headers.clear();
    let home = ada.get("/").await;
    assert!(home.text.contains("data-count>2<"), "{}", home.text);
}
