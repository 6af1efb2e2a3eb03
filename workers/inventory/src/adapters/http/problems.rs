//! The problems that several handlers use.

use contracts::stock::ItemAvailability;
use web::{FieldError, Problem, ProblemCode};

use crate::application::explain_refusal::Refusal;
use crate::domain::lines::LinesError;

pub(super) fn lines(error: &LinesError) -> Problem {
    let pointer = match error {
        LinesError::Empty | LinesError::TooMany(_) => "/items".to_owned(),
        LinesError::Repeated { line } => format!("/items/{line}/sku"),
    };
    Problem::field(pointer, error.to_string())
}

pub(super) fn unknown_skus(lines: &[usize]) -> Problem {
    let detail = "is not kept in stock: the catalogue has no such goods";
    let error = |line: &usize| FieldError::new(format!("/items/{line}/sku"), detail);
    Problem::validation(lines.iter().map(error).collect())
}

pub(super) fn unknown_warehouse(pointer: &str) -> Problem {
    Problem::field(pointer, "is not a warehouse")
}

pub(super) fn out_of_stock(availability: &[ItemAvailability]) -> Problem {
    Problem::new(ProblemCode::OutOfStock, "There is not enough stock for every line.")
        .with("availability", &availability)
}

fn too_much() -> Problem {
    Problem::field("/items", "would make more units or a larger value than stock can have")
}

/// A refused change of stock. `conflict` explains a conflict: the id is taken, or the state does not allow the change.
pub(super) fn refused(refusal: Refusal, conflict: &str) -> Problem {
    match refusal {
        Refusal::UnknownWarehouse => unknown_warehouse("/warehouseId"),
        Refusal::UnknownSkus(lines) => unknown_skus(&lines),
        Refusal::OutOfStock(availability) => out_of_stock(&availability),
        Refusal::Conflict => Problem::state_conflict(conflict),
        Refusal::TooMuch => too_much(),
        Refusal::Failure(failure) => failure.into(),
    }
}
