//! Products, prices, categories, files.

use house::User;
use native::client::usd;
use serde_json::{Value, json};

use super::{Recorder, Sent, text};

/// What there is to sell.
pub(super) struct Goods {
    /// Two SKUs with retail and wholesale prices.
    pub(super) skus: [String; 2],
}

pub(super) fn record(recorder: &mut Recorder<'_>) -> Result<Goods, String> {
    let tag = recorder.tag.clone();
    let category = json!({ "name": format!("Kitchen {tag}") });
    let _ = recorder.post(User::Manager, "/categories", &[], &category, 201)?;
    let shelf = json!({ "name": format!("Mugs {tag}"), "parent": format!("Kitchen {tag}") });
    let _ = recorder.post(User::Manager, "/categories", &[], &shelf, 201)?;
    let _ = recorder.get(User::Guest, "/categories", &[], "")?;

    let skus = [format!("MUG-{tag}"), format!("POT-{tag}")];
    let product = recorder.post(User::Manager, "/products", &[], &product(&tag, &skus), 201)?;
    let id = text(&product, "id")?;
    let _ = recorder.get(User::Manager, "/products/{id}", &[&id], "")?;
    let _ = recorder.put(User::Manager, "/products/{id}", &[&id], &product)?;
    let handle = text(&product, "handle")?;
    let _ = recorder.get(User::Guest, "/products/handle/{handle}", &[&handle], "")?;
    let _ =
        recorder.get(User::Guest, "/products", &[], &format!("?q=mug&category=Kitchen%20{tag}&limit=2"))?;
    let _ = recorder.get(User::Manager, "/products", &[], "?status=Active&limit=1")?;
    let _ = recorder.get(User::Guest, "/products/sku/{sku}", &[&skus[0]], "")?;
    let barcode = text(&product["variants"][0], "barcode")?;
    let _ = recorder.get(User::Cashier, "/products/barcode/{barcode}", &[&barcode], "")?;
    let prices = "/products/sku/{sku}/prices";
    let terms =
        json!({ "minimumQuantity": 2, "tiers": [{ "minimumQuantity": 2, "unitPrice": usd("9.00") }] });
    let _ = recorder.put(
        User::Manager,
        prices,
        &[&skus[0]],
        &json!({ "price": usd("12.00"), "wholesale": terms }),
    )?;
    let _ = recorder.get(User::Manager, prices, &[&skus[0]], "")?;

    let gone = json!({ "name": format!("Gone {tag}"), "variants": [{ "sku": format!("GONE-{tag}"), "price": usd("1") }] });
    let gone = text(&recorder.post(User::Manager, "/products", &[], &gone, 201)?, "id")?;
    recorder.send(User::Manager, "DELETE", "/products/{id}", &[&gone], "", &Value::Null, 204)?;
    let file = format!(
        "Handle,Title,Body (HTML),Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Barcode,Cost per item,\
         Wholesale Minimum Quantity,Wholesale Price Tiers\n\
         towel-{tag},Towel,<p>Linen</p>,\"a, b\",Colour,Natural,TOWEL-{tag},9.50,,3.10,10,10:7.00;50:6.40\n\
         towel-{tag},,,,,Indigo,TOWEL2-{tag},9.50,,3.10,,\n"
    );
    for query in ["?preview=true", ""] {
        recorder.take(&Sent {
            user: User::Manager,
            method: "POST",
            route: "/products/import",
            parameters: &[],
            query,
            headers: &[("content-type", "text/csv")],
            body: &file,
            expected: 200,
        })?;
    }
    recorder.send(User::Manager, "GET", "/products/export", &[], "", &Value::Null, 200)?;
    Ok(Goods { skus })
}

fn product(tag: &str, skus: &[String; 2]) -> Value {
    let variant = |sku: &String, size: &str, barcode: &str| {
        json!({
            "sku": sku, "name": format!("Mug {size}"), "kind": "Goods", "barcode": format!("{barcode}-{tag}"),
            "options": { "Size": size }, "price": usd("12.00"), "cost": usd("4.20"),
            "wholesale": { "minimumQuantity": 2, "tiers": [{ "minimumQuantity": 2, "unitPrice": usd("9.00") }] },
        })
    };
    json!({
        "name": format!("Mug {tag}"), "handle": format!("mug-{tag}"), "description": "<p>Steel, <b>350 ml</b></p>",
        "category": format!("Kitchen {tag}"), "brand": "Harbour Works", "tags": ["mug", "steel"], "status": "Active",
        "taxClass": "standard", "variants": [variant(&skus[0], "S", "B1"), variant(&skus[1], "L", "B2")],
    })
}
