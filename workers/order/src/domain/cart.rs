//! A cart: what a shopper has put together. It reserves nothing, and its prices are those of the catalogue whenever it is
//! shown. Of each line it keeps the price at which it was put, to say plainly what has changed.

use kernel::ids::{CartId, OrderId, WarehouseId};
use kernel::text::Sku;
use kernel::{Money, Quantity, Timestamp};

/// The most lines of a cart.
pub const LINES_MAX: usize = 100;
/// The most units of a line.
pub const UNITS_MAX: i64 = 999;
/// A cart that nobody changes for this long is gone.
pub const LIFE_SECONDS: i64 = 30 * 24 * 3_600;
/// Up to so many units a shopper hears how many are left.
pub const FEW: i64 = 5;

/// A cart with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    pub id: CartId,
    /// The warehouse that would serve it.
    pub warehouse_id: WarehouseId,
    /// The account that it belongs to; none for a guest's.
    pub owner: Option<String>,
    /// The hash of a guest's token.
    pub token_hash: Option<String>,
    /// The order that was made from it.
    pub order_id: Option<OrderId>,
    /// The cart of an account that took it in.
    pub merged_into: Option<CartId>,
    /// In the order in which they were put.
    pub lines: Vec<CartLine>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub expires_at: Timestamp,
    /// Rises with each change.
    pub version: i64,
}

/// Units of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// As the catalogue spells it.
    pub sku: Sku,
    pub quantity: Quantity,
    /// The unit price when it was put.
    pub seen_price: Money,
}

/// Why a cart does not take a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CartFault {
    #[error("would be one line too many: a cart has at most {LINES_MAX}")]
    TooManyLines,
    #[error("is more than a line of a cart can have, {UNITS_MAX}")]
    TooManyUnits,
}

impl Cart {
    /// Whether it can still be changed at a time.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.order_id.is_none() && self.merged_into.is_none() && now < self.expires_at
    }

    /// The units of a variant, none when it is not in the cart.
    #[must_use]
    pub fn units(&self, sku: &Sku) -> Option<Quantity> {
        self.lines.iter().find(|line| line.sku.key() == sku.key()).map(|line| line.quantity)
    }

    /// Sets the units of a variant at its price of today. A new line goes to the end.
    pub fn put(&mut self, sku: Sku, quantity: Quantity, price: Money) -> Result<(), CartFault> {
        if quantity.units() > UNITS_MAX {
            return Err(CartFault::TooManyUnits);
        }
        let line = CartLine { sku, quantity, seen_price: price };
        let lines = self.lines.len();
        match self.lines.iter_mut().find(|known| known.sku.key() == line.sku.key()) {
            Some(known) => *known = line,
            None if lines >= LINES_MAX => return Err(CartFault::TooManyLines),
            None => self.lines.push(line),
        }
        Ok(())
    }

    /// Adds units to those that are there.
    pub fn add(&mut self, sku: Sku, quantity: Quantity, price: Money) -> Result<(), CartFault> {
        let sum = self.units(&sku).map_or(Some(quantity), |units| units.plus(quantity));
        self.put(sku, sum.ok_or(CartFault::TooManyUnits)?, price)
    }

    /// Takes a variant out; nothing happens when it is not there.
    pub fn remove(&mut self, sku: &Sku) {
        self.lines.retain(|line| line.sku.key() != sku.key());
    }

    /// Takes in the lines of a guest's cart, as far as there is room: units add up to the most of a line.
    pub fn take_in(&mut self, other: &Self) {
        for line in &other.lines {
            let own = self.units(&line.sku).map_or(0, Quantity::units);
            let sum = own.saturating_add(line.quantity.units()).min(UNITS_MAX);
            if let Some(sum) = Quantity::new(sum) {
                // Beyond the most lines the rest is left out: the shopper put the others first.
                let _ = self.put(line.sku.clone(), sum, line.seen_price);
            }
        }
    }

    /// Marks a change.
    pub fn changed(&mut self, now: Timestamp) {
        self.updated_at = now;
        self.expires_at = now.plus_seconds(LIFE_SECONDS);
    }
}

#[cfg(test)]
mod tests {
    use kernel::Currency;
    use uuid::Uuid;

    use super::*;

    fn cart() -> Cart {
        let now = Timestamp::from_unix_ms(0);
        Cart {
            id: Uuid::nil().into(),
            warehouse_id: Uuid::nil().into(),
            owner: None,
            token_hash: None,
            order_id: None,
            merged_into: None,
            lines: Vec::new(),
            created_at: now,
            updated_at: now,
            expires_at: now.plus_seconds(LIFE_SECONDS),
            version: 1,
        }
    }

    fn sku(name: &str) -> Sku {
        Sku::parse(name).unwrap()
    }

    fn units(units: i64) -> Quantity {
        Quantity::new(units).unwrap()
    }

    fn price(minor: i64) -> Money {
        Money::from_minor(minor, Currency::USD).unwrap()
    }

    #[test]
    fn a_variant_has_one_line_however_it_is_spelled() {
        let mut cart = cart();
        cart.add(sku("MUG"), units(2), price(800)).unwrap();
        cart.add(sku("mug"), units(3), price(900)).unwrap();
        assert_eq!((cart.lines.len(), cart.units(&sku("Mug"))), (1, Some(units(5))));
        assert_eq!(cart.lines[0].seen_price, price(900), "what the shopper was shown last");
        cart.remove(&sku("mUg"));
        assert!(cart.lines.is_empty());
    }

    #[test]
    fn a_cart_has_limits() {
        let mut cart = cart();
        for number in 0..LINES_MAX {
            cart.put(sku(&format!("S{number}")), units(1), price(1)).unwrap();
        }
        assert_eq!(cart.put(sku("ONE-MORE"), units(1), price(1)), Err(CartFault::TooManyLines));
        assert_eq!(cart.put(sku("S1"), units(1_000), price(1)), Err(CartFault::TooManyUnits));
        assert_eq!(cart.add(sku("S1"), units(998), price(1)), Ok(()));
        assert_eq!(cart.add(sku("S1"), units(1), price(1)), Err(CartFault::TooManyUnits));
    }

    #[test]
    fn two_carts_become_one_within_the_limits() {
        let (mut own, mut guests) = (cart(), cart());
        own.put(sku("MUG"), units(990), price(800)).unwrap();
        guests.put(sku("mug"), units(20), price(800)).unwrap();
        guests.put(sku("BOWL"), units(1), price(500)).unwrap();
        own.take_in(&guests);
        assert_eq!(own.units(&sku("MUG")), Some(units(UNITS_MAX)));
        assert_eq!(own.units(&sku("BOWL")), Some(units(1)));
    }
}
