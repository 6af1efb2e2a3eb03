//! The header `Till-Key`: which enrolled till a request comes from.

use web::{FieldError, Incoming, Input, Problem, ProblemCode};

use crate::domain::enrolment::KeyRefused;

/// The name of the header.
const TILL_KEY: &str = "till-key";

/// The hash of the key that the request shows; none without the header. The key itself is not kept, also not in memory.
pub(super) struct TillKey(pub(super) Option<String>);

impl Input for TillKey {
    async fn read(incoming: &mut Incoming) -> Result<Self, Problem> {
        Ok(Self(incoming.headers.get(TILL_KEY).map(|key| web::tokens::sha256(key.as_bytes()))))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut web::describe::Operation) {
        operation.header("Till-Key", "The key that the till got when it was enrolled.");
    }
}

/// 403: the sale needs its till's key.
pub(super) fn refused(why: KeyRefused) -> Problem {
    let (detail, pointer) = match why {
        KeyRefused::Missing => (
            "A sale that has already happened needs the key of its enrolled till, in the header Till-Key.",
            "Till-Key",
        ),
        KeyRefused::Invalid => (
            "The header Till-Key is not the valid key of this till: enrol the till, or issue its key again.",
            "Till-Key",
        ),
        KeyRefused::OtherWarehouse => ("The till is enrolled in another warehouse.", "/warehouseId"),
    };
    Problem::new(ProblemCode::TillNotEnrolled, detail)
        .with_errors(vec![FieldError::new(pointer, why.to_string())])
}
