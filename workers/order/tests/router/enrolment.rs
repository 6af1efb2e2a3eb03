//! Offline is a privilege of an enrolled till: what a tempted cashier cannot do.

use serde_json::{Value, json};

use crate::shop::{CASHIER, CUSTOMER, SHOP, Shop, id, usd};

const TILLS: &str = "/orders/pos/terminals";

/// A sale of one A at 10.00 at the till `T1`.
fn sale(number: u32) -> Value {
    json!({
        "id": id(number), "terminalId": "T1", "warehouseId": SHOP, "items": [{ "sku": "A", "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd("10.00") }],
    })
}

impl Shop {
    /// A cashier who shows this key.
    fn cashier(&self, key: &str) -> native::client::Client {
        // The last of several headers with one name does not count, so the shop's own key must not be among them.
        let bare = self.house.client(contracts::Service::Order).by(CASHIER);
        if key.is_empty() { bare } else { bare.with(&[("till-key", key)]) }
    }
}

#[tokio::test]
async fn a_till_is_enrolled_by_a_manager_and_its_key_is_shown_once() {
    let shop = Shop::open(&[("A", 5)]).await;
    let body = json!({ "terminalId": "T2", "warehouseId": SHOP, "device": "Tablet at the door" });
    for who in [CASHIER.into(), native::client::Caller::from(CUSTOMER)] {
        shop.by(who).post(TILLS, body.clone()).await.refused(403, "FORBIDDEN");
    }
    let first = shop.post_once(TILLS, "k", body.clone()).await.expect(201);
    let key = first["key"].as_str().unwrap();
    assert!(key.starts_with("till_") && key.len() == 69, "{key}");
    let again = shop.post_once(TILLS, "k", body.clone()).await;
    assert_eq!((again.replayed(), &again.json()["key"]), (true, &Value::Null));
    assert_eq!(shop.post(TILLS, body).await.refused(409, "STATE_CONFLICT"), ["/terminalId"]);
    let elsewhere = json!({ "terminalId": "T3", "warehouseId": id(404), "device": "Tablet" });
    assert_eq!(shop.post(TILLS, elsewhere).await.refused(422, "VALIDATION_FAILED"), ["/warehouseId"]);

    let till = shop.get(&format!("{TILLS}/T2")).await.expect(200);
    let enrolment = &till["enrolment"];
    assert_eq!(
        (&enrolment["device"], &enrolment["warehouseId"]),
        (&json!("Tablet at the door"), &json!(SHOP))
    );
    assert_eq!((&enrolment["enrolledBy"], &enrolment["revokedAt"]), (&json!("manager"), &Value::Null));
    let list = shop.get(TILLS).await.expect(200);
    assert_eq!(list["data"][1]["enrolment"], *enrolment);
    // The key is nowhere in the database, not even in a remembered answer.
    for table in ["tills", "idempotency_keys", "outbox"] {
        let text: &'static str = match table {
            "tills" => "select count(*) as n from tills where key_hash = ?1 or device like '%' || ?1 || '%'",
            "outbox" => "select count(*) as n from outbox where instr(body, ?1) > 0",
            _ => "select count(*) as n from idempotency_keys where instr(answer, ?1) > 0",
        };
        assert_eq!(shop.number(text, key).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_key_is_issued_again_and_revoked() {
    let shop = Shop::open(&[("A", 9)]).await;
    let sync = |number: u32| json!({ "sales": [sale(number)] });
    let old = shop.key.clone();
    shop.cashier(&old).post("/orders/pos/sync", sync(1)).await.expect(200);

    let path = format!("{TILLS}/T1/key");
    let issued = shop.post(&path, json!({ "device": "New tablet" })).await.expect(201);
    let new = issued["key"].as_str().unwrap();
    assert_eq!((&issued["device"], &issued["warehouseId"]), (&json!("New tablet"), &json!(SHOP)));
    for wrong in ["", "till_00", old.as_str()] {
        let refused = shop.cashier(wrong).post("/orders/pos/sync", sync(2)).await;
        assert_eq!(refused.refused(403, "TILL_NOT_ENROLLED"), ["Till-Key"], "{wrong}");
    }
    shop.cashier(new).post("/orders/pos/sync", sync(2)).await.expect(200);

    for _ in 0..2 {
        assert_eq!(shop.send("DELETE", &path, "").await.status, 204);
    }
    shop.cashier(new).post("/orders/pos/sync", sync(3)).await.refused(403, "TILL_NOT_ENROLLED");
    let till = shop.get(&format!("{TILLS}/T1")).await.expect(200);
    assert_eq!(till["enrolment"]["revokedAt"], "2026-11-20T09:00:00.000Z");
    // Enrolled again it goes on.
    let key = shop.enrol("T1").await;
    shop.cashier(&key).post("/orders/pos/sync", sync(3)).await.expect(200);
    shop.post(&format!("{TILLS}/T9/key"), json!({})).await.refused(404, "NOT_FOUND");
    shop.send("DELETE", &format!("{TILLS}/T9/key"), "").await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn offline_true_without_an_enrolled_till_sells_nothing_at_0_01() {
    let shop = Shop::open(&[("A", 5)]).await;
    let other = shop.enrol("T2").await;
    let mut cheap = sale(1);
    cheap["offline"] = json!(true);
    cheap["items"][0]["unitPrice"] = usd("0.01");
    cheap["payments"][0]["amount"] = usd("0.01");
    for key in ["", "till_guessed", other.as_str()] {
        let refused = shop.cashier(key).post("/orders/pos", cheap.clone()).await;
        assert_eq!(refused.refused(403, "TILL_NOT_ENROLLED"), ["Till-Key"], "{key}");
    }
    assert_eq!(shop.on_hand("A").await, 5);
    // A terminal that nobody enrolled has no key.
    cheap["terminalId"] = json!("MY-OWN");
    shop.cashier(&shop.key).post("/orders/pos", cheap.clone()).await.refused(403, "TILL_NOT_ENROLLED");
    // At the enrolled till it is a sale, and waits for a manager.
    cheap["terminalId"] = json!("T1");
    let sold = shop.cashier(&shop.key).post("/orders/pos", cheap).await.expect(201);
    assert_eq!((&sold["total"], &sold["status"]), (&usd("0.01"), &json!("Completed")));
    let waiting = shop.get("/orders/reviews?status=quarantined").await.expect(200);
    assert_eq!(waiting["data"][0]["deviation"]["price"], usd("9.99"));
}

#[tokio::test]
async fn the_sales_of_a_sync_are_those_of_its_till_in_its_warehouse() {
    let shop = Shop::open(&[("A", 5)]).await;
    let elsewhere = id(77);
    let warehouse = json!({ "id": elsewhere, "code": "ELSE", "name": "Elsewhere", "region": "US-CA" });
    shop.at(contracts::Service::Inventory).post("/inventory/warehouses", warehouse).await.expect(201);
    shop.house.settle().await;
    let (mut of_another, mut from_another) = (sale(1), sale(2));
    of_another["terminalId"] = json!("T2");
    from_another["warehouseId"] = json!(elsewhere);
    let sales = json!({ "sales": [of_another, from_another, sale(3)] });
    let answer = shop.cashier(&shop.key).post("/orders/pos/sync", sales).await.expect(200);
    let statuses: Vec<_> =
        answer["results"].as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["Refused", "Refused", "Created"]);
    let kept = shop.get("/orders/pos/refused-sales").await.expect(200);
    assert_eq!(kept["data"].as_array().unwrap().len(), 2, "{kept}");
}

#[tokio::test]
async fn another_cashier_id_does_not_replace_the_caller() {
    let shop = Shop::open(&[("A", 5)]).await;
    let mut blamed = sale(1);
    blamed["cashierId"] = json!("colleague");
    let sold = shop.cashier("").post("/orders/pos", blamed.clone()).await.expect(201);
    assert_eq!((&sold["cashierId"], &sold["recordedBy"]), (&json!("colleague"), &json!("cashier")));
    assert_eq!(shop.order(&id(1)).await["recordedBy"], "cashier");
    // Nor does naming nobody hide anything, or a manager's rights help a cashier whose sale the manager hands in.
    let sold = shop.cashier("").post("/orders/pos", sale(2)).await.expect(201);
    assert_eq!((&sold["cashierId"], &sold["recordedBy"]), (&json!("cashier"), &json!("cashier")));
    blamed["id"] = json!(id(3));
    blamed["items"][0]["unitPrice"] = usd("1.00");
    blamed["payments"][0]["amount"] = usd("1.00");
    shop.post("/orders/pos/sync", json!({ "sales": [blamed] })).await.expect(200);
    let waiting = shop.get("/orders/reviews?status=quarantined").await.expect(200);
    let review = &waiting["data"][0];
    assert_eq!((&review["cashierId"], &review["recordedBy"]), (&json!("colleague"), &json!("manager")));
    assert_eq!(review["deviation"]["price"], usd("9.00"));
}

#[tokio::test]
async fn another_tills_sequence_number_is_not_taken_and_the_real_sale_is_not_refused() {
    let shop = Shop::open(&[("A", 9)]).await;
    let other = shop.enrol("T2").await;
    let mut stolen = sale(1);
    stolen["terminalSequence"] = json!(1);
    for (number, key) in [(1, ""), (2, other.as_str())] {
        stolen["id"] = json!(id(number));
        let sold = shop.cashier(key).post("/orders/pos", stolen.clone()).await.expect(201);
        assert_eq!(sold.get("terminalSequence"), None, "{sold}");
        assert_eq!(sold["reviewReason"], "the sequence number 1 was sent without the key of the till");
    }
    let mut real = sale(3);
    real["terminalSequence"] = json!(1);
    let sold = shop.cashier(&shop.key).post("/orders/pos", real).await.expect(201);
    assert_eq!((&sold["terminalSequence"], sold.get("reviewReason")), (&json!(1), None));
    // A clash within the till: both have happened.
    let mut twice = sale(4);
    (twice["terminalSequence"], twice["offline"]) = (json!(1), json!(true));
    let sold = shop.cashier(&shop.key).post("/orders/pos", twice).await.expect(201);
    assert_eq!(sold["reviewReason"], "the sequence number 1 belongs to another sale");
    shop.reconciled().await;
    let closing = json!({ "throughSequence": 1, "countedCash": usd("40.00") });
    let closing = shop.cashier("").post(&format!("{TILLS}/T1/closings"), closing).await.expect(201);
    assert_eq!((&closing["sales"], &closing["difference"]), (&json!(4), &usd("0.00")));
}

#[tokio::test]
async fn a_jump_to_1_000_000_000_does_not_move_the_sequence() {
    let shop = Shop::open(&[("A", 9)]).await;
    let jump = |number: u32, sequence: i64| {
        let mut sale = sale(number);
        sale["terminalSequence"] = json!(sequence);
        sale
    };
    shop.cashier(&shop.key).post("/orders/pos", jump(1, 1)).await.expect(201);
    for (number, sequence) in [(2, 1_000_000_000), (3, 1002)] {
        let sold = shop.cashier(&shop.key).post("/orders/pos", jump(number, sequence)).await.expect(201);
        let reason = format!("the sequence number {sequence} is too far beyond 1, the highest so far");
        assert_eq!(sold["reviewReason"], reason, "{sold}");
    }
    let till = shop.get(&format!("{TILLS}/T1")).await.expect(200);
    assert_eq!((&till["highest"], &till["openDay"]["sales"]), (&json!(1), &json!(3)));
    shop.reconciled().await;
    // Nobody has enrolled this one; the bound holds all the same.
    let mut free = jump(4, 1_000_000_000);
    free["terminalId"] = json!("FREE");
    shop.cashier("").post("/orders/pos", free).await.expect(201);
    shop.reconciled().await;
    shop.cashier(&shop.key).post("/orders/pos", jump(5, 2)).await.expect(201);
    assert_eq!(shop.get(&format!("{TILLS}/T1")).await.expect(200)["contiguousThrough"], 2);
}

#[tokio::test]
async fn a_sale_backdated_to_2020_is_dated_when_it_arrives() {
    let shop = Shop::open(&[("A", 9)]).await;
    let backdated = |number: u32, at: &str| {
        let mut sale = sale(number);
        sale["soldAt"] = json!(at);
        sale
    };
    // Now it is 20 November 2026. A cashier may go back 14 days, a manager 366, an admin replays a history.
    let (cashier, manager, admin) =
        (shop.cashier(&shop.key), shop.by(web::Role::Manager), shop.by(web::Role::Admin));
    for (who, number, at, status) in [
        (&cashier, 1, "2020-05-01T10:00:00Z", 422),
        (&cashier, 2, "2026-11-05T10:00:00Z", 422),
        (&cashier, 3, "2026-11-07T10:00:00Z", 201),
        (&manager, 4, "2020-05-01T10:00:00Z", 422),
        (&manager, 5, "2026-01-07T10:00:00Z", 201),
        (&admin, 6, "2020-05-01T10:00:00Z", 201),
        (&admin, 7, "2027-05-01T10:00:00Z", 422),
    ] {
        let answer = who.post("/orders/pos", backdated(number, at)).await;
        assert_eq!(answer.status, status, "{at} {}", answer.text);
        assert!(status == 201 || answer.refused(422, "VALIDATION_FAILED") == ["/soldAt"]);
    }
    let synced = json!({ "sales": [backdated(8, "2020-05-01T10:00:00Z")] });
    let answer = cashier.post("/orders/pos/sync", synced).await.expect(200);
    assert_eq!(answer["results"][0]["status"], "NeedsReview", "{answer}");
    let sold = shop.order(&id(8)).await;
    assert_eq!(sold["soldAt"], "2026-11-20T09:00:00.000Z");
    assert!(sold["reviewReason"].as_str().unwrap().contains("2020-05-01T10:00:00.000Z"), "{sold}");
}

#[tokio::test]
async fn a_shop_may_demand_an_enrolled_till_for_online_sales_too() {
    let shop = Shop::open(&[("A", 5)]).await;
    shop.cashier("").post("/orders/pos", sale(1)).await.expect(201);
    shop.house.set("TILL_KEY_REQUIRED", "true");
    let refused = shop.cashier("").post("/orders/pos", sale(2)).await;
    assert_eq!(refused.refused(403, "TILL_NOT_ENROLLED"), ["Till-Key"]);
    shop.cashier(&shop.key).post("/orders/pos", sale(2)).await.expect(201);
}
