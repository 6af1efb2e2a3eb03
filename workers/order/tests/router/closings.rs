//! The end of a till's day: a gap is seen and blocks it, and it is closed once.

use native::client::{Answer, Caller};
use serde_json::{Value, json};

use crate::shop::{ACCOUNTANT, CASHIER, CUSTOMER, SHOP, Shop, id, usd};

const TILL: &str = "/orders/pos/terminals/T1";

/// A sale of as many units at 10.00 as are paid for.
fn sale(number: u32, sequence: Option<u32>, payments: &Value) -> Value {
    let amounts = payments.as_array().unwrap().iter().map(|part| part["amount"]["amount"].as_str().unwrap());
    let paid: u32 = amounts.map(|amount| amount.trim_end_matches(".00").parse::<u32>().unwrap()).sum();
    json!({
        "id": id(number), "terminalId": "T1", "terminalSequence": sequence, "warehouseId": SHOP,
        "items": [{ "sku": "A", "quantity": paid / 10 }],
        "payments": payments, "soldAt": format!("2026-11-20T08:00:{number:02}Z"), "offline": true,
    })
}

fn cash(amount: &str) -> Value {
    json!([{ "method": "Cash", "amount": usd(amount) }])
}

impl Shop {
    async fn sell(&self, number: u32, sequence: Option<u32>, payments: &Value) {
        self.by(CASHIER).post("/orders/pos", sale(number, sequence, payments)).await.expect(201);
    }

    async fn close(&self, body: Value) -> Answer {
        self.by(CASHIER).post(&format!("{TILL}/closings"), body).await
    }

    async fn till(&self) -> Value {
        self.get(TILL).await.expect(200)
    }
}

