//! Starts, shows, changes and merges carts. Each change is tried again over a newer version, because two clicks of one
//! shopper must both count.

use kernel::ids::{CartId, WarehouseId};
use kernel::text::Sku;
use kernel::{Quantity, Timestamp};

use super::ports::carts::{CartError, Carts};
use super::ports::orders::Orders;
use super::ports::peers::{Catalogue, Goods};
use super::price_cart::{ATTEMPTS, CartPorts, PricedCart, Pricing, UseCartError, for_sale};
use crate::domain::cart::{Cart, LIFE_SECONDS};

/// A cart to be started.
#[derive(Debug, Clone)]
pub struct NewCart {
    pub id: CartId,
    pub warehouse_id: WarehouseId,
    /// The account; none for a guest.
    pub owner: Option<String>,
    /// The hash of a guest's token.
    pub token_hash: Option<String>,
    /// What is put into it at once.
    pub items: Vec<(Sku, Quantity)>,
}

/// A change of a cart.
#[derive(Debug, Clone)]
pub enum Change {
    /// Adds units.
    Add(Vec<(Sku, Quantity)>),
    /// Sets the units of a line, or takes it out.
    Put(Sku, Option<Quantity>),
}

/// A cart, and whether it was made now.
pub type Started = (PricedCart, bool);

fn new_cart(new: &NewCart, now: Timestamp) -> Cart {
    Cart {
        id: new.id,
        warehouse_id: new.warehouse_id,
        owner: new.owner.clone(),
        token_hash: new.token_hash.clone(),
        order_id: None,
        merged_into: None,
        lines: Vec::new(),
        created_at: now,
        updated_at: now,
        expires_at: now.plus_seconds(LIFE_SECONDS),
        version: 1,
    }
}

impl<S: Carts + Orders, C: Catalogue, G: Goods> CartPorts<'_, S, C, G> {
    /// Starts a cart. An account has one: what is put goes into it.
    pub async fn start(&self, new: &NewCart, pricing: &Pricing) -> Result<Started, UseCartError> {
        for _ in 0..ATTEMPTS {
            let own = match &new.owner {
                Some(owner) => self.store.find_cart_of(owner).await?,
                None => None,
            };
            let known = own.is_some();
            let cart = own.unwrap_or_else(|| new_cart(new, pricing.now));
            let (mut priced, warehouse) =
                self.changed(cart, &Change::Add(new.items.clone()), pricing).await?;
            let stored = if known {
                self.store.save_cart(&priced).await
            } else {
                self.store.insert_cart(&priced, warehouse).await
            };
            match stored {
                Err(CartError::Contended) => {}
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    priced.cart.version = priced.cart.version.saturating_add(i64::from(known));
                    return Ok((priced, !known));
                }
            }
        }
        Err(UseCartError::Contended)
    }

    /// The cart as it is now, ended or not.
    pub async fn find(&self, id: CartId, sees: impl Fn(&Cart) -> bool) -> Result<Cart, UseCartError> {
        self.store.find_cart(id).await?.filter(|cart| sees(cart)).ok_or(UseCartError::NotFound)
    }

    /// The open cart with the prices of now.
    pub async fn show(
        &self,
        id: CartId,
        sees: impl Fn(&Cart) -> bool,
        pricing: &Pricing,
    ) -> Result<PricedCart, UseCartError> {
        let cart = self.find(id, sees).await?;
        if !cart.is_open(pricing.now) {
            return Err(UseCartError::NotFound);
        }
        let variants = self.resolve(&cart, []).await?;
        Ok(self.price(cart, &variants, pricing).await?.0)
    }

    /// Changes an open cart.
    pub async fn change(
        &self,
        id: CartId,
        sees: impl Fn(&Cart) -> bool,
        change: &Change,
        pricing: &Pricing,
    ) -> Result<PricedCart, UseCartError> {
        for _ in 0..ATTEMPTS {
            let cart = self.find(id, &sees).await?;
            if !cart.is_open(pricing.now) {
                return Err(UseCartError::NotFound);
            }
            let (priced, _) = self.changed(cart, change, pricing).await?;
            match self.store.save_cart(&priced).await {
                Err(CartError::Contended) => {}
                saved => return saved.map(|()| priced).map_err(UseCartError::from),
            }
        }
        Err(UseCartError::Contended)
    }

    /// Takes a guest's cart into that of an account, which gets one if it has none. Once: then it shows the account's.
    pub async fn merge(
        &self,
        id: CartId,
        opens: impl Fn(&Cart) -> bool,
        new: &NewCart,
        pricing: &Pricing,
    ) -> Result<PricedCart, UseCartError> {
        for _ in 0..ATTEMPTS {
            let guests = self.find(id, &opens).await?;
            if guests.is_open(pricing.now) {
                let own = match &new.owner {
                    Some(owner) => self.store.find_cart_of(owner).await?,
                    None => None,
                };
                let is_new = own.is_none();
                let start = NewCart { warehouse_id: guests.warehouse_id, token_hash: None, ..new.clone() };
                let mut cart = own.unwrap_or_else(|| new_cart(&start, pricing.now));
                cart.take_in(&guests);
                cart.changed(pricing.now);
                let variants = self.resolve(&cart, []).await?;
                let (own, _) = self.price(cart, &variants, pricing).await?;
                match self.store.save_merged(&own, is_new, &guests).await {
                    Err(CartError::Contended) => {}
                    saved => return saved.map(|()| own).map_err(UseCartError::from),
                }
                continue;
            }
            let merged = guests.merged_into.ok_or(UseCartError::NotFound)?;
            let own = |cart: &Cart| cart.owner.is_some() && cart.owner == new.owner;
            return match self.show(merged, own, pricing).await {
                Err(UseCartError::NotFound) => Err(UseCartError::Merged),
                shown => shown,
            };
        }
        Err(UseCartError::Contended)
    }

    async fn changed(
        &self,
        mut cart: Cart,
        change: &Change,
        pricing: &Pricing,
    ) -> Result<(PricedCart, Option<contracts::stock::Warehouse>), UseCartError> {
        let named: Vec<&Sku> = match change {
            Change::Add(items) => items.iter().map(|(sku, _)| sku).collect(),
            Change::Put(sku, _) => vec![sku],
        };
        let variants = self.resolve(&cart, named).await?;
        match change {
            Change::Add(items) => {
                for (index, (sku, quantity)) in items.iter().enumerate() {
                    let (sku, price) = for_sale(&variants, sku, index)?;
                    cart.add(sku, *quantity, price).map_err(|fault| UseCartError::Fault(index, fault))?;
                }
            }
            Change::Put(sku, Some(quantity)) => {
                let (sku, price) = for_sale(&variants, sku, 0)?;
                cart.put(sku, *quantity, price).map_err(|fault| UseCartError::Fault(0, fault))?;
            }
            Change::Put(sku, None) => cart.remove(sku),
        }
        cart.changed(pricing.now);
        self.price(cart, &variants, pricing).await
    }
}
