//! Registers a customer, once per id.

use kernel::ids::CustomerId;

use super::ports::customers::{CreateCustomerError, Customers};
use crate::domain::customer::{Customer, CustomerDetails};

/// Registers a customer. The same id with the same details is the same customer, and gets the same answer.
pub async fn create_customer(
    customers: &impl Customers,
    id: CustomerId,
    details: &CustomerDetails,
) -> Result<Customer, CreateCustomerError> {
    match customers.add_customer(id, details).await {
        // When a request is repeated, its own e-mail and id are taken.
        Err(taken @ (CreateCustomerError::EmailTaken | CreateCustomerError::IdTaken)) => {
            let known = customers.find_customer(id).await?;
            known.filter(|customer| customer.details == *details).ok_or(taken)
        }
        added => added,
    }
}
