//! The catalogue as a visitor sees it: what is for sale, at what price, and whether it is there.

use std::collections::BTreeMap;

use futures_util::future::join;
use kernel::Money;
use serde::Deserialize;

use super::ports::{Asked, Refusal, Shelves};

/// Up to so many units a visitor hears how many are left.
pub const FEW: i64 = 5;
/// The kind of what is taken from a shelf. Postage and fees are no products of a shop window.
const GOODS: &str = "Goods";

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Category {
    pub name: String,
    pub slug: String,
}

/// A product with what can be bought of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    pub handle: String,
    pub name: String,
    /// HTML that the catalogue has made safe.
    pub description: Option<String>,
    pub category: Option<String>,
    pub brand: Option<String>,
    pub updated_at: String,
    pub variants: Vec<Variant>,
}

/// A variant.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Variant {
    pub sku: String,
    pub name: String,
    pub kind: String,
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    pub price: Money,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    pub data: Vec<Product>,
    pub next_cursor: Option<String>,
}

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    Available,
    /// So many, and no more.
    Left(i64),
    SoldOut,
}

impl Stock {
    /// Of units on hand.
    #[must_use]
    pub const fn of(units: i64) -> Self {
        match units {
            ..=0 => Self::SoldOut,
            1..=FEW => Self::Left(units),
            _ => Self::Available,
        }
    }
}

impl Product {
    /// Whether it stands in the shop window.
    #[must_use]
    pub fn is_goods(&self) -> bool {
        self.variants.iter().any(|variant| variant.kind == GOODS)
    }

    /// The lowest price, and whether there are others.
    #[must_use]
    pub fn price(&self) -> Option<(Money, bool)> {
        let prices = || self.variants.iter().map(|variant| variant.price);
        let lowest = prices().min_by_key(|price| price.minor())?;
        Some((lowest, prices().any(|price| price != lowest)))
    }
}

impl Variant {
    /// What distinguishes it from the others.
    #[must_use]
    pub fn label(&self) -> String {
        if self.options.is_empty() {
            return self.name.clone();
        }
        self.options.values().map(String::as_str).collect::<Vec<_>>().join(" / ")
    }
}

/// A page of products with their stock.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelf {
    pub categories: Vec<Category>,
    pub products: Vec<(Product, Stock)>,
    pub next: Option<String>,
    /// Whether there is a warehouse to sell from.
    pub is_open: bool,
}

/// A list with what every page shows. Three or four calls, whatever it holds.
pub async fn list(shelves: &impl Shelves, asked: &Asked) -> Result<Shelf, Refusal> {
    let (categories, found) = join(shelves.categories(), shelves.products(asked)).await;
    let (categories, found) = (categories?, found?);
    let warehouse = shelves.warehouse().await?;
    let products: Vec<Product> = found.data.into_iter().filter(Product::is_goods).collect();
    let skus = products.iter().flat_map(|product| &product.variants).map(|variant| variant.sku.clone());
    let units = match &warehouse {
        Some(warehouse) => shelves.on_hand(warehouse, skus.collect(), FEW.saturating_add(1)).await?,
        None => BTreeMap::new(),
    };
    let with_stock = |product: Product| {
        let of = |variant: &Variant| units.get(&variant.sku).copied().unwrap_or(0);
        let most = product.variants.iter().map(of).max().unwrap_or(0);
        (product, Stock::of(most))
    };
    Ok(Shelf {
        categories,
        products: products.into_iter().map(with_stock).collect(),
        next: found.next_cursor,
        is_open: warehouse.is_some(),
    })
}

/// A product with the stock of each variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub categories: Vec<Category>,
    pub product: Product,
    /// One for each variant.
    pub stock: Vec<Stock>,
}

/// A product by its handle.
pub async fn show(shelves: &impl Shelves, handle: &str) -> Result<Shown, Refusal> {
    let (categories, product) = join(shelves.categories(), shelves.product(handle)).await;
    let (categories, product) = (categories?, product?);
    if !product.is_goods() {
        return Err(Refusal::NotFound);
    }
    let skus = product.variants.iter().map(|variant| variant.sku.clone()).collect();
    let units = match shelves.warehouse().await? {
        Some(warehouse) => shelves.on_hand(&warehouse, skus, FEW.saturating_add(1)).await?,
        None => BTreeMap::new(),
    };
    let of = |variant: &Variant| Stock::of(units.get(&variant.sku).copied().unwrap_or(0));
    let stock = product.variants.iter().map(of).collect();
    Ok(Shown { categories, product, stock })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_hears_how_many_are_left_only_when_they_are_few() {
        for (units, stock) in
            [(0, Stock::SoldOut), (1, Stock::Left(1)), (FEW, Stock::Left(FEW)), (FEW + 1, Stock::Available)]
        {
            assert_eq!(Stock::of(units), stock);
        }
    }
}
