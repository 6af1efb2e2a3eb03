//! `POST /customers`.

use web::{Context, Created, Json, Problem, ProblemCode};

use super::customer_json::{CustomerInput, CustomerJson};
use crate::adapters::store::SqlCustomers;
use crate::application::create_customer::{CreateCustomerError, create_customer};

/// Answers 201 with the customer, the same again for the same id and details; 409 `STATE_CONFLICT` when the
/// id names another customer, 409 `EMAIL_TAKEN` when a customer of this type has the address, 422.
pub(super) async fn handle(
    context: Context,
    Json(input): Json<CustomerInput>,
) -> Result<Created<CustomerJson>, Problem> {
    let id = input.id.unwrap_or_else(|| context.new_id());
    let details = input.details(context.currency())?;
    let created = create_customer(&SqlCustomers::new(&context), id, &details).await;
    created.map(|customer| Created(CustomerJson::from(&customer))).map_err(problem)
}

fn problem(error: CreateCustomerError) -> Problem {
    match error {
        CreateCustomerError::EmailTaken => email_taken(),
        CreateCustomerError::IdTaken => Problem::state_conflict("This id names another customer."),
        CreateCustomerError::Failure(failure) => failure.into(),
    }
}

/// 409 for an address that another customer of the type has.
pub(super) fn email_taken() -> Problem {
    Problem::new(ProblemCode::EmailTaken, "Another customer of this type has this e-mail address.")
        .with_errors(vec![web::FieldError::new("/email", "is another customer's")])
}
