//! Cards through Stripe, against a stand-in that behaves as its documents say.

use house_stripe::{Fault, SECRET_KEY, Status, Stripe, WEBHOOK_SECRET, signed};
use native::client::Answer;
use platform::World as _;
use serde_json::{Value, json};

use crate::shop::{GUEST, Shop, card, usd};

const VISA: &str = "pm_card_visa";
const ASKS_THE_BUYER: &str = "pm_card_authenticationRequired";

/// A shop that takes cards through Stripe, and an order of 10.00.
async fn open(units: i64) -> (Shop, Stripe, String) {
    let shop = Shop::open(&[("A", units)]).await;
    let stripe = Stripe::default();
    let server = stripe.clone();
    shop.house.outside(Box::new(move |request| server.answer(&request)));
    for (name, value) in [
        ("PAYMENT_PROVIDER", "stripe"),
        ("STRIPE_SECRET_KEY", SECRET_KEY),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
        ("PUBLIC_URL", "https://shop.example"),
    ] {
        shop.house.set(name, value);
    }
    let order = shop.guest_order(&[("A", 1)]).await;
    (shop, stripe, order)
}

fn returning(token: &str) -> Value {
    json!({ "payment": { "method": "Card", "token": token, "returnPath": "/checkout/return" } })
}

async fn confirm(shop: &Shop, order: &str, key: &str, body: Value) -> Answer {
    shop.by(GUEST).post_once(&format!("/orders/retail/{order}/confirm"), key, body).await
}

/// Status and what is captured of the only intent.
fn only(stripe: &Stripe) -> (Status, i64) {
    let intents = stripe.intents();
    assert_eq!(intents.len(), 1, "{intents:?}");
    (intents[0].1, intents[0].2)
}

