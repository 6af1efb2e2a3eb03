//! Files as people really have them: today's columns, other separators and encodings, prices as a spreadsheet writes them,
//! a preview before anything changes, and exports that a spreadsheet may open.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use std::fmt::Write as _;

use native::client::Answer;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Shop, usd};

const SHOP: &str = include_str!("data/shop.csv");
const BROKEN: &str = include_str!("data/broken.csv");

/// The first columns of a product CSV as Shopify's documentation has them, and the others of which we know the meaning.
const TODAY: &str = "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,\
    Option1 name,Option1 value,Option1 Linked To,Price,Compare-at price,Cost per item,Charge tax,Inventory quantity\n\
    Cup,cup,<p>For tea</p>,Potter,Home & Garden > Kitchen > Cups,,\"clay, blue\",TRUE,Active,CUP-S,'4006381333931,Size,S,,\
    \"$1,234.50\",,1.20,TRUE,5\n\
    ,cup,,,,,,,,CUP-L,4006381333948.0,,L,,12,,,TRUE,1\n\
    Lid,lid,,,,Kitchen,,TRUE,Unlisted,LID,,,,,$3.00,,,FALSE,\n\
    Old,old,,,,,,FALSE,Active,OLD,,,,,1,,,,\n\
    Gone,gone,,,,,,TRUE,Archived,GONE,,,,,1,,,,\n";

async fn send(shop: &Shop, query: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    shop.with(&[("content-type", "text/csv")]).send("POST", &format!("/products/import{query}"), bytes).await
}

#[tokio::test]
async fn a_product_csv_of_today_is_read() {
    let shop = Shop::open();
    assert_eq!(shop.counts(TODAY).await, ([5, 0, 0], vec![]));
    let cup = shop.get("/products/sku/CUP-S").await.ok();
    assert_eq!(
        (&cup["name"], &cup["handle"], &cup["description"]),
        (&json!("Cup"), &json!("cup"), &json!("<p>For tea</p>"))
    );
    assert_eq!(
        (&cup["category"], &cup["brand"], &cup["tags"]),
        (&json!("Cups"), &json!("Potter"), &json!(["clay", "blue"]))
    );
    let (small, large) = (&cup["variants"][0], &cup["variants"][1]);
    assert_eq!((&small["price"], &small["cost"]), (&usd("1234.50"), &usd("1.20")));
    assert_eq!((&small["barcode"], &large["barcode"]), (&json!("4006381333931"), &json!("4006381333948")));
    assert_eq!((&small["options"], &large["options"]), (&json!({ "Size": "S" }), &json!({ "Size": "L" })));
    for (sku, status, tax, guests) in [
        ("LID", "Unlisted", "zero", 200),
        ("OLD", "Draft", "standard", 404),
        ("GONE", "Archived", "standard", 404),
    ] {
        let product = shop.get(&format!("/products/sku/{sku}")).await.ok();
        assert_eq!((&product["status"], &product["taxClass"]), (&json!(status), &json!(tax)), "{sku}");
        assert_eq!(shop.guest().get(&format!("/products/sku/{sku}")).await.status, guests, "{sku}");
    }
    assert_eq!(shop.guest().get("/products").await.column("name"), ["Cup"]);
    assert_eq!(shop.counts(TODAY).await, ([0, 0, 5], vec![]));
    // The old names mean the same, and an export is read back as it is.
    let export = shop.get("/products/export").await.text;
    assert_eq!(shop.counts(&export).await, ([0, 0, 5], vec![]));
    shop.assert_sound().await;
}

