//! `POST /customers`.

use kernel::Money;
use web::duties::Action;
use web::{Answer as _, Context, Created, FieldError, Json, Present, Problem, ProblemCode, Route};

use super::customer_json::{CustomerInput, CustomerJson};
use super::{duties, grants};
use crate::adapters::store::{Presents, Store};
use crate::application::create_customer::create_customer;
use crate::application::ports::customers::CreateCustomerError;
use crate::domain::customer::Customer;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/customers", grants::CUSTOMER_WRITE, "Register a customer.", handle).audited()
            .details(
                "The same id with the same details is the same customer. An e-mail address may belong to one customer of \
                 each type.",
            )
            .shared_duty(Action::CreditLimit)
            .problems(&[ProblemCode::EmailTaken, ProblemCode::StateConflict]),
    ]
}

const ANSWER: Present<Customer> = Present::new(|customer| answer(customer)?.into_response());

fn answer(customer: &Customer) -> Result<Created<CustomerJson>, Problem> {
    CustomerJson::new(customer).map(Created)
}

async fn handle(
    context: Context,
    Json(input): Json<CustomerInput>,
) -> Result<Created<CustomerJson>, Problem> {
    let id = context.given_or_new(input.id)?;
    let given = input.id;
    let details = input.details(context.currency())?;
    duties::check_credit_limit(&context, &details, Money::zero(context.currency()), given)?;
    let store = Store::presenting(&context, Presents { customer: Some(ANSWER), ..Presents::NONE });
    let customer = create_customer(&store, id, &details).await.map_err(problem)?;
    answer(&customer)
}

fn problem(error: CreateCustomerError) -> Problem {
    match error {
        CreateCustomerError::EmailTaken => email_taken(),
        CreateCustomerError::IdTaken => Problem::state_conflict("This id belongs to another customer."),
        CreateCustomerError::Failure(failure) => failure.into(),
    }
}

/// 409 for an address that belongs to another customer of the same type.
pub(super) fn email_taken() -> Problem {
    Problem::new(ProblemCode::EmailTaken, "Another customer of this type has this e-mail address.")
        .with_errors(vec![FieldError::new("/email", "belongs to another customer")])
}
