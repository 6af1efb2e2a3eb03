//! Warehouses: who sees and who changes them, and what a new one brings about.

use contracts::events::WarehouseChanged;
use serde_json::json;
use web::Role;

use crate::shop::{SHOP, STORE, Shop, id};

const PATH: &str = "/inventory/warehouses";

#[tokio::test]
async fn a_new_warehouse_keeps_every_item_and_is_told() {
    let shop = Shop::with(&["A", "B"]).await;
    let body = json!({ "id": id(1), "code": "NEW", "name": "A new one", "region": "GB", "timeZone": "Europe/London" });
    let created = shop.post(PATH, body.clone()).await;
    assert_eq!(created.expect(201), body);
    assert_eq!(created.etag(), Some("\"1\""));
    assert_eq!(shop.post(PATH, body).await, created, "said again, it is the same warehouse");
    let stock = shop.get(&format!("/inventory/stock?warehouseId={}", id(1))).await.expect(200);
    let skus: Vec<_> = stock["data"].as_array().unwrap().iter().map(|row| row["sku"].clone()).collect();
    assert_eq!(skus, ["A", "B"]);
    let (queue, envelope) = shop.events().await.pop().unwrap();
    let changed: WarehouseChanged = envelope.data().unwrap();
    assert_eq!((queue.as_str(), changed.region.as_str()), ("order-inbox", "GB"));
    assert_eq!(changed.time_zone.unwrap().as_str(), "Europe/London");
}

#[tokio::test]
async fn a_change_names_the_version_it_was_made_from() {
    let shop = Shop::with(&[]).await;
    let path = format!("{PATH}/{SHOP}");
    let put = |version: Option<&'static str>, code: &'static str| {
        let headers: Vec<_> = version.map(|version| ("if-match", version)).into_iter().collect();
        let (client, path) = (shop.by(Role::Manager).with(&headers), path.as_str());
        let body = json!({ "code": code, "name": "Renamed", "region": "US-CA" });
        async move { client.put(path, body).await }
    };
    let changed = put(Some("\"1\""), "SHOP").await;
    assert_eq!((changed.status, changed.etag()), (200, Some("\"2\"")));
    assert_eq!(put(Some("\"1\""), "SHOP").await.status, 412);
    put(None, "STORE").await.refused(409, "STATE_CONFLICT");
    let found = shop.get(&path).await;
    assert_eq!((found.expect(200)["name"].clone(), found.etag()), (json!("Renamed"), Some("\"2\"")));
    let missing = format!("{PATH}/{}", id(9));
    shop.put(&missing, json!({ "code": "X", "name": "X", "region": "GB" })).await.expect(404);
    shop.get(&missing).await.expect(404);
    shop.get(&format!("{PATH}/not-an-id")).await.expect(404);
}

#[tokio::test]
async fn shoppers_and_services_read_warehouses_and_managers_write_them() {
    let shop = Shop::with(&[]).await;
    let one = format!("{PATH}/{STORE}");
    for role in [Role::Guest, Role::Customer, Role::System, Role::Cashier] {
        shop.by(role).get(PATH).await.expect(200);
        shop.by(role).get(&one).await.expect(200);
    }
    let body = json!({ "code": "N", "name": "N", "region": "GB" });
    for (role, status) in [(Role::Guest, 401), (Role::Warehouse, 403), (Role::Manager, 201)] {
        assert_eq!(shop.by(role).post(PATH, &body).await.status, status, "{role:?}");
    }
    assert_eq!(shop.by(Role::Customer).get("/inventory/stock").await.status, 403);
}

#[tokio::test]
async fn warehouses_are_listed_by_code_page_by_page() {
    let shop = Shop::with(&[]).await;
    let first = shop.get(&format!("{PATH}?limit=1")).await.expect(200);
    assert_eq!(first["data"][0]["code"], "SHOP");
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = shop.get(&format!("{PATH}?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(
        (second["data"][0]["code"].clone(), second["nextCursor"].clone()),
        (json!("STORE"), json!(null))
    );
}

#[tokio::test]
async fn requests_that_cannot_be_are_refused_with_the_field() {
    let shop = Shop::with(&[]).await;
    for (body, pointer) in [
        (json!({ "code": "a b", "name": "N", "region": "GB" }), "/code"),
        (json!({ "code": "N", "region": "GB" }), "/name"),
        (json!({ "code": "N", "name": "N", "region": "Europe" }), "/region"),
        (json!({ "code": "N", "name": "N", "region": "GB", "colour": "red" }), "/colour"),
    ] {
        let problem = shop.post(PATH, body).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let taken = json!({ "id": id(1), "code": "SHOP", "name": "N", "region": "GB" });
    shop.post(PATH, taken).await.refused(409, "STATE_CONFLICT");
    let other = json!({ "id": SHOP, "code": "OTHER", "name": "N", "region": "GB" });
    shop.post(PATH, other).await.refused(409, "STATE_CONFLICT");
}