#[tokio::test]
async fn files_are_read_in_their_encoding_and_with_their_separator() {
    let plain = "Handle,Title,Type,Variant Price\ncafé,Café crème,Kitchen,2.50\n";
    let utf16 =
        |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let windows: Vec<u8> = plain.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (bytes, encoding, separator) in [
        (plain.as_bytes().to_vec(), "UTF-8", ","),
        (format!("\u{feff}{plain}").into_bytes(), "UTF-8", ","),
        (plain.replace(',', ";").into_bytes(), "UTF-8", ";"),
        (plain.replace(',', "\t").into_bytes(), "UTF-8", "\t"),
        (plain.replace(',', ";").replace("2.50", "2,50").into_bytes(), "UTF-8", ";"),
        (utf16(&format!("\u{feff}{plain}"), u16::to_le_bytes), "UTF-16", ","),
        (utf16(&format!("\u{feff}{}", plain.replace(',', "\t")), u16::to_le_bytes), "UTF-16", "\t"),
        (utf16(&format!("\u{feff}{plain}"), u16::to_be_bytes), "UTF-16", ","),
        (windows.clone(), "Windows-1252", ","),
        (
            String::from_utf8_lossy(&windows).replace(',', ";").replace('\u{fffd}', "e").into_bytes(),
            "UTF-8",
            ";",
        ),
    ] {
        let shop = Shop::open();
        let report = send(&shop, "", bytes).await.expect(200);
        assert_eq!(
            (&report["imported"], &report["encoding"], &report["separator"]),
            (&json!(1), &json!(encoding), &json!(separator))
        );
        let listed = shop.get("/products").await;
        let product = &listed.json()["data"][0];
        assert_eq!(
            (&product["category"], &product["variants"][0]["price"]),
            (&json!("Kitchen"), &usd("2.50")),
            "{encoding} {separator:?}"
        );
        assert!(matches!(product["name"].as_str(), Some("Café crème" | "Cafe creme")), "{product}");
    }
    let shop = Shop::open();
    let broken = send(&shop, "", b"\xff\xfeH\x00a\x00n".to_vec()).await;
    assert!(broken.text.contains("UTF-16"), "{}", broken.text);
    let other = send(&shop, "", "Handle|Title\na|b\n").await;
    assert!(other.text.contains("semicolons or tabs"), "{}", other.text);
}

