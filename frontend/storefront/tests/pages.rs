//! The pages that every visitor sees: what they say, to whom, and how old they may be.

#![cfg(test)]

mod support;

use std::io::Write as _;

use contracts::Service;
use native::client::{Answer, usd};
use serde_json::{Value, json};
use support::Shop;

fn is_from_memory(answer: &Answer) -> bool {
    answer.header("server-timing") == Some("gateway;dur=0;desc=\"queries=0 batches=0 calls=0\"")
}

/// The JSON of a page for search engines.
fn data(page: &str) -> Vec<Value> {
    let scripts = page.split("<script type=\"application/ld+json\">").skip(1);
    scripts.map(|rest| serde_json::from_str(rest.split("</script>").next().unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn the_catalogue_has_its_pages() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    for (path, words) in [
        ("/", vec!["Enamel Mug", "from $12.00", "Storm Lantern", "Only 1 left", "href=\"/c/kitchen\""]),
        (
            "/de",
            vec![
                "Enamel Mug",
                "ab 12,00\u{a0}$",
                "Nur noch 1 Stück",
                "href=\"/de/c/kitchen\"",
                "lang=\"de\"",
            ],
        ),
        ("/c/kitchen", vec!["<h1>Kitchen</h1>", "Enamel Mug"]),
        ("/search?q=enamle+mug", vec!["Enamel Mug", "Results for “enamle mug”"]),
        ("/search?q=mug&category=home", vec!["Nothing found for “mug”."]),
        (
            "/p/enamel-mug",
            vec![
                "$12.00",
                "href=\"/p/enamel-mug?variant=MUG-NAVY\"",
                "Only 3 left",
                "<p>About enamel-mug</p>",
            ],
        ),
        ("/p/enamel-mug?variant=MUG-NAVY", vec!["value=\"MUG-NAVY\"", "$14.00"]),
        ("/legal/imprint", vec!["<p>Harbour &amp; Co</p><p>1 Quay</p>"]),
        ("/robots.txt", vec!["Disallow: /cart\n", "Sitemap: https://shop.example/sitemap.xml"]),
        (
            "/sitemap.xml",
            vec!["<loc>https://shop.example/p/enamel-mug</loc>", "<loc>https://shop.example/de/c/home</loc>"],
        ),
    ] {
        let page = ada.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        for word in words {
            assert!(page.text.contains(word), "{path}: no {word} in {}", page.text);
        }
        assert_eq!(page.header("cache-control"), Some("public, no-cache"), "{path}");
        assert!(page.header("set-cookie").is_none() && page.etag().is_some(), "{path}");
    }
    assert_eq!(ada.get("/suggest?q=enam").await.expect(200), json!(["Enamel Mug"]));
    assert_eq!(ada.get("/suggest?q=").await.expect(200), json!([]));
    let kitchen = ada.get("/c/kitchen").await;
    assert!(!kitchen.text.contains("Storm Lantern"));
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    for path in
        ["/nothing", "/p/nothing", "/c/nothing", "/en", "/legal/nothing", "/assets/shop-0.css", "/p/%ff"]
    {
        let page = ada.get(path).await;
        assert_eq!(page.status, 404, "{path}: {}", page.text);
        assert!(page.text.contains("Page not found"), "{path}");
        assert_eq!(page.header("cache-control"), Some("private, no-store"), "{path}");
    }
    for (method, path, allowed) in
        [("POST", "/", "GET, HEAD"), ("GET", "/cart/add", "POST"), ("PUT", "/checkout", "GET, HEAD, POST")]
    {
        let answer = ada.send(method, path, "").await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)), "{path}");
    }
    let catalogue = shop.by(Service::Product);
    let mug = catalogue.get("/products/sku/MUG-WHITE").await;
    let path = format!("/products/{}", mug.expect(200)["id"].as_str().unwrap());
    catalogue.with(&[("if-match", mug.etag().unwrap())]).send("DELETE", &path, "").await.expect(204);
    let gone = ada.get("/p/enamel-mug").await;
    assert_eq!(gone.status, 410);
    assert!(gone.text.contains("No longer in the shop"), "{}", gone.text);
    // The API and the services' own paths are not the shop's.
    for path in ["/api/v1/nothing", "/internal/events"] {
        ada.get(path).await.refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_shop_without_goods_says_what_to_do() {
    let shop = Shop::empty();
    let mut ada = shop.visitor();
    let page = ada.get("/").await;
    assert!(page.status == 200 && page.text.contains("This shop opens soon"), "{}", page.text);
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
}

#[tokio::test]
async fn search_engines_read_what_people_read() {
    let shop = Shop::open().await;
    let page = shop.visitor().get("/p/enamel-mug?variant=MUG-NAVY").await.text;
    assert!(page.contains("<link rel=\"canonical\" href=\"https://shop.example/p/enamel-mug\">"), "{page}");
    assert!(page.contains("hreflang=\"de\" href=\"https://shop.example/de/p/enamel-mug\""));
    assert!(page.contains("<meta property=\"og:type\" content=\"product\">"));
    assert!(page.contains("<meta name=\"description\" content=\"About enamel-mug\">"));
    let [product, way] = data(&page).try_into().unwrap();
    assert_eq!((&product["@type"], &product["name"]), (&json!("Product"), &json!("Enamel Mug")));
    let offer = &product["offers"][1];
    assert_eq!((&offer["price"], &offer["priceCurrency"]), (&json!("14.00"), &json!("USD")));
    assert_eq!(offer["availability"], "https://schema.org/LimitedAvailability");
    assert_eq!(way["@type"], "BreadcrumbList");
    assert_eq!(way["itemListElement"].as_array().unwrap().len(), 3);
    let cart = shop.visitor().get("/cart").await.text;
    assert!(cart.contains("<meta name=\"robots\" content=\"noindex\">") && !cart.contains("canonical"));
}

/// The truth, as somebody sees it whom the memory never answers.
async fn truth(shop: &Shop, path: &str) -> String {
    let mut other = shop.visitor();
    other.cookies.insert("cart-count".to_owned(), "0".to_owned());
    other.get(path).await.text
}

#[tokio::test]
async fn a_page_is_right_within_a_second_of_every_change() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    let paths = ["/", "/p/enamel-mug", "/c/kitchen", "/search?q=mug"];
    for path in paths {
        ada.get(path).await;
        let kept = ada.get(path).await;
        assert!(is_from_memory(&kept), "{path}: {:?}", kept.header("server-timing"));
        let tag = kept.etag().unwrap().to_owned();
        let mut again = ada.clone();
        again.headers = vec![("if-none-match".to_owned(), tag)];
        assert_eq!(again.get(path).await.status, 304);
    }
    let product = shop.by(Service::Product).get("/products/sku/MUG-WHITE").await;
    let (id, version) =
        (product.expect(200)["id"].as_str().unwrap().to_owned(), product.etag().unwrap().to_owned());
    for change in ["price", "few", "none", "there again", "text"] {
        match change {
            "price" => shop.price("MUG-WHITE", "11.00").await,
            "few" => shop.lose("MUG-WHITE", 18).await,
            "none" => shop.lose("MUG-WHITE", 2).await,
            "there again" => shop.receive("MUG-WHITE", 30).await,
            _ => {
                let mut body = json!({ "handle": "enamel-mug", "name": "Steel Mug", "category": "Kitchen", "status": "Active",
                    "taxClass": "standard" });
                body["variants"] = json!([
                    { "sku": "MUG-WHITE", "options": { "Colour": "White" }, "price": usd("11.00") },
                    { "sku": "MUG-NAVY", "options": { "Colour": "Navy" }, "price": usd("14.00") } ]);
                let _ = &version;
                let now = shop
                    .by(Service::Product)
                    .get(&format!("/products/{id}"))
                    .await
                    .etag()
                    .unwrap()
                    .to_owned();
                let catalogue = shop.by(Service::Product).with(&[("if-match", &now)]);
                catalogue.put(&format!("/products/{id}"), body).await.expect(200);
            }
        }
        // For a second the page may be the one before; then it is the new one.
        shop.house.advance_ms(1_001);
        for path in paths {
            let (seen, now) = (ada.get(path).await.text, truth(&shop, path).await);
            assert_eq!(seen, now, "{change}: {path}");
        }
    }
    assert!(ada.get("/p/enamel-mug").await.text.contains("Steel Mug"));
    // A sale that changes nothing that visitors see leaves the memory as it is.
    shop.lose("MUG-WHITE", 1).await;
    shop.house.advance_ms(1_001);
    ada.get("/").await;
    assert!(is_from_memory(&ada.get("/c/kitchen").await), "the version is the same");
}

