//! `PUT /customers/{id}`, with `If-Match`.

use kernel::ids::CustomerId;
use web::{Context, FieldError, Json, Path, Problem, ProblemCode, Route, Tagged};

use super::create_customer::email_taken;
use super::customer_json::{CustomerInput, CustomerJson};
use super::grants;
use crate::adapters::store::Store;
use crate::application::ports::customers::UpdateCustomerError;
use crate::application::update_customer::update_customer;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/customers/{id}", grants::CUSTOMER_WRITE, "Replace a customer's data.", handle).audited()
            .details("Needs `If-Match` with the version that was read. The credit limit must not be below the amount owed.")
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
    let customer = update_customer(&Store::new(&context), id, version, &details).await.map_err(problem)?;
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
