//! A SKU is the same in every case and Unicode form, a GTIN in every length: found, and given only once.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use contracts::Service;
use contracts::catalogue::ResolvedVariants;
use native::House;
use product::Product;
use serde_json::{Value, json};
use store::Sqlite;
use support::{Shop, usd};
use web::Role;

fn path(segment: &str) -> String {
    segment.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn product(sku: &str, barcode: Option<&str>) -> Value {
    json!({ "name": format!("Product {sku}"), "variants": [{ "sku": sku, "barcode": barcode, "price": usd("1") }] })
}

async fn resolve(shop: &Shop, skus: &[&str], barcodes: &[&str]) -> Vec<String> {
    let request = json!({ "skus": skus, "barcodes": barcodes });
    let answer = shop.by(Role::System).post("/internal/variants/resolve", request).await.expect(200);
    let found: ResolvedVariants = serde_json::from_value(answer).unwrap();
    let mut skus: Vec<String> = found.variants.into_iter().map(|variant| variant.sku.to_string()).collect();
    skus.sort();
    skus
}

#[tokio::test]
async fn one_gtin_in_its_forms_is_one_article() {
    for (forms, wrong) in [
        (&["701412829103", "0701412829103", "00701412829103"][..], "701412829104"),
        (&["96385074", "0000096385074", "00000096385074"], "96385075"),
        (
            &["978-3-16-148410-0", "9783161484100", "978 3 16 148410 0", "316148410X", "3-16-148410-X"],
            "9783161484101",
        ),
        (&["36000291452", "036000291452", "0036000291452"], "036000291453"),
    ] {
        for given in forms {
            let shop = Shop::open();
            shop.post("/products", product("ONE", Some(given))).await.expect(201);
            for scanned in forms {
                let found =
                    shop.guest().get(&format!("/products/barcode/{}", path(scanned))).await.expect(200);
                assert_eq!(
                    (&found["sku"], &found["variants"][0]["barcode"]),
                    (&json!("ONE"), &json!(given)),
                    "{scanned}"
                );
                assert_eq!(resolve(&shop, &[], &[scanned]).await, ["ONE"], "{given} scanned as {scanned}");
                let taken = shop.post("/products", product("TWO", Some(scanned))).await;
                assert_eq!(taken.refused(409, "BARCODE_TAKEN"), ["/variants/0/barcode"], "{given} {scanned}");
                let file =
                    format!("Handle,Title,Variant SKU,Variant Price,Variant Barcode\nt,T,TWO,1,{scanned}\n");
                assert_eq!(
                    shop.counts(&file).await.1,
                    [(2, "BARCODE_TAKEN".to_owned())],
                    "{given} {scanned}"
                );
            }
            let refused = shop.post("/products", product("TWO", Some(wrong))).await;
            assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/variants/0/barcode"]);
            // The same product may write its barcode in another form.
            let id = shop.get("/products/sku/ONE").await.ok()["id"].as_str().unwrap().to_owned();
            for other in forms {
                shop.put(&format!("/products/{id}"), product("ONE", Some(other))).await.expect(200);
            }
        }
    }
}

#[tokio::test]
async fn codes_that_are_no_gtin_stay_possible() {
    let shop = Shop::open();
    for (number, code) in
        ["7", "LOC-12345678", "20001", "A1b2", "123456789012345", "4006381333931"].iter().enumerate()
    {
        shop.post("/products", product(&format!("S-{number}"), Some(code))).await.expect(201);
        shop.get(&format!("/products/barcode/{code}")).await.expect(200);
    }
    // Code 128 knows two cases.
    shop.post("/products", product("UPPER", Some("A1B2"))).await.expect(201);
    shop.get("/products/barcode/4006381333930").await.expect(404);
}

const FORMS: [&[&str]; 4] = [
    &["ABC-1", "abc-1", "Abc-1", "ＡＢＣ－１"],
    &["CAF\u{c9}", "caf\u{e9}", "CAFE\u{301}", "cafe\u{301}"],
    &["Straße", "STRASSE", "strasse"],
    &["ｶﾞﾗｽ", "ガラス", "カ\u{3099}ラス"],
];

#[tokio::test]
async fn skus_that_differ_only_in_case_or_unicode_form_are_the_same() {
    for (given, asked) in FORMS
        .iter()
        .flat_map(|forms| forms.iter().flat_map(|given| forms.iter().map(move |asked| (given, asked))))
    {
        let shop = Shop::open();
        let new = shop.post("/products", product(given, None)).await.expect(201);
        let found = shop.get(&format!("/products/sku/{}", path(asked))).await.expect(200);
        assert_eq!((&found["sku"], &found["variants"][0]["sku"]), (&json!(given), &json!(given)), "{asked}");
        assert_eq!(resolve(&shop, &[asked], &[]).await, [*given]);
        let prices = format!("/products/sku/{}/prices", path(asked));
        let priced = shop.put(&prices, json!({ "price": usd("2") })).await.expect(200);
        assert_eq!(priced["variants"][0]["price"], usd("2.00"));
        assert_eq!(shop.get(&prices).await.expect(200)["data"].as_array().unwrap().len(), 2);
        let taken = shop.post("/products", product(asked, None)).await;
        assert_eq!(taken.refused(409, "SKU_TAKEN"), ["/variants/0/sku"], "{given} {asked}");
        // The spelling stays the first one, for the same product and in a file.
        let same = format!("/products/{}", new["id"].as_str().unwrap());
        let again = shop.put(&same, product(asked, None)).await.expect(200);
        assert_eq!(again["variants"][0]["sku"], json!(given));
        let handle = new["handle"].as_str().unwrap();
        let file = format!("Handle,Variant SKU,Variant Price\n{handle},{asked},2\n{handle},{given},3\n");
        let (counts, refused) = shop.counts(&file).await;
        assert_eq!((counts, refused), ([0, 1, 0], vec![(3, "DUPLICATE_SKU".to_owned())]), "{given} {asked}");
        let other = format!("Handle,Title,Variant SKU,Variant Price\nother,Other,{asked},2\n");
        assert_eq!(shop.counts(&other).await.1, [(2, "SKU_TAKEN".to_owned())]);
        shop.assert_sound().await;
    }
}

/// The service over a database that was upgraded with these rows in it.
fn upgraded(rows: &str) -> Shop {
    let mut migrations = native::migrations(Service::Product).unwrap();
    let old = migrations.iter().position(|script| script.contains("sku_key")).unwrap();
    migrations.insert(old, rows.to_owned());
    let database = Sqlite::in_memory(&migrations).unwrap();
    let house = House::new().with(Product, database);
    Shop::over(house)
}

#[tokio::test]
async fn older_names_that_collide_survive_the_upgrade() {
    let mut rows = String::new();
    let variants = [
        ("mug", Some("701412829103")),
        ("MUG", Some("0701412829103")),
        ("Mug", Some("4006381333930")),
        ("book", Some("316148410X")),
        ("gone", Some("00701412829103")),
    ];
    for (number, (sku, barcode)) in variants.iter().enumerate() {
        let barcode = barcode.map_or("null".to_owned(), |code| format!("'{code}'"));
        let deleted = if *sku == "gone" { "'2026-01-01'" } else { "null" };
        rows.push_str(&format!(
            "insert into products (id, handle, name, status, created_at, updated_at)
             values ('0193e9a0-0000-7000-8000-00000000000{number}', 'h{number}', 'Old {number}', 'Active',
               '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
             insert into variants (sku, product_id, position, name, barcode, kind, price_minor, updated_at, deleted_at)
             values ('{sku}', '0193e9a0-0000-7000-8000-00000000000{number}', 0, '{sku}', {barcode}, 'Goods', 100,
               '2026-01-01T00:00:00.000Z', {deleted});"
        ));
    }
    let shop = upgraded(&rows);
    for sku in ["mug", "MUG", "Mug", "book"] {
        assert_eq!(shop.get(&format!("/products/sku/{sku}")).await.expect(200)["sku"], sku);
    }
    assert_eq!(shop.get("/products/sku/MuG").await.expect(200)["sku"], "mug", "the oldest has the key");
    for (code, sku) in [
        ("701412829103", "mug"),
        ("0701412829103", "MUG"),
        ("00701412829103", "mug"),
        ("4006381333930", "Mug"),
        ("9783161484100", "book"),
    ] {
        assert_eq!(shop.get(&format!("/products/barcode/{code}")).await.expect(200)["sku"], sku, "{code}");
        assert_eq!(resolve(&shop, &[], &[code]).await, [sku], "{code}");
    }
    // They can be read, changed and sent back, each for itself.
    for (sku, number) in [("mug", 0), ("MUG", 1), ("Mug", 2)] {
        let at = format!("/products/0193e9a0-0000-7000-8000-00000000000{number}");
        let mut product = shop.get(&at).await.ok();
        product["variants"][0]["price"] = usd("3");
        let after = shop.put(&at, &product).await.expect(200);
        assert_eq!(
            (&after["variants"][0]["sku"], &after["variants"][0]["price"]),
            (&json!(sku), &usd("3.00"))
        );
    }
    let export = shop.get("/products/export").await.text;
    let (counts, refused) = shop.counts(&export).await;
    assert_eq!((counts, refused), ([0, 0, 4], vec![]), "{export}");
    assert_eq!(shop.post("/products", product("mUG", None)).await.code(), "SKU_TAKEN");
    // Search knows them by their whole words at once, and by everything after the next sweep.
    assert_eq!(shop.get("/products?q=old").await.column("name").len(), 5);
}
