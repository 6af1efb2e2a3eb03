//! What the catalogue tells: goods are kept everywhere, once, in whatever order the messages come.

use contracts::Event;
use contracts::terms::LineKind;
use platform::World;
use serde_json::json;

use crate::shop::{SHOP, Shop, product};

async fn skus(shop: &Shop) -> Vec<String> {
    let stock = shop.get(&format!("/inventory/stock?warehouseId={SHOP}")).await.expect(200);
    stock["data"].as_array().unwrap().iter().map(|row| row["sku"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn goods_are_kept_in_every_warehouse_and_services_are_not() {
    let shop = Shop::with(&[]).await;
    let mut postage = product(2, &["POST", "A"]);
    postage.variants[0].kind = LineKind::Shipping;
    shop.tell(&Event::ProductCreated(postage)).await;
    assert_eq!(skus(&shop).await, ["A"]);
    let item = shop.get("/inventory/A").await.expect(200);
    assert_eq!(item["warehouses"].as_array().unwrap().len(), 2);
    assert_eq!(item["productId"], "00000000-0000-0000-0000-000000000002");
    shop.get("/inventory/POST").await.expect(404);
}

#[tokio::test]
async fn a_message_that_comes_twice_or_late_changes_nothing() {
    let shop = Shop::with(&["A"]).await;
    shop.receive(SHOP, "A", 1, "1.00").await;
    let mut message = shop.message(&Event::ProductDeleted(product(1, &["A"])));
    message.timestamp = shop.world().now().plus_seconds(2);
    shop.deliver(&message).await;
    shop.deliver(&message).await;
    // An update from before the deletion arrives after it; its new variant is kept, the old one stays gone.
    shop.tell(&Event::ProductUpdated(product(1, &["A", "B"]))).await;
    assert_eq!(skus(&shop).await, ["A", "B"]);
    assert_eq!(shop.held(SHOP, "A").await, (1, "1.00".to_owned()), "stock stays");
    assert_eq!(retired(&shop).await, ["A"]);
    // It comes back.
    let later = shop.world().now().plus_seconds(3);
    shop.tell_at(&Event::ProductUpdated(product(1, &["A"])), later).await;
    assert_eq!(retired(&shop).await, ["B"], "a variant the product no longer has");
}

async fn retired(shop: &Shop) -> Vec<String> {
    use store::{Database as _, Sql};
    #[derive(serde::Deserialize)]
    struct Row {
        sku: String,
    }
    let text = "select distinct i.sku from items i join stock s on s.sku = i.sku
        where i.deleted_at is not null and s.discontinued = 1 order by 1";
    let all = Sql { name: "RETIRED", text, scan: None };
    let rows = shop.database().query(all.bind([])).await.unwrap().read::<Row>().unwrap();
    rows.into_iter().map(|row| row.sku).collect()
}

#[tokio::test]
async fn what_is_gone_from_the_catalogue_is_no_alert() {
    let shop = Shop::with(&["A"]).await;
    shop.receive(SHOP, "A", 1, "1.00").await;
    shop.deduct(&crate::shop::id(1), &[("A", 1)]).await.expect(200);
    assert_eq!(shop.get("/inventory/alerts").await.expect(200)["data"][0]["alert"], "OutOfStock");
    let later = shop.world().now().plus_seconds(1);
    shop.tell_at(&Event::ProductDeleted(product(1, &["A"])), later).await;
    assert_eq!(shop.get("/inventory/alerts").await.expect(200)["data"], json!([]));
    let summary = shop.system().get("/internal/summary").await.expect(200);
    assert_eq!((summary["outOfStock"].clone(), summary["lowStock"].clone()), (json!(0), json!(0)));
    shop.reconciled().await;
}
