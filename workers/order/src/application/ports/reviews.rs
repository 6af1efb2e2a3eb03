//! Sales to review, and sales that were refused.

use std::future::Future;

use kernel::Failure;
use kernel::ids::OrderId;

use crate::domain::review::{RefusedSale, Review};

/// How settling ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settling {
    Now,
    /// Another request has settled it; nothing was stored.
    Before,
}

/// Sales to review, and sales that were refused.
pub trait Reviews: Sync {
    fn find_review(&self, id: OrderId) -> impl Future<Output = Result<Option<Review>, Failure>> + Send;

    /// Stores what was decided, and publishes it for the books if amounts were waiting.
    fn settle_review(&self, review: &Review) -> impl Future<Output = Result<Settling, Failure>> + Send;

    fn find_refused(&self, id: &str) -> impl Future<Output = Result<Option<RefusedSale>, Failure>> + Send;

    /// Stores that a person has settled a refused sale. Its sequence number is void: it is no gap any more.
    fn settle_refused(&self, sale: &RefusedSale) -> impl Future<Output = Result<Settling, Failure>> + Send;
}
