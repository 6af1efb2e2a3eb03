//! The wholesale web: minimums, tiers, terms and credit.

use serde_json::{Value, json};

use crate::shop::{ADA, BUYER, CUSTOMER, SHOP, Shop, WHOLESALER, id, usd};

fn body(items: &Value, terms: &str) -> Value {
    json!({
        "customerId": BUYER, "warehouseId": SHOP, "purchaseOrderNumber": "PO-77", "paymentTerms": terms, "items": items,
    })
}

#[tokio::test]
async fn a_purchase_order_is_completed_on_account() {
    let shop = Shop::open(&[("A", 20)]).await;
    let items = json!([{ "sku": "A", "quantity": 12 }, { "sku": "POST", "quantity": 1 }]);
    let order = shop.by(WHOLESALER).post("/orders/wholesale", body(&items, "Net30")).await.expect(201);
    assert_eq!((&order["total"], &order["purchaseOrderNumber"]), (&usd("87.00"), &json!("PO-77")));
    assert_eq!(
        (&order["paymentTerms"], &order["customer"]["email"]),
        (&json!("Net30"), &json!("buyer@b2b.test"))
    );
    assert_eq!(shop.exposure().await, 8700);
    let path = format!("/orders/wholesale/{}", order["id"].as_str().unwrap());
    let confirm = json!({ "payment": { "method": "PurchaseOrder" } });
    let done = shop.by(WHOLESALER).post(&format!("{path}/confirm"), confirm).await.expect(200);
    assert_eq!(
        (&done["status"], &done["payments"][0]["method"]),
        (&json!("Completed"), &json!("PurchaseOrder"))
    );
    assert_eq!(shop.exposure().await, 8700, "it is owed until it is paid");
    let list = shop.by(WHOLESALER).get(&format!("/orders/wholesale/customer/{BUYER}")).await.expect(200);
    assert_eq!(list["data"][0], done);
    shop.by(WHOLESALER).get(&format!("/orders/wholesale/customer/{ADA}")).await.refused(403, "FORBIDDEN");
    shop.reconciled().await;
}

#[tokio::test]
async fn every_line_below_its_minimum_is_named_and_nothing_is_created() {
    let shop = Shop::open(&[]).await;
    let items =
        json!([{ "sku": "A", "quantity": 5 }, { "sku": "B", "quantity": 2 }, { "sku": "B", "quantity": 1 }]);
    let refused = shop.by(WHOLESALER).post("/orders/wholesale", body(&items, "Net30")).await;
    assert_eq!(refused.refused(422, "MOQ_NOT_MET"), ["/items/0/quantity"]);
    assert_eq!(shop.exposure().await, 0);
    let list = shop.get("/orders/wholesale").await.expect(200);
    assert_eq!(list["data"], json!([]));
    let retail_only = json!([{ "sku": "LAST", "quantity": 50 }]);
    let refused = shop.by(WHOLESALER).post("/orders/wholesale", body(&retail_only, "Net30")).await;
    assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/items/0/sku"]);
}

#[tokio::test]
async fn the_minimum_counts_all_lines_of_a_sku() {
    let shop = Shop::open(&[]).await;
    let order = async |quantities: &[i64]| {
        let items: Vec<Value> = quantities.iter().map(|q| json!({ "sku": "A", "quantity": q })).collect();
        shop.by(WHOLESALER).post("/orders/wholesale", body(&json!(items), "Net30")).await
    };
    assert_eq!(order(&[3, 3]).await.expect(201)["total"], usd("48.00"));
    assert_eq!(order(&[3, 2]).await.refused(422, "MOQ_NOT_MET"), ["/items/0/quantity", "/items/1/quantity"]);
}

#[tokio::test]
async fn tiers_count_all_lines_of_a_sku() {
    let shop = Shop::open(&[]).await;
    for (quantities, unit_price) in
        [(vec![6], "8.00"), (vec![11], "8.00"), (vec![12], "7.00"), (vec![6, 6], "7.00")]
    {
        let items: Vec<Value> = quantities.iter().map(|q| json!({ "sku": "A", "quantity": q })).collect();
        let order =
            shop.by(WHOLESALER).post("/orders/wholesale", body(&json!(items), "Prepaid")).await.expect(201);
        for item in order["items"].as_array().unwrap() {
            assert_eq!(item["unitPrice"], usd(unit_price), "{quantities:?}");
        }
    }
    assert_eq!(shop.exposure().await, 0, "prepaid binds no credit");
}

