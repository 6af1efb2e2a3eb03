//! A guest reaches an order by its token, not by its id.

use kernel::ids::OrderId;
use native::client::Answer;
use serde_json::{Value, json};

use crate::shop::{CUSTOMER, GUEST, SHOP, Shop};

const TOKEN: &str = "order-token";

fn body() -> Value {
    json!({ "warehouseId": SHOP, "customer": { "email": "ada@example.org", "name": "Ada" },
        "items": [{ "sku": "A", "quantity": 1 }] })
}

async fn reads(shop: &Shop, id: &str, headers: &[(&str, &str)]) -> [u16; 2] {
    let guest = shop.by(GUEST).with(headers);
    [
        guest.get(&format!("/orders/retail/{id}")).await.status,
        guest.get(&format!("/orders/{id}/refunds")).await.status,
    ]
}

#[tokio::test]
async fn whoever_knows_only_the_id_of_a_guests_order_finds_nothing() {
    let shop = Shop::open(&[("A", 5)]).await;
    let placed = shop.by(GUEST).post("/orders/retail", body()).await;
    let order = placed.expect(201);
    let (id, token) = (order["id"].as_str().unwrap().to_owned(), order["token"].as_str().unwrap().to_owned());
    assert_eq!(token.len(), 64);
    let cookie = placed.header("set-cookie").unwrap();
    assert!(cookie.starts_with(&format!("order-{id}={token}; Path=/api/v1/orders; ")), "{cookie}");
    assert!(cookie.contains("HttpOnly; Secure; SameSite=Strict"), "{cookie}");
    shop.house.forget_order_tokens();
    let other = "0".repeat(64);
    for headers in [&[][..], &[(TOKEN, other.as_str())], &[(TOKEN, "\u{e9}")]] {
        assert_eq!(reads(&shop, &id, headers).await, [404, 404], "{headers:?}");
        let guest = shop.by(GUEST).with(headers);
        let path = format!("/orders/retail/{id}");
        let pay = json!({ "payment": { "method": "Card", "token": "tok_approve" } });
        let more = json!({ "items": [{ "sku": "A", "quantity": 2 }] });
        guest.post(&format!("{path}/confirm"), pay).await.refused(404, "NOT_FOUND");
        guest.post(&format!("{path}/cancel"), json!({ "reason": "x" })).await.refused(404, "NOT_FOUND");
        guest.put(&path, more).await.refused(404, "NOT_FOUND");
    }
    shop.by(CUSTOMER).get(&format!("/orders/{id}")).await.refused(404, "NOT_FOUND");
    assert_eq!(shop.get(&format!("/orders/{id}")).await.status, 200, "staff see every order");
    assert_eq!(reads(&shop, &id, &[(TOKEN, &token)]).await, [200, 200]);
    let guest = shop.by(GUEST).with(&[(TOKEN, &token)]);
    let shown = guest.get(&format!("/orders/{id}")).await;
    assert!(!shown.text.contains(&token), "it is shown once: {}", shown.text);
    let pay = json!({ "payment": { "method": "Card", "token": "tok_approve" } });
    guest.post(&format!("/orders/retail/{id}/confirm"), pay).await.expect(200);
    shop.house.advance_seconds(90 * 86_400);
    assert_eq!(reads(&shop, &id, &[(TOKEN, &token)]).await, [404, 404], "it has expired");
}

