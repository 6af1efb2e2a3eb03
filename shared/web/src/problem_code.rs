//! The codes of problems, on which a client's program acts. One table for all services: a code has one status and one
//! meaning.

macro_rules! codes {
    ($($name:ident = $status:literal $word:literal $meaning:literal;)*) => {
        /// The code of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemCode { $(#[doc = $meaning] $name),* }

        impl ProblemCode {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }

            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What it means, for the description.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning),* }
            }
        }
    };
}

#[cfg(not(target_arch = "wasm32"))]
impl schemars::JsonSchema for ProblemCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ProblemCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<&str> = Self::ALL.iter().map(|code| code.as_str()).collect();
        schemars::json_schema!({ "type": "string", "enum": words })
    }
}

codes! {
    // For every route.
    MalformedJson = 400 "MALFORMED_JSON" "The body is not JSON.";
    Unauthenticated = 401 "UNAUTHENTICATED" "There is no valid token: log in first.";
    TokenExpired = 401 "TOKEN_EXPIRED" "The access token has expired: refresh the session.";
    InvalidApiKey = 401 "INVALID_API_KEY" "The API key is not valid.";
    Forbidden = 403 "FORBIDDEN" "The caller's role does not allow it.";
    NotFound = 404 "NOT_FOUND" "The thing does not exist, or is not the caller's.";
    MethodNotAllowed = 405 "METHOD_NOT_ALLOWED" "The path exists, but not with this method.";
    Gone = 410 "GONE" "The thing existed and is no longer there.";
    IdempotencyInProgress = 409 "IDEMPOTENCY_IN_PROGRESS" "A request with the same Idempotency-Key is still running.";
    StateConflict = 409 "STATE_CONFLICT" "The state of the thing does not allow it.";
    PreconditionFailed = 412 "PRECONDITION_FAILED" "The thing was changed since the version that If-Match names.";
    BodyTooLarge = 413 "BODY_TOO_LARGE" "The body has too many bytes.";
    UnsupportedMediaType = 415 "UNSUPPORTED_MEDIA_TYPE" "The body has another media type than the route takes.";
    IdempotencyKeyReused = 422 "IDEMPOTENCY_KEY_REUSED" "The Idempotency-Key was used with another body.";
    ValidationFailed = 422 "VALIDATION_FAILED" "Some fields are invalid; `errors` names each.";
    PreconditionRequired = 428 "PRECONDITION_REQUIRED" "The change needs If-Match with the version that was read.";
    RateLimited = 429 "RATE_LIMITED" "Too many attempts; Retry-After says how long to wait.";
    Internal = 500 "INTERNAL" "A defect of ours; it is logged under the request id.";
    TemporarilyUnavailable = 503 "TEMPORARILY_UNAVAILABLE" "The outcome is not known: send the same again, with the same Idempotency-Key.";

    // Identity.
    InvalidCredentials = 401 "INVALID_CREDENTIALS" "The e-mail or the password is wrong.";
    InvalidRefreshToken = 401 "INVALID_REFRESH_TOKEN" "The refresh token is not valid, or was used before.";
    StepUpRequired = 403 "STEP_UP_REQUIRED" "The action needs a recent proof of who the caller is: POST /auth/step-up.";
    ApprovalRequired = 403 "APPROVAL_REQUIRED" "The caller may not do this alone; `approval` shows the amount and the limit.";
    EmailTaken = 409 "EMAIL_TAKEN" "The e-mail belongs to another user or customer.";

    // The catalogue.
    SkuTaken = 409 "SKU_TAKEN" "The SKU belongs to another product.";
    HandleTaken = 409 "HANDLE_TAKEN" "The handle belongs to another product, maybe a deleted one.";
    BarcodeTaken = 409 "BARCODE_TAKEN" "The barcode belongs to another variant.";
    CategoryExists = 409 "CATEGORY_EXISTS" "A category with this name already exists.";

    // Selling.
    TillNotEnrolled = 403 "TILL_NOT_ENROLLED" "The sale needs the key of an enrolled till, in the header Till-Key.";
    PaymentDeclined = 402 "PAYMENT_DECLINED" "The payment provider declined; the order still waits for payment.";
    PaymentActionRequired = 402 "PAYMENT_ACTION_REQUIRED" "The buyer has to confirm the payment with their bank, at `redirectUrl`; then the same request goes on.";
    OutOfStock = 409 "OUT_OF_STOCK" "There is not enough stock; `availability` shows what is on hand for each line.";
    TerminalGap = 409 "TERMINAL_GAP" "Sales of the till have not arrived; `gaps` says which.";
    MoqNotMet = 422 "MOQ_NOT_MET" "Lines are below their minimum order quantity.";
    CreditLimitExceeded = 422 "CREDIT_LIMIT_EXCEEDED" "The customer would owe more than the credit limit.";
    ShipmentExceedsOrder = 422 "SHIPMENT_EXCEEDS_ORDER" "The shipment has more than what is left to send.";
    RefundExceedsOrder = 422 "REFUND_EXCEEDS_ORDER" "The refund is more than what is left of the order.";

    // The books.
    UnbalancedEntry = 422 "UNBALANCED_ENTRY" "Debits and credits of the entry are not equal.";
    AccountNotPostable = 422 "ACCOUNT_NOT_POSTABLE" "The account does not exist, is inactive, or is a header account.";
    PeriodClosed = 422 "PERIOD_CLOSED" "The day is in a closed fiscal period.";

    // Operations.
    ReplayFailed = 409 "REPLAY_FAILED" "The dead letter failed again; the detail says why.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_one_word_with_an_error_status() {
        for (index, code) in ProblemCode::ALL.iter().enumerate() {
            let word = code.as_str();
            assert!(word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'), "{word}");
            assert!((400..=503).contains(&code.status()), "{word}");
            assert!(code.meaning().ends_with('.'), "{word}");
            assert!(!ProblemCode::ALL[..index].iter().any(|other| other.as_str() == word), "{word} twice");
        }
    }
}