#[tokio::test]
async fn the_credit_limit_refuses_and_cancelling_frees_it() {
    let shop = Shop::open(&[]).await;
    let items = |quantity: i64| json!([{ "sku": "A", "quantity": quantity }]);
    let first = shop.by(WHOLESALER).post("/orders/wholesale", body(&items(100), "Net30")).await.expect(201);
    let refused = shop.by(WHOLESALER).post("/orders/wholesale", body(&items(43), "Net30")).await;
    assert_eq!(refused.refused(422, "CREDIT_LIMIT_EXCEEDED"), ["/items"]);
    let path = format!("/orders/wholesale/{}", first["id"].as_str().unwrap());
    // Changing the order changes what it binds.
    shop.by(WHOLESALER)
        .put(&path, json!({ "items": items(143) }))
        .await
        .refused(422, "CREDIT_LIMIT_EXCEEDED");
    shop.by(WHOLESALER).put(&path, json!({ "items": items(50) })).await.expect(200);
    assert_eq!(shop.exposure().await, 35_000);
    shop.by(WHOLESALER).post(&format!("{path}/cancel"), json!({ "reason": "too much" })).await.expect(200);
    assert_eq!(shop.exposure().await, 0);
    shop.by(WHOLESALER).post("/orders/wholesale", body(&items(142), "Net30")).await.expect(201);
    shop.reconciled().await;
}

#[tokio::test]
async fn paying_at_once_what_was_ordered_on_account_frees_the_credit() {
    let shop = Shop::open(&[("A", 6)]).await;
    let items = json!([{ "sku": "A", "quantity": 6 }]);
    let order = shop.by(WHOLESALER).post("/orders/wholesale", body(&items, "Net30")).await.expect(201);
    let path = format!("/orders/wholesale/{}/confirm", order["id"].as_str().unwrap());
    let transfer = json!({ "payment": { "method": "BankTransfer" } });
    assert_eq!(shop.by(WHOLESALER).post(&path, transfer.clone()).await.status, 403);
    shop.post(&path, transfer).await.expect(200);
    assert_eq!(shop.exposure().await, 0);
    shop.reconciled().await;
}

#[tokio::test]
async fn an_order_on_account_that_finds_no_stock_frees_the_credit() {
    let shop = Shop::open(&[("A", 5)]).await;
    let items = json!([{ "sku": "A", "quantity": 6 }]);
    let order = shop.by(WHOLESALER).post("/orders/wholesale", body(&items, "Net30")).await.expect(201);
    let path = format!("/orders/wholesale/{}/confirm", order["id"].as_str().unwrap());
    let refused = shop.by(WHOLESALER).post(&path, json!({ "payment": { "method": "PurchaseOrder" } })).await;
    refused.refused(409, "OUT_OF_STOCK");
    assert_eq!(shop.exposure().await, 0);
    shop.reconciled().await;
}

#[tokio::test]
async fn who_may_order_for_whom_and_on_what_terms() {
    let shop = Shop::open(&[]).await;
    let items = json!([{ "sku": "A", "quantity": 6 }]);
    let mut foreign = body(&items, "Net30");
    foreign["customerId"] = json!(ADA);
    assert_eq!(
        shop.by(WHOLESALER).post("/orders/wholesale", foreign.clone()).await.refused(403, "FORBIDDEN"),
        ["/customerId"]
    );
    let retail = shop.post("/orders/wholesale", foreign.clone()).await;
    assert_eq!(retail.refused(422, "VALIDATION_FAILED"), ["/customerId"]);
    foreign["customerId"] = json!(id(404));
    let unknown = shop.post("/orders/wholesale", foreign).await;
    assert_eq!(unknown.refused(422, "VALIDATION_FAILED"), ["/customerId"]);
    assert_eq!(shop.by(CUSTOMER).post("/orders/wholesale", body(&items, "Net30")).await.status, 403);
    let longer = shop.by(WHOLESALER).post("/orders/wholesale", body(&items, "Net60")).await;
    assert_eq!(longer.refused(422, "VALIDATION_FAILED"), ["/paymentTerms"]);
    shop.post("/orders/wholesale", body(&items, "Net60")).await.expect(201);

    let prepaid = shop.by(WHOLESALER).post("/orders/wholesale", body(&items, "Prepaid")).await.expect(201);
    let path = format!("/orders/wholesale/{}/confirm", prepaid["id"].as_str().unwrap());
    let on_account =
        shop.by(WHOLESALER).post(&path, json!({ "payment": { "method": "PurchaseOrder" } })).await;
    assert_eq!(on_account.refused(422, "VALIDATION_FAILED"), ["/payment/method"]);
}
