//! Managers who keep the catalogue: new prices, products that come and go.

use serde_json::json;

use crate::client::Client;
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
