//! Two requests at once, each stopped where the other comes between: right before one of its batches.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use native::client::Answer;
use serde_json::{Value, json};
use store::{Database, Pending, Rows, Sqlite, Statement};
use web::Role;

use crate::shop::{CASHIER, GUEST, SHOP, Shop, card, id, usd};

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The service's database, in which something happens once before the batch with a statement.
#[derive(Clone)]
struct Between {
    database: Sqlite,
    interruption: Arc<Mutex<Option<(&'static str, Work)>>>,
}

impl Database for Between {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        self.database.query(statement)
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        Box::pin(async move {
            let is_met = |marker: &str| statements.iter().any(|statement| statement.text.starts_with(marker));
            let work = {
                let mut interruption = self.interruption.lock().unwrap();
                let met = interruption.as_ref().is_some_and(|(marker, _)| is_met(marker));
                met.then(|| interruption.take().unwrap().1)
            };
            if let Some(work) = work {
                work.await;
            }
            self.database.batch(statements).await
        })
    }
}

impl Shop {
    /// Posts, and does `work` right before the batch that has the statement.
    async fn post_interrupted(
        &self,
        who: Role,
        path: &str,
        body: &Value,
        marker: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Answer {
        let interruption = Arc::new(Mutex::new(Some((marker, Box::pin(work) as Work))));
        let database = Arc::new(Between { database: self.database(), interruption });
        let answer = self.by(who).send_over(database.clone(), "POST", path, body.to_string()).await;
        assert!(database.interruption.lock().unwrap().is_none(), "nothing came between");
        answer
    }
}

/// Found by the simulation: the second request was told that its count belongs to another sale.
#[tokio::test]
async fn a_sale_sent_again_while_the_first_still_runs_is_the_same_sale() {
    let shop = Shop::open(&[("A", 5)]).await;
    let sale = json!({
        "id": id(1), "terminalId": "T1", "terminalSequence": 1, "warehouseId": SHOP,
        "items": [{ "sku": "A", "quantity": 1 }], "payments": [{ "method": "Cash", "amount": usd("10.00") }],
    });
    let (other, again) = (shop.clone(), sale.clone());
    let answer = shop
        .post_interrupted(CASHIER, "/orders/pos", &sale, "insert into orders", async move {
            other.by(CASHIER).post("/orders/pos", again).await.expect(201);
        })
        .await;
    assert_eq!(answer.expect(200)["orderNumber"], "ORD-2026-000001");
    assert!(answer.replayed());
    assert_eq!(shop.on_hand("A").await, 4);
    shop.reconciled().await;
}

/// Found by the simulation: the buyer was told of a conflict, not of what is missing.
#[tokio::test]
async fn a_buyer_whose_goods_run_out_right_before_the_attempt_to_pay_hears_out_of_stock() {
    let shop = Shop::open(&[("A", 1)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    let other = shop.clone();
    let begin = "update orders set saga_step = ?2, saga_since = ?3";
    let answer = shop
        .post_interrupted(
            GUEST,
            &format!("/orders/retail/{order}/confirm"),
            &card("tok_approve"),
            begin,
            async move {
                let sale = json!({
                    "terminalId": "T1", "warehouseId": SHOP, "items": [{ "sku": "A", "quantity": 1 }],
                    "payments": [{ "method": "Cash", "amount": usd("10.00") }],
                });
                other.by(CASHIER).post("/orders/pos", sale).await.expect(201);
                other.house.settle().await;
            },
        )
        .await;
    answer.refused(409, "OUT_OF_STOCK");
    assert_eq!(answer.json()["availability"][0]["sku"], "A");
    assert_eq!(shop.order(&order).await["payments"], json!([]), "no attempt was made");
    shop.reconciled().await;
}

/// Two cashiers close one till: whoever is faster wins, and the day is counted once.
#[tokio::test]
async fn of_two_closings_at_once_one_wins() {
    let shop = Shop::open(&[("A", 5)]).await;
    let sell = |count: u32| {
        json!({
            "id": id(count), "terminalId": "T1", "terminalSequence": count, "warehouseId": SHOP,
            "items": [{ "sku": "A", "quantity": 1 }], "payments": [{ "method": "Cash", "amount": usd("10.00") }],
        })
    };
    shop.by(CASHIER).post("/orders/pos", sell(1)).await.expect(201);
    let path = "/orders/pos/terminals/T1/closings";
    let (other, body) = (shop.clone(), json!({ "throughSequence": 1 }));
    let faster = body.clone();
    let marker = "insert into till_closings";
    let loser = shop
        .post_interrupted(CASHIER, path, &body, marker, async move {
            other.by(CASHIER).post(path, faster).await.expect(201);
        })
        .await;
    loser.refused(409, "STATE_CONFLICT");

    // The same closing sent twice at once is one closing.
    shop.by(CASHIER).post("/orders/pos", sell(2)).await.expect(201);
    let body = json!({ "id": id(90), "throughSequence": 2, "countedCash": usd("10.00") });
    let (other, same) = (shop.clone(), body.clone());
    let again = shop
        .post_interrupted(CASHIER, path, &body, marker, async move {
            other.by(CASHIER).post(path, same).await.expect(201);
        })
        .await;
    assert_eq!(again.expect(201)["closingNumber"], 2);

    // A sale that comes between is counted.
    shop.by(CASHIER).post("/orders/pos", sell(3)).await.expect(201);
    let other = shop.clone();
    let mut uncounted = sell(4);
    uncounted["terminalSequence"] = Value::Null;
    let closing = shop
        .post_interrupted(CASHIER, path, &json!({ "throughSequence": 3 }), marker, async move {
            other.by(CASHIER).post("/orders/pos", uncounted).await.expect(201);
        })
        .await;
    assert_eq!(closing.expect(201)["sales"], 2);
    let list = shop.by(CASHIER).get(path).await.expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 3, "{list}");
}
