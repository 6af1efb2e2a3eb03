//! Refunds and credit notes, through the real services: what goes back is what was paid, and no more.

#![cfg(test)]

mod shop;

use native::client::Answer;
use serde_json::{Value, json};
use shop::{Shop, WAREHOUSE, amount, id, told, usd};
use web::Role;

fn cash(sum: &str) -> Value {
    json!([{ "method": "Cash", "amount": usd(sum) }])
}

fn refund(sku: &str, quantity: i64) -> Value {
    json!({ "items": [{ "sku": sku, "quantity": quantity }], "reason": "Broken", "restock": true })
}

async fn give_back(shop: &Shop, order: &Value, body: &Value) -> Answer {
    shop.post(&format!("/orders/{}/refunds", id(order)), body).await
}

async fn tax(shop: &Shop, rate: &str) {
    let rate = json!({ "region": "US-NY", "taxClass": "standard", "rate": rate, "inclusive": false });
    shop.by(Role::Admin).put("/tax-rates", &rate).await.expect(200);
}

fn paid_back(refund: &Value) -> String {
    let parts = refund["payments"].as_array().unwrap().iter();
    let parts = parts.map(|part| format!("{} {}", part["method"].as_str().unwrap(), amount(part, "amount")));
    parts.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn refunding_in_parts_gives_back_exactly_the_whole() {
    let shop = Shop::open().await;
    tax(&shop, "8.25").await;
    let items = json!([{ "sku": "MUG", "quantity": 3 }]);
    let order = shop.sell(items, cash("0.32")).await;
    assert_eq!(shop.stock("MUG").await, (97, 485));
    let mut given = Vec::new();
    for _ in 0..3 {
        let part = give_back(&shop, &order, &refund("MUG", 1)).await.expect(201);
        assert_eq!((&part["status"], &part["orderNumber"]), (&json!("Completed"), &order["orderNumber"]));
        given.push(amount(&part, "total"));
    }
    assert_eq!(given, ["0.11", "0.10", "0.11"]);
    assert_eq!(shop.stock("MUG").await, (100, 500));
    let path = format!("/orders/{}", id(&order));
    let after = shop.get(&path).await.expect(200);
    assert_eq!(amount(&after, "refundedTotal"), "0.32");

    let more = give_back(&shop, &order, &refund("MUG", 1)).await;
    more.refused(422, "REFUND_EXCEEDS_ORDER");
    assert_eq!(
        more.json()["errors"],
        json!([{ "pointer": "/items/0/quantity", "detail": "must be at most 0" }])
    );
    let listed = shop.by(Role::Cashier).get(&format!("{path}/refunds")).await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 3);
    shop.reconciled().await;
}

#[tokio::test]
async fn the_books_are_told_once_with_everything_they_need() {
    let shop = Shop::open().await;
    tax(&shop, "10").await;
    let items = json!([{ "sku": "PEN", "quantity": 2 }, { "sku": "POST", "quantity": 1 }]);
    let order = shop.sell(items, cash("20.90")).await;
    let both = json!({ "items": [{ "sku": "PEN", "quantity": 1 }, { "sku": "POST", "quantity": 1 }], "reason": "Late", "restock": true });
    let refund = give_back(&shop, &order, &both).await.expect(201);
    let events = shop.refund_events().await;
    assert_eq!(events.len(), 1);
    let data = &events[0]["data"];
    assert_eq!(events[0]["entityId"], refund["id"]);
    assert_eq!((&data["orderId"], &data["salesChannel"]), (&order["id"], &json!("POS")));
    assert_eq!(
        (&data["subtotal"], &data["tax"], &data["total"]),
        (&told("12.00"), &told("1.20"), &told("13.20"))
    );
    assert_eq!(data["payments"], json!([{ "method": "Cash", "amount": told("13.20") }]));
    assert_eq!(
        data["lines"],
        json!([
            { "sku": "PEN", "kind": "Goods", "quantity": 1, "lineTotal": told("7.00"), "taxAmount": told("0.70"), "restocked": true, "cost": told("3.00") },
            { "sku": "POST", "kind": "Shipping", "quantity": 1, "lineTotal": told("5.00"), "taxAmount": told("0.50"), "restocked": false, "cost": told("0.00") },
        ])
    );
    let sales = shop.by(Role::System).get("/internal/reconciliation/sales?limit=1000").await.expect(200);
    let cursor = sales["nextCursor"].as_str().map(str::to_owned);
    let path = format!("/internal/reconciliation/sales?cursor={}", cursor.unwrap_or_default());
    let refunds = shop.by(Role::System).get(&path).await.expect(200);
    let digests: Vec<&Value> =
        [&sales, &refunds].into_iter().flat_map(|page| page["sales"].as_array().unwrap()).collect();
    let wanted = json!({ "reference": { "refund": refund["id"] }, "completed": true, "units": 1, "cost": usd("3.00"), "total": usd("13.20"), "settled": usd("13.20") });
    assert!(digests.contains(&&wanted), "{digests:?}");
}

