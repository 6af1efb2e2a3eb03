//! Articles of kind Discount: how much of them a cashier may give.

use contracts::Service;
use serde_json::json;

use crate::shop::{BUYER, CASHIER, GUEST, SHOP, Shop, WHOLESALER, retail_body, usd};

#[tokio::test]
async fn a_cashier_gives_discount_articles_only_up_to_the_shops_limit() {
    let shop = Shop::open(&[("A", 50)]).await;
    let variant = json!({ "sku": "GIFT", "name": "Gift", "kind": "Discount", "price": usd("1.00") });
    let gift = json!({ "name": "Gift", "status": "Active", "variants": [variant] });
    shop.at(Service::Product).post("/products", gift).await.expect(201);
    let sale = |gifts: i64| {
        json!({ "terminalId": "T1", "warehouseId": SHOP,
            "items": [{ "sku": "A", "quantity": 1 }, { "sku": "GIFT", "quantity": gifts }],
            "payments": [{ "method": "Cash", "amount": usd(&format!("{}.00", 10 - gifts)) }] })
    };
    shop.by(CASHIER).post("/orders/pos", sale(2)).await.expect(201);
    let refused = shop.by(CASHIER).post("/orders/pos", sale(3)).await;
    assert_eq!(refused.problem(), (403, "FORBIDDEN", "/items"));
    // Who sets prices may give more, and so may everybody if the shop says so.
    shop.post("/orders/pos", sale(3)).await.expect(201);
    shop.house.set("OFFLINE_DISCOUNT_PERCENT_MAX", "30");
    shop.by(CASHIER).post("/orders/pos", sale(3)).await.expect(201);
    assert_eq!(shop.by(CASHIER).post("/orders/pos", sale(4)).await.status, 403);
    shop.reconciled().await;
}

/// Found by reading: a buyer could take a reduction from the catalogue like an article.
#[tokio::test]
async fn a_buyer_takes_no_reduction_from_the_shelf() {
    let shop = Shop::open(&[("A", 50)]).await;
    let terms = json!({ "minimumQuantity": 1, "tiers": [] });
    let variant = json!({ "sku": "GIFT", "name": "Gift", "kind": "Discount", "price": usd("9.00"), "wholesale": terms });
    let gift = json!({ "name": "Gift", "status": "Active", "variants": [variant] });
    shop.at(Service::Product).post("/products", gift).await.expect(201);
    let order = retail_body(&[("A", 1), ("GIFT", 1)]);
    let refused = shop.by(GUEST).post("/orders/retail", &order).await;
    assert_eq!(refused.problem(), (422, "VALIDATION_FAILED", "/items/1/sku"));
    let honest = shop.guest_order(&[("A", 1)]).await;
    let change = json!({ "items": [{ "sku": "A", "quantity": 1 }, { "sku": "gift", "quantity": 1 }] });
    let refused = shop.by(GUEST).put(&format!("/orders/retail/{honest}"), change).await;
    assert_eq!(refused.problem(), (422, "VALIDATION_FAILED", "/items/1/sku"));
    let wholesale = json!({ "warehouseId": SHOP, "customerId": BUYER, "purchaseOrderNumber": "PO-1",
        "items": [{ "sku": "A", "quantity": 6 }, { "sku": "GIFT", "quantity": 1 }] });
    let refused = shop.by(WHOLESALER).post("/orders/wholesale", wholesale).await;
    assert_eq!(refused.problem(), (422, "VALIDATION_FAILED", "/items/1/sku"));
    // The shop gives what it wants.
    assert_eq!(shop.post("/orders/retail", &order).await.expect(201)["total"], usd("1.00"));
}