#[tokio::test]
async fn a_card_is_charged_when_the_goods_are_ours() {
    let (shop, stripe, order) = open(1).await;
    let paid = shop.pay(&order, VISA).await.expect(200);
    assert_eq!((&paid["status"], &paid["payments"][0]["status"]), (&json!("Completed"), &json!("Captured")));
    assert_eq!(only(&stripe), (Status::Succeeded, 1000));
    let steps: Vec<String> = stripe.calls().into_iter().map(|call| call.path).collect();
    let expected = ["", "/pi_000001/confirm", "/pi_000001/capture"];
    assert_eq!(steps, expected.map(|step| format!("/v1/payment_intents{step}")));
    let intent = stripe.intent("pi_000001").unwrap();
    assert_eq!(intent["metadata"]["order_id"], json!(order));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_decline_says_stripes_reason_to_the_shop_and_the_order_waits() {
    for (token, reason) in [
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_no_such_card", "resource_missing"),
        // Without a page to come back to, nobody can be sent to their bank.
        (ASKS_THE_BUYER, "authentication_required"),
    ] {
        let (shop, stripe, order) = open(1).await;
        shop.pay(&order, token).await.refused(402, "PAYMENT_DECLINED");
        assert_eq!(shop.order(&order).await["payments"][0]["failureReason"], reason, "{token}");
        assert_eq!(only(&stripe), (Status::RequiresPaymentMethod, 0), "{token}");
        shop.pay(&order, VISA).await.expect(200);
        assert_eq!(stripe.intents().len(), 2, "another attempt is another payment");
        shop.reconciled().await;
    }
}

#[tokio::test]
async fn who_loses_the_last_unit_is_not_charged() {
    let (shop, stripe, order) = open(1).await;
    let other = shop.guest_order(&[("A", 1)]).await;
    shop.pay(&other, VISA).await.expect(200);
    shop.pay(&order, VISA).await.refused(409, "OUT_OF_STOCK");
    let statuses: Vec<Status> = stripe.intents().into_iter().map(|intent| intent.1).collect();
    assert_eq!(statuses, [Status::Succeeded, Status::Canceled]);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_bank_that_wants_to_see_the_buyer_gets_them_and_the_same_request_goes_on() {
    let (shop, stripe, order) = open(1).await;
    for _ in 0..2 {
        let asked = confirm(&shop, &order, "k", returning(ASKS_THE_BUYER)).await;
        asked.refused(402, "PAYMENT_ACTION_REQUIRED");
        assert_eq!(asked.str("redirectUrl"), "https://hooks.stripe.example/redirect/pi_000001");
    }
    assert_eq!(only(&stripe), (Status::RequiresAction, 0));
    assert_eq!(
        stripe.intent("pi_000001").unwrap()["next_action"]["redirect_to_url"]["return_url"],
        "https://shop.example/checkout/return"
    );
    stripe.buyer_confirms("pi_000001", true);
    let paid = confirm(&shop, &order, "k", returning(ASKS_THE_BUYER)).await;
    assert_eq!(paid.expect(200)["status"], "Completed");
    let again = confirm(&shop, &order, "k", returning(ASKS_THE_BUYER)).await;
    assert_eq!((again.replayed(), again.text), (true, paid.text));
    assert_eq!(only(&stripe), (Status::Succeeded, 1000));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_buyer_who_fails_at_their_bank_is_declined() {
    let (shop, stripe, order) = open(1).await;
    confirm(&shop, &order, "k", returning(ASKS_THE_BUYER)).await.refused(402, "PAYMENT_ACTION_REQUIRED");
    stripe.buyer_confirms("pi_000001", false);
    confirm(&shop, &order, "k", returning(ASKS_THE_BUYER)).await.refused(402, "PAYMENT_DECLINED");
    shop.pay(&order, VISA).await.expect(200);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_buyer_who_does_not_come_back_is_never_charged() {
    let (shop, stripe, order) = open(1).await;
    confirm(&shop, &order, "k", returning(ASKS_THE_BUYER)).await.refused(402, "PAYMENT_ACTION_REQUIRED");
    shop.house.advance_seconds(60);
    assert_eq!(shop.sweep().await, 0, "there is still time");
    assert_eq!(only(&stripe), (Status::RequiresAction, 0));
    shop.house.advance_seconds(12 * 60);
    assert_eq!(shop.get("/health").await.expect(200)["sagas"][0]["stuck"], 0, "it waits for a person");
    shop.house.advance_seconds(3 * 60);
    assert_eq!(shop.sweep().await, 1);
    assert_eq!(only(&stripe), (Status::Canceled, 0));
    let waiting = shop.order(&order).await;
    assert_eq!(
        (&waiting["status"], &waiting["payments"][0]["status"]),
        (&json!("PendingPayment"), &json!("Voided"))
    );
    assert_eq!(waiting["payments"][0]["failureReason"], "the buyer did not confirm the payment");
    shop.pay(&order, VISA).await.expect(200);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_buyer_who_takes_another_card_is_charged_once() {
    let (shop, stripe, order) = open(1).await;
    confirm(&shop, &order, "k", returning(ASKS_THE_BUYER)).await.refused(402, "PAYMENT_ACTION_REQUIRED");
    confirm(&shop, &order, "other", card(VISA)).await.expect(200);
    let statuses: Vec<Status> = stripe.intents().into_iter().map(|intent| intent.1).collect();
    assert_eq!(statuses, [Status::Canceled, Status::Succeeded]);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_buyer_is_only_sent_back_to_this_shop() {
    let (shop, stripe, order) = open(1).await;
    for path in ["https://evil.example/", "//evil.example", "checkout", "/a\\b", "/a#b"] {
        let mut body = returning(VISA);
        body["payment"]["returnPath"] = json!(path);
        let refused = confirm(&shop, &order, "k", body).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/payment/returnPath"], "{path}");
    }
    assert_eq!(stripe.calls(), []);
}

/// Whatever is lost at whichever call, the buyer is charged once with goods, or not at all without.
#[tokio::test]
async fn nothing_that_is_lost_charges_twice_or_without_goods() {
    let lost =
        [Fault::RequestLost, Fault::AnswerLost, Fault::Status(500), Fault::Status(429), Fault::Status(409)];
    for call in ["payment_intents", "/confirm", "/capture", "/cancel"] {
        for fault in lost {
            // Once: the retry within the request finds it. Four times: the circuit is left alone, the sweep goes on.
            for times in [1, 4] {
                for units in [0, 1] {
                    let (shop, stripe, order) = open(1).await;
                    if units == 0 {
                        let other = shop.guest_order(&[("A", 1)]).await;
                        shop.pay(&other, VISA).await.expect(200);
                    }
                    let before = stripe.intents().len();
                    stripe.fail(call, &vec![fault; times]);
                    shop.pay(&order, VISA).await;
                    for _ in 0..4 {
                        shop.house.advance_seconds(61);
                        shop.sweep().await;
                    }
                    let case = format!("{call} {fault:?} {times} times, {units} units");
                    let status = shop.order(&order).await["status"].clone();
                    let captured: Vec<Status> =
                        stripe.intents()[before..].iter().map(|intent| intent.1).collect();
                    let expected = if status == "Completed" { vec![Status::Succeeded] } else { vec![] };
                    let taken: Vec<Status> =
                        captured.iter().copied().filter(|status| *status == Status::Succeeded).collect();
                    assert_eq!(taken, expected, "{case}: {status}");
                    assert!(
                        !captured.contains(&Status::RequiresCapture),
                        "{case}: money is set aside for nothing"
                    );
                    assert!(status != "Completed" || units == 1, "{case}");
                    if status == "PendingPayment" && units == 1 {
                        shop.pay(&order, VISA).await.expect(200);
                    }
                    shop.reconciled().await;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_refund_is_made_once_even_when_stripe_has_forgotten_the_key() {
    let (shop, stripe, order) = open(1).await;
    shop.pay(&order, VISA).await.expect(200);
    stripe.fail("/v1/refunds", &[Fault::Status(500)]);
    let body = json!({ "items": [{ "sku": "A", "quantity": 1 }], "reason": "broken", "restock": false });
    let refund = shop.post(&format!("/orders/{order}/refunds"), body).await.expect(201);
    // The list was answered at the second attempt.
    assert_eq!(refund["status"], "Completed");
    assert_eq!(stripe.intents()[0].3, 1000);

    let (shop, stripe, order) = open(1).await;
    shop.pay(&order, VISA).await.expect(200);
    let body = json!({ "items": [], "amountAdjustment": usd("4.00"), "reason": "late", "restock": false });
    // The list is answered; the refund is made, and the answers to all three attempts are lost.
    stripe.fail("POST /v1/refunds", &[Fault::AnswerLost; 3]);
    let refund = shop.post(&format!("/orders/{order}/refunds"), body).await.expect(201);
    assert_eq!(refund["status"], "Pending");
    assert_eq!(stripe.intents()[0].3, 400);
    stripe.forget_keys();
    shop.house.advance_seconds(61);
    shop.sweep().await;
    assert_eq!(stripe.intents()[0].3, 400, "it was looked for first");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_refund_that_the_card_refuses_is_paid_by_hand() {
    let (shop, stripe, order) = open(1).await;
    shop.pay(&order, "pm_card_refundFail").await.expect(200);
    let body = json!({ "items": [{ "sku": "A", "quantity": 1 }], "reason": "broken", "restock": false });
    let refund = shop.post(&format!("/orders/{order}/refunds"), body).await.expect(201);
    assert_eq!(refund["payments"][0]["method"], "BankTransfer");
    assert_eq!(stripe.intents()[0].3, 0);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_provider_that_stays_silent_is_left_alone_for_a_while() {
    let (shop, stripe, order) = open(1).await;
    stripe.fail("/v1/", &[Fault::RequestLost; 16]);
    shop.pay(&order, VISA).await.refused(503, "TEMPORARILY_UNAVAILABLE");
    for failures in 1..=4 {
        assert_eq!(stripe.calls().len(), failures * 3, "each call is tried three times");
        shop.house.advance_seconds(31);
        shop.sweep().await;
    }
    let health = shop.get("/health").await.expect(200);
    let circuit = &health["circuits"][0];
    assert_eq!((&circuit["server"], &circuit["failures"]), (&json!("stripe"), &json!(5)));
    assert_ne!(circuit["openUntil"], Value::Null);
    shop.sweep().await;
    assert_eq!(stripe.calls().len(), 15, "nothing was sent");
    shop.house.advance_seconds(31);
    shop.sweep().await;
    assert_eq!(stripe.calls().len(), 16, "one attempt, to see whether it is back");
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    assert_eq!(shop.get("/health").await.expect(200)["circuits"], json!([]));
    assert_eq!(shop.order(&order).await["payments"][0]["status"], "Voided");
    shop.pay(&order, VISA).await.expect(200);
    shop.reconciled().await;
}

fn event(shop: &Shop, kind: &str, object: &Value) -> (String, i64) {
    let now = shop.world().now().unix_seconds();
    let body = json!({ "id": "evt_1", "object": "event", "type": kind, "created": now, "data": { "object": object } });
    (body.to_string(), now)
}

async fn tell(shop: &Shop, body: &str, signature: &str) -> Answer {
    let stripe = shop.by(GUEST).with(&[("stripe-signature", signature)]);
    stripe.send_json("POST", "/payments/webhooks/stripe", body).await
}

#[tokio::test]
async fn what_stripe_tells_lets_a_checkout_go_on_and_a_forger_changes_nothing() {
    let (shop, stripe, order) = open(1).await;
    confirm(&shop, &order, "k", returning(ASKS_THE_BUYER)).await.refused(402, "PAYMENT_ACTION_REQUIRED");
    stripe.buyer_confirms("pi_000001", true);
    shop.house.advance_seconds(20);
    let kind = "payment_intent.amount_capturable_updated";
    let (body, now) = event(&shop, kind, &stripe.intent("pi_000001").unwrap());
    for (case, signature) in [
        ("none", String::new()),
        ("another secret", signed("whsec_another_secret_that_a_forger_has_made_up", now, &body)),
        ("another body", signed(WEBHOOK_SECRET, now, "{}")),
        ("recorded long ago", signed(WEBHOOK_SECRET, now - 301, &body)),
        ("from the future", signed(WEBHOOK_SECRET, now + 301, &body)),
    ] {
        assert_eq!(
            tell(&shop, &body, &signature).await.refused(403, "FORBIDDEN"),
            ["Stripe-Signature"],
            "{case}"
        );
        assert_eq!(shop.order(&order).await["status"], "PendingPayment", "{case}");
    }
    for _ in 0..2 {
        tell(&shop, &body, &signed(WEBHOOK_SECRET, now, &body)).await.expect(200);
        assert_eq!(shop.order(&order).await["status"], "Completed");
    }
    assert_eq!(only(&stripe), (Status::Succeeded, 1000));
    // What is not ours, or not known, is heard and ignored.
    for (kind, object) in [
        ("payment_intent.succeeded", json!({ "id": "pi_of_somebody_else" })),
        ("customer.created", json!({ "id": "cus_1" })),
    ] {
        let (body, now) = event(&shop, kind, &object);
        tell(&shop, &body, &signed(WEBHOOK_SECRET, now, &body)).await.expect(200);
    }
    let (body, now) = event(&shop, "payment_intent.succeeded", &json!({ "no": "id" }));
    let refused = tell(&shop, &body, &signed(WEBHOOK_SECRET, now, &body)).await;
    assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/data/object"]);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_shop_without_stripe_hears_no_events() {
    let (shop, _stripe, _order) = open(1).await;
    shop.house.set("PAYMENT_PROVIDER", "test");
    let (body, now) = event(&shop, "customer.created", &json!({ "id": "cus_1" }));
    tell(&shop, &body, &signed(WEBHOOK_SECRET, now, &body)).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_dispute_is_listed_as_it_was_told_last() {
    let (shop, _stripe, order) = open(1).await;
    shop.pay(&order, VISA).await.expect(200);
    let dispute = |status: &str| {
        json!({ "id": "dp_1", "payment_intent": "pi_000001", "amount": 1000, "currency": "usd", "status": status,
            "reason": "fraudulent", "created": 1_795_000_000, "evidence_details": { "due_by": 1_796_000_000 } })
    };
    let (first, then) = event(&shop, "charge.dispute.created", &dispute("needs_response"));
    shop.house.advance_seconds(60);
    let (last, now) = event(&shop, "charge.dispute.closed", &dispute("won"));
    for (body, at) in [(&last, now), (&first, then), (&last, now)] {
        tell(&shop, body, &signed(WEBHOOK_SECRET, at, body)).await.expect(200);
    }
    let listed = shop.get("/payments/disputes").await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    let listed = &listed["data"][0];
    assert_eq!((&listed["status"], &listed["orderId"]), (&json!("won"), &json!(order)));
    assert_eq!((&listed["amount"], &listed["reason"]), (&usd("10.00"), &json!("fraudulent")));
    shop.by(GUEST).get("/payments/disputes").await.expect(401);
}