#[tokio::test]
async fn what_is_not_restocked_stays_out_of_stock() {
    let shop = Shop::open().await;
    let order = shop.sell(json!([{ "sku": "PEN", "quantity": 2 }]), cash("14.00")).await;
    let mut body = refund("PEN", 2);
    body["restock"] = json!(false);
    let refund = give_back(&shop, &order, &body).await.expect(201);
    assert_eq!((amount(&refund, "total"), shop.stock("PEN").await), ("14.00".into(), (8, 2400)));
    assert_eq!(shop.refund_events().await[0]["data"]["lines"][0]["cost"], told("0.00"));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_split_tender_goes_back_the_way_it_came() {
    let shop = Shop::open().await;
    let payments = json!([{ "method": "Cash", "amount": usd("4.00"), "tendered": usd("5.00") }, { "method": "CardTerminal", "amount": usd("10.00") }]);
    let order = shop.sell(json!([{ "sku": "PEN", "quantity": 2 }]), payments).await;
    let first = give_back(&shop, &order, &refund("PEN", 1)).await.expect(201);
    assert_eq!(paid_back(&first), "Cash 2.00, CardTerminal 5.00");
    let second = give_back(&shop, &order, &refund("PEN", 1)).await.expect(201);
    assert_eq!(paid_back(&second), "Cash 2.00, CardTerminal 5.00");
}

#[tokio::test]
async fn an_adjustment_keeps_a_fee_or_gives_more() {
    let shop = Shop::open().await;
    let order = shop.sell(json!([{ "sku": "PEN", "quantity": 2 }]), cash("14.00")).await;
    let mut body = refund("PEN", 1);
    body["amountAdjustment"] = usd("-1.50");
    let less = give_back(&shop, &order, &body).await.expect(201);
    assert_eq!((amount(&less, "total"), &less["items"][1]["kind"]), ("5.50".into(), &json!("Fee")));
    let gift = json!({ "items": [], "reason": "Sorry", "restock": false, "amountAdjustment": usd("2.00") });
    let gift = give_back(&shop, &order, &gift).await.expect(201);
    assert_eq!((amount(&gift, "total"), &gift["items"][0]["kind"]), ("2.00".into(), &json!("Discount")));
    body["amountAdjustment"] = usd("-8.00");
    assert_eq!(
        give_back(&shop, &order, &body).await.refused(422, "VALIDATION_FAILED"),
        ["/amountAdjustment"]
    );
    let greedy = json!({ "items": [], "reason": "Sorry", "restock": false, "amountAdjustment": usd("6.51") });
    assert_eq!(
        give_back(&shop, &order, &greedy).await.refused(422, "REFUND_EXCEEDS_ORDER"),
        ["/amountAdjustment"]
    );
    shop.reconciled().await;
}

#[tokio::test]
async fn a_line_of_kind_discount_is_in_the_goods_that_it_reduced() {
    let shop = Shop::open().await;
    let items = json!([{ "sku": "PEN", "quantity": 2 }, { "sku": "OFF", "quantity": 1 }]);
    let order = shop.sell(items, cash("12.00")).await;
    let all = json!({ "items": [{ "sku": "PEN", "quantity": 2 }, { "sku": "OFF", "quantity": 1 }], "reason": "All", "restock": true });
    let refund = give_back(&shop, &order, &all).await.expect(201);
    let parts = [0, 1].map(|index| amount(&refund["items"][index], "lineTotal"));
    assert_eq!((amount(&refund, "total"), parts), ("12.00".into(), ["12.00".into(), "0.00".into()]));
}

#[tokio::test]
async fn a_card_gets_its_money_back_once_whatever_the_provider_does() {
    let shop = Shop::open().await;
    let items = || json!([{ "sku": "PEN", "quantity": 1 }]);
    let approved = shop.buy_with_card(items(), "tok_approve").await;
    let back = give_back(&shop, &approved, &refund("PEN", 1)).await.expect(201);
    assert_eq!((paid_back(&back), &back["status"]), ("Card 7.00".into(), &json!("Completed")));

    let declined = shop.buy_with_card(items(), "tok_refund_decline").await;
    let back = give_back(&shop, &declined, &refund("PEN", 1)).await.expect(201);
    assert_eq!((paid_back(&back), &back["status"]), ("BankTransfer 7.00".into(), &json!("Completed")));
    assert_eq!(back["payments"][0]["note"], "The card refused: the card is closed");

    let silent = shop.buy_with_card(items(), "tok_refund_timeout").await;
    let back = give_back(&shop, &silent, &refund("PEN", 1)).await.expect(201);
    assert_eq!((&back["status"], &back["payments"][0]["status"]), (&json!("Restocked"), &json!("Pending")));
    assert_eq!(shop.refund_events().await.len(), 2);
    shop.sweep().await;
    let path = format!("/orders/refunds/{}", id(&back));
    let after = shop.get(&path).await.expect(200);
    assert_eq!((&after["status"], paid_back(&after)), (&json!("Completed"), "Card 7.00".into()));
    shop.sweep().await;
    assert_eq!(shop.refund_events().await.len(), 3);
    assert_eq!(shop.stock("PEN").await, (10, 3000));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_refund_that_stops_is_finished_by_the_sweeper() {
    let shop = Shop::open().await;
    let order = shop.sell(json!([{ "sku": "PEN", "quantity": 2 }]), cash("14.00")).await;
    let path = format!("/orders/{}/refunds", id(&order));
    let body = refund("PEN", 1);
    // Inventory is not there.
    let pending = shop.lonely.post_once(&path, "k1", &body).await.expect(201);
    assert_eq!((&pending["status"], shop.stock("PEN").await.0), (&json!("Pending"), 8));
    assert!(shop.refund_events().await.is_empty());
    // It counts already.
    give_back(&shop, &order, &refund("PEN", 2)).await.refused(422, "REFUND_EXCEEDS_ORDER");
    shop.sweep().await;
    let after = shop.get(&format!("/orders/refunds/{}", id(&pending))).await;
    assert_eq!(after.expect(200)["status"], "Completed");
    assert_eq!((shop.stock("PEN").await, shop.refund_events().await.len()), ((9, 2700), 1));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_repeated_request_is_the_same_refund() {
    let shop = Shop::open().await;
    let order = shop.sell(json!([{ "sku": "PEN", "quantity": 2 }]), cash("14.00")).await;
    let path = format!("/orders/{}/refunds", id(&order));
    let first = shop.post_once(&path, "k1", &refund("PEN", 1)).await;
    let again = shop.post_once(&path, "k1", &refund("PEN", 1)).await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert!(again.replayed());

    let mut named = refund("PEN", 1);
    named["id"] = json!("0193e9a0-0000-7000-8000-00000000f001");
    let first = give_back(&shop, &order, &named).await.expect(201);
    assert_eq!(give_back(&shop, &order, &named).await.expect(201), first);
    named["reason"] = json!("Another");
    give_back(&shop, &order, &named).await.refused(409, "STATE_CONFLICT");
    assert_eq!((shop.stock("PEN").await.0, shop.refund_events().await.len()), (10, 2));
}

#[tokio::test]
async fn two_refunds_at_once_never_give_back_more_than_was_sold() {
    let shop = Shop::open().await;
    let order = shop.sell(json!([{ "sku": "MUG", "quantity": 5 }]), cash("0.50")).await;
    let one = refund("MUG", 1);
    let attempts = (0..8).map(|_| give_back(&shop, &order, &one));
    let statuses: Vec<u16> = join_all(attempts).await.into_iter().map(|answer| answer.status).collect();
    assert!(statuses.iter().filter(|status| **status == 201).count() <= 5, "{statuses:?}");
    let path = format!("/orders/{}", id(&order));
    let mut after = shop.get(&path).await.expect(200);
    let left = 50 - amount(&after, "refundedTotal").replace('.', "").parse::<i64>().unwrap();
    if left > 0 {
        give_back(&shop, &order, &refund("MUG", left / 10)).await.expect(201);
        after = shop.get(&path).await.expect(200);
    }
    assert_eq!((amount(&after, "refundedTotal"), shop.stock("MUG").await), ("0.50".into(), (100, 500)));
    shop.reconciled().await;
}

/// Polls all until each is done.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in &mut running {
            if output.is_none()
                && let std::task::Poll::Ready(done) = future.as_mut().poll(context)
            {
                *output = Some(done);
            }
        }
        if running.iter().all(|(_, output)| output.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}

#[tokio::test]
async fn only_a_completed_order_is_refunded_and_only_by_who_may() {
    let shop = Shop::open().await;
    let order = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "ada@example.org", "name": "Ada" }, "items": [{ "sku": "PEN", "quantity": 1 }] });
    let order = shop.by(Role::Guest).post("/orders/retail", &order).await.expect(201);
    give_back(&shop, &order, &refund("PEN", 1)).await.refused(409, "STATE_CONFLICT");
    let path = format!("/orders/{}/refunds", id(&order));
    shop.by(Role::Cashier).post(&path, &refund("PEN", 1)).await.refused(403, "FORBIDDEN");
    let nowhere = "/orders/0193e9a0-0000-7000-8000-00000000dead/refunds";
    shop.post(nowhere, &refund("PEN", 1)).await.refused(404, "NOT_FOUND");
    shop.get(nowhere).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_wrong_refund_names_its_field() {
    let shop = Shop::open().await;
    let order = shop.sell(json!([{ "sku": "PEN", "quantity": 2 }]), cash("14.00")).await;
    for (body, pointer) in [
        (refund("MUG", 1), "/items/0/sku"),
        (refund("PEN", 0), "/items/0/quantity"),
        (json!({ "items": [], "reason": "x", "restock": true }), "/items"),
        (json!({ "items": [], "restock": true }), "/reason"),
        (json!({ "items": [], "reason": "x" }), "/restock"),
        (json!({ "items": [], "reason": "x", "restock": true, "note": "y" }), "/note"),
        (
            json!({ "items": [], "reason": "x", "restock": true, "amountAdjustment": { "amount": "1", "currency": "EUR" } }),
            "/amountAdjustment/currency",
        ),
    ] {
        assert_eq!(give_back(&shop, &order, &body).await.refused(422, "VALIDATION_FAILED"), [pointer]);
    }
}
