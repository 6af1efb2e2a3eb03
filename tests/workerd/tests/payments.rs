//! Cards through Stripe's stand-in, over a real network, with the time-out of the real platform.

use house::scenarios::Shop;
use house::{Api as _, User};
use house_stripe::{Fault, SECRET_KEY, Status, Stripe, WEBHOOK_SECRET};
use house_workerd::Workerd;
use serde_json::{Value, json};

#[test]
fn a_card_is_charged_once_through_lost_requests_a_silent_server_and_a_bank() {
    let stripe = Stripe::default();
    let api = stripe.serve().unwrap();
    let secrets = format!(
        "PAYMENT_PROVIDER=stripe\nSTRIPE_SECRET_KEY={SECRET_KEY}\nSTRIPE_WEBHOOK_SECRET={WEBHOOK_SECRET}\nSTRIPE_API={api}\n"
    );
    let workerd = Workerd::start_with("stripe", &secrets, None);
    let shop = Shop::open(&workerd);
    let sku = shop.stock("lamp", "20.00", "8.00", 3);
    let order = || -> String {
        let body = json!({ "warehouseId": shop.warehouse, "customer": { "email": "ada@example.org", "name": "Ada" },
            "items": [{ "sku": sku, "quantity": 1 }] });
        let order = workerd.post(User::Guest, "/orders/retail", &body).expect(201);
        order["id"].as_str().unwrap().to_owned()
    };
    let pay = |order: &str, payment: Value| {
        workerd.post(User::Guest, &format!("/orders/retail/{order}/confirm"), &json!({ "payment": payment }))
    };
    let visa = json!({ "method": "Card", "token": "pm_card_visa" });

    // The server says nothing for longer than the time-out, then refuses once: the third attempt is heard.
    stripe.fail("/confirm", &[Fault::RequestLost, Fault::Status(503)]);
    assert_eq!(pay(&order(), visa.clone()).expect(200)["status"], "Completed");
    assert_eq!(stripe.intents()[0].1, Status::Succeeded);

    let asked = order();
    let bank = json!({ "method": "Card", "token": "pm_card_authenticationRequired", "returnPath": "/checkout/return" });
    let redirected = pay(&asked, bank).expect(402);
    assert_eq!(redirected["code"], "PAYMENT_ACTION_REQUIRED");
    let intent = stripe.intents()[1].0.clone();
    assert!(redirected["redirectUrl"].as_str().unwrap().ends_with(&intent));
    stripe.buyer_confirms(&intent, true);

    // Another card meanwhile, on another order.
    let declined = json!({ "method": "Card", "token": "pm_card_visa_chargeDeclinedInsufficientFunds" });
    let other = order();
    assert_eq!(pay(&other, declined).expect(402)["code"], "PAYMENT_DECLINED");
    assert_eq!(pay(&other, visa).expect(200)["status"], "Completed");
    workerd.settle();
    let statuses: Vec<Status> = stripe.intents().into_iter().map(|intent| intent.1).collect();
    let waiting =
        [Status::Succeeded, Status::RequiresCapture, Status::RequiresPaymentMethod, Status::Succeeded];
    assert_eq!(statuses, waiting);
}
