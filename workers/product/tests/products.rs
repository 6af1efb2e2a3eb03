//! Products one by one: created, found, replaced, repriced, deleted.

mod support;

use serde_json::{Value, json};
use support::{Shop, mug, text, usd};
use web::Role;

#[tokio::test]
async fn a_product_is_created_and_found_by_id_sku_and_barcode() {
    let shop = Shop::open();
    let created = shop.post("/products", &mug()).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let product = created.json();
    assert_eq!(product["handle"], "blue-mug");
    assert_eq!(product["version"], 1);
    assert_eq!(product["variants"][1]["sku"], "BLUE-MUG-LARGE-BLUE");
    assert_eq!(product["variants"][1]["name"], "Large / Blue");
    assert_eq!(
        product["variants"][0]["wholesale"]["tiers"][0],
        json!({ "minimumQuantity": 12, "unitPrice": usd("7.00") })
    );

    let id = text(&product["id"]);
    let found = shop.get(&format!("/products/{id}")).await;
    assert_eq!((found.etag(), found.json()), (Some("\"1\""), product));
    for path in ["/products/sku/MUG-S", "/products/barcode/4006381333931"] {
        let found = shop.get(path).await.ok();
        assert_eq!((&found["sku"], &found["id"]), (&json!("MUG-S"), &product["id"]), "{path}");
    }
    for path in [
        "/products/sku/NO",
        "/products/barcode/1",
        "/products/x",
        "/products/0193e9a0-0000-7000-8000-000000000001",
    ] {
        assert_eq!(shop.get(path).await.status, 404, "{path}");
    }
    assert_eq!(shop.event_names().await, ["ProductCreated"]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn options_keep_the_order_they_are_given_in() {
    let shop = Shop::open();
    let options = r#"{"Size":"L","Colour":"Red","Age":"New"}"#;
    let body = format!(r#"{{"name":"Mug","variants":[{{"options":{options},"price":{}}}]}}"#, usd("1"));
    let created = shop.send_json("POST", "/products", body).await;
    let id = text(&created.json()["id"]);
    let found = shop.get(&format!("/products/{id}")).await;
    assert!(found.text.contains(r#""sku":"MUG-L-RED-NEW""#) && found.text.contains(options));
    assert_eq!(found.text, created.text);
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_bytes_and_does_nothing() {
    let shop = Shop::open();
    let first = shop.post_once("/products", "k-1", mug()).await;
    let again = shop.post_once("/products", "k-1", mug()).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.text, again.text);
    assert!(again.replayed());
    assert_eq!(shop.get("/products").await.column("name"), ["Blue Mug"]);
    assert_eq!(shop.event_names().await.len(), 1);

    let id = text(&first.json()["id"]);
    let key = [("idempotency-key", "k-2")];
    for _ in 0..2 {
        let deleted = shop.with(&key).send("DELETE", &format!("/products/{id}"), "").await;
        assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    }
}

#[tokio::test]
async fn a_name_belongs_to_one_product_permanently() {
    let shop = Shop::open();
    let id = text(&shop.post("/products", &mug()).await.ok()["id"]);
    let second = |sku: &str, barcode: &str, handle: Option<&str>| {
        json!({ "name": "Blue Mug", "handle": handle, "variants": [
            { "sku": "FREE", "price": usd("1") }, { "sku": sku, "barcode": barcode, "price": usd("1") } ] })
    };
    for (body, code, pointer) in [
        (second("MUG-S", "1", None), "SKU_TAKEN", "/variants/1/sku"),
        (second("NEW", "4006381333931", None), "BARCODE_TAKEN", "/variants/1/barcode"),
        (second("NEW", "1", Some("blue-mug")), "HANDLE_TAKEN", "/handle"),
    ] {
        assert_eq!(shop.post("/products", &body).await.refused(409, code), [pointer]);
    }
    let other = shop.post("/products", &second("NEW", "1", None)).await;
    assert_eq!(other.status, 201, "{}", other.text);
    assert!(text(&other.json()["handle"]).starts_with("blue-mug-"), "a name may be used twice");

    assert_eq!(shop.send("DELETE", &format!("/products/{id}"), "").await.status, 204);
    assert_eq!(shop.get(&format!("/products/{id}")).await.status, 404);
    assert_eq!(shop.get("/products/sku/MUG-S").await.status, 404);
    let revived = shop.post("/products", &second("MUG-S", "2", None)).await;
    assert_eq!(revived.code(), "SKU_TAKEN", "not even a deleted product gives its SKU away");
    let scanned =
        json!({ "name": "Scanned", "variants": [{ "barcode": "4006381333931", "price": usd("1") }] });
    assert_eq!(shop.post("/products", &scanned).await.status, 201, "a barcode is free again");
    shop.assert_sound().await;
}

#[tokio::test]
async fn wrong_input_is_named_field_by_field() {
    let shop = Shop::open();
    let with = |change: fn(&mut Value)| {
        let mut body = mug();
        change(&mut body);
        body
    };
    for (body, pointers) in [
        (with(|b| b["colour"] = json!("red")), vec!["/colour"]),
        (with(|b| b["variants"][0]["weight"] = json!(1)), vec!["/variants/0/weight"]),
        (with(|b| b["name"] = json!(" ")), vec!["/name"]),
        (
            with(|b| {
                b.as_object_mut().unwrap().remove("name");
            }),
            vec!["/name"],
        ),
        (with(|b| b["status"] = json!("Sold")), vec!["/status"]),
        (with(|b| b["category"] = json!("&&")), vec!["/category"]),
        (with(|b| b["version"] = json!(1)), vec!["/version"]),
        (with(|b| b["variants"] = json!([])), vec!["/variants"]),
        (with(|b| b["variants"][1]["sku"] = json!("MUG-S")), vec!["/variants/1/sku"]),
        (with(|b| b["variants"][1]["barcode"] = json!("4006381333931")), vec!["/variants/1/barcode"]),
        (with(|b| b["variants"][1]["sku"] = json!("cup\u{200b}")), vec!["/variants/1/sku"]),
        (with(|b| b["variants"][1]["sku"] = json!("mug-s")), vec!["/variants/1/sku"]),
        (with(|b| b["variants"][1]["barcode"] = json!("04006381333931")), vec!["/variants/1/barcode"]),
        (with(|b| b["variants"][1]["barcode"] = json!("4006381333930")), vec!["/variants/1/barcode"]),
        (with(|b| b["variants"][1]["barcode"] = json!("8.71869E+12")), vec!["/variants/1/barcode"]),
        (with(|b| b["variants"][0]["price"] = usd("-1")), vec!["/variants/0/price"]),
        (with(|b| b["variants"][0]["price"] = usd("1.005")), vec!["/variants/0/price"]),
        (with(|b| b["variants"][0]["price"] = json!(12.5)), vec!["/variants/0/price"]),
        (with(|b| b["variants"][0]["options"] = json!({ "Size": 1 })), vec!["/variants/0/options/Size"]),
        (
            with(|b| b["variants"][0]["wholesale"]["minimumQuantity"] = json!(0)),
            vec!["/variants/0/wholesale/minimumQuantity"],
        ),
        (
            with(|b| b["variants"][0]["wholesale"]["tiers"][1]["minimumQuantity"] = json!(50)),
            vec!["/variants/0/wholesale/tiers"],
        ),
        (
            with(|b| {
                b["variants"][0]["price"]["currency"] = json!("EUR");
                b["variants"][0]["cost"]["currency"] = json!("EUR");
                b["variants"][0]["wholesale"]["tiers"][0]["unitPrice"]["currency"] = json!("EUR");
            }),
            vec!["/variants/0/price", "/variants/0/cost", "/variants/0/wholesale/tiers"],
        ),
    ] {
        assert_eq!(shop.post("/products", &body).await.refused(422, "VALIDATION_FAILED"), pointers);
    }
    assert_eq!(shop.send_json("POST", "/products", "{").await.code(), "MALFORMED_JSON");
    assert!(shop.get("/products").await.column("name").is_empty());
}

#[tokio::test]
async fn a_replacement_needs_the_current_version_when_it_names_one() {
    let shop = Shop::open();
    let mut product = shop.post("/products", &mug()).await.ok();
    let path = format!("/products/{}", text(&product["id"]));
    product["name"] = json!("Green Mug");
    let replaced = shop.with(&[("if-match", "\"1\"")]).put(&path, &product).await;
    assert_eq!((replaced.status, replaced.etag()), (200, Some("\"2\"")), "{}", replaced.text);
    let stale = shop.with(&[("if-match", "\"1\"")]).put(&path, &product).await;
    assert_eq!(stale.refused(412, "PRECONDITION_FAILED"), ["If-Match"]);
    let unchanged = shop.put(&path, &product).await;
    assert_eq!(unchanged.json()["version"], 2, "what changes nothing is no new version");
    let deleted = shop.with(&[("if-match", "\"1\"")]).send("DELETE", &path, "").await;
    assert_eq!(deleted.status, 412);
    assert_eq!(shop.event_names().await, ["ProductCreated", "ProductUpdated"]);
    assert_eq!(shop.guest().get("/products?q=green").await.column("name"), ["Green Mug"]);
}

#[tokio::test]
async fn variants_are_added_removed_and_brought_back_and_keep_their_skus() {
    let shop = Shop::open();
    let mut product = shop.post("/products", &mug()).await.ok();
    let path = format!("/products/{}", text(&product["id"]));
    // The barcodes change hands, one variant goes, one comes.
    let large = product["variants"][1].clone();
    product["variants"][0]["barcode"] = Value::Null;
    product["variants"][1] = json!({ "sku": "MUG-XL", "price": usd("15"), "barcode": "4006381333931" });
    let replaced = shop.put(&path, &product).await;
    assert_eq!(replaced.status, 200, "{}", replaced.text);
    assert_eq!(shop.get("/products/sku/BLUE-MUG-LARGE-BLUE").await.status, 404);
    assert_eq!(shop.get("/products/barcode/4006381333931").await.ok()["sku"], "MUG-XL");

    product = replaced.json().clone();
    product["variants"].as_array_mut().unwrap().push(large);
    let back = shop.put(&path, &product).await.ok();
    assert_eq!(back["variants"][2]["sku"], "BLUE-MUG-LARGE-BLUE");

    let other = shop
        .post("/products", &json!({ "name": "Lid", "variants": [{ "sku": "LID", "price": usd("2") }] }))
        .await;
    let path = format!("/products/{}", text(&other.json()["id"]));
    let stolen = json!({ "name": "Lid", "variants": [{ "sku": "LID", "price": usd("2") }, { "sku": "MUG-XL", "price": usd("2") }] });
    assert_eq!(shop.put(&path, &stolen).await.refused(409, "SKU_TAKEN"), ["/variants/1/sku"]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn prices_change_by_themselves_and_have_a_history() {
    let shop = Shop::open();
    shop.post("/products", &mug()).await;
    let path = "/products/sku/MUG-S/prices";
    let raised = shop.put(path, &json!({ "price": usd("9.00") })).await;
    assert_eq!(raised.status, 200, "{}", raised.text);
    assert_eq!(raised.json()["variants"][0]["price"], usd("9.00"));
    assert_eq!(raised.json()["variants"][0]["wholesale"]["minimumQuantity"], 12, "what is not named stays");
    let ended = shop.with(&[("if-match", "2")]).put(path, &json!({ "wholesale": null })).await.ok();
    assert_eq!((&ended["version"], &ended["variants"][0]["wholesale"]), (&json!(3), &Value::Null));
    assert_eq!(shop.event_names().await, ["ProductCreated", "PriceChanged", "ProductUpdated"]);
    let history = shop.get(path).await.ok();
    let prices: Vec<_> =
        history["data"].as_array().unwrap().iter().map(|past| text(&past["price"]["amount"])).collect();
    assert_eq!(prices, ["9.00", "8.50"]);
    assert_eq!(shop.guest().get(path).await.status, 401);

    for (body, pointer) in [
        (json!({}), ""),
        (json!({ "price": { "amount": "1", "currency": "EUR" } }), "/price"),
        (json!({ "cost": usd("1") }), "/cost"),
    ] {
        assert_eq!(shop.put(path, &body).await.refused(422, "VALIDATION_FAILED"), [pointer]);
    }
    assert_eq!(shop.put("/products/sku/NO/prices", &json!({ "price": usd("1") })).await.status, 404);
    shop.assert_sound().await;
}

/// Screws are bought by the thousand: 4.00 for 1,000.
#[tokio::test]
async fn a_variant_may_cost_less_than_a_cent() {
    let shop = Shop::open();
    let screw = |sku: &str, cost: &str| {
        json!({ "name": sku, "status": "Active",
        "variants": [{ "sku": sku, "price": usd("0.02"), "cost": usd(cost) }] })
    };
    for (sku, given, shown) in [
        ("A", "0.004", "0.004"),
        ("B", "0.000001", "0.000001"),
        ("C", "12.3456", "12.3456"),
        ("D", "3", "3.00"),
    ] {
        let made = shop.post("/products", &screw(sku, given)).await.expect(201);
        assert_eq!(made["variants"][0]["cost"], usd(shown), "{sku}");
        let found = shop.get(&format!("/products/sku/{sku}")).await.expect(200);
        assert_eq!(found["variants"][0]["cost"], usd(shown), "{sku}");
    }
    for (given, detail) in [("0.0000001", "six decimals"), ("-0.004", "negative")] {
        let refused = shop.post("/products", &screw("E", given)).await;
        assert!(refused.status == 422 && refused.text.contains(detail), "{}", refused.text);
        assert!(refused.text.contains("/variants/0/cost"), "{}", refused.text);
    }
    // A file says it, too, and an import without the column keeps it.
    let file = "Handle,Title,Variant SKU,Variant Price,Cost per item\na,A,A,0.02,0.0045\ne,E,E,1.00,1.234\n";
    let (counts, refused) = shop.counts(file).await;
    assert_eq!((counts, refused), ([0, 1, 0], vec![(3, "INVALID_FIELD".to_owned())]));
    shop.counts("Handle,Title,Variant SKU,Variant Price\na,A,A,0.03\n").await;
    let export = shop.get("/products/export").await.text;
    assert!(export.contains("0.03,true,true,,0.0045,"), "{export}");
    shop.assert_sound().await;
}

#[tokio::test]
async fn guests_see_what_is_sold_and_never_what_it_costs() {
    let shop = Shop::open();
    let mug = shop.post("/products", &mug()).await;
    let draft = json!({ "name": "Secret Mug", "status": "Draft", "variants": [{ "sku": "SECRET", "price": usd("1"), "cost": usd("1") }] });
    let draft = shop.post("/products", &draft).await.ok();
    assert!(mug.text.contains("\"cost\""));
    for visitor in [shop.guest(), shop.by(Role::Customer), shop.by(Role::Wholesaler)] {
        for path in ["/products", "/products?q=mug", "/products?q=mug&status=Active", "/products/sku/MUG-S"] {
            let answer = visitor.get(path).await;
            assert!(
                answer.status == 200 && !answer.text.contains("cost") && !answer.text.contains("Secret"),
                "{}",
                answer.text
            );
        }
        assert!(visitor.get("/products?status=Draft").await.column("name").is_empty());
        for path in ["/products/sku/SECRET", &format!("/products/{}", text(&draft["id"]))] {
            assert_eq!(visitor.get(path).await.status, 404);
        }
    }
    assert_eq!(shop.get("/products?q=mug").await.column("name"), ["Blue Mug", "Secret Mug"]);
    let till = shop.by(Role::Cashier).get("/products/sku/SECRET").await;
    assert!(till.status == 200 && !till.text.contains("cost"));
    let refused = shop.by(Role::Cashier).send("POST", "/products", "{}").await;
    assert_eq!(refused.status, 403);
    for path in ["/products/export", "/internal/reconciliation"] {
        assert_eq!(shop.guest().get(path).await.status, 401, "{path}");
        assert_eq!(shop.by(Role::Cashier).get(path).await.status, 403, "{path}");
    }
}
