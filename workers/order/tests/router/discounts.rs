//! Articles of kind Discount: how much of them a cashier may give.

use contracts::Service;
use serde_json::json;

use crate::shop::{CASHIER, SHOP, Shop, usd};

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
