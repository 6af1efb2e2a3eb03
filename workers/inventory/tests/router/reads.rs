//! What the warehouses hold, as it is listed, counted and audited.

use serde_json::{Value, json};
use web::Role;

use crate::shop::{SHOP, STORE, Shop, id, usd};

async fn stocked() -> Shop {
    let shop = Shop::with(&["A", "B", "C/1 %"]).await;
    shop.receive(SHOP, "A", 3, "1.00").await;
    shop.receive(SHOP, "B", 1, "2.50").await;
    shop.receive(STORE, "A", 2, "4.00").await;
    shop
}

fn column(page: &Value, name: &str) -> Vec<Value> {
    page["data"].as_array().unwrap().iter().map(|row| row[name].clone()).collect()
}

/// Every row of a list, two at a time.
async fn all(shop: &Shop, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = shop.get(&format!("{path}{mark}limit=2&cursor={cursor}")).await.expect(200);
        rows.extend(page["data"].as_array().unwrap().clone());
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn stock_is_listed_by_warehouse_and_sku() {
    let shop = stocked().await;
    let rows = all(&shop, "/inventory/stock").await;
    let keys: Vec<_> = rows.iter().map(|row| (row["warehouseId"].clone(), row["sku"].clone())).collect();
    let expected =
        [SHOP, STORE].map(|warehouse| ["A", "B", "C/1 %"].map(|sku| (json!(warehouse), json!(sku))));
    assert_eq!(keys, expected.concat());
    assert_eq!(
        rows[0],
        json!({
            "warehouseId": SHOP, "sku": "A", "productId": "00000000-0000-0000-0000-000000000001",
            "name": "A product", "onHand": 3, "value": usd("3.00"), "averageCost": usd("1.00"), "reorderPoint": 0
        })
    );
    assert_eq!(rows[2]["averageCost"], Value::Null);
    assert_eq!(all(&shop, &format!("/inventory/stock?warehouseId={STORE}")).await.len(), 3);
    assert_eq!(all(&shop, "/inventory/stock?sku=A").await.len(), 2);
    assert_eq!(all(&shop, &format!("/inventory/stock?sku=A&warehouseId={SHOP}")).await.len(), 1);
    for wrong in ["limit=0", "limit=101", "cursor=%25", "cursor=YQ", "warehouseId=x", "colour=red"] {
        shop.get(&format!("/inventory/stock?{wrong}")).await.expect(422);
    }
}

#[tokio::test]
async fn an_item_is_shown_in_all_warehouses() {
    let shop = stocked().await;
    let item = shop.get("/inventory/A").await.expect(200);
    assert_eq!((item["onHand"].clone(), item["value"].clone()), (json!(5), usd("11.00")));
    assert_eq!(item["averageCost"], usd("2.20"));
    assert_eq!(item["warehouses"].as_array().unwrap().len(), 2);
    shop.get("/inventory/C%2F1%20%25").await.expect(200);
    shop.get("/inventory/NEVER-SEEN").await.expect(404);
}

#[tokio::test]
async fn availability_is_told_to_shoppers_and_reserves_nothing() {
    let shop = stocked().await;
    let items =
        json!([{ "sku": "A", "quantity": 2 }, { "sku": "X", "quantity": 1 }, { "sku": "A", "quantity": 2 }]);
    let ask = async |items: &Value, warehouse: &str| {
        let body = json!({ "warehouseId": warehouse, "items": items });
        shop.by(Role::Guest).post("/inventory/check-availability", body).await
    };
    assert_eq!(
        ask(&items, SHOP).await.expect(200),
        json!({ "available": false, "items": [
            { "sku": "A", "requested": 4, "onHand": 3, "available": false },
            { "sku": "X", "requested": 1, "onHand": 0, "available": false },
        ]})
    );
    let enough = ask(&json!([{ "sku": "A", "quantity": 3 }]), SHOP).await.expect(200);
    assert_eq!(enough["available"], true);
    assert_eq!(ask(&items, &id(9)).await.expect(422)["errors"][0]["pointer"], "/warehouseId");
    ask(&json!([]), SHOP).await.expect(422);
}

#[tokio::test]
async fn movements_are_listed_newest_first() {
    let shop = stocked().await;
    shop.deduct(&id(1), &[("A", 1), ("B", 1)]).await.expect(200);
    let rows = all(&shop, "/inventory/movements").await;
    let kinds: Vec<_> = rows.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Sale", "Sale", "Receipt", "Receipt", "Receipt"]);
    assert_eq!((rows[0]["sku"].clone(), rows[0]["value"].clone()), (json!("B"), usd("-2.50")));
    for (filter, count) in [
        (format!("warehouseId={SHOP}"), 4),
        ("sku=A".to_owned(), 3),
        (format!("warehouseId={STORE}&sku=A"), 1),
        ("needsReview=true".to_owned(), 0),
        ("needsReview=false".to_owned(), 5),
    ] {
        assert_eq!(all(&shop, &format!("/inventory/movements?{filter}")).await.len(), count, "{filter}");
    }
    for wrong in ["cursor=YQ", "needsReview=maybe"] {
        shop.get(&format!("/inventory/movements?{wrong}")).await.expect(422);
    }
}

#[tokio::test]
async fn alerts_and_their_counts_follow_the_stock() {
    let shop = stocked().await;
    assert_eq!(
        all(&shop, "/inventory/alerts").await,
        Vec::<Value>::new(),
        "what was never there is no alert"
    );
    for (sku, point) in [("A", 3), ("C/1 %", 1)] {
        let body = json!({ "warehouseId": SHOP, "sku": sku, "reorderPoint": point });
        let set = shop.put("/inventory/stock/reorder-point", body.clone()).await;
        assert_eq!(set.expect(200), body);
    }
    shop.deduct(&id(1), &[("B", 1)]).await.expect(200);
    let alerts = shop.get("/inventory/alerts").await.expect(200);
    assert_eq!(column(&alerts, "sku"), ["A", "B", "C/1 %"]);
    assert_eq!(column(&alerts, "alert"), ["LowStock", "OutOfStock", "OutOfStock"]);
    assert_eq!(all(&shop, &format!("/inventory/alerts?warehouseId={SHOP}")).await.len(), 3);
    assert_eq!(all(&shop, &format!("/inventory/alerts?warehouseId={STORE}")).await.len(), 0);
    let summary = shop.system().get("/internal/summary").await.expect(200);
    assert_eq!(summary, json!({ "lowStock": 3, "outOfStock": 2, "valuationMinor": 1100, "currency": "USD" }));
    shop.receive(SHOP, "B", 1, "1.00").await;
    assert_eq!(shop.system().get("/internal/summary").await.expect(200)["lowStock"], 2);
    shop.reconciled().await;
    for (body, status) in [
        (json!({ "warehouseId": SHOP, "sku": "A", "reorderPoint": -1 }), 422),
        (json!({ "warehouseId": SHOP, "sku": "A", "reorderPoint": 1.5 }), 422),
        (json!({ "warehouseId": SHOP, "sku": "X", "reorderPoint": 1 }), 404),
    ] {
        shop.put("/inventory/stock/reorder-point", body).await.expect(status);
    }
}

#[tokio::test]
async fn a_refund_is_restocked_once_and_both_are_found_again() {
    let shop = stocked().await;
    shop.deduct(&id(1), &[("A", 2), ("B", 1)]).await.expect(200);
    let body = json!({
        "refundId": id(2), "orderId": id(1), "warehouseId": SHOP, "currency": "USD",
        "items": [{ "sku": "B", "quantity": 1, "cost": usd("2.50") }, { "sku": "A", "quantity": 1, "cost": null }],
    });
    let restock = async |body: Value| shop.system().post("/internal/stock/restock", body).await;
    let first = restock(body.clone()).await;
    assert_eq!(
        first.expect(200)["items"],
        json!([
            { "sku": "A", "quantity": 1, "cost": usd("1.00"), "shortage": 0 },
            { "sku": "B", "quantity": 1, "cost": usd("2.50"), "shortage": 0 },
        ])
    );
    assert_eq!(restock(body.clone()).await, first);
    let mut other = body.clone();
    other["items"] = json!([{ "sku": "B", "quantity": 2, "cost": null }]);
    restock(other).await.refused(409, "STATE_CONFLICT");
    for (field, value, pointer) in [
        ("currency", json!("EUR"), "/currency"),
        ("warehouseId", json!(id(9)), "/warehouseId"),
        ("items", json!([{ "sku": "X", "quantity": 1, "cost": null }]), "/items/0/sku"),
        ("items", json!([{ "sku": "A", "quantity": 1, "cost": usd("-1.00") }]), "/items/0/cost"),
    ] {
        let mut body = body.clone();
        body["refundId"] = json!(id(3));
        body[field] = value;
        assert_eq!(restock(body).await.expect(422)["errors"][0]["pointer"], pointer);
    }
    let ids = json!({ "ids": [id(1), id(2), id(3), "nothing"] });
    let found = shop.system().post("/internal/reconciliation/lookup", ids).await.expect(200);
    assert_eq!(
        found["found"],
        json!([
            { "id": id(1), "count": 1, "units": 3, "amountMinor": 450 },
            { "id": id(2), "count": 1, "units": 2, "amountMinor": 350 },
        ])
    );
}

#[tokio::test]
async fn the_audit_names_what_was_tampered_with() {
    let shop = stocked().await;
    assert_eq!(
        shop.tamper("update stock set on_hand = on_hand + 1 where sku = 'B' and on_hand > 0").await,
        None
    );
    let report = shop.system().get("/internal/reconciliation").await.expect(200);
    let failed: Vec<Value> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["ok"] == false)
        .map(|check| check["name"].clone())
        .collect();
    assert_eq!(failed, ["stock_on_hand_is_the_sum_of_movements", "warehouse_totals_are_the_sum_of_stock"]);
}

#[tokio::test]
async fn history_cannot_be_rewritten() {
    let shop = stocked().await;
    for (text, rule) in [
        ("delete from movements", "movements_append_only"),
        ("update movements set quantity = 1", "movements_append_only"),
        ("update movements set needs_review = 1", "movements_review"),
        ("insert or replace into movements select * from movements", "movements_append_only"),
        ("delete from stock_operations", "stock_operations_append_only"),
        ("update stock_operations set answer = '{}'", "stock_operations_append_only"),
        ("insert or replace into stock_operations select * from stock_operations", "stock_operations.id"),
        ("delete from stock", "stock_no_delete"),
        ("update stock set on_hand = -1", "stock_on_hand"),
    ] {
        assert_eq!(shop.tamper(text).await.as_deref(), Some(rule), "{text}");
    }
}
