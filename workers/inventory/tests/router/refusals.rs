//! An order for which there was too little has ended on that answer: it stays the answer, whatever arrives.

use contracts::Event;
use native::client::Answer;
use serde_json::{Value, json};

use crate::meddling::{Meddling, meddled};
use crate::shop::{DEDUCT, SHOP, Shop, id, product, sale, usd};

/// The database calls of a deduction that is refused: the deduction itself, what is there, the refusal.
const EXPLAINING: usize = 2;
const STORING: usize = 3;

fn offline(order: &str, items: &[(&str, i64)]) -> Value {
    let mut request = sale(order, items);
    request["allowShortage"] = json!(true);
    request
}

impl Shop {
    async fn sell_offline(&self, order: &str, items: &[(&str, i64)]) -> Answer {
        self.system().post(DEDUCT, offline(order, items)).await
    }

    /// What the reconciliation is told of an order.
    async fn deductions_of(&self, order: &str) -> Value {
        let body = json!({ "ids": [order] });
        let answer = self.system().post("/internal/reconciliation/lookup", body).await;
        answer.expect(200)["found"].clone()
    }
}

#[track_caller]
fn assert_out_of_stock(answer: &Answer) {
    answer.refused(409, "OUT_OF_STOCK");
}

/// Found by the model: a slow request took goods that had arrived after the order was refused and cancelled.
#[tokio::test]
async fn a_refused_order_is_never_deducted_later() {
    let shop = Shop::with(&["A", "B"]).await;
    shop.receive(SHOP, "A", 5, "1.00").await;
    let refused = shop.deduct(&id(1), &[("A", 2), ("B", 2)]).await;
    assert_out_of_stock(&refused);
    shop.receive(SHOP, "B", 9, "1.00").await;
    assert_eq!(shop.deduct(&id(1), &[("A", 2), ("B", 2)]).await, refused, "with the availability of then");
    assert_eq!(shop.deduct(&id(1), &[("B", 2), ("A", 2)]).await, refused, "in another order");
    shop.deduct(&id(1), &[("A", 2)]).await.refused(409, "STATE_CONFLICT");
    assert_eq!((shop.held(SHOP, "A").await.0, shop.held(SHOP, "B").await.0), (5, 9));
    assert_eq!(shop.deductions_of(&id(1)).await, json!([]), "a refusal is no deduction");
    assert_eq!(shop.event_names().await, ["StockReceived", "StockReceived"]);
    shop.deduct(&id(2), &[("A", 2), ("B", 2)]).await.expect(200);
    shop.reconciled().await;
}

#[tokio::test]
async fn an_order_of_what_is_not_kept_stays_refused_too() {
    let shop = Shop::with(&["A"]).await;
    let refused = shop.deduct(&id(1), &[("LATER", 1)]).await;
    assert_out_of_stock(&refused);
    shop.tell(&Event::ProductCreated(product(2, &["LATER"]))).await;
    shop.receive(SHOP, "LATER", 1, "1.00").await;
    assert_eq!(shop.deduct(&id(1), &[("LATER", 1)]).await, refused);
    assert_eq!(shop.held(SHOP, "LATER").await.0, 1);
}

#[tokio::test]
async fn a_refusal_costs_one_batch_more_than_a_sale() {
    let shop = Shop::with(&["A"]).await;
    let refused = shop.deduct(&id(1), &[("A", 1)]).await;
    let timing = refused.header("server-timing").unwrap();
    assert!(refused.status == 409 && timing.contains("queries=1 batches=2 calls=0"), "{timing}");
}

#[tokio::test]
async fn an_idempotency_key_replays_a_refusal_byte_for_byte() {
    let shop = Shop::with(&["A"]).await;
    let sale = sale(&id(1), &[("A", 1)]);
    let first = shop.system().post_once(DEDUCT, "k", &sale).await;
    assert_out_of_stock(&first);
    shop.receive(SHOP, "A", 1, "1.00").await;
    let second = shop.system().post_once(DEDUCT, "k", &sale).await;
    assert!(!first.replayed() && second.replayed(), "{first:?} {second:?}");
    assert_eq!(first.text, second.text);
}

