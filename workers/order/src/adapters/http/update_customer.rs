//! `PUT /customers/{id}`, with `If-Match`.

use kernel::ids::CustomerId;
use web::{Context, FieldError, Json, Path, Problem, ProblemCode, Tagged};

use super::create_customer::email_taken;
use super::customer_json::{CustomerInput, CustomerJson};
use crate::adapters::store::SqlCustomers;
use crate::application::update_customer::{UpdateCustomerError, update_customer};

/// Answers 200 with the customer and its new `ETag`; 404, 409 `EMAIL_TAKEN`, 412 when it has changed since,
/// 422 for a limit below what is owed, 428 without `If-Match`.
pub(super) async fn handle(
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
    let updated = update_customer(&SqlCustomers::new(&context), id, version, &details).await;
    updated.map(|customer| Tagged(customer.version, CustomerJson::from(&customer))).map_err(problem)
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