#[tokio::test]
async fn a_repeated_order_gets_the_same_token_which_is_stored_nowhere() {
    let shop = Shop::open(&[("A", 5)]).await;
    let guest = shop.by(GUEST).with(&[("idempotency-key", "0c0a6a35-6e3c-4f0f-8f3e-1d3f0d8b7a11")]);
    let first: Answer = guest.post("/orders/retail", body()).await;
    let again = guest.post("/orders/retail", body()).await;
    assert!(again.replayed());
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!(first.header("set-cookie"), again.header("set-cookie"));
    let order = first.expect(201);
    let token = order["token"].as_str().unwrap();
    let kept = "select count(*) as n from idempotency_keys where answer like '%' || ?1 || '%'";
    assert_eq!(shop.number(kept, token).await, 0, "not with the answer");
    let stored = "select count(*) as n from guest_tokens where token_hash = ?1";
    assert_eq!(shop.number(stored, token).await, 0, "not with the order");
    // By id and content it is the same order, too.
    let mut chosen = body();
    chosen["id"] = json!("2f1b7a0e-94d5-4c53-9a5b-5be5a0f8a1c2");
    let first = shop.by(GUEST).post("/orders/retail", &chosen).await.expect(201);
    let again = shop.by(GUEST).post("/orders/retail", &chosen).await.expect(200);
    assert_eq!(first["token"], again["token"]);
    // Who is known needs none.
    assert_eq!(shop.by(CUSTOMER).post("/orders/retail", body()).await.expect(201)["token"], Value::Null);
}

#[tokio::test]
async fn an_id_that_a_client_chooses_is_random() {
    let shop = Shop::open(&[("A", 5)]).await;
    for (id, accepted) in [
        ("00000000-0000-0000-0000-000000000000", false),
        ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", false),
        ("6fa459ea-ee8a-3ca4-894e-db77e160355e", false),
        ("886313e1-3b8a-5372-9b90-0c9aee199e5d", false),
        ("2f1b7a0e-94d5-4c53-1a5b-5be5a0f8a1c2", false),
        ("2f1b7a0e-94d5-4c53-9a5b-5be5a0f8a1c2", true),
        ("0193e9a0-0000-7000-8000-00000000abcd", true),
    ] {
        assert!(OrderId::parse(id).is_some(), "{id}");
        let mut order = body();
        order["id"] = json!(id);
        let answer = shop.by(GUEST).post("/orders/retail", &order).await;
        if accepted {
            answer.expect(201);
        } else {
            assert_eq!(answer.refused(422, "VALIDATION_FAILED"), ["/id"], "{id}");
        }
    }
}

#[tokio::test]
async fn buyers_do_not_hear_what_the_shop_notes_for_itself() {
    let shop = Shop::open(&[("A", 5)]).await;
    let order = shop.by(GUEST).post("/orders/retail", body()).await.expect(201);
    let id = order["id"].as_str().unwrap();
    let path = format!("/orders/retail/{id}");
    let pay = |token: &str| json!({ "payment": { "method": "Card", "token": token } });
    let declined = shop.by(GUEST).post(&format!("{path}/confirm"), pay("tok_decline")).await;
    declined.refused(402, "PAYMENT_DECLINED");
    let as_shop = shop.get(&path).await;
    let reason = as_shop.json()["payments"][0]["failureReason"].as_str().unwrap().to_owned();
    let as_buyer = shop.by(GUEST).get(&path).await;
    assert_eq!(as_buyer.json()["payments"][0]["failureReason"], Value::Null);
    for answer in [&declined, &as_buyer] {
        assert!(!answer.text.contains(&reason), "{reason}: {}", answer.text);
    }
    shop.by(GUEST).post(&format!("{path}/confirm"), pay("tok_approve")).await.expect(200);
    let refund =
        json!({ "items": [{ "sku": "A", "quantity": 1 }], "reason": "Difficult customer", "restock": true });
    let refund = shop.post(&format!("/orders/{id}/refunds"), refund).await.expect(201);
    assert_eq!(refund["reason"], "Difficult customer");
    for path in
        [format!("/orders/{id}/refunds"), format!("/orders/refunds/{}", refund["id"].as_str().unwrap())]
    {
        let token = [(TOKEN, order["token"].as_str().unwrap())];
        let seen = shop.by(GUEST).with(&token).get(&path).await;
        assert_eq!(seen.status, 200, "{path}");
        assert!(!seen.text.contains("Difficult") && seen.text.contains("\"total\""), "{}", seen.text);
        assert!(shop.get(&path).await.text.contains("Difficult"));
    }
}
