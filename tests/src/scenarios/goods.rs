//! Names of goods: a SKU in every case and Unicode form, a GTIN in every length, a SKU with the name of a route.

use serde_json::json;

use super::shop::{Shop, text, usd};
use crate::{Api, User};

/// Everybody may write the SKU as they like, and every scanner may send the barcode in its own form.
pub(super) fn goods_are_known_by_every_form_of_their_names(api: &dyn Api) {
    let shop = Shop::open(api);
    let spellings =
        ["Café", "CAFÉ", "cafe\u{301}", "ＣＡＦＥ\u{301}"].map(|form| format!("{form}-{}", shop.tag));
    let [sku, capitals, apart, wide] = &spellings;
    let gtins = gtins(&shop.tag);
    let variant = json!({ "sku": sku, "barcode": gtins[0], "price": usd("12.00"), "cost": usd("4.00") });
    let product =
        json!({ "name": format!("Coffee {}", shop.tag), "status": "Active", "variants": [variant] });
    let _ = api.post(User::Manager, "/products", &product).expect(201);
    shop.receive(capitals, "4.00", 40);
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    for spelling in &spellings {
        let stock = api.get(User::Warehouse, &format!("/inventory/sku/{}", encoded(spelling))).expect(200);
        assert_eq!((&stock["sku"], &stock["onHand"]), (&json!(sku), &json!(40)), "{spelling}");
        let rows = format!("/inventory/stock?warehouseId={}&sku={}", shop.warehouse, encoded(spelling));
        assert_eq!(api.get(User::Warehouse, &rows).expect(200)["data"][0]["sku"], json!(sku));
        let moves = format!("/inventory/movements?sku={}", encoded(spelling));
        assert_eq!(api.get(User::Warehouse, &moves).expect(200)["data"][0]["sku"], json!(sku));
        let point = json!({ "warehouseId": shop.warehouse, "sku": spelling, "reorderPoint": 2 });
        let _ = api.put(User::Warehouse, "/inventory/stock/reorder-point", &point).expect(200);
    }
    // Two spellings of one SKU in a request are one line too many, or are added up.
    let adjust = |items: serde_json::Value| json!({ "warehouseId": shop.warehouse, "reason": "Damaged", "items": items });
    let twice = adjust(json!([{ "sku": apart, "delta": -1 }, { "sku": wide, "delta": -1 }]));
    let _ = api.post(User::Warehouse, "/inventory/adjustments", &twice).refused(422, "VALIDATION_FAILED");
    let wanted = json!({ "warehouseId": shop.warehouse,
        "items": [{ "sku": apart, "quantity": 20 }, { "sku": capitals, "quantity": 21 }] });
    let available = api.post(User::Guest, "/inventory/check-availability", &wanted).expect(200);
    assert_eq!(available["available"], false, "{available}");

    let mut last = None;
    for gtin in &gtins {
        let sale = sell(&shop, &json!([{ "barcode": gtin, "quantity": 1 }]), "12.00");
        assert_eq!(sale["items"][0]["sku"], json!(sku), "{gtin}");
        last = Some(sale);
    }
    let both =
        sell(&shop, &json!([{ "sku": apart, "quantity": 1 }, { "sku": wide, "quantity": 2 }]), "36.00");
    assert_eq!(both["items"][1]["sku"], json!(sku));
    let path = format!("/orders/{}/refunds", text(&last.unwrap_or_default()["id"]));
    let back = json!({ "items": [{ "sku": apart, "quantity": 1 }], "reason": "unwanted", "restock": true });
    let _ = api.post(User::Manager, &path, &back).expect(201);
    let order = shop.order(wide, 1);
    assert_eq!(order["items"][0]["sku"], json!(sku), "{order}");
    let _ = shop.pay(&order, "tok_approve").expect(200);
    api.settle();
    let left = 40 - i64::try_from(gtins.len()).unwrap_or_default() - 3 + 1 - 1;
    assert_eq!(shop.on_hand(&encoded(capitals)), left);
    shop.reconcile();
}

fn sell(shop: &Shop<'_>, items: &serde_json::Value, total: &str) -> serde_json::Value {
    let body = json!({ "terminalId": format!("T{}", shop.tag), "warehouseId": shop.warehouse, "items": items,
        "payments": [{ "method": "Cash", "amount": usd(total) }] });
    shop.api.post(User::Cashier, "/orders/pos", &body).expect(201)
}

/// A GTIN of twelve, thirteen and fourteen digits, of this shop alone.
fn gtins(tag: &str) -> [String; 3] {
    let number = tag.bytes().fold(7_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 10_000_000_000);
    let body = format!("7{number:010}");
    let sum: u32 = body
        .bytes()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let code = format!("{body}{}", (10 - sum % 10) % 10);
    [code.clone(), format!("0{code}"), format!("00{code}")]
}

/// A SKU with the name of a route has its own path.
pub(super) fn a_sku_with_the_name_of_a_route_is_found(api: &dyn Api) {
    const ROUTES: [&str; 9] = [
        "alerts",
        "movements",
        "transfers",
        "stock",
        "valuation",
        "warehouses",
        "adjustments",
        "deduct",
        "sku",
    ];
    let variants: Vec<_> = ROUTES
        .iter()
        .enumerate()
        .map(|(at, sku)| json!({ "sku": sku, "price": usd("1.00"), "options": { "Number": at.to_string() } }))
        .collect();
    let product =
        json!({ "name": "Words", "handle": "words-of-routes", "status": "Active", "variants": variants });
    // Another run of this scenario may have made them: SKUs are for ever.
    let made = api.post(User::Manager, "/products", &product).status;
    assert!(made == 201 || made == 409, "{made}");
    for sku in ROUTES {
        let shown = api.get(User::Guest, &format!("/products/sku/{sku}")).expect(200);
        assert_eq!(shown["sku"], sku);
        for _ in 0..100 {
            api.settle();
            let stock = api.get(User::Warehouse, &format!("/inventory/sku/{sku}"));
            if stock.status != 404 {
                assert_eq!(stock.expect(200)["sku"], sku);
                break;
            }
        }
    }
    for list in ["alerts", "movements", "transfers", "stock", "warehouses"] {
        assert!(
            api.get(User::Warehouse, &format!("/inventory/{list}")).expect(200)["data"].is_array(),
            "{list}"
        );
    }
}
