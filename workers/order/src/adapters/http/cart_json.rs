//! A cart on the wire.

use kernel::ids::{CartId, ProductId, WarehouseId};
use kernel::text::{Name, Sku};
use kernel::{Money, Quantity, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::application::price_cart::{PricedCart, PricedCartLine};
use crate::domain::cart::{CartLine, FEW};

/// A cart with the prices of now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Cart")]
pub(super) struct CartJson {
    /// The secret of a guest's cart: only in the answer to who started it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    pub(super) id: CartId,
    warehouse_id: WarehouseId,
    items: Vec<CartLineJson>,
    /// Whether it can be ordered as it is: it has lines, all are for sale, and there is enough of each.
    ready: bool,
    /// Of the lines that are for sale, before exclusive tax.
    subtotal: Money,
    /// Tax in the total, exclusive and inclusive.
    tax: Money,
    /// What it would cost now.
    total: Money,
    updated_at: Timestamp,
    /// When it is deleted, unless somebody changes it.
    expires_at: Timestamp,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CartLine")]
struct CartLineJson {
    sku: Sku,
    /// None when the catalogue no longer knows the SKU.
    product_id: Option<ProductId>,
    name: Option<Name>,
    quantity: Quantity,
    /// None when it is no longer for sale.
    unit_price: Option<Money>,
    /// The unit price when the line was put, if it was another one.
    previous_price: Option<Money>,
    /// Without tax that is added.
    line_total: Option<Money>,
    /// How many of the wanted units could be bought now. Nothing is reserved.
    #[schemars(range(min = 0))]
    available: i64,
    /// How many are left, when there are few.
    #[schemars(range(min = 0))]
    left: Option<i64>,
    /// Whether it is no longer for sale.
    gone: bool,
}

impl CartLineJson {
    fn new(line: &CartLine, priced: &PricedCartLine) -> Self {
        let sold = priced.sold.as_ref();
        let unit_price = sold.map(|sold| sold.item.unit_price);
        let seen = Some(line.seen_price);
        Self {
            sku: line.sku.clone(),
            product_id: priced.variant.as_ref().map(|variant| variant.product_id),
            name: priced.variant.as_ref().map(|variant| variant.name.clone()),
            quantity: line.quantity,
            unit_price,
            previous_price: seen.filter(|seen| unit_price.is_some_and(|price| price != *seen)),
            line_total: sold.map(|sold| sold.price.line_total),
            available: if sold.is_some() { priced.on_hand.min(line.quantity.units()) } else { 0 },
            left: sold.is_some().then_some(priced.on_hand).filter(|left| *left <= FEW),
            gone: sold.is_none(),
        }
    }
}

impl From<&PricedCart> for CartJson {
    fn from(priced: &PricedCart) -> Self {
        let cart = &priced.cart;
        let lines = cart.lines.iter().zip(&priced.lines);
        let items: Vec<_> = lines.map(|(line, priced)| CartLineJson::new(line, priced)).collect();
        let enough = |item: &CartLineJson| !item.gone && item.available == item.quantity.units();
        Self {
            // Added on the way out, so that it is not kept under the request's key.
            token: None,
            id: cart.id,
            warehouse_id: cart.warehouse_id,
            ready: !items.is_empty() && items.iter().all(enough),
            items,
            subtotal: priced.totals.subtotal,
            tax: priced.totals.tax,
            total: priced.totals.total,
            updated_at: cart.updated_at,
            expires_at: cart.expires_at,
        }
    }
}
