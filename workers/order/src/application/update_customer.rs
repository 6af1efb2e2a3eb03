//! Replaces a customer's data.

use kernel::ids::CustomerId;

use super::ports::customers::{Customers, UpdateCustomerError};
use crate::domain::customer::{Customer, CustomerDetails};

/// Replaces a customer's details, based on `version`.
pub async fn update_customer(
    customers: &impl Customers,
    id: CustomerId,
    version: i64,
    details: &CustomerDetails,
) -> Result<Customer, UpdateCustomerError> {
    customers.find_customer(id).await?.ok_or(UpdateCustomerError::NotFound)?;
    customers.change_customer(id, version, details).await
}
