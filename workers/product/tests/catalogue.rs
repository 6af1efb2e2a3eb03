//! Lists, search, categories, and what the order service asks.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use contracts::catalogue::ResolvedVariants;
use serde_json::{Value, json};
use support::{Shop, mug, text, usd};
use web::Role;

async fn add(shop: &Shop, name: &str, category: &str, status: &str) {
    let body =
        json!({ "name": name, "category": category, "status": status, "variants": [{ "price": usd("1") }] });
    let answer = shop.post("/products", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

#[tokio::test]
async fn lists_are_filtered_and_paged_in_one_query() {
    let shop = Shop::open();
    for number in 1..=5 {
        let (category, status) = if number % 2 == 0 { ("Even Ones", "Active") } else { ("Odd", "Draft") };
        add(&shop, &format!("Thing {number}"), category, status).await;
    }
    for (query, expected) in [
        ("", &["Thing 1", "Thing 2", "Thing 3", "Thing 4", "Thing 5"][..]),
        ("?status=Active", &["Thing 2", "Thing 4"]),
        ("?category=even-ones", &["Thing 2", "Thing 4"]),
        ("?category=Even%20Ones&status=Active", &["Thing 2", "Thing 4"]),
        ("?category=odd&status=Active", &[]),
        ("?q=thing&status=Draft&category=Odd", &["Thing 1", "Thing 3", "Thing 5"]),
        ("?q=thi&limit=100", &["Thing 1", "Thing 2", "Thing 3", "Thing 4", "Thing 5"]),
    ] {
        let answer = shop.get(&format!("/products{query}")).await;
        assert_eq!(answer.column("name"), expected, "{query}");
        assert!(answer.header("server-timing").unwrap().contains("queries=1 batches=0"), "{query}");
    }
    for query in ["?", "?q=thing&"] {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = shop.get(&format!("/products{query}limit=2&cursor={cursor}")).await;
            names.extend(page.column("name").into_iter().map(str::to_owned));
            match page.json()["nextCursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(names, ["Thing 1", "Thing 2", "Thing 3", "Thing 4", "Thing 5"]);
    }
    for (query, name) in
        [("limit=0", "limit"), ("cursor=eA", "cursor"), ("status=sold", "status"), ("colour=red", "colour")]
    {
        let answer = shop.get(&format!("/products?{query}")).await;
        assert_eq!((answer.status, answer.pointers()), (422, vec![name]), "{query}");
    }
}

#[tokio::test]
async fn search_finds_words_of_a_product_and_their_beginnings() {
    let shop = Shop::open();
    shop.post("/products", &mug()).await;
    for (q, found) in [
        ("blue", true),
        ("BLU", true),
        ("mug%20blue", true),
        ("potter", true),
        ("MUG-S", true),
        ("40063813", true),
        ("clay", true),
        ("tea", true),
        ("holds%20te", true),
        ("hold%20te", true),
        ("blue%20red", false),
        ("ug", false),
        ("script", false),
        // Markup is not a word.
        ("b%20pre", false),
        ("strong", false),
    ] {
        let answer = shop.guest().get(&format!("/products?q={q}")).await;
        assert_eq!(!answer.column("name").is_empty(), found, "{q}");
    }
}

#[tokio::test]
async fn no_search_is_an_error_of_ours() {
    let shop = Shop::open();
    shop.post("/products", &mug()).await;
    let nasty = [
        "\"",
        "*",
        "blue*",
        "\"blue",
        "blue OR",
        "NOT",
        "AND AND",
        "NEAR(a b)",
        "name:blue",
        "{name}:x",
        "-blue",
        "^blue",
        "(",
        "'; drop table products; --",
        "%",
        "_",
        "\\",
        "\u{0}",
        "a\u{0}b",
        "\u{301}",
        "\u{093e}",
        "\u{fe0f}",
        "🫖",
        "½",
        "ⅷ",
        "ª",
        "茶",
        "+",
        "a+b",
        "..",
        "a.b",
        "   ",
        "\t\n",
    ];
    for word in nasty {
        let q = word.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
        let answer = shop.guest().get(&format!("/products?q={q}")).await;
        assert_eq!(answer.status, 200, "{word:?}: {}", answer.text);
        let answer = shop.guest().get(&format!("/products?q=blue%20{q}")).await;
        assert_eq!(answer.status, 200, "{word:?}: {}", answer.text);
    }
    let long = "x".repeat(201);
    assert_eq!(shop.guest().get(&format!("/products?q={long}")).await.status, 422);
}

#[tokio::test]
async fn categories_come_with_products_or_by_themselves() {
    let shop = Shop::open();
    shop.post("/products", &mug()).await;
    let body = json!({ "name": "Mugs", "parent": "Kitchen & Table" });
    let created = shop.post_once("/categories", "c-1", &body).await;
    assert_eq!(created.status, 201, "{}", created.text);
    assert_eq!(
        (&created.json()["slug"], &created.json()["parent"]),
        (&json!("mugs"), &json!("kitchen-table"))
    );
    assert_eq!(shop.post_once("/categories", "c-1", body).await.text, created.text);
    assert_eq!(shop.guest().get("/categories").await.column("name"), ["Kitchen & Table", "Mugs"]);
    assert_eq!(shop.guest().get("/categories?limit=1").await.column("name"), ["Kitchen & Table"]);
    for (body, expected) in [
        (json!({ "name": "MUGS" }), (409, "CATEGORY_EXISTS", "/name")),
        (json!({ "name": "Cups", "parent": "Nowhere" }), (422, "VALIDATION_FAILED", "/parent")),
        (json!({ "name": "!" }), (422, "VALIDATION_FAILED", "/name")),
    ] {
        assert_eq!(shop.post("/categories", &body).await.problem(), expected);
    }
}

async fn resolve(shop: &Shop, request: &Value) -> ResolvedVariants {
    let answer = shop.by(Role::System).post("/internal/variants/resolve", request).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("server-timing").unwrap().contains("queries=1 batches=0"));
    let mut found: ResolvedVariants = serde_json::from_str(&answer.text).unwrap();
    found.variants.sort_by(|a, b| a.sku.cmp(&b.sku));
    found
}

#[tokio::test]
async fn the_order_service_resolves_all_lines_in_one_query() {
    let shop = Shop::open();
    let product = shop.post("/products", &mug()).await.ok();
    let request =
        json!({ "skus": ["BLUE-MUG-LARGE-BLUE", "MUG-S", "NO"], "barcodes": ["4006381333931", "1"] });
    let [large, small] = &resolve(&shop, &request).await.variants[..] else { panic!("two variants") };
    assert_eq!(
        (large.name.as_str(), small.name.as_str()),
        ("Blue Mug - Large / Blue", "Blue Mug - Small / Blue")
    );
    assert!(large.active && large.wholesale.is_none() && large.tax_class == "standard");
    let tiers = &small.wholesale.as_ref().unwrap().tiers;
    assert_eq!(tiers.iter().map(|tier| tier.minimum_quantity.units()).collect::<Vec<_>>(), [12, 50]);

    // What is deleted is still known, to tills that were offline; the barcode is the next variant's.
    shop.send("DELETE", &format!("/products/{}", text(&product["id"])), "").await;
    let gone = resolve(&shop, &json!({ "skus": [], "barcodes": ["4006381333931"] })).await;
    assert!(matches!(&gone.variants[..], [only] if only.sku.as_str() == "MUG-S" && !only.active));
    let next = json!({ "name": "Next", "variants": [{ "sku": "NEXT", "barcode": "4006381333931", "price": usd("1") }] });
    shop.post("/products", &next).await;
    let found = resolve(&shop, &json!({ "skus": [], "barcodes": ["4006381333931"] })).await;
    assert!(matches!(&found.variants[..], [only] if only.sku.as_str() == "NEXT" && only.active));

    let many: Vec<String> = (0..2001).map(|n| n.to_string()).collect();
    let body = json!({ "skus": many, "barcodes": [] });
    assert_eq!(shop.by(Role::System).post("/internal/variants/resolve", body).await.status, 422);
    let guest = shop.send("POST", "/internal/variants/resolve", "{}").await;
    assert_eq!(guest.status, 403);
}
