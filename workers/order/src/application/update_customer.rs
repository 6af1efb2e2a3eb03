//! Replaces what is known of a customer.

use kernel::Failure;
use kernel::ids::CustomerId;

use super::ports::customers::{Changed, Customers};
use crate::domain::customer::{Customer, CustomerDetails};

/// Why a customer stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum UpdateCustomerError {
    /// There is none of this id.
    #[error("no such customer")]
    NotFound,
    /// It was changed since the version the caller has seen.
    #[error("the customer has changed")]
    Stale,
    /// Another customer of this type has the address.
    #[error("the address is taken")]
    EmailTaken,
    /// More is owed than the new limit allows.
    #[error("the customer owes more than the limit")]
    LimitBelowExposure,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Replaces a customer's details, made from `version`.
pub async fn update_customer(
    customers: &impl Customers,
    id: CustomerId,
    version: i64,
    details: &CustomerDetails,
) -> Result<Customer, UpdateCustomerError> {
    let customer = customers.find_customer(id).await?.ok_or(UpdateCustomerError::NotFound)?;
    match customers.change(&customer, version, details).await? {
        Changed::Now(customer) => Ok(customer),
        Changed::Stale => Err(UpdateCustomerError::Stale),
        Changed::EmailTaken => Err(UpdateCustomerError::EmailTaken),
        Changed::LimitBelowExposure => Err(UpdateCustomerError::LimitBelowExposure),
    }
}