#[tokio::test]
async fn goods_that_have_left_are_taken_once_although_the_order_was_refused() {
    let shop = Shop::with(&["A"]).await;
    shop.receive(SHOP, "A", 1, "1.00").await;
    assert_out_of_stock(&shop.deduct(&id(1), &[("A", 3)]).await);
    let taken = shop.sell_offline(&id(1), &[("A", 3)]).await;
    let line = json!({ "sku": "A", "quantity": 3, "cost": usd("3.00"), "shortage": 2 });
    assert_eq!(taken.expect(200)["items"], json!([line]));
    shop.receive(SHOP, "A", 9, "1.00").await;
    assert_eq!(shop.sell_offline(&id(1), &[("A", 3)]).await, taken);
    assert_eq!(shop.deduct(&id(1), &[("A", 3)]).await, taken, "what has left is the answer from now on");
    shop.sell_offline(&id(1), &[("A", 4)]).await.refused(409, "STATE_CONFLICT");
    assert_eq!(shop.held(SHOP, "A").await, (9, "9.00".to_owned()));
    assert_eq!(shop.deductions_of(&id(1)).await[0]["count"], 1);
    shop.reconciled().await;
}

#[tokio::test]
async fn other_goods_than_were_refused_are_taken_when_they_have_left() {
    let shop = Shop::with(&["A", "B"]).await;
    assert_out_of_stock(&shop.deduct(&id(1), &[("A", 3)]).await);
    let unknown = shop.sell_offline(&id(1), &[("NEVER-SEEN", 1)]).await;
    assert_eq!(unknown.expect(422)["errors"][0]["pointer"], "/items/0/sku");
    assert_out_of_stock(&shop.deduct(&id(1), &[("A", 3)]).await);
    shop.sell_offline(&id(1), &[("B", 1)]).await.expect(200);
}

/// A sale made offline was told that it is out of stock, and its order would have been cancelled.
#[tokio::test]
async fn an_offline_sale_of_what_the_catalogue_tells_of_meanwhile_is_never_out_of_stock() {
    let shop = Shop::with(&["A"]).await;
    let others = shop.clone();
    let told =
        Meddling::others(async move { others.tell(&Event::ProductCreated(product(2, &["NEW"]))).await });
    let sale = offline(&id(1), &[("NEW", 1)]);
    meddled(&shop.system(), DEDUCT, &sale, EXPLAINING, told).await.refused(503, "TEMPORARILY_UNAVAILABLE");
    shop.system().post(DEDUCT, &sale).await.expect(200);
}

#[tokio::test]
async fn a_refusal_that_was_not_stored_is_not_answered() {
    let shop = Shop::with(&["A"]).await;
    let sale = sale(&id(1), &[("A", 1)]);
    let answer = meddled(&shop.system(), DEDUCT, &sale, STORING, Meddling::CallLost).await;
    answer.refused(503, "TEMPORARILY_UNAVAILABLE");
    // Nobody was told anything: the goods may go to this order.
    shop.receive(SHOP, "A", 1, "1.00").await;
    shop.system().post(DEDUCT, &sale).await.expect(200);
}

#[tokio::test]
async fn a_refusal_whose_answer_was_lost_stands() {
    let shop = Shop::with(&["A"]).await;
    let sale = sale(&id(1), &[("A", 1)]);
    let answer = meddled(&shop.system(), DEDUCT, &sale, STORING, Meddling::AnswerLost).await;
    answer.refused(503, "TEMPORARILY_UNAVAILABLE");
    shop.receive(SHOP, "A", 1, "1.00").await;
    let again = shop.system().post(DEDUCT, &sale).await;
    assert_out_of_stock(&again);
    assert_eq!(again.json()["availability"][0]["onHand"], 0);
    assert_eq!(shop.held(SHOP, "A").await.0, 1);
}

