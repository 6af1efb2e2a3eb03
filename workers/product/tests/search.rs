//! Search: inside words, in scripts without spaces, whatever the spelling, with a typing error; the best first.

#![allow(clippy::unwrap_used, reason = "test code: a failure here is a failed test")]

mod support;

use contracts::Service;
use native::House;
use product::Product;
use serde_json::{Value, json};
use store::{Database as _, Sql};
use support::{Shop, usd};

async fn add(shop: &Shop, product: Value) {
    let mut product = product;
    if product.get("variants").is_none() {
        product["variants"] = json!([{ "price": usd("1") }]);
    }
    shop.post("/products", &product).await.expect(201);
}

fn encoded(q: &str) -> String {
    q.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn names(shop: &Shop, q: &str) -> Vec<String> {
    let answer = shop.guest().get(&format!("/products?limit=100&q={}", encoded(q))).await;
    assert!(answer.header("server-timing").unwrap().contains("queries=1 batches=0"), "{q}");
    answer.column("name").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn search_finds_inside_words_and_in_every_spelling() {
    let shop = Shop::open();
    for name in [
        "Fahrradklingel",
        "抹茶茶碗セット",
        "Straßenkarte",
        "Smørrebrød",
        "Käsereibe",
        "Mueller Tasse",
        "Crème brûlée",
        "ガラスのコップ",
        "Kettle",
        "Łódź Poster",
        "T-Shirt",
        "ชุดน้ำชา",
        "도자기찻잔",
        "Brötchenkorb",
        "Teekanne",
    ] {
        add(&shop, json!({ "name": name })).await;
    }
    for (q, name) in [
        ("klingel", "Fahrradklingel"),
        ("fahrradklingel", "Fahrradklingel"),
        ("KLING", "Fahrradklingel"),
        ("茶碗", "抹茶茶碗セット"),
        ("碗", "抹茶茶碗セット"),
        ("セット", "抹茶茶碗セット"),
        ("strasse", "Straßenkarte"),
        ("straße", "Straßenkarte"),
        ("STRASSEN", "Straßenkarte"),
        ("smorrebrod", "Smørrebrød"),
        ("smoerrebroed", "Smørrebrød"),
        ("smørrebrød", "Smørrebrød"),
        ("kase", "Käsereibe"),
        ("kaese", "Käsereibe"),
        ("käse", "Käsereibe"),
        ("ka\u{308}se", "Käsereibe"),
        ("reibe", "Käsereibe"),
        ("müller", "Mueller Tasse"),
        ("creme brulee", "Crème brûlée"),
        ("ｶﾞﾗｽ", "ガラスのコップ"),
        ("kettel", "Kettle"),
        ("ketle", "Kettle"),
        ("kettele", "Kettle"),
        ("kextle", "Kettle"),
        ("lodz", "Łódź Poster"),
        ("t-shirt", "T-Shirt"),
        ("น้ำชา", "ชุดน้ำชา"),
        ("찻잔", "도자기찻잔"),
        ("brötchen", "Brötchenkorb"),
        ("korb broetchen", "Brötchenkorb"),
        ("teekane", "Teekanne"),
        ("tekanne", "Teekanne"),
    ] {
        assert_eq!(names(&shop, q).await, [name], "{q}");
    }
    for q in ["klongal", "茶椀", "tte", "zz", "kttl"] {
        assert!(names(&shop, q).await.iter().all(|name| name == "Kettle" && q == "tte"), "{q}");
    }
}

#[tokio::test]
async fn the_best_match_comes_first() {
    let shop = Shop::open();
    add(&shop, json!({ "name": "Torch", "variants": [{ "sku": "LAMP", "price": usd("1") }] })).await;
    add(&shop, json!({ "name": "Shelf", "description": "for your lamp" })).await;
    add(&shop, json!({ "name": "Nightlamp" })).await;
    add(&shop, json!({ "name": "Desk", "tags": ["lamp"] })).await;
    add(&shop, json!({ "name": "Lamp" })).await;
    add(&shop, json!({ "name": "Oil lamp" })).await;
    add(&shop, json!({ "name": "Damp cloth" })).await;
    let order = ["Torch", "Lamp", "Oil lamp", "Nightlamp", "Shelf", "Desk"];
    assert_eq!(names(&shop, "lamp").await, order);
    for limit in 1..=7 {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = shop.guest().get(&format!("/products?q=lamp&limit={limit}&cursor={cursor}")).await;
            found.extend(page.column("name").into_iter().map(str::to_owned));
            match page.json()["nextCursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(found, order, "in pages of {limit}");
    }
    add(&shop, json!({ "name": "Case", "variants": [{ "sku": "C", "barcode": "0701412829103", "price": usd("1") }] })).await;
    add(&shop, json!({ "name": "701412829103 in the name" })).await;
    assert_eq!(names(&shop, "701412829103").await, ["Case", "701412829103 in the name"]);
}

#[tokio::test]
async fn what_shoppers_may_not_see_is_not_found() {
    let shop = Shop::open();
    for (name, status) in [("Lamp A", "Active"), ("Lamp U", "Unlisted"), ("Lamp D", "Draft")] {
        let sku = format!("SKU-{}", &name[5..]);
        add(&shop, json!({ "name": name, "status": status, "category": "Light", "variants": [{ "sku": sku, "price": usd("1") }] })).await;
    }
    assert_eq!(names(&shop, "lamp").await, ["Lamp A"]);
    assert!(names(&shop, "SKU-U").await.is_empty());
    assert_eq!(shop.get("/products?q=lamp").await.column("name").len(), 3);
    for list in [
        "/products",
        "/products?category=light",
        "/products?status=Active",
        "/products?category=light&status=Active",
    ] {
        assert_eq!(shop.guest().get(list).await.column("name"), ["Lamp A"], "{list}");
    }
    assert_eq!(shop.get("/products?status=Active").await.column("name"), ["Lamp A"]);
    assert_eq!(shop.get("/products?status=Unlisted").await.column("name"), ["Lamp U"]);
    assert!(shop.guest().get("/products?status=Unlisted").await.column("name").is_empty());
    // Who has the link may see it and buy it.
    let linked = shop.guest().get("/products/sku/SKU-U").await.expect(200);
    assert_eq!(linked["status"], "Unlisted");
    shop.guest().get("/products/sku/SKU-D").await.expect(404);
    let request = json!({ "skus": ["SKU-A", "SKU-U", "SKU-D"], "barcodes": [] });
    let found = shop.by(web::Role::System).post("/internal/variants/resolve", request).await.expect(200);
    let on_sale = found["variants"].as_array().unwrap().iter().filter(|variant| variant["active"] == true);
    let mut on_sale: Vec<_> = on_sale.map(|variant| variant["sku"].clone()).collect();
    on_sale.sort_by_key(ToString::to_string);
    assert_eq!(on_sale, ["SKU-A", "SKU-U"]);
}

#[tokio::test]
async fn products_from_before_get_their_entries_one_sweep_after_the_other() {
    let house = House::new().with(Product, native::database(Service::Product).unwrap());
    let shop = Shop::over(house.clone());
    for name in ["Fahrradklingel", "Käse"] {
        add(&shop, json!({ "name": name })).await;
    }
    // As the migration leaves them.
    for text in [
        "delete from products_search",
        "insert into products_search (rowid, name) select seq, lower(name) from products",
        "insert into products_to_index (seq) select seq from products",
    ] {
        shop.database().batch(vec![Sql { name: "TEST", text, scan: None }.bind([])]).await.unwrap();
    }
    assert_eq!(names(&shop, "fahrradklin").await, ["Fahrradklingel"]);
    assert!(names(&shop, "klingel").await.is_empty());
    house.sweep(Service::Product).await;
    assert_eq!(names(&shop, "klingel").await, ["Fahrradklingel"]);
    assert_eq!(names(&shop, "kaese").await, ["Käse"]);
    assert_eq!(house.sweep(Service::Product).await, Some(0));
    shop.assert_sound().await;
}
