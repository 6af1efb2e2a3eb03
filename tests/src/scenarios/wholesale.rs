//! Wholesale: minimums, tiers, purchase orders, credit.

use serde_json::{Value, json};

use super::shop::{Shop, text, usd};
use crate::{Api, User};

pub(super) fn customer(shop: &Shop<'_>, name: &str, limit: &str) -> String {
    let body = json!({
        "name": format!("{name} {}", shop.tag),
        "email": format!("{name}.{}@example.org", shop.tag),
        "type": "Wholesale",
        "creditLimit": usd(limit),
        "paymentTerms": "Net30",
    });
    text(&shop.api.post(User::Manager, "/customers", &body).expect(201)["id"])
}

pub(super) fn order(shop: &Shop<'_>, customer: &str, items: &Value) -> crate::Answer {
    let body = json!({
        "customerId": customer,
        "warehouseId": shop.warehouse,
        "purchaseOrderNumber": format!("PO-{}", shop.tag),
        "paymentTerms": "Net30",
        "items": items,
    });
    shop.api.post(User::Manager, "/orders/wholesale", &body)
}

/// Below the minimum: refused before it exists, each line named. Volume prices. Beyond the credit
/// limit: refused. On account: an invoice that is due in 30 days.
pub(super) fn wholesale_keeps_minimums_tiers_and_credit(api: &dyn Api) {
    let shop = Shop::open(api);
    let terms = json!({ "minimumQuantity": 10, "tiers": [
        { "minimumQuantity": 10, "unitPrice": usd("8.00") },
        { "minimumQuantity": 50, "unitPrice": usd("7.00") },
    ] });
    let a = shop.stock_wholesale("bulk-a", "10.00", "4.00", 500, &terms);
    let b = shop.stock_wholesale("bulk-b", "10.00", "4.00", 500, &terms);
    let customer = customer(&shop, "buyer", "1000.00");

    let few = order(&shop, &customer, &json!([{ "sku": a, "quantity": 9 }, { "sku": b, "quantity": 1 }]));
    assert_eq!(few.refused(422, "MOQ_NOT_MET").len(), 2, "{}", few.text);

    let accepted = order(&shop, &customer, &json!([{ "sku": a, "quantity": 50 }])).expect(201);
    assert_eq!(accepted["total"], usd("350.00"), "{accepted}");
    order(&shop, &customer, &json!([{ "sku": a, "quantity": 100 }])).refused(422, "CREDIT_LIMIT_EXCEEDED");

    let confirm = json!({ "payment": { "method": "PurchaseOrder" } });
    let path = format!("/orders/wholesale/{}/confirm", text(&accepted["id"]));
    let completed = api.post(User::Manager, &path, &confirm).expect(200);
    assert_eq!(completed["status"], "Completed", "{completed}");
    shop.reconcile();
    let path = format!("/accounting/invoices?customerId={customer}");
    let invoices = api.get(User::Accountant, &path).expect(200);
    assert_eq!(invoices["data"][0]["total"], usd("350.00"), "{invoices}");

    // A cancelled order gives its credit back.
    let second = order(&shop, &customer, &json!([{ "sku": b, "quantity": 50 }])).expect(201);
    let path = format!("/orders/wholesale/{}/cancel", text(&second["id"]));
    let _ = api.post(User::Manager, &path, &json!({ "reason": "Changed their mind" })).expect(200);
    let _ = order(&shop, &customer, &json!([{ "sku": b, "quantity": 80 }])).expect(201);
    shop.reconcile();
}

/// Another customer's order does not exist for a wholesaler.
pub(super) fn a_wholesaler_sees_only_its_own_orders(api: &dyn Api) {
    let shop = Shop::open(api);
    let terms = json!({ "minimumQuantity": 1 });
    let sku = shop.stock_wholesale("own", "10.00", "4.00", 50, &terms);
    let other = customer(&shop, "other", "1000.00");
    let order = order(&shop, &other, &json!([{ "sku": sku, "quantity": 5 }])).expect(201);
    let id = text(&order["id"]);
    api.get(User::Wholesaler, &format!("/orders/wholesale/{id}")).refused(404, "NOT_FOUND");
    let _ = api.get(User::Manager, &format!("/orders/wholesale/{id}")).expect(200);
    let confirm = json!({ "payment": { "method": "PurchaseOrder" } });
    let path = format!("/orders/wholesale/{id}/confirm");
    assert!([403, 404].contains(&api.post(User::Wholesaler, &path, &confirm).status));
}
