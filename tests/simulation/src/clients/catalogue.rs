//! Managers who keep the catalogue: new prices, products that come and go. Shoppers who look at it.

use contracts::Service;
use serde_json::{Value, json};

use crate::client::{Client, minor};
use crate::inspect::prices_had;
use crate::model::{PriceSeen, ProductSeen};
use crate::shop::{PRICED, usd};

/// A manager sets a new price, one that nobody has set before.
pub(super) async fn set_price(client: &Client) {
    let number = {
        let mut model = client.model();
        let asked_ms = client.core().now_ms(None);
        let minor = model.prices.last().map_or(crate::shop::FIRST_PRICE_MINOR, |price| price.minor) + 10;
        model.prices.push(PriceSeen { minor, asked_ms, told_ms: None });
        model.prices.len() - 1
    };
    let price = json!({ "price": usd(client.model().prices[number].minor) });
    let path = format!("/products/sku/{PRICED}/prices");
    let Some(answer) = client.ask("PUT", &path, None, &price).await else { return };
    if answer.status != 200 {
        return client.surprise(format!("a price is answered {} {}", answer.status, answer.body));
    }
    let now = client.core().now_ms(None);
    client.model().prices[number].told_ms = Some(now);
}

/// How old what a guest is shown may be.
const AGE_MS_MAX: i64 = 1_000;

/// A shopper looks at the article whose price moves, again and again. A price that another had replaced more than a
/// second before the shopper asked is not shown.
pub(super) async fn look(client: &Client) {
    let product = client.house.database(Service::Product);
    // When the shopper came by, and which price was the last one then.
    let mut visits: Vec<(i64, i64)> = Vec::new();
    for _ in 0..8 {
        let asked_ms = client.core().now_ms(None);
        visits.push((asked_ms, prices_had(product).last().map_or(0, |price| price.seq)));
        let path = format!("/products/sku/{PRICED}");
        let Some(answer) = client.ask("GET", &path, None, &Value::Null).await else { return };
        let shown = minor(&answer.body["variants"][0]["price"]);
        let seq = prices_had(product)
            .iter()
            .rev()
            .find(|price| Some(price.price_minor) == shown)
            .map(|price| price.seq);
        let due = visits.iter().rev().find(|(ms, _)| ms + AGE_MS_MAX < asked_ms).map_or(0, |(_, seq)| *seq);
        if seq.is_none_or(|seq| seq < due) {
            return client
                .surprise(format!("a guest is shown the price {shown:?}, which was over: {}", answer.body));
        }
        let pause = client.random(|random| random.between(50, 900));
        client.core().sleep(pause).await;
    }
}

/// A manager adds a product and sometimes takes it out again.
pub(super) async fn launch(client: &Client) {
    let word = client.model().word("NEW");
    client.model().products.insert(word.clone(), ProductSeen::default());
    let body = json!({
        "name": word, "status": "Active", "variants": [{ "sku": word, "name": word, "price": usd(100) }],
    });
    let key = format!("key-{word}");
    let Some(answer) = client.ask("POST", "/products", Some(&key), &body).await else { return };
    let Some(id) = answer.id().filter(|_| answer.status == 201) else {
        return client.surprise(format!("a product is answered {} {}", answer.status, answer.body));
    };
    let see = |client: &Client, deleted| {
        client.model().products.insert(word.clone(), ProductSeen { created: true, deleted });
    };
    see(client, false);
    if client.random(|random| random.chance(500)) {
        return;
    }
    let Some(answer) = client.ask("DELETE", &format!("/products/{id}"), None, &json!({})).await else {
        return;
    };
    // Asked again after a lost answer, it is not there any more.
    match answer.status {
        204 | 404 => see(client, true),
        _ => client.surprise(format!("a deletion is answered {} {}", answer.status, answer.body)),
    }
}
