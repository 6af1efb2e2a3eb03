//! `GET /customers/{id}`.

use kernel::ids::CustomerId;
use web::{Context, Grant, Path, Problem, Tagged};

use super::customer_json::CustomerJson;
use crate::adapters::store::SqlCustomers;
use crate::application::ports::customers::Customers;

/// Answers 200 with the customer and its `ETag`, 404 also for someone else's.
pub(super) async fn handle(
    context: Context,
    Path(id): Path<CustomerId>,
) -> Result<Tagged<CustomerJson>, Problem> {
    if !context.caller.may(grants::CUSTOMER_READ) && context.caller.customer_id != Some(id) {
        return Err(Problem::not_found("customer"));
    }
    let customer = SqlCustomers::new(&context).find_customer(id).await?;
    let customer = customer.ok_or_else(|| Problem::not_found("customer"))?;
    Ok(Tagged(customer.version, CustomerJson::from(&customer)))
}
