//! The problems that several routes share.

use contracts::stock::ItemAvailability;
use selling::pricing::PricingError;
use web::{Context, FieldError, Problem, ProblemCode};

use super::grants;
use crate::application::basket::BasketError;
use crate::application::ports::orders::{ChangeError, InsertError};

/// 402: the provider declined; the order still waits for payment. Why is for the shop: a thief who tries stolen cards
/// would learn from it.
pub(super) fn declined(context: &Context, reason: &str) -> Problem {
    if !context.caller.may(grants::ORDER_READ_ALL) {
        let detail = "The payment was declined. Try again, or pay in another way.";
        let error = FieldError::new("/payment", "was declined");
        return Problem::new(ProblemCode::PaymentDeclined, detail).with_errors(vec![error]);
    }
    Problem::new(ProblemCode::PaymentDeclined, format!("The payment was declined: {reason}."))
        .with_errors(vec![FieldError::new("/payment", reason)])
}

/// 409: too little stock, with the units on hand for each line.
pub(super) fn out_of_stock(availability: &[ItemAvailability]) -> Problem {
    Problem::new(ProblemCode::OutOfStock, "There is not enough stock for every line; the order is cancelled.")
        .with("availability", &availability)
}

/// Why an order is not changed.
pub(super) fn not_changed(error: ChangeError) -> Problem {
    match error {
        ChangeError::NotFound => Problem::not_found("order"),
        ChangeError::Stale => {
            Problem::new(ProblemCode::PreconditionFailed, "The order has changed since you read it.")
        }
        ChangeError::Busy => Problem::state_conflict("The order is being paid."),
        ChangeError::Contended => {
            Problem::state_conflict("Another request is changing this order.").retry_after(1)
        }
        ChangeError::CreditLimitExceeded => credit_limit_exceeded(),
        ChangeError::Failure(failure) => failure.into(),
    }
}

/// Why a new order is not stored.
pub(super) fn not_inserted(error: InsertError) -> Problem {
    match error {
        InsertError::IdTaken => Problem::state_conflict("This id belongs to another order.")
            .with_errors(vec![FieldError::new("/id", "is the id of another order")]),
        InsertError::SequenceTaken => {
            Problem::state_conflict("The till used this terminalSequence for another sale.")
                .with_errors(vec![FieldError::new("/terminalSequence", "was used for another sale")])
        }
        InsertError::CreditLimitExceeded => credit_limit_exceeded(),
        InsertError::CartChanged => Problem::state_conflict("The cart has changed meanwhile.").retry_after(1),
        InsertError::Failure(failure) => failure.into(),
    }
}

/// 422: the customer would owe more than the credit limit.
pub(super) fn credit_limit_exceeded() -> Problem {
    let detail = "The order would exceed the customer's credit limit.";
    Problem::new(ProblemCode::CreditLimitExceeded, detail)
        .with_errors(vec![FieldError::new("/items", "exceed the customer's credit limit")])
}

/// 422 with every faulty line.
pub(super) fn basket(error: BasketError) -> Problem {
    match error {
        BasketError::UnknownWarehouse => Problem::field("/warehouseId", "names no warehouse"),
        BasketError::Lines(faults) => Problem::validation(
            faults
                .into_iter()
                .map(|(index, fault)| FieldError::new(format!("/items/{index}/sku"), fault.to_string()))
                .collect(),
        ),
        BasketError::BelowMinimum(failing) => {
            let errors: Vec<FieldError> = failing
                .iter()
                .map(|line| {
                    let (sku, minimum) = (&line.sku, line.minimum_quantity.units());
                    let pointer = format!("/items/{}/quantity", line.index);
                    FieldError::new(
                        pointer,
                        format!("is below the minimum order quantity of {sku}, {minimum}"),
                    )
                })
                .collect();
            Problem::new(ProblemCode::MoqNotMet, "Lines are below their minimum order quantity.")
                .with_errors(errors)
        }
        BasketError::PaidTooLittle(expected) => {
            Problem::field("/payments", format!("must sum to the total of the till's own prices, {expected}"))
        }
        BasketError::Pricing(error) => pricing(error),
        BasketError::Failure(failure) => failure.into(),
    }
}

fn pricing(error: PricingError) -> Problem {
    let pointer = match error {
        PricingError::NegativePrice(index) => format!("/items/{index}/unitPrice"),
        PricingError::Currency(index) => {
            return Problem::field(
                format!("/items/{index}/unitPrice"),
                "must be in the currency of this house".to_owned(),
            );
        }
        PricingError::LineDiscount(index) => format!("/items/{index}/discount"),
        PricingError::NegativeDiscount | PricingError::DiscountExceedsSubtotal => "/discount".to_owned(),
        PricingError::NegativeTotal | PricingError::TooLarge => "/items".to_owned(),
    };
    Problem::field(pointer, error.to_string())
}
