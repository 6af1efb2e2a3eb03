//! `GET /customers/{id}`.

use kernel::ids::CustomerId;
use web::{Context, Path, Problem, Route, Tagged};

use super::customer_json::CustomerJson;
use super::grants;
use crate::adapters::store::Store;
use crate::application::ports::customers::Customers;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{id}", grants::SELF_READ, "Show a customer.", handle)
            .details("Any customer with the grant `customers:read`, otherwise only the caller's own."),
    ]
}

async fn handle(context: Context, Path(id): Path<CustomerId>) -> Result<Tagged<CustomerJson>, Problem> {
    if !context.caller.may(grants::CUSTOMER_READ) && context.caller.customer_id != Some(id) {
        return Err(Problem::not_found("customer"));
    }
    let customer = Store::new(&context).find_customer(id).await?;
    let customer = customer.ok_or_else(|| Problem::not_found("customer"))?;
    Ok(Tagged(customer.version, CustomerJson::new(&customer)?))
}
