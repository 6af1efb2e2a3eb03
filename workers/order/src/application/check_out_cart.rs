//! Makes the order of a cart. The cart ends in the batch that creates the order, so one cart is one order, however often
//! it is asked for.

use kernel::Failure;
use kernel::ids::CartId;

use super::basket::{VariantName, WantedLine};
use super::place_order::{PlaceOrderError, Placed, Placement, place_order};
use super::ports::carts::Carts;
use super::ports::orders::{InsertError, Orders};
use super::ports::peers::{Catalogue, Goods};
use super::price_cart::{ATTEMPTS, CartPorts};
use crate::domain::cart::Cart;

/// Why a cart did not become an order.
#[derive(Debug, thiserror::Error)]
pub enum CheckOutError {
    /// It does not exist, has expired, or is somebody else's.
    #[error("the cart is unknown")]
    NotFound,
    /// Somebody else, who knows its token too, has ordered it.
    #[error("the cart was ordered")]
    Ordered,
    #[error("the cart is empty")]
    Empty,
    #[error("the cart is being changed")]
    Contended,
    #[error(transparent)]
    Place(#[from] PlaceOrderError),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Places the order of a cart for a caller with this account, or none; `placement` has everything but the lines.
pub async fn check_out_cart<S: Carts + Orders, C: Catalogue, G: Goods>(
    ports: &CartPorts<'_, S, C, G>,
    id: CartId,
    sees: impl Fn(&Cart) -> bool,
    account: Option<&str>,
    placement: &Placement,
) -> Result<Placed, CheckOutError> {
    for _ in 0..ATTEMPTS {
        let cart =
            ports.store.find_cart(id).await?.filter(|cart| sees(cart)).ok_or(CheckOutError::NotFound)?;
        if let Some(order_id) = cart.order_id {
            if cart.owner.as_deref() != account {
                return Err(CheckOutError::Ordered);
            }
            let order = ports.store.find_order(order_id).await?;
            return order.map(Placed::Known).ok_or(CheckOutError::NotFound);
        }
        if !cart.is_open(placement.now) {
            return Err(CheckOutError::NotFound);
        }
        if cart.lines.is_empty() {
            return Err(CheckOutError::Empty);
        }
        let line = |line: &crate::domain::cart::CartLine| WantedLine {
            variant: VariantName::Sku(line.sku.clone()),
            quantity: line.quantity,
            unit_price: None,
            discount: None,
        };
        let placement = Placement {
            warehouse_id: cart.warehouse_id,
            lines: cart.lines.iter().map(line).collect(),
            cart: Some((cart.id, cart.version)),
            ..placement.clone()
        };
        match place_order(ports.store, ports.catalogue, ports.goods, placement).await {
            Err(PlaceOrderError::Insert(InsertError::CartChanged)) => {}
            placed => return Ok(placed?),
        }
    }
    Err(CheckOutError::Contended)
}
