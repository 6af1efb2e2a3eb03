//! Customers.

use std::future::Future;

use kernel::Failure;
use kernel::ids::CustomerId;

use crate::domain::customer::{Customer, CustomerDetails};

/// Why a customer is not registered.
#[derive(Debug, thiserror::Error)]
pub enum CreateCustomerError {
    /// A customer of this type has the address.
    #[error("the address is taken")]
    EmailTaken,
    /// The id belongs to another customer.
    #[error("the id is taken")]
    IdTaken,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why a customer was not changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateCustomerError {
    #[error("no such customer")]
    NotFound,
    /// It was changed since the version that the caller has read.
    #[error("the customer has changed")]
    Stale,
    /// Another customer of this type has the address.
    #[error("the address is taken")]
    EmailTaken,
    #[error("the customer owes more than the limit")]
    LimitBelowExposure,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Registered customers.
pub trait Customers: Sync {
    /// The customer of an id.
    fn find_customer(&self, id: CustomerId)
    -> impl Future<Output = Result<Option<Customer>, Failure>> + Send;

    /// Adds a customer who owes nothing.
    fn add_customer(
        &self,
        id: CustomerId,
        details: &CustomerDetails,
    ) -> impl Future<Output = Result<Customer, CreateCustomerError>> + Send;

    /// Replaces a customer's details, based on this version.
    fn change_customer(
        &self,
        id: CustomerId,
        version: i64,
        details: &CustomerDetails,
    ) -> impl Future<Output = Result<Customer, UpdateCustomerError>> + Send;
}
