//! `PUT /customers/{id}`, with `If-Match`.

use kernel::ids::CustomerId;
use web::duties::{Action, is_watched};
use web::{Context, FieldError, Json, Path, Problem, ProblemCode, Route, Tagged};

use super::create_customer::email_taken;
use super::customer_json::{CustomerInput, CustomerJson};
use super::{duties, grants};
use crate::adapters::store::Store;
use crate::application::ports::customers::{Customers, UpdateCustomerError};
use crate::application::update_customer::update_customer;
use crate::domain::customer::Customer;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/customers/{id}", grants::CUSTOMER_WRITE, "Replace a customer's data.", handle).audited()
            .details("Needs `If-Match` with the version that was read. The credit limit must not be below the amount owed.")
            .shared_duty(Action::CreditLimit)
            .problems(&[
                ProblemCode::EmailTaken,
                ProblemCode::PreconditionFailed,
                ProblemCode::PreconditionRequired,
            ]),
    ]
}

async fn handle(
    context: Context,
    Path(id): Path<CustomerId>,
    Json(input): Json<CustomerInput>,
) -> Result<Tagged<CustomerJson>, Problem> {
    if input.id.is_some_and(|named| named != id) {
        return Err(Problem::field("/id", "must be the id in the path"));
    }
    let version = context.if_match().ok_or_else(|| {
        let detail = "Send the ETag of the customer you changed as If-Match.";
        Problem::new(ProblemCode::PreconditionRequired, detail)
            .with_errors(vec![FieldError::new("If-Match", "is required")])
    })?;
    let details = input.details(context.currency())?;
    let store = Store::new(&context);
    if is_watched(&context, Action::CreditLimit)?
        && let Some(customer) = store.find_customer(id).await?
    {
        duties::check_credit_limit(&context, &details, customer.details.credit_limit, Some(id))?;
    }
    let customer = match update_customer(&store, id, version, &details).await {
        // A request that stopped half-way finds what it has done.
        Err(UpdateCustomerError::Stale) if context.holds_key() => {
            let done = |customer: &Customer| {
                customer.version == version.saturating_add(1) && customer.details == details
            };
            let customer = store.find_customer(id).await?.filter(done);
            customer.ok_or_else(|| problem(UpdateCustomerError::Stale))?
        }
        changed => changed.map_err(problem)?,
    };
    Ok(Tagged(customer.version, CustomerJson::new(&customer)?))
}

fn problem(error: UpdateCustomerError) -> Problem {
    match error {
        UpdateCustomerError::NotFound => Problem::not_found("customer"),
        UpdateCustomerError::Stale => {
            Problem::new(ProblemCode::PreconditionFailed, "The customer has changed since you read it.")
        }
        UpdateCustomerError::EmailTaken => email_taken(),
        UpdateCustomerError::LimitBelowExposure => {
            Problem::field("/creditLimit", "must not be below what the customer owes")
        }
        UpdateCustomerError::Failure(failure) => failure.into(),
    }
}
