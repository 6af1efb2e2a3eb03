//! A read that every guest gets alike: the gateway keeps it, tags it, and answers 304 to who has it.

use platform::Response;

use crate::{Answer, Problem};

/// The answer of such a read. The service answers as usual; only the description says more.
pub struct SharedRead<A>(pub A);

impl<A: Answer> Answer for SharedRead<A> {
    fn into_response(self) -> Result<Response, Problem> {
        self.0.into_response()
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        A::describe(operation);
        let tag = "Of a guest's answer: it names these bytes, for If-None-Match. Of a resource it is, or begins with, \
                   the version, for If-Match.";
        operation.answer_header(200, "ETag", tag).empty_answer(
            304,
            "To a guest whose `If-None-Match` names the `ETag`: nothing has changed. What guests read may be one \
             second old.",
        );
    }
}
