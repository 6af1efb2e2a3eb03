//! Prices a cart as it is now: the catalogue's prices, the tax of the region, and what is in stock. Two database calls,
//! the cart's own included, and two calls of peers, whatever the cart holds.

use contracts::catalogue::SellableVariant;
use contracts::stock::{StockItem, Warehouse};
use contracts::terms::{LineKind, SalesChannel};
use kernel::text::{Region, Sku};
use kernel::{Currency, Failure, Money, Timestamp};
use selling::pricing::Totals;

use super::basket::{
    BasketError, BasketRequest, Named, VariantName, WantedLine, find_ground, names, price_basket,
};
use super::ports::carts::CartError;
use super::ports::orders::{Orders, Party, Wanted};
use super::ports::peers::{Catalogue, Goods};
use crate::domain::cart::{Cart, CartFault};
use crate::domain::order::OrderLine;

/// A cart with the prices of now.
#[derive(Debug, Clone)]
pub struct PricedCart {
    pub cart: Cart,
    /// One for each line of the cart.
    pub lines: Vec<PricedCartLine>,
    /// Of the lines that are for sale.
    pub totals: Totals,
}

/// A line as it is now.
#[derive(Debug, Clone)]
pub struct PricedCartLine {
    /// The catalogue's words; none when it no longer knows the SKU.
    pub variant: Option<SellableVariant>,
    /// Its price; none when it is not for sale.
    pub sold: Option<OrderLine>,
    /// Units on hand.
    pub on_hand: i64,
}

/// Why there is no such cart, or not like this.
#[derive(Debug, thiserror::Error)]
pub enum UseCartError {
    /// It does not exist, has ended or expired, or is somebody else's.
    #[error("the cart is unknown")]
    NotFound,
    /// Another account has taken it in.
    #[error("the cart was taken in")]
    Merged,
    /// Items, by index, that the catalogue does not sell.
    #[error(transparent)]
    Basket(#[from] BasketError),
    /// An item, by index, that the cart does not take.
    #[error("item {0} {1}")]
    Fault(usize, CartFault),
    /// Others change it all the time.
    #[error("the cart is being changed")]
    Contended,
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<CartError> for UseCartError {
    fn from(error: CartError) -> Self {
        match error {
            CartError::Contended => Self::Contended,
            CartError::Failure(failure) => failure.into(),
        }
    }
}

/// How often a change is tried over a newer version of the cart.
pub const ATTEMPTS: u32 = 4;

/// When, in what currency and for where a cart is priced.
#[derive(Debug, Clone)]
pub struct Pricing {
    pub currency: Currency,
    /// Where it would be shipped to; by default the warehouse's region.
    pub region: Option<Region>,
    pub now: Timestamp,
}

/// The ports of every use case of carts.
#[derive(Debug)]
pub struct CartPorts<'a, S, C, G> {
    pub store: &'a S,
    pub catalogue: &'a C,
    pub goods: &'a G,
}

impl<S: Orders, C: Catalogue, G: Goods> CartPorts<'_, S, C, G> {
    /// Asks the catalogue about the cart's lines and about others.
    pub(super) async fn resolve(
        &self,
        cart: &Cart,
        more: impl IntoIterator<Item = &Sku>,
    ) -> Result<Vec<SellableVariant>, Failure> {
        let skus = cart.lines.iter().map(|line| line.sku.clone()).chain(more.into_iter().cloned());
        let mut skus: Vec<Sku> = skus.collect();
        skus.sort();
        skus.dedup();
        if skus.is_empty() { Ok(Vec::new()) } else { self.catalogue.resolve(skus, Vec::new()).await }
    }

    /// Prices a cart whose variants are known; with the warehouse when the store does not know it yet.
    pub(super) async fn price(
        &self,
        cart: Cart,
        variants: &[SellableVariant],
        pricing: &Pricing,
    ) -> Result<(PricedCart, Option<Warehouse>), UseCartError> {
        let wanted = Wanted {
            order_id: None,
            warehouse_id: cart.warehouse_id,
            region: pricing.region.as_ref(),
            party: Party::Customer(None),
            at: pricing.now,
        };
        let background = self.store.background(&wanted).await?;
        let ground = find_ground(self.store, self.goods, &background, &wanted).await?;
        let named = Named::new(variants);
        let found: Vec<Option<&SellableVariant>> =
            cart.lines.iter().map(|line| named.find(&VariantName::Sku(line.sku.clone()))).collect();
        let for_sale: Vec<WantedLine> = cart
            .lines
            .iter()
            .zip(&found)
            .filter(|(_, variant)| variant.is_some_and(|variant| variant.active))
            .map(|(line, _)| WantedLine {
                variant: VariantName::Sku(line.sku.clone()),
                quantity: line.quantity,
                unit_price: None,
                discount: None,
            })
            .collect();
        let request = BasketRequest {
            channel: SalesChannel::RetailWeb,
            currency: pricing.currency,
            lines: &for_sale,
            discount: None,
            gives_discounts: false,
            happened: None,
        };
        let basket = price_basket(&request, variants, &ground.taxation)?;
        let mut on_hand = Vec::new();
        if !for_sale.is_empty() {
            let (skus, _) = names(&for_sale);
            let items = skus.into_iter().filter_map(|sku| {
                let quantity = cart.units(&sku)?;
                Some(StockItem { sku, quantity })
            });
            on_hand = self.goods.on_hand(cart.warehouse_id, items.collect()).await?;
        }
        let mut sold = basket.lines.into_iter();
        let lines = found.into_iter().map(|variant| {
            let is_for_sale = variant.is_some_and(|variant| variant.active);
            let held = variant.and_then(|variant| on_hand.iter().find(|item| item.sku == variant.sku));
            PricedCartLine {
                variant: variant.cloned(),
                sold: if is_for_sale { sold.next() } else { None },
                on_hand: held.map_or(0, |item| item.on_hand),
            }
        });
        let lines = lines.collect();
        Ok((PricedCart { cart, lines, totals: basket.totals }, ground.new_warehouse))
    }
}

impl PricedCart {
    /// The units and prices to order; the lines that are for sale.
    #[must_use]
    pub fn wanted(&self) -> Vec<WantedLine> {
        let lines = self.cart.lines.iter().zip(&self.lines);
        lines
            .filter(|(_, priced)| priced.sold.is_some())
            .map(|(line, _)| WantedLine {
                variant: VariantName::Sku(line.sku.clone()),
                quantity: line.quantity,
                unit_price: None,
                discount: None,
            })
            .collect()
    }
}

/// The variant that a shopper may put into a cart, in the catalogue's spelling, with its price: goods on sale.
pub(super) fn for_sale(
    variants: &[SellableVariant],
    sku: &Sku,
    index: usize,
) -> Result<(Sku, Money), BasketError> {
    use super::basket::LineFault;
    let fault = |fault| Err(BasketError::Lines(vec![(index, fault)]));
    match Named::new(variants).find(&VariantName::Sku(sku.clone())) {
        None => fault(LineFault::Unknown),
        Some(variant) if !variant.active || variant.kind != LineKind::Goods => fault(LineFault::NotForSale),
        Some(variant) => Ok((variant.sku.clone(), variant.price)),
    }
}