#[tokio::test]
async fn a_day_is_shown_counted_and_closed() {
    let shop = Shop::open(&[("A", 4)]).await;
    shop.sell(1, Some(1), &cash("10.00")).await;
    let split = json!([
        { "method": "Cash", "amount": usd("5.00") },
        { "method": "CardTerminal", "amount": usd("15.00") },
    ]);
    shop.sell(2, Some(2), &split).await;
    // Three are asked for and one is left.
    shop.sell(3, Some(3), &cash("30.00")).await;
    shop.sell(4, None, &cash("10.00")).await;

    let open = &shop.till().await["openDay"];
    assert_eq!(
        (&open["closingNumber"], &open["fromSequence"], &open["sales"]),
        (&json!(1), &json!(1), &json!(4))
    );
    assert_eq!((&open["expectedCash"], &open["total"]), (&usd("55.00"), &usd("70.00")));
    assert_eq!(open["openedAt"], "2026-11-20T08:00:01.000Z");
    assert_eq!(shop.till().await["lastClosing"], Value::Null);

    let body =
        json!({ "id": id(90), "throughSequence": 3, "countedCash": usd("54.50"), "note": "a coin is gone" });
    let closing = shop.close(body.clone()).await.expect(201);
    assert_eq!(closing["closingNumber"], 1);
    assert_eq!((&closing["fromSequence"], &closing["throughSequence"]), (&json!(1), &json!(3)));
    assert_eq!(
        (&closing["sales"], &closing["cancelled"], &closing["toReview"]),
        (&json!(4), &json!(0), &json!(2))
    );
    assert_eq!((&closing["expectedCash"], &closing["difference"]), (&usd("55.00"), &usd("-0.50")));
    let payments = json!([
        { "method": "CardTerminal", "count": 1, "amount": usd("15.00") },
        { "method": "Cash", "count": 4, "amount": usd("55.00") },
    ]);
    assert_eq!((&closing["payments"], &closing["total"]), (&payments, &usd("70.00")));
    assert_eq!((&closing["closedBy"], &closing["note"]), (&json!("cashier"), &json!("a coin is gone")));
    assert_eq!(shop.events_of(&id(90)).await, ["TillClosed"]);

    let till = shop.till().await;
    assert_eq!(till["lastClosing"], closing);
    assert_eq!((&till["openDay"]["sales"], &till["openDay"]["fromSequence"]), (&json!(0), &json!(4)));
    assert_eq!(till["openDay"]["openedAt"], Value::Null);
    // A sale of the closed day is still the sale it was.
    let again = json!({ "sales": [sale(2, Some(2), &split)] });
    let again = shop.by(CASHIER).post("/orders/pos/sync", again).await.expect(200);
    assert_eq!(again["results"][0]["status"], "AlreadyKnown");
    assert_eq!(shop.close(body).await.expect(201), closing, "the same id is the same closing");
    let list = shop.by(ACCOUNTANT).get("/orders/pos/terminals").await.expect(200);
    assert_eq!(list["data"][0]["terminalId"], "T1");
    assert_eq!((&list["data"][0]["closingNumber"], &list["data"][0]["hasGaps"]), (&json!(1), &json!(false)));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_gap_is_listed_and_blocks_the_closing_until_it_is_synced() {
    let shop = Shop::open(&[("A", 9)]).await;
    for count in [1, 3, 4, 7] {
        shop.sell(count, Some(count), &cash("10.00")).await;
    }
    let till = shop.till().await;
    assert_eq!((&till["contiguousThrough"], &till["highest"]), (&json!(1), &json!(7)));
    let gaps = json!([{ "from": 2, "to": 2 }, { "from": 5, "to": 6 }]);
    assert_eq!(till["gaps"], gaps);
    let refused = shop.close(json!({ "throughSequence": 9 })).await;
    assert_eq!(refused.refused(409, "TERMINAL_GAP").len(), 3);
    let problem = refused.json();
    assert_eq!(
        problem["errors"][1],
        json!({ "pointer": "/throughSequence", "detail": "5 to 6 have not arrived" })
    );
    assert_eq!(problem["gaps"][2], json!({ "from": 8, "to": 9 }), "what the till has not sent yet");
    shop.close(json!({ "throughSequence": 3 })).await.refused(409, "TERMINAL_GAP");
    assert_eq!(shop.close(json!({ "throughSequence": 1 })).await.expect(201)["sales"], 1);
    for count in [2, 5, 6] {
        shop.sell(count, Some(count), &cash("10.00")).await;
    }
    let closing = shop.close(json!({ "throughSequence": 6 })).await.expect(201);
    assert_eq!(
        (&closing["closingNumber"], &closing["fromSequence"], &closing["sales"]),
        (&json!(2), &json!(2), &json!(5))
    );
    assert_eq!(
        (&closing["countedCash"], &closing["difference"]),
        (&Value::Null, &Value::Null),
        "nobody counted"
    );
    assert_eq!(shop.till().await["openDay"]["sales"], 1, "a later count is the next day's");

    let page = shop.get(&format!("{TILL}/closings?limit=1")).await.expect(200);
    assert_eq!(page["data"][0], closing);
    let cursor = page["nextCursor"].as_str().unwrap();
    let page = shop.get(&format!("{TILL}/closings?cursor={cursor}")).await.expect(200);
    assert_eq!((&page["data"][0]["closingNumber"], &page["nextCursor"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn a_day_is_closed_once_and_only_when_something_is_in_it() {
    let shop = Shop::open(&[("A", 9)]).await;
    shop.close(json!({ "throughSequence": 0 })).await.refused(409, "STATE_CONFLICT");
    shop.sell(1, Some(1), &cash("10.00")).await;
    shop.sell(2, Some(2), &cash("10.00")).await;
    let first =
        shop.by(CASHIER).post_once(&format!("{TILL}/closings"), "k", json!({ "throughSequence": 2 })).await;
    let again =
        shop.by(CASHIER).post_once(&format!("{TILL}/closings"), "k", json!({ "throughSequence": 2 })).await;
    assert_eq!((first.status, again.status, again.replayed()), (201, 201, true));
    assert_eq!(first.text, again.text);
    for through in [2, 1] {
        let twice = shop.close(json!({ "throughSequence": through, "countedCash": usd("20.00") })).await;
        assert_eq!(twice.refused(409, "STATE_CONFLICT"), ["/throughSequence"]);
    }
    // A sale without a count belongs to the day that is open when it comes.
    shop.sell(3, None, &cash("10.00")).await;
    let next = shop.close(json!({ "id": id(91), "throughSequence": 2 })).await.expect(201);
    assert_eq!(
        (&next["closingNumber"], &next["sales"], &next["fromSequence"]),
        (&json!(2), &json!(1), &json!(3))
    );
    let other = shop.close(json!({ "id": id(91), "throughSequence": 3 })).await;
    assert_eq!(other.refused(409, "STATE_CONFLICT"), ["/id"]);
}

#[tokio::test]
async fn a_sale_that_is_not_complete_holds_up_the_closing_that_counts_it() {
    let shop = Shop::open(&[("A", 9)]).await;
    shop.sell(1, Some(1), &cash("10.00")).await;
    let lonely = shop.without_inventory();
    lonely.by(CASHIER).post("/orders/pos", sale(2, Some(2), &cash("10.00"))).await.expect(503);
    shop.close(json!({ "throughSequence": 2 })).await.refused(409, "STATE_CONFLICT");
    assert_eq!(shop.till().await["openDay"]["unfinished"], 1);
    assert_eq!(shop.close(json!({ "throughSequence": 1 })).await.expect(201)["sales"], 1);
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    assert_eq!(shop.close(json!({ "throughSequence": 2 })).await.expect(201)["sales"], 1);
}

#[tokio::test]
async fn a_refund_that_names_the_till_comes_out_of_its_drawer() {
    let shop = Shop::open(&[("A", 9)]).await;
    shop.sell(1, Some(1), &cash("20.00")).await;
    let refund = |till: &str| json!({ "items": [{ "sku": "A", "quantity": 1 }], "reason": "broken", "restock": false, "terminalId": till });
    let path = format!("/orders/{}/refunds", id(1));
    let unknown = shop.post(&path, refund("T9")).await;
    assert_eq!(unknown.refused(422, "VALIDATION_FAILED"), ["/terminalId"]);
    shop.close(json!({ "throughSequence": 1, "countedCash": usd("20.00") })).await.expect(201);
    let given = shop.post(&path, refund("T1")).await.expect(201);
    assert_eq!(given["terminalId"], "T1");
    shop.sell(2, Some(2), &cash("30.00")).await;
    let closing = shop.close(json!({ "throughSequence": 2, "countedCash": usd("20.00") })).await.expect(201);
    assert_eq!((&closing["cashSales"], &closing["cashRefunds"]), (&usd("30.00"), &usd("10.00")));
    assert_eq!((&closing["expectedCash"], &closing["difference"]), (&usd("20.00"), &usd("0.00")));
}

#[tokio::test]
async fn a_closing_names_its_wrong_fields_and_is_for_those_who_sell() {
    let shop = Shop::open(&[("A", 9)]).await;
    shop.sell(1, Some(1), &cash("10.00")).await;
    let euros = json!({ "amount": "1.00", "currency": "EUR" });
    for (body, pointer) in [
        (json!({}), "/throughSequence"),
        (json!({ "throughSequence": -1 }), "/throughSequence"),
        (json!({ "throughSequence": 1_000_000_001 }), "/throughSequence"),
        (json!({ "throughSequence": 1, "countedCash": usd("-1.00") }), "/countedCash"),
        (json!({ "throughSequence": 1, "countedCash": euros }), "/countedCash"),
        (json!({ "throughSequence": 1, "float": usd("1.00") }), "/float"),
    ] {
        assert_eq!(shop.close(body).await.refused(422, "VALIDATION_FAILED"), [pointer]);
    }
    for who in [CUSTOMER.into(), Caller::from(ACCOUNTANT)] {
        let refused = shop.by(who).post(&format!("{TILL}/closings"), json!({ "throughSequence": 1 })).await;
        assert_eq!(refused.status, 403, "{}", refused.text);
    }
    assert_eq!(shop.by(CUSTOMER).get(TILL).await.status, 403);
    shop.get("/orders/pos/terminals/T9").await.refused(404, "NOT_FOUND");
    let list = shop.get("/orders/pos/terminals/T9/closings").await.expect(200);
    assert_eq!(list["data"], json!([]));
}

/// The rules of the table hold whatever the code above believed.
#[tokio::test]
async fn the_schema_refuses_a_closing_that_is_not_the_next_or_not_true() {
    let shop = Shop::open(&[("A", 9)]).await;
    for count in [1, 2, 4] {
        shop.sell(count, Some(count), &cash("10.00")).await;
    }
    let insert = |id: &str, number: i64, from: i64, through: i64, sales: i64, total: i64| {
        let text = format!(
            "insert into till_closings (id, terminal_id, closing_number, from_sequence, through_sequence, sales, cancelled, to_review,
                currency, total_minor, takings, cash_sales_minor, cash_refunds_minor, expected_cash_minor, closed_by, closed_at, request)
             values ('{id}', 'T1', {number}, {from}, {through}, {sales}, 0, 0, 'USD', {total},
                '[{{\"method\":\"Cash\",\"payments\":1,\"amountMinor\":{total}}}]', {total}, 0, {total}, 'c', '2026-11-20T20:00:00.000Z', '')"
        );
        shop.database().script(&text).map_err(|error| error.rule().unwrap_or_default().to_owned())
    };
    let refused = |rule: &str| Err(rule.to_owned());
    assert_eq!(insert("a", 2, 1, 2, 2, 2000), refused("till_closings_consecutive"));
    assert_eq!(insert("a", 1, 2, 2, 2, 2000), refused("till_closings_consecutive"));
    assert_eq!(insert("a", 1, 1, 2, 1, 2000), refused("till_closings_counts"));
    assert_eq!(insert("a", 1, 1, 2, 2, 1999), refused("till_closings_counts"));
    assert_eq!(insert("a", 1, 1, 4, 3, 3000), refused("till_closings_gap"));
    assert_eq!(insert("a", 1, 1, 2, 2, 2000), Ok(()));
    assert_eq!(insert("a", 2, 3, 2, 0, 0), refused("till_closings.id"));
    for change in ["update till_closings set note = 'x'", "delete from till_closings"] {
        let rule = shop.database().script(change).unwrap_err();
        assert_eq!(rule.rule(), Some("till_closings_append_only"), "{change}");
    }
}

#[tokio::test]
async fn a_refused_sale_that_has_happened_all_the_same_belongs_to_the_day_that_is_open() {
    let shop = Shop::open(&[("A", 1)]).await;
    shop.sell(1, Some(1), &cash("10.00")).await;
    let mut second = sale(2, Some(2), &cash("10.00"));
    second["offline"] = json!(false);
    shop.by(CASHIER).post("/orders/pos", second).await.refused(409, "OUT_OF_STOCK");
    let first = shop.close(json!({ "throughSequence": 2, "countedCash": usd("10.00") })).await.expect(201);
    assert_eq!((&first["sales"], &first["cancelled"]), (&json!(1), &json!(1)));
    let kept = json!({ "sales": [sale(2, Some(2), &cash("10.00"))] });
    let answer = shop.by(CASHIER).post("/orders/pos/sync", kept).await.expect(200);
    assert_eq!(answer["results"][0]["status"], "NeedsReview", "{answer}");
    let next = shop.close(json!({ "throughSequence": 2, "countedCash": usd("10.00") })).await.expect(201);
    assert_eq!(
        (&next["closingNumber"], &next["sales"], &next["total"]),
        (&json!(2), &json!(1), &usd("10.00"))
    );
    assert_eq!(next["difference"], usd("0.00"));
    shop.reconciled().await;
}
