//! Shopify's file, in and out.

mod support;

use std::fmt::Write as _;

use serde_json::json;
use support::{Shop, mug, text, usd};
use web::Role;

const SHOP: &str = include_str!("data/shop.csv");
const BROKEN: &str = include_str!("data/broken.csv");

#[tokio::test]
async fn importing_twice_changes_nothing() {
    let shop = Shop::open();
    assert_eq!(shop.counts(SHOP).await, ([5, 0, 0], vec![]));
    let events = shop.event_names().await;
    assert_eq!(events, ["ProductCreated"; 3]);
    let before = shop.get("/products").await;

    assert_eq!(shop.counts(SHOP).await, ([0, 0, 5], vec![]));
    assert_eq!(shop.get("/products").await.text, before.text);
    assert_eq!(shop.event_names().await, events);

    let products = before.json();
    let apron = &products["data"][0];
    assert_eq!(apron["description"], "<p>Washed linen, one pocket.</p>\n\n<ul><li>Made to last</li></ul>");
    assert_eq!((&apron["brand"], &apron["category"]), (&json!("Harbour & Co"), &json!("Kitchen")));
    let skus: Vec<_> =
        apron["variants"].as_array().unwrap().iter().map(|variant| text(&variant["sku"])).collect();
    assert_eq!(skus, ["LINEN-APRON-SAND-SHORT", "LINEN-APRON-SAND-LONG", "APRON-SLATE-S"]);
    assert_eq!(apron["variants"][1]["cost"], usd("13.90"));
    let spoon = &products["data"][1];
    assert_eq!(
        spoon["description"],
        "Hand carved, 30 cm. <a href=\"https://example.org/care?a=1&amp;b=2\">Care</a>"
    );
    assert_eq!(
        (&spoon["variants"][0]["name"], &spoon["variants"][0]["options"]),
        (&json!("Oak Spoon"), &json!({}))
    );
    assert_eq!(
        (&products["data"][2]["status"], &products["data"][2]["taxClass"]),
        (&json!("Draft"), &json!("zero"))
    );
    assert_eq!(shop.guest().get("/categories").await.column("name"), ["Gifts", "Kitchen"]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_changed_file_changes_only_what_differs() {
    let shop = Shop::open();
    shop.counts(SHOP).await;
    let changed =
        SHOP.replace("Sand,,Long,,deny,38.00", "Sand,,Long,,deny,39.00").replace("Oak Spoon", "Elm Spoon");
    assert_eq!(shop.counts(&changed).await, ([0, 2, 3], vec![]));
    let events = shop.event_names().await;
    assert_eq!(events[3..], ["PriceChanged", "ProductUpdated"]);
    let spoon = shop.get("/products/sku/SPOON-OAK").await.ok();
    assert_eq!((&spoon["version"], &spoon["variants"][0]["name"]), (&json!(2), &json!("Elm Spoon")));

    // A file of prices alone: missing columns keep what was there, and so do missing variants.
    let prices = "Variant Price,Handle,Variant SKU\n40,linen-apron,APRON-SLATE-S\n1,linen-apron,APRON-NEW\n1,unknown,X\n";
    let expected = ([1, 1, 0], vec![(4, "MISSING_TITLE".to_owned())]);
    assert_eq!(shop.counts(prices).await, expected);
    let apron = shop.get("/products/sku/APRON-SLATE-S").await.ok();
    assert_eq!(apron["variants"].as_array().unwrap().len(), 4);
    assert_eq!(apron["variants"][2]["barcode"], "5012345678900");
    assert_eq!(apron["description"].as_str().map(str::len), Some(64));
    shop.assert_sound().await;
}

#[tokio::test]
async fn each_broken_line_is_refused_and_nothing_else() {
    let shop = Shop::open();
    let refused = [
        (3, "INVALID_FIELD"),
        (4, "PRODUCT_REFUSED"),
        (6, "INVALID_FIELD"),
        (8, "MALFORMED_LINE"),
        (9, "FIELD_COUNT"),
        (10, "MISSING_HANDLE"),
        (11, "DUPLICATE_SKU"),
        (13, "DUPLICATE_BARCODE"),
    ];
    let refused: Vec<_> = refused.map(|(line, code)| (line, code.to_owned())).into();
    assert_eq!(shop.counts(BROKEN).await, ([4, 0, 0], refused.clone()));
    assert_eq!(shop.guest().get("/products").await.column("name"), ["Good One", "Sizes", "Good Two"]);
    assert_eq!(shop.counts(BROKEN).await, ([0, 0, 4], refused));

    let shop = Shop::open();
    shop.post("/products", &mug()).await;
    let taken = "Handle,Title,Variant SKU,Variant Price,Variant Barcode\nx,X,MUG-S,1,\nx,,X-1,1,4006381333931\nx,,X-2,1,\n";
    let expected = vec![(2, "SKU_TAKEN".to_owned()), (3, "BARCODE_TAKEN".to_owned())];
    assert_eq!(shop.counts(taken).await, ([1, 0, 0], expected));
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_is_no_catalogue_is_refused_whole() {
    let shop = Shop::open();
    for file in ["", "Title\nx\n", "\"Handle\nx\n", "Handle,Handle\nx,y\n"] {
        assert_eq!(shop.import(file).await.problem().0, 422, "{file}");
    }
    let bytes = b"Handle,Title,Variant Price\na,caf\xe9,1\nb,B,1\n".to_vec();
    let answer = shop.with(&[("content-type", "text/csv")]).send("POST", "/products/import", bytes).await;
    assert_eq!((&answer.json()["imported"], &answer.json()["encoding"]), (&json!(2), &json!("Windows-1252")));
    let bytes = b"Handle,Title,Variant Price\na,caf\xe9,1\nb,B\xc3\xa9,1\n".to_vec();
    let answer = shop.with(&[("content-type", "text/csv")]).send("POST", "/products/import", bytes).await;
    assert_eq!(answer.json()["refused"][0]["code"], "MALFORMED_LINE");
    let json = [("content-type", "application/json")];
    assert_eq!(shop.with(&json).send("POST", "/products/import", "{}").await.status, 415);
    let huge = vec![b'x'; 16 * 1024 * 1024 + 1];
    assert_eq!(shop.send("POST", "/products/import", huge).await.status, 413);
    assert_eq!(shop.by(Role::Cashier).send("POST", "/products/import", "").await.status, 403);
}

#[tokio::test]
async fn an_export_reads_back_as_it_is() {
    let shop = Shop::open();
    shop.counts(SHOP).await;
    let mut odd = mug();
    odd["name"] = json!("=2+2, \"odd\"\nname");
    odd["status"] = json!("Archived");
    odd["taxClass"] = json!("Reduced");
    odd["description"] = json!("5 < 6 & <b>bold");
    odd["variants"][0]["name"] = json!("A name of its own");
    odd["variants"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "sku": "FEE, \"1\"", "kind": "Fee", "price": usd("0"), "cost": usd("1.234") }));
    assert_eq!(shop.post("/products", &odd).await.status, 201);
    let export = shop.get("/products/export").await;
    assert_eq!((export.status, export.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    let before = shop.get("/products").await.text;
    assert_eq!(shop.counts(&export.text).await, ([0, 0, 8], vec![]));
    assert_eq!(shop.get("/products").await.text, before);

    // Another, empty shop gets the same goods.
    let other = Shop::open();
    assert_eq!(other.counts(&export.text).await, ([8, 0, 0], vec![]));
    assert_eq!(other.get("/products/export").await.text, export.text);
}

#[tokio::test]
async fn a_deleted_product_comes_back_with_its_handle() {
    let shop = Shop::open();
    shop.counts(SHOP).await;
    let spoon = shop.get("/products/sku/SPOON-OAK").await.ok();
    let path = format!("/products/{}", text(&spoon["id"]));
    shop.send("DELETE", &path, "").await;
    assert!(shop.get("/products?q=spoon").await.column("name").is_empty());
    assert_eq!(shop.counts(SHOP).await, ([1, 0, 4], vec![]));
    assert_eq!(shop.get("/products/sku/SPOON-OAK").await.ok()["id"], spoon["id"]);
    assert_eq!(shop.event_names().await[3..], ["ProductDeleted", "ProductCreated"]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_repeated_import_with_its_key_gets_the_first_answer() {
    let shop = Shop::open();
    let headers = [("content-type", "text/csv"), ("idempotency-key", "i-1")];
    let first = shop.with(&headers).send("POST", "/products/import", SHOP).await;
    let again = shop.with(&headers).send("POST", "/products/import", SHOP).await;
    assert_eq!((again.replayed(), again.text), (true, first.text));
}

#[tokio::test]
async fn two_thousand_products_are_a_handful_of_batches() {
    let shop = Shop::open();
    let mut file =
        "Handle,Title,Body (HTML),Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Cost per item\n"
            .to_owned();
    for number in 0..2000 {
        let body = "<p>A thing of some use described in a sentence or two.</p>";
        let category = number % 20;
        writeln!(file, "thing-{number},Thing {number},{body},Type {category},Size,S,,1.50,1").unwrap();
        writeln!(file, "thing-{number},,,,,L,,2.50,").unwrap();
    }
    let first = shop.import(&file).await;
    assert!(first.text.starts_with(r#"{"imported":4000,"updated":0,"unchanged":0"#), "{}", first.text);
    assert!(first.header("server-timing").unwrap().contains("queries=10 batches=10"));
    let again = shop.import(&file).await;
    assert!(again.text.starts_with(r#"{"imported":0,"updated":0,"unchanged":4000"#), "{}", again.text);
    assert!(again.header("server-timing").unwrap().contains("queries=10 batches=0"));
    let export = shop.get("/products/export").await;
    assert_eq!(export.text.lines().count(), 4001);
    assert!(export.header("server-timing").unwrap().contains("queries=11"));
    shop.assert_sound().await;
}
