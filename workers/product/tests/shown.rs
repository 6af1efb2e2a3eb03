//! What lists and lookups show is written by the database: the same bytes as the service itself writes after a change.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use serde_json::{Value, json};
use support::{Shop, mug, text, usd};

/// Texts that JSON, SQL or the database's own writing of JSON could get wrong.
const NASTY: [&str; 12] = [
    "plain",
    "quote \" and apostrophe ' and \\ and /",
    "{\"amount\":\"1.00\",\"currency\":\"USD\"}",
    "],\"nextCursor\":null}",
    "percent %s %d %% %c",
    "umlaut ä, dashes – —, 茶",
    "🫖 and \u{1F469}\u{200D}\u{1F52C}",
    "\u{2028}\u{2029}\u{feff}x",
    "<b>bold</b> & <script>",
    "null",
    "u0001 \\u0001 \\n",
    "e\u{301}",
];

/// A product with some text in all its texts, and everything else a product can have.
fn product(nasty: &str, number: usize) -> Value {
    json!({
        "name": nasty, "handle": format!("handle-{number}"), "description": format!("<p>{nasty}\n\tand more</p>"),
        "category": format!("Category {nasty}"), "brand": nasty, "tags": [nasty.replace(',', ""), "clay"],
        "status": "Active", "taxClass": "reduced",
        "variants": [
            { "sku": format!("A-{number}"), "name": nasty, "options": { nasty: "Small", "Glaze": nasty },
              "price": usd("0.05"), "cost": usd("90071992547409.91"),
              "wholesale": { "minimumQuantity": 2, "tiers": [
                  { "minimumQuantity": 50, "unitPrice": usd("6.00") },
                  { "minimumQuantity": 2, "unitPrice": usd("7.5") } ] } },
            { "sku": format!("B-{number}"), "price": usd("0"), "options": { "Glaze": "Blue" }, "kind": "Fee",
              "wholesale": { "minimumQuantity": 1_000_000 } },
            { "sku": format!("C-{number}"), "price": usd("12345.60"), "cost": usd("0.004"), "options": { "Glaze": "Red" } },
        ]
    })
}

/// Without costs and wholesale terms, which guests do not see.
fn as_guest(product: &Value) -> Value {
    let mut product = product.clone();
    for variant in product["variants"].as_array_mut().unwrap() {
        variant.as_object_mut().unwrap().remove("cost");
        variant.as_object_mut().unwrap().remove("wholesale");
    }
    product
}

/// A product as every read of it must show it: its own bytes, and those of a guest.
async fn check(shop: &Shop, written: &str) {
    let product: Value = serde_json::from_str(written).unwrap();
    let id = text(&product["id"]);
    let own = shop.get(&format!("/products/{id}")).await;
    assert_eq!((own.status, own.text.as_str()), (200, written));
    assert_eq!(own.etag(), Some(format!("\"{}\"", product["version"]).as_str()));
    for variant in product["variants"].as_array().unwrap() {
        let sku = text(&variant["sku"]);
        let found = shop.get(&format!("/products/sku/{sku}")).await;
        assert_eq!(found.text, written.replacen('{', &format!("{{\"sku\":\"{sku}\","), 1));
        assert_eq!(found.etag(), own.etag());
    }
    let listed = shop.get("/products?limit=100").await;
    assert!(listed.text.contains(written), "{}\n{written}", listed.text);

    let guest = shop.guest().get(&format!("/products/{id}")).await;
    assert_eq!(*guest.json(), as_guest(&product));
    let listed = shop.guest().get("/products?limit=100").await;
    assert!(
        listed.text.contains(&guest.text)
            && !listed.text.contains("\"cost\"")
            && !listed.text.contains("wholesale"),
        "{}",
        listed.text
    );
}

#[tokio::test]
async fn the_database_writes_a_product_as_the_service_does() {
    let shop = Shop::open();
    for (number, nasty) in NASTY.into_iter().enumerate() {
        let created = shop.post("/products", product(nasty, number)).await;
        assert_eq!(created.status, 201, "{nasty}: {}", created.text);
        check(&shop, &created.text).await;
    }
    let created = shop.post("/products", mug()).await;
    check(&shop, &created.text).await;
    // With as little as a product can have.
    let created =
        shop.post("/products", json!({ "name": "Bare", "variants": [{ "price": usd("1") }] })).await;
    check(&shop, &created.text).await;
    let path = format!("/products/{}", text(&created.json()["id"]));
    let changed = shop.put(&path, json!({ "name": "Still bare", "variants": [{ "price": usd("2") }] })).await;
    assert_eq!(changed.json()["version"], 2, "{}", changed.text);
    check(&shop, &changed.text).await;
}

#[tokio::test]
async fn each_currency_has_its_own_digits() {
    for (currency, given, shown) in [("JPY", "1200", "1200"), ("KWD", "1.5", "1.500"), ("EUR", "0.1", "0.10")]
    {
        let shop = Shop::open();
        shop.house.set("CURRENCY", currency);
        let price = json!({ "amount": given, "currency": currency });
        let created = shop
            .post("/products", json!({ "name": "Mug", "variants": [{ "sku": "MUG", "price": price }] }))
            .await;
        assert_eq!(created.json()["variants"][0]["price"], json!({ "amount": shown, "currency": currency }));
        check(&shop, &created.text).await;
    }
}

#[tokio::test]
async fn a_barcode_shows_the_variant_that_has_it() {
    let shop = Shop::open();
    let created = shop.post("/products", mug()).await;
    let found = shop.get("/products/barcode/4006381333931").await;
    assert_eq!(found.text, created.text.replacen('{', "{\"sku\":\"MUG-S\",", 1));
    assert_eq!(shop.get("/products/barcode/4006381333948").await.status, 404);
}

#[tokio::test]
async fn a_page_is_json_however_many_products_it_has() {
    let shop = Shop::open();
    for (count, path) in [(0, "/products"), (0, "/products?q=nothing"), (0, "/products?status=Draft&q=%22")] {
        let page = shop.get(path).await;
        assert_eq!(*page.json(), json!({ "data": [], "nextCursor": null }), "{path}: {count}");
    }
    for number in 0..3 {
        shop.post("/products", product("plain", number)).await.expect(201);
    }
    for (limit, names, more) in [(1, 1, true), (2, 2, true), (3, 3, false), (4, 3, false)] {
        let page = shop.get(&format!("/products?limit={limit}")).await.expect(200);
        assert_eq!(page["data"].as_array().unwrap().len(), names, "{limit}");
        assert_eq!(page["nextCursor"].is_string(), more, "{limit}");
    }
}