#[tokio::test]
async fn whichever_run_of_an_order_decides_first_answers_both() {
    for call in [EXPLAINING, STORING] {
        let shop = Shop::with(&["A"]).await;
        let sale = sale(&id(1), &[("A", 1)]);
        // The other run is refused too, and the goods arrive behind it.
        let others = shop.clone();
        let refused = Meddling::others(async move {
            assert_out_of_stock(&others.deduct(&id(1), &[("A", 1)]).await);
            others.receive(SHOP, "A", 1, "1.00").await;
        });
        let slow = meddled(&shop.system(), DEDUCT, &sale, call, refused).await;
        assert_out_of_stock(&slow);
        assert_eq!(shop.system().post(DEDUCT, &sale).await, slow);
        assert_eq!(shop.held(SHOP, "A").await.0, 1);

        // The goods arrive first, and the other run takes them.
        let shop = Shop::with(&["A"]).await;
        let others = shop.clone();
        let taken = Meddling::others(async move {
            others.receive(SHOP, "A", 1, "1.00").await;
            others.deduct(&id(1), &[("A", 1)]).await.expect(200);
        });
        let slow = meddled(&shop.system(), DEDUCT, &sale, call, taken).await;
        assert_eq!(slow.expect(200)["items"][0]["quantity"], 1);
        assert_eq!(shop.system().post(DEDUCT, &sale).await, slow);
        assert_eq!(shop.held(SHOP, "A").await.0, 0);
    }
}

#[tokio::test]
async fn an_order_is_not_refused_goods_that_have_arrived_meanwhile() {
    let shop = Shop::with(&["A"]).await;
    let others = shop.clone();
    let arrived = Meddling::others(async move { others.receive(SHOP, "A", 1, "1.00").await });
    let sale = sale(&id(1), &[("A", 1)]);
    meddled(&shop.system(), DEDUCT, &sale, EXPLAINING, arrived).await.refused(503, "TEMPORARILY_UNAVAILABLE");
    shop.system().post(DEDUCT, &sale).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_of_one_order_at_once_have_one_outcome() {
    let skus: Vec<String> = (0..50).map(|number| format!("A-{number}")).collect();
    let shop = Shop::with(&skus.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for (number, sku) in (1..).zip(&skus) {
        let requests = (0..4).map(|_| {
            let (shop, sku) = (shop.clone(), sku.clone());
            tokio::spawn(async move {
                loop {
                    let answer = shop.deduct(&id(number), &[(&sku, 1)]).await;
                    if answer.status != 503 {
                        return answer;
                    }
                }
            })
        });
        let requests: Vec<_> = requests.collect();
        shop.receive(SHOP, sku, 1, "1.00").await;
        let mut answers = Vec::new();
        for request in requests {
            answers.push(request.await.unwrap());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        let taken = answers[0].status == 200;
        assert_eq!(shop.deductions_of(&id(number)).await.as_array().map(Vec::len), Some(usize::from(taken)));
        assert_eq!(shop.held(SHOP, sku).await.0, i64::from(!taken));
    }
    shop.reconciled().await;
}

#[tokio::test]
async fn a_refusal_is_never_rewritten() {
    let shop = Shop::with(&["A"]).await;
    assert_out_of_stock(&shop.deduct(&id(1), &[("A", 1)]).await);
    for (text, rule) in [
        ("delete from stock_refusals", "stock_refusals_append_only"),
        ("update stock_refusals set answer = '[]', overruled_at = created_at", "stock_refusals_append_only"),
        ("update stock_refusals set overruled_at = null", "stock_refusals_append_only"),
        (
            "replace into stock_refusals select order_id, request, answer, 'later', null from stock_refusals",
            "stock_refusals.order_id",
        ),
        (
            "insert into stock_refusals select 'x', request, '[]', created_at, null from stock_refusals",
            "stock_refusals_short",
        ),
        (
            "insert into stock_operations (id, kind, warehouse_id, request, created_at)
                select order_id, 'Deduction', 'w', request, created_at from stock_refusals",
            "stock_operations_refused",
        ),
    ] {
        assert_eq!(shop.tamper(text).await.as_deref(), Some(rule), "{text}");
    }
}