#[tokio::test]
async fn nobody_gets_a_page_that_was_made_for_somebody_else() {
    let shop = Shop::open().await;
    let (mut ada, mut bob) = (shop.visitor(), shop.visitor());
    ada.add("MUG-WHITE", "2").await;
    for path in ["/", "/p/enamel-mug", "/cart"] {
        let own = ada.get(path).await;
        assert!(own.text.contains("data-count>2<"), "{path}");
        assert_eq!(own.header("cache-control"), Some("private, no-store"), "{path}");
        for _ in 0..2 {
            let theirs = bob.get(path).await;
            assert!(!theirs.text.contains("data-count>2<"), "{path}");
            bob.cookies.clear();
        }
    }
    // Who asks with a cookie never meets the memory, and leaves nothing in it.
    bob.get("/").await;
    assert!(is_from_memory(&bob.get("/").await));
    assert!(!is_from_memory(&ada.get("/").await));
}

#[tokio::test]
async fn every_page_is_safe_and_small() {
    let shop = Shop::open().await;
    let mut ada = shop.visitor();
    ada.add("MUG-WHITE", "1").await;
    for path in ["/", "/p/enamel-mug", "/cart", "/checkout", "/search?q=x", "/legal/terms", "/nothing"] {
        let page = ada.get(path).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.contains("script-src 'self' 'inline-speculation-rules'; style-src 'self'")
                && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
        assert_eq!(
            (page.header("x-frame-options"), page.header("x-content-type-options")),
            (Some("DENY"), Some("nosniff"))
        );
        assert!(
            !page.text.contains(" style=")
                && !page.text.contains("<style")
                && !page.text.contains(" onclick"),
            "{path}"
        );
        let (mains, firsts) = (page.text.matches("<main").count(), page.text.matches("<h1").count());
        assert_eq!((mains, firsts), (1, 1), "{path}");
    }
    let page = ada.get("/").await.text;
    for (begin, most, media) in [
        ("/assets/", 14 * 1024, "text/css; charset=utf-8"),
        ("/assets/", 10 * 1024, "text/javascript; charset=utf-8"),
    ] {
        let ending = if media.starts_with("text/css") { ".css" } else { ".js" };
        let name = page.split('"').find(|text| text.starts_with(begin) && text.ends_with(ending)).unwrap();
        let file = ada.get(name).await;
        assert_eq!(file.header("content-type"), Some(media));
        assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(file.text.as_bytes()).unwrap();
        let bytes = packed.finish().unwrap().len();
        println!("{name}: {bytes} bytes packed");
        assert!(bytes <= most, "{name}: {bytes}");
    }
}