#[tokio::test]
async fn a_cell_that_may_mean_two_things_is_refused_with_line_and_column() {
    let shop = Shop::open();
    let file = "URL handle,Title,SKU,Price,Cost per item,Barcode\n\
        a,A,A,\"1,234\",,\n\
        b,B,B,1.00,12.00 €,\n\
        c,C,C,1.00,,8.71869E+12\n\
        d,D,D,1.00,,4006381333930\n\
        e,E,E,1.234,,\n\
        f,F,F,1.00,,4006381333931.00\n\
        g,G,G,1.00,,\"=\"\"4006381333948\"\"\"\n";
    let report = shop.import(file).await.expect(200);
    assert_eq!(report["imported"], 2, "{report}");
    let refused: Vec<(u64, &str)> = report["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["line"].as_u64().unwrap(), line["detail"].as_str().unwrap()))
        .collect();
    for ((line, detail), (expected, words)) in refused.iter().zip([
        (2, ["Price", "two amounts"]),
        (3, ["Cost per item", "amount"]),
        (4, ["barcode 8.71869E+12", "rounded by a spreadsheet"]),
        (5, ["barcode 4006381333930", "mistyped digit"]),
        (6, ["Price", "decimal"]),
    ]) {
        assert_eq!(*line, expected);
        assert!(words.iter().all(|word| detail.contains(word)), "{line}: {detail}");
    }
    assert_eq!(refused.len(), 5);
    for code in ["4006381333931", "4006381333948"] {
        shop.get(&format!("/products/barcode/{code}")).await.expect(200);
    }
}

/// Everything that a write could leave behind.
async fn state(shop: &Shop) -> Vec<i64> {
    use store::{Database as _, Sql};
    #[derive(serde::Deserialize)]
    struct Count {
        n: i64,
    }
    let tables = [
        "select count(*) as n from products",
        "select count(*) as n from variants",
        "select count(*) as n from categories",
        "select count(*) as n from idempotency_keys",
        "select count(*) as n from outbox",
        "select count(*) as n from price_history",
        "select version as n from catalogue_version",
    ];
    let mut counts = Vec::new();
    for text in tables {
        let rows = shop.database().query(Sql { name: "COUNT", text, scan: None }.bind([])).await.unwrap();
        counts.push(rows.first::<Count>().unwrap().unwrap().n);
    }
    counts
}

/// More than one chunk, with a barcode that moves from a product of the first to one of the last.
fn long_file(first: &str, last: &str) -> String {
    let mut file = "Handle,Title,Variant SKU,Variant Price,Variant Barcode\n".to_owned();
    for number in 0..450 {
        let barcode = if number == 0 {
            first
        } else if number == 449 {
            last
        } else {
            ""
        };
        writeln!(file, "p-{number},Product {number},S-{number},1,{barcode}").unwrap();
    }
    file + "x,X,s-7,1,\n"
}

#[tokio::test]
async fn a_preview_answers_the_same_report_and_changes_nothing() {
    let shop = Shop::open();
    let code = "701412829103";
    let moved = long_file("", code);
    for file in [SHOP, SHOP, BROKEN, TODAY, &long_file(code, ""), &moved, &moved] {
        let before = state(&shop).await;
        let preview = send(&shop, "?preview=true", file).await;
        assert!(preview.header("server-timing").unwrap().contains("batches=0"));
        let keyed = shop.with(&[("content-type", "text/csv"), ("idempotency-key", "preview")]);
        let again = keyed.send("POST", "/products/import?preview=true", file).await;
        assert_eq!((again.replayed(), &again.text), (false, &preview.text));
        assert_eq!(state(&shop).await, before, "a preview writes nothing");
        let done = send(&shop, "?preview=false", file).await;
        assert_eq!(preview.expect(200), done.expect(200));
    }
    assert_eq!(shop.get(&format!("/products/barcode/{code}")).await.expect(200)["sku"], "S-449");
    assert_eq!(send(&shop, "?preview=maybe", SHOP).await.pointers(), ["preview"]);
    shop.assert_sound().await;
}

/// The cells of an export, as a spreadsheet sees them.
fn cells(csv: &str) -> Vec<String> {
    product::domain::csv::Reader::new(csv.as_bytes()).flat_map(|record| record.unwrap().cells).collect()
}

fn dangerous() -> impl Strategy<Value = String> {
    let start = prop::sample::select(vec![
        "=",
        "+",
        "-",
        "@",
        "'",
        "'=",
        "''-",
        "＝",
        "=HYPERLINK(\"http://x\",\"y\")",
        "",
        "'x",
    ]);
    (start, "[a-z='+@, -]{0,6}").prop_map(|(start, rest)| format!("{start}{rest}x"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_export_has_no_formula_and_comes_back_unchanged(
        name in dangerous(), brand in dangerous(), category in dangerous(), tag in dangerous(), option in dangerous(),
        variant in dangerous(), sku in "[=+@-][A-Z0-9]{1,6}", description in dangerous(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let shop = Shop::open();
            let body = json!({ "name": name, "brand": brand, "category": category, "tags": [tag.replace(',', "")],
                "description": description, "variants": [{ "sku": sku, "name": variant, "price": usd("1"),
                "options": { (option.clone()): option } }] });
            let made = shop.post("/products", &body).await.expect(201);
            let export = shop.get("/products/export").await.text;
            for cell in cells(&export) {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝']), "{cell:?} is a formula");
            }
            assert_eq!(shop.counts(&export).await, ([0, 0, 1], vec![]), "{export}");
            let other = Shop::open();
            assert_eq!(other.counts(&export).await, ([1, 0, 0], vec![]), "{export}");
            assert_eq!(other.get("/products/export").await.text, export);
            let same: Value = other.get("/products").await.json()["data"][0].clone();
            for field in ["name", "brand", "category", "tags", "description"] {
                assert_eq!(same[field], made[field]);
            }
            assert_eq!(same["variants"], made["variants"]);
        });
    }
}
