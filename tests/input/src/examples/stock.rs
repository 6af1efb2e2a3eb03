//! Warehouses, stock, movements, transfers.

use house::User;
use native::client::usd;
use serde_json::{Value, json};

use super::catalogue::Goods;
use super::{Recorder, text};

/// Where the goods are.
pub(super) struct Warehouses {
    pub(super) shop: String,
}

pub(super) fn record(recorder: &mut Recorder<'_>, goods: &Goods) -> Result<Warehouses, String> {
    let tag = recorder.tag.clone();
    let warehouse = |code: &str| json!({ "code": format!("{code}{tag}"), "name": "A shop", "region": "ZZ" });
    let shop =
        text(&recorder.post(User::Manager, "/inventory/warehouses", &[], &warehouse("S"), 201)?, "id")?;
    let store =
        text(&recorder.post(User::Manager, "/inventory/warehouses", &[], &warehouse("T"), 201)?, "id")?;
    let _ = recorder.get(User::Guest, "/inventory/warehouses", &[], "?limit=1")?;
    let _ = recorder.get(User::Guest, "/inventory/warehouses/{id}", &[&shop], "")?;
    let mut renamed = warehouse("S");
    renamed["name"] = json!("A renamed shop");
    let _ = recorder.put(User::Manager, "/inventory/warehouses/{id}", &[&shop], &renamed)?;
    recorder.settle();
    receive(recorder, goods, &shop)?;

    let [sku, other] = &goods.skus;
    let _ =
        recorder.get(User::Warehouse, "/inventory/stock", &[], &format!("?warehouseId={shop}&limit=1"))?;
    let _ = recorder.get(User::Warehouse, "/inventory/{sku}", &[sku], "")?;
    let _ = recorder.get(User::Warehouse, "/inventory/sku/{sku}", &[sku], "")?;
    let point = json!({ "warehouseId": shop, "sku": sku, "reorderPoint": 5 });
    let _ = recorder.put(User::Warehouse, "/inventory/stock/reorder-point", &[], &point)?;
    let question = json!({ "warehouseId": shop, "items": [{ "sku": sku, "quantity": 1 }, { "sku": other, "quantity": 2 }] });
    let _ = recorder.post(User::Guest, "/inventory/check-availability", &[], &question, 200)?;
    let _ = recorder.get(
        User::Warehouse,
        "/inventory/movements",
        &[],
        &format!("?warehouseId={shop}&limit=1"),
    )?;
    let _ = recorder.get(User::Warehouse, "/inventory/alerts", &[], "?limit=1")?;
    let _ = recorder.get(User::Manager, "/inventory/valuation", &[], "")?;
    transfers(recorder, sku, &shop, &store)?;
    let deduct = json!({
        "orderId": uuid::Uuid::nil(), "warehouseId": shop, "channel": "POS",
        "items": [{ "sku": sku, "quantity": 1 }], "allowShortage": false,
    });
    // For services only; from outside it is refused whatever it says.
    recorder.send(User::Admin, "POST", "/inventory/deduct", &[], "", &deduct, 403)?;
    Ok(Warehouses { shop })
}

fn receive(recorder: &mut Recorder<'_>, goods: &Goods, shop: &str) -> Result<(), String> {
    let items: Vec<Value> =
        goods.skus.iter().map(|sku| json!({ "sku": sku, "delta": 500, "unitCost": usd("4.20") })).collect();
    let received =
        json!({ "warehouseId": shop, "reason": "Received", "note": "first delivery", "items": items });
    let received = recorder.post(User::Warehouse, "/inventory/adjustments", &[], &received, 201)?;
    let _ = recorder.get(User::Warehouse, "/inventory/adjustments/{id}", &[&text(&received, "id")?], "")?;
    let lost =
        json!({ "warehouseId": shop, "reason": "Damaged", "items": [{ "sku": goods.skus[0], "delta": -1 }] });
    let _ = recorder.post(User::Warehouse, "/inventory/adjustments", &[], &lost, 201)?;
    Ok(())
}

fn transfers(recorder: &mut Recorder<'_>, sku: &str, shop: &str, store: &str) -> Result<(), String> {
    let transfer =
        json!({ "fromWarehouseId": shop, "toWarehouseId": store, "items": [{ "sku": sku, "quantity": 3 }] });
    let id = text(&recorder.post(User::Warehouse, "/inventory/transfers", &[], &transfer, 201)?, "id")?;
    let _ = recorder.get(User::Warehouse, "/inventory/transfers", &[], "?status=Draft&limit=1")?;
    let _ = recorder.get(User::Warehouse, "/inventory/transfers/{id}", &[&id], "")?;
    let _ = recorder.post(User::Warehouse, "/inventory/transfers/{id}/ship", &[&id], &json!({}), 200)?;
    let _ = recorder.post(User::Warehouse, "/inventory/transfers/{id}/receive", &[&id], &json!({}), 200)?;
    Ok(())
}
