//! Registers a customer, once per id.

use kernel::Failure;
use kernel::ids::CustomerId;

use super::ports::customers::{Added, Customers};
use crate::domain::customer::{Customer, CustomerDetails};

/// Why there is no new customer.
#[derive(Debug, thiserror::Error)]
pub enum CreateCustomerError {
    /// A customer of this type has the address.
    #[error("the address is taken")]
    EmailTaken,
    /// The id names another customer.
    #[error("the id is taken")]
    IdTaken,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Registers a customer. The same id with the same details is the same customer, answered again.
pub async fn create_customer(
    customers: &impl Customers,
    id: CustomerId,
    details: &CustomerDetails,
) -> Result<Customer, CreateCustomerError> {
    match customers.add(id, details).await? {
        Added::Now(customer) => Ok(customer),
        Added::EmailTaken => match customers.find_customer(id).await? {
            // Both are taken where a request is repeated.
            Some(customer) if customer.details == *details => Ok(customer),
            _ => Err(CreateCustomerError::EmailTaken),
        },
        Added::IdTaken => match customers.find_customer(id).await? {
            Some(customer) if customer.details == *details => Ok(customer),
            _ => Err(CreateCustomerError::IdTaken),
        },
    }
}
