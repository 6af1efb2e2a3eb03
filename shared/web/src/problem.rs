//! RFC 9457 problems: what a client sees of an error, and what only the log sees.

use http::{HeaderName, HeaderValue, StatusCode, header};
use kernel::Failure;
use platform::Response;
use serde::Serialize;
use serde_json::{Value, json};
use store::DatabaseError;

use crate::ProblemCode;
use crate::answer::response;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FieldError {
    /// JSON pointer into the body, or the name of a query parameter or header.
    pub pointer: String,
    /// What is wrong, in a sentence without the value.
    pub detail: String,
}

impl FieldError {
    /// A field and what is wrong with it.
    #[must_use]
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// An error as a client sees it.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    code: ProblemCode,
    detail: String,
    errors: Vec<FieldError>,
    member: Option<(&'static str, Value)>,
    header: Option<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

impl Problem {
    /// A problem with its code and a detail for people.
    #[must_use]
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            member: None,
            header: None,
            cause: None,
        }))
    }

    /// 422 with the fields that are wrong.
    #[must_use]
    pub fn validation(errors: Vec<FieldError>) -> Self {
        let detail =
            errors.first().map_or_else(String::new, |first| format!("{} {}", first.pointer, first.detail));
        Self::new(ProblemCode::ValidationFailed, detail).with_errors(errors)
    }

    /// 422 for one field.
    #[must_use]
    pub fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::validation(vec![FieldError::new(pointer, detail)])
    }

    /// 404 for a thing that does not exist, or does not belong to this caller.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(ProblemCode::NotFound, format!("There is no such {what}."))
    }

    /// 409 when the thing's state does not allow it.
    #[must_use]
    pub fn state_conflict(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::StateConflict, detail)
    }

    /// 500 for a defect of ours; the cause is logged, never shown.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let detail = "Something failed on our side. It is logged under the request id.";
        Self::new(ProblemCode::Internal, detail).because(cause)
    }

    /// 503 when the outcome is unknown: the same request may be sent again with the same key.
    #[must_use]
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        let detail =
            "The outcome is not known yet. Send the same request again, with the same Idempotency-Key.";
        Self::new(ProblemCode::TemporarilyUnavailable, detail).retry_after(1).because(cause)
    }

    /// Adds fields.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds an extra member to the problem, such as `availability`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &impl Serialize) -> Self {
        self.0.member = serde_json::to_value(value).ok().map(|value| (name, value));
        self
    }

    /// Adds `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.header = Some((header::RETRY_AFTER, HeaderValue::from(seconds)));
        self
    }

    /// Adds `Allow`: the methods that the path has (RFC 9110, 15.5.6).
    #[must_use]
    pub(crate) fn allow(mut self, methods: &str) -> Self {
        self.0.header = HeaderValue::from_str(methods).ok().map(|methods| (header::ALLOW, methods));
        self
    }

    /// Adds a cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.code.status()
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        self.0.code
    }

    /// The text for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The cause, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The `application/problem+json` body.
    #[must_use]
    pub fn render(&self, request_id: &str) -> String {
        let code = self.0.code.as_str();
        let mut body = json!({
            "type": format!("/problems/{}", code.to_ascii_lowercase().replace('_', "-")),
            "title": title(code),
            "status": self.status(),
            "detail": self.0.detail,
            "code": code,
            "requestId": request_id,
            "errors": self.0.errors,
        });
        if let (Some((name, value)), Some(object)) = (&self.0.member, body.as_object_mut()) {
            object.insert((*name).to_owned(), value.clone());
        }
        body.to_string()
    }
}

/// A problem as the description shows it. A code may add its own member, such as `availability`.
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Problem")]
#[cfg(not(target_arch = "wasm32"))]
pub struct Described {
    /// A path that names the kind of problem.
    #[schemars(rename = "type")]
    _kind: String,
    /// The code in words.
    #[schemars(rename = "title")]
    _title: String,
    /// The HTTP status.
    #[schemars(rename = "status")]
    _status: u16,
    /// What happened, for people.
    #[schemars(rename = "detail")]
    _detail: String,
    /// What happened, for programs.
    #[schemars(rename = "code")]
    _code: ProblemCode,
    /// The id of the request, for finding it in the log.
    #[schemars(rename = "requestId")]
    _request_id: String,
    /// The fields that are wrong.
    #[schemars(rename = "errors")]
    _errors: Vec<FieldError>,
}

/// `OUT_OF_STOCK` reads "Out of stock".
fn title(code: &str) -> String {
    let words = code.to_ascii_lowercase().replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

impl Problem {
    /// The answer that it is.
    pub(crate) fn to_response(&self, request_id: &str) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = response(status, "application/problem+json", self.render(request_id));
        if let Some((name, value)) = &self.0.header {
            answer.headers_mut().insert(name, value.clone());
        }
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110, 15.5.2: every 401 says how to authenticate.
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        answer
    }
}

/// The failure of a port.
impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match &failure {
            Failure::Unknown(_) => Self::unavailable(&failure),
            Failure::Repeated(_) => Self::new(
                ProblemCode::IdempotencyInProgress,
                "A request with this Idempotency-Key is still running.",
            )
            .retry_after(1)
            .because(&failure),
            Failure::Defect(_) => Self::internal(&failure),
        }
    }
}

/// A database error that no adapter has turned into a domain error.
impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        Failure::from(error).into()
    }
}

/// No id and no secret could be made; nothing was done.
impl From<platform::RandomError> for Problem {
    fn from(error: platform::RandomError) -> Self {
        Failure::from(error).into()
    }
}
