//! Carts over SQL.

use contracts::stock::Warehouse;
use kernel::ids::{CartId, OrderId, WarehouseId};
use kernel::text::Sku;
use kernel::{Currency, Failure, Quantity, Timestamp};
use serde::{Deserialize, Serialize};
use store::{DatabaseError, Unit, json, values};

use super::orders::keep_warehouse;
use super::sql::carts as sql;
use super::{Store, money, parsed};
use crate::application::ports::carts::{CartError, Carts};
use crate::application::price_cart::PricedCart;
use crate::domain::cart::{Cart, CartLine};

/// The most carts that one sweep deletes.
const DELETED_AT_ONCE: i64 = 200;

#[derive(Deserialize)]
struct CartRow {
    id: CartId,
    warehouse_id: WarehouseId,
    owner: Option<String>,
    token_hash: Option<String>,
    order_id: Option<OrderId>,
    merged_into: Option<CartId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    expires_at: Timestamp,
    version: i64,
    lines: String,
}

#[derive(Serialize, Deserialize)]
struct LineRow {
    sku: Sku,
    quantity: Quantity,
    seen: i64,
}

#[derive(Deserialize)]
struct IdRow {
    id: CartId,
}

impl CartRow {
    fn into_cart(self, currency: Currency) -> Result<Cart, DatabaseError> {
        let lines: Vec<LineRow> = parsed(&self.lines)?;
        let line = |row: LineRow| {
            let seen_price = money(row.seen, currency)?;
            Ok(CartLine { sku: row.sku, quantity: row.quantity, seen_price })
        };
        Ok(Cart {
            id: self.id,
            warehouse_id: self.warehouse_id,
            owner: self.owner,
            token_hash: self.token_hash,
            order_id: self.order_id,
            merged_into: self.merged_into,
            lines: lines.into_iter().map(line).collect::<Result<_, DatabaseError>>()?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            expires_at: self.expires_at,
            version: self.version,
        })
    }
}

fn push_lines(unit: &mut Unit, cart: &Cart) {
    let row = |line: &CartLine| LineRow {
        sku: line.sku.clone(),
        quantity: line.quantity,
        seen: line.seen_price.minor(),
    };
    let rows: Vec<LineRow> = cart.lines.iter().map(row).collect();
    unit.push(sql::INSERT_CART_LINES.bind(values![cart.id, json(&rows)]));
}

fn push_new(unit: &mut Unit, cart: &Cart) {
    unit.push(sql::INSERT_CART.bind(values![
        cart.id,
        cart.warehouse_id,
        cart.owner.as_deref(),
        cart.token_hash.as_deref(),
        cart.created_at,
        cart.expires_at
    ]));
    push_lines(unit, cart);
}

fn push_change(unit: &mut Unit, cart: &Cart) {
    unit.push(sql::SAVE_CART.bind(values![cart.id, cart.version, cart.updated_at, cart.expires_at]));
    unit.push(sql::DELETE_CART_LINES.bind(values![cart.id]));
    push_lines(unit, cart);
}

/// Whether another request was faster.
fn stored<T>(committed: Result<T, DatabaseError>) -> Result<(), CartError> {
    match committed {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.rule(), Some("carts_version" | "carts_ended" | "carts.owner")) => {
            Err(CartError::Contended)
        }
        Err(error) => Err(Failure::from(error).into()),
    }
}

impl Store<'_> {
    /// Deletes carts that have expired, the oldest first. Returns how many.
    pub(crate) async fn delete_expired_carts(&self) -> Result<u32, Failure> {
        let listed = sql::LIST_EXPIRED_CARTS.bind(values![self.context.now(), DELETED_AT_ONCE]);
        let expired: Vec<IdRow> = self.context.query(listed).await?.read()?;
        if expired.is_empty() {
            return Ok(0);
        }
        let ids: Vec<CartId> = expired.iter().map(|row| row.id).collect();
        let mut unit = Unit::new(self.context.now(), None);
        unit.push(sql::DELETE_CARTS.bind(values![json(&ids)]));
        self.context.commit(unit).await?;
        Ok(u32::try_from(ids.len()).unwrap_or(u32::MAX))
    }
}

impl Carts for Store<'_> {
    async fn find_cart(&self, id: CartId) -> Result<Option<Cart>, Failure> {
        let row = self.context.query(sql::FIND_CART.bind(values![id])).await?.first::<CartRow>()?;
        Ok(row.map(|row| row.into_cart(self.context.currency())).transpose()?)
    }

    async fn find_cart_of(&self, owner: &str) -> Result<Option<Cart>, Failure> {
        let found = self.context.query(sql::FIND_CART_OF_OWNER.bind(values![owner])).await?;
        Ok(found.first::<CartRow>()?.map(|row| row.into_cart(self.context.currency())).transpose()?)
    }

    async fn insert_cart(&self, priced: &PricedCart, warehouse: Option<Warehouse>) -> Result<(), CartError> {
        let (cart, mut unit) = (&priced.cart, self.unit());
        if let Some(warehouse) = &warehouse {
            unit.push(keep_warehouse(warehouse, cart.created_at));
        }
        push_new(&mut unit, cart);
        self.keep(self.presents.cart, &mut unit, priced)?;
        stored(self.context.commit(unit).await)
    }

    async fn save_cart(&self, priced: &PricedCart) -> Result<(), CartError> {
        let mut unit = self.unit();
        push_change(&mut unit, &priced.cart);
        self.keep(self.presents.cart, &mut unit, priced)?;
        stored(self.context.commit(unit).await)
    }

    async fn save_merged(&self, priced: &PricedCart, is_new: bool, guests: &Cart) -> Result<(), CartError> {
        let (own, mut unit) = (&priced.cart, self.unit());
        if is_new {
            push_new(&mut unit, own);
        } else {
            push_change(&mut unit, own);
        }
        unit.push(sql::END_MERGED.bind(values![guests.id, guests.version, own.id, own.updated_at]));
        self.keep(self.presents.cart, &mut unit, priced)?;
        stored(self.context.commit(unit).await)
    }
}
