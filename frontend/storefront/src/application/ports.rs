//! What the shop asks the other services, in its own words.

use std::collections::BTreeMap;
use std::future::Future;

use super::buy::{Cart, CartKey, Order};
use super::goods::{Category, Found, Product};

/// Why a service did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It does not exist, or is somebody else's.
    NotFound,
    /// It is no longer sold.
    Gone,
    /// Fields, by pointer, are wrong.
    Invalid(Vec<String>),
    /// The state of the thing does not allow it.
    Conflict,
    /// There is not enough: the units left, by SKU.
    OutOfStock(Vec<(String, i64)>),
    /// The card was declined.
    Declined,
    /// Too often.
    TooOften,
    /// No answer: what happened is unknown. With the cause, for the log.
    Unknown(String),
}

/// What a list of products is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub query: String,
    pub category: String,
    pub cursor: String,
}

/// The catalogue and its stock.
pub trait Shelves: Sync {
    fn categories(&self) -> impl Future<Output = Result<Vec<Category>, Refusal>> + Send;
    fn products(&self, asked: &Asked) -> impl Future<Output = Result<Found, Refusal>> + Send;
    /// By its handle.
    fn product(&self, handle: &str) -> impl Future<Output = Result<Product, Refusal>> + Send;
    /// The id of the warehouse that serves the shop; none while it does not exist.
    fn warehouse(&self) -> impl Future<Output = Result<Option<String>, Refusal>> + Send;
    /// Units on hand by SKU, not more than are asked for.
    fn on_hand(
        &self,
        warehouse: &str,
        skus: Vec<String>,
        most: i64,
    ) -> impl Future<Output = Result<BTreeMap<String, i64>, Refusal>> + Send;
}

/// A buyer and where the goods go.
pub type Buyer = crate::domain::address::Typed;

/// Carts and orders.
pub trait Till: Sync {
    fn start(
        &self,
        warehouse: &str,
        items: &[(String, i64)],
    ) -> impl Future<Output = Result<(CartKey, Cart), Refusal>> + Send;
    fn add(
        &self,
        key: &CartKey,
        items: &[(String, i64)],
    ) -> impl Future<Output = Result<Cart, Refusal>> + Send;
    /// Zero units take the line out.
    fn set(&self, key: &CartKey, sku: &str, units: i64)
    -> impl Future<Output = Result<Cart, Refusal>> + Send;
    fn show(&self, key: &CartKey, region: Option<&str>)
    -> impl Future<Output = Result<Cart, Refusal>> + Send;
    /// The order of a cart, with its token; `expected` is the total that the buyer has seen.
    fn check_out(
        &self,
        key: &CartKey,
        buyer: &Buyer,
        expected: Option<kernel::Money>,
    ) -> impl Future<Output = Result<(Order, String), Refusal>> + Send;
    fn order(&self, id: &str, token: &str) -> impl Future<Output = Result<Order, Refusal>> + Send;
    /// Pays with a card's token, or what costs nothing without. The same key pays once.
    fn pay(
        &self,
        id: &str,
        token: &str,
        card: Option<&str>,
        key: &str,
    ) -> impl Future<Output = Result<Order, Refusal>> + Send;
    fn cancel(
        &self,
        id: &str,
        token: &str,
        reason: &str,
    ) -> impl Future<Output = Result<Order, Refusal>> + Send;
}
