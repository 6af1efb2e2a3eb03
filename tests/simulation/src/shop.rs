//! What every run begins with: two warehouses, four articles, two customers on account.

use std::collections::BTreeMap;

/// An article.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Article {
    pub(crate) sku: &'static str,
    pub(crate) price_minor: i64,
    pub(crate) cost: &'static str,
}

pub(crate) const ARTICLES: [Article; 4] = [
    Article { sku: "SIM-A", price_minor: 1000, cost: "4.00" },
    Article { sku: "SIM-B", price_minor: 330, cost: "1.07" },
    Article { sku: "SIM-C", price_minor: 1250, cost: "5.37" },
    Article { sku: PRICED, price_minor: FIRST_PRICE_MINOR, cost: "2.50" },
];

/// The one article whose price changes: only web buyers take it, who learn the price when they order.
pub(crate) const PRICED: &str = "SIM-D";

/// Its price at first.
pub(crate) const FIRST_PRICE_MINOR: i64 = 500;

/// The least that a wholesale customer takes of an article.
pub(crate) const MINIMUM: i64 = 2;

/// Units of each article in the two warehouses.
pub(crate) const STOCK: [[i64; 4]; 2] = [[9, 5, 12, 8], [4, 3, 6, 5]];

/// The units at which two of the articles are low.
pub(crate) const REORDER_POINT: i64 = 2;

/// Tax of the two warehouses, in percent of the price, which is divisible by it.
pub(crate) const TAX_PERCENT: [i64; 2] = [0, 10];

/// How much a customer may owe, in minor units.
pub(crate) const CREDIT_LIMIT_MINOR: i64 = 7_000;

/// Two managers: one asks, the other one approves.
pub(crate) const MANAGERS: [&str; 2] =
    ["0193e9a0-0000-7000-8000-0000000000f1", "0193e9a0-0000-7000-8000-0000000000f2"];

/// The ids that the prelude was given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shop {
    pub(crate) warehouses: Vec<String>,
    pub(crate) customers: Vec<String>,
}

impl Shop {
    /// What the stock is at the beginning, by warehouse and SKU.
    pub(crate) fn stock(&self) -> BTreeMap<(String, String), i64> {
        let mut all = BTreeMap::new();
        for (warehouse, units) in self.warehouses.iter().zip(STOCK) {
            for (article, units) in ARTICLES.iter().zip(units) {
                all.insert((warehouse.clone(), article.sku.to_owned()), units);
            }
        }
        all
    }
}

/// An amount as the services write it.
pub(crate) fn usd(minor: i64) -> serde_json::Value {
    serde_json::json!({ "amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": "USD" })
}
