//! Nothing that somebody typed becomes a part of a page's own language: not in names, not in searches, not in addresses.

#![cfg(test)]
#![allow(
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use proptest::prelude::*;
use support::{Shop, form};

/// What is dangerous somewhere: in HTML, in an attribute, in JSON, in a script, in an address.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("</script><script>alert(1)//".to_owned()),
        Just("\" onmouseover=\"alert(1)".to_owned()),
        Just("' autofocus onfocus='alert(1)".to_owned()),
        Just("<img src=x onerror=alert(1)>".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("{name}{{total}}".to_owned()),
        Just("&lt;b&gt;&#60;".to_owned()),
        Just("]]>-->".to_owned()),
        "[ -~]{1,12}",
        "\\PC{1,8}",
    ];
    prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

/// A page's tags by name with their attributes' names, as a browser sees them.
fn skeleton(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (mut quoted, mut end, mut shape) = (false, rest.len(), String::new());
        for (place, c) in rest.char_indices() {
            match c {
                '"' => quoted = !quoted,
                '>' if !quoted => {
                    end = place;
                    break;
                }
                c if !quoted => shape.push(c),
                _ => {}
            }
        }
        rest = rest.get(end + 1..).unwrap_or("");
        let is_script = shape.starts_with("script");
        tags.push(shape);
        if is_script {
            // A browser reads a script to its end, whatever is in it.
            rest = rest.find("</script").map_or("", |at| &rest[at..]);
        }
    }
    tags
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_typed_stays_text(text in hostile()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        thread_local! {
            static SHOP: std::cell::OnceCell<Shop> = const { std::cell::OnceCell::new() };
        }
        SHOP.with(|shop| {
            let shop = shop.get_or_init(|| runtime.block_on(Shop::open()));
            runtime.block_on(async {
                let mut ada = shop.visitor();
                let query = |text: &str| form(&[("q", text)]);
                let plain = ada.get(&format!("/search?{}", query("zzzz"))).await.text;
                let page = ada.get(&format!("/search?{}", query(&text))).await;
                prop_assert!(page.status == 200, "{}", page.status);
                // Whatever is found, the tags are those of a search.
                if page.text.contains("class=\"empty\"") {
                    prop_assert_eq!(skeleton(&page.text), skeleton(&plain));
                }
                prop_assert!(!page.text.contains("<script>alert"));
                ada.add("MUG-WHITE", "1").await;
                let fields = ada.checkout("tok_approve", &[("do", "update")]).await;
                let shown = ada.submit("/checkout", &support::pairs(&fields)).await.text;
                let fields = ada.checkout("tok_approve", &[("do", "update"), ("name", &text), ("line1", &text), ("city", &text)]).await;
                let typed = ada.submit("/checkout", &support::pairs(&fields)).await.text;
                prop_assert_eq!(skeleton(&typed), skeleton(&shown));
                Ok(())
            })
        })?;
    }
}

#[tokio::test]
async fn a_product_may_have_any_name() {
    let shop = Shop::open().await;
    let name = "</script><script>alert(1)</script>\" onload=\"x' {price} &amp;";
    let variants = serde_json::json!([{ "sku": "X\"<>'&{}", "name": name, "options": { "<b>": "\"><i>" }, "price": native::client::usd("1.00") }]);
    shop.product("odd", name, "<u>Odd</u>", variants).await;
    shop.receive("X\"<>'&{}", 3).await;
    let mut ada = shop.visitor();
    for path in ["/", "/p/odd", "/de/p/odd", "/search?q=alert", "/sitemap.xml"] {
        let page = ada.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert!(
            !page.text.contains("<script>alert")
                && !page.text.contains("<u>Odd")
                && !page.text.contains("\"><i>"),
            "{path}: {}",
            page.text
        );
    }
    let cart = ada.add("X\"<>'&{}", "1").await;
    assert!(cart.text.contains("&lt;/script&gt;") && !cart.text.contains("<script>alert"), "{}", cart.text);
}
