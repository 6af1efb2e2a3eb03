//! Carts.

use std::future::Future;

use contracts::stock::Warehouse;
use kernel::Failure;
use kernel::ids::CartId;

use crate::application::price_cart::PricedCart;
use crate::domain::cart::Cart;

/// Why a cart was not stored.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// Another request was faster: read it again.
    #[error("the cart has changed")]
    Contended,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Carts. A write takes the cart as it is after the change, priced, because that is the answer.
pub trait Carts: Sync {
    /// The cart of an id.
    fn find_cart(&self, id: CartId) -> impl Future<Output = Result<Option<Cart>, Failure>> + Send;

    /// The open cart of an account.
    fn find_cart_of(&self, owner: &str) -> impl Future<Output = Result<Option<Cart>, Failure>> + Send;

    /// Stores a new cart, and its warehouse if that is not known here yet. Contended when the account has a cart already.
    fn insert_cart(
        &self,
        priced: &PricedCart,
        warehouse: Option<Warehouse>,
    ) -> impl Future<Output = Result<(), CartError>> + Send;

    /// Stores a changed cart over the version from which it was made.
    fn save_cart(&self, priced: &PricedCart) -> impl Future<Output = Result<(), CartError>> + Send;

    /// The same for a cart that may be new, and ends the guest's cart that it has taken in.
    fn save_merged(
        &self,
        priced: &PricedCart,
        is_new: bool,
        guests: &Cart,
    ) -> impl Future<Output = Result<(), CartError>> + Send;
}
