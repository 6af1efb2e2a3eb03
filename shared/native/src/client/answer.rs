//! What a service answered, and what a test expects of it.

use std::sync::OnceLock;

use http::HeaderMap;
use serde_json::Value;

use crate::Response;

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    json: OnceLock<Value>,
}

/// The same answer, whenever it was given: the same status, entity tag, replay and bytes.
impl PartialEq for Answer {
    fn eq(&self, other: &Self) -> bool {
        let parts = |answer: &Self| (answer.status, answer.replayed(), answer.etag().map(str::to_owned));
        parts(self) == parts(other) && self.text == other.text
    }
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        Self::new(parts.status.as_u16(), parts.headers, String::from_utf8(body).unwrap())
    }
}

impl Answer {
    /// An answer of these parts.
    #[must_use]
    pub fn new(status: u16, headers: HeaderMap, text: String) -> Self {
        Self { status, headers, text, json: OnceLock::new() }
    }

    /// The body, which must be JSON; null when there is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> &Value {
        if self.text.is_empty() {
            return &Value::Null;
        }
        let read = || serde_json::from_str(&self.text);
        self.json.get_or_init(|| read().unwrap_or_else(|error| panic!("{error}: {}", self.text)))
    }

    /// The body, for those who tell of a fault instead of ending; null when it is not JSON.
    #[must_use]
    pub fn json_or_null(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// A text of the body by its name.
    #[must_use]
    #[track_caller]
    pub fn str(&self, name: &str) -> &str {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.text))
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Every header of a name.
    #[must_use]
    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// The entity tag.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.header("etag")
    }

    /// Whether it was kept for the idempotency key of the request.
    #[must_use]
    #[track_caller]
    pub fn replayed(&self) -> bool {
        let replayed = self.header("idempotent-replayed");
        assert!([None, Some("true")].contains(&replayed), "{replayed:?}");
        replayed.is_some()
    }

    /// The problem's code; empty when it is none.
    #[must_use]
    pub fn code(&self) -> String {
        self.json_or_null()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The body of an answer that must have this status; null when it is not JSON.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        let is_json = self.header("content-type").is_none_or(|kind| kind.contains("json"));
        if is_json { self.json().clone() } else { Value::Null }
    }

    /// One text of every row of a page.
    #[must_use]
    #[track_caller]
    pub fn column(&self, name: &str) -> Vec<&str> {
        assert_eq!(self.status, 200, "{}", self.text);
        let rows = self.json()["data"].as_array().unwrap_or_else(|| panic!("{}", self.text));
        rows.iter().map(|row| row[name].as_str().unwrap()).collect()
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text);
        self.expect(self.status)
    }

    /// Status and code of a problem, and the pointer of its first field: empty when it names none.
    #[must_use]
    #[track_caller]
    pub fn problem(&self) -> (u16, &str, &str) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        assert_eq!(Some(self.str("requestId")), self.header("x-request-id"), "{}", self.text);
        (self.status, self.str("code"), self.pointers().first().copied().unwrap_or_default())
    }

    /// The pointers of all fields that a problem names.
    #[must_use]
    #[track_caller]
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.json()["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect()
    }

    /// The pointers of a problem that must have this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Vec<&str> {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.text);
        let _ = self.problem();
        self.pointers()
    }
}
