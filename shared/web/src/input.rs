//! How input is read: each type here is an argument of a handler, and defines what it accepts.

use std::future::Future;

use http::{HeaderMap, Method, Uri, header};
use kernel::{Cursor, Limit};
use platform::{Body, BodyError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::decode::{self, Tree};
use crate::{FieldError, Problem, ProblemCode};

/// The maximum bytes of a JSON body.
pub(crate) const JSON_BYTES_MAX: usize = 1024 * 1024;
/// The maximum bytes of any body that is read whole: a catalogue import.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A request on its way to a handler.
pub struct Incoming {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, not read yet.
    pub body: Body,
    /// The values of the path's parameters, decoded.
    pub parameters: Vec<(String, String)>,
}

impl Incoming {
    /// The same request without its body.
    pub(crate) fn head(&self) -> Self {
        Self {
            method: self.method.clone(),
            uri: self.uri.clone(),
            headers: self.headers.clone(),
            body: Body::default(),
            parameters: self.parameters.clone(),
        }
    }
}

/// An argument of a handler.
pub trait Input: Sized + Send {
    /// The most bytes of body that it takes.
    const BODY_BYTES_MAX: usize = JSON_BYTES_MAX;

    /// Reads it.
    fn read(incoming: &mut Incoming) -> impl Future<Output = Result<Self, Problem>> + Send;

    /// What the description says about it.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation);
}

/// A JSON body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + Send> Input for Json<T> {
    async fn read(incoming: &mut Incoming) -> Result<Self, Problem> {
        let body = read_json(incoming).await?;
        // An empty body is read as an empty object, so that the error names the missing fields.
        decode::from_slice(if body.is_empty() { b"{}" } else { &body }).map(Self)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.json_body::<T>();
    }
}

/// The bytes of a JSON body, described as a `T`: for a handler that keeps what it cannot read.
pub struct JsonBytes<T>(pub Vec<u8>, std::marker::PhantomData<T>);

impl<T: JsonSchema + Send> Input for JsonBytes<T> {
    async fn read(incoming: &mut Incoming) -> Result<Self, Problem> {
        Ok(Self(read_json(incoming).await?, std::marker::PhantomData))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.json_body::<T>();
    }
}

async fn read_json(incoming: &mut Incoming) -> Result<Vec<u8>, Problem> {
    let kind = incoming.headers.get(header::CONTENT_TYPE);
    let kind = kind.map(|kind| kind.to_str().unwrap_or_default().to_owned());
    if kind.as_deref().is_some_and(|kind| !is_json(kind)) {
        return Err(unsupported("application/json"));
    }
    // Services send each other what users may not send: whole messages.
    let is_internal = incoming.uri.path().starts_with("/internal/");
    let bytes_max = if is_internal { BODY_BYTES_MAX } else { JSON_BYTES_MAX };
    let body = collect(std::mem::take(&mut incoming.body), bytes_max).await?;
    // A browser sends a body without a type to any origin unasked.
    if kind.is_none() && !body.is_empty() {
        return Err(unsupported("application/json"));
    }
    Ok(body)
}

/// `application/json`, with or without parameters. It is always in UTF-8 (RFC 8259, 8.1).
fn is_json(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    is_json && parts.all(is_no_other_charset)
}

fn is_no_other_charset(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    !name.trim().eq_ignore_ascii_case("charset")
        || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
}

/// The kinds of text that a table may be sent as: browsers name a `.csv` file by the programs on the computer.
const TABLES: [&str; 6] = [
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/csv",
    "application/vnd.ms-excel",
    "application/octet-stream",
];

fn unsupported(wanted: &str) -> Problem {
    Problem::new(ProblemCode::UnsupportedMediaType, format!("The body must be {wanted}."))
        .with_errors(vec![FieldError::new("Content-Type", format!("must be {wanted}"))])
}

pub(crate) fn too_large(bytes_max: usize) -> Problem {
    Problem::new(ProblemCode::BodyTooLarge, format!("The body may have at most {bytes_max} bytes."))
}

/// All bytes of a body: 413 beyond the limit, 503 when the connection breaks.
pub async fn collect(body: Body, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    body.read(bytes_max).await.map_err(|error| match error {
        BodyError::TooLarge { bytes_max } => too_large(bytes_max),
        BodyError::Broken(_) => Problem::unavailable(error),
    })
}

/// A body that is a CSV document. Also accepted when its sender declares plain text, or just bytes.
pub struct CsvBody(pub Vec<u8>);

impl Input for CsvBody {
    const BODY_BYTES_MAX: usize = BODY_BYTES_MAX;

    async fn read(incoming: &mut Incoming) -> Result<Self, Problem> {
        let kind = incoming.headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or_default());
        let kind = kind.map(|kind| kind.split(';').next().unwrap_or("").trim());
        if kind.is_some_and(|kind| !TABLES.iter().any(|table| kind.eq_ignore_ascii_case(table))) {
            return Err(unsupported("text/csv"));
        }
        collect(std::mem::take(&mut incoming.body), BODY_BYTES_MAX).await.map(Self)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.text_body("text/csv");
    }
}

/// The value of a cookie (RFC 6265, 4.2).
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Headers that a handler reads in addition to those that every request has.
pub struct Headers(pub HeaderMap);

impl Input for Headers {
    async fn read(incoming: &mut Incoming) -> Result<Self, Problem> {
        Ok(Self(incoming.headers.clone()))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(_: &mut crate::describe::Operation) {}
}

/// The request as it was received, its body not read.
impl Input for Incoming {
    const BODY_BYTES_MAX: usize = BODY_BYTES_MAX;

    async fn read(incoming: &mut Incoming) -> Result<Self, Problem> {
        Ok(Self {
            method: incoming.method.clone(),
            uri: incoming.uri.clone(),
            headers: std::mem::take(&mut incoming.headers),
            body: std::mem::take(&mut incoming.body),
            parameters: std::mem::take(&mut incoming.parameters),
        })
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(_: &mut crate::describe::Operation) {}
}

/// Query parameters. An empty one counts as absent, because forms send empty ones.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + Send> Input for Query<T> {
    async fn read(incoming: &mut Incoming) -> Result<Self, Problem> {
        let query = incoming.uri.query().unwrap_or("");
        let parameters = serde_urlencoded::from_str::<Vec<(String, String)>>(query)
            .map_err(|_| Problem::field("", "the query is not well formed"))?
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, Tree::Text(value)));
        decode::read(Tree::Object(parameters.collect()))
            .map(Self)
            .map_err(decode::Refusal::into_parameter_problem)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.query::<T>();
    }
}

/// Path parameters: one value, or a tuple in the order of the path. A value that cannot be read names nothing that
/// exists: 404.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + Send> Input for Path<T> {
    async fn read(incoming: &mut Incoming) -> Result<Self, Problem> {
        let mut values: Vec<Tree> =
            incoming.parameters.iter().map(|(_, value)| Tree::Text(value.clone())).collect();
        let tree = match values.len() {
            1 => values.swap_remove(0),
            _ => Tree::List(values),
        };
        decode::read(tree)
            .map(Self)
            .map_err(|_| Problem::new(ProblemCode::NotFound, "The path names nothing that can exist."))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.path::<T>();
    }
}

/// The parameters of a list without filters.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Rows, 1 to 100.
    #[serde(default)]
    pub limit: Limit,
    /// Where the last page ended.
    pub cursor: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_json_whatever_its_parameters() {
        for (kind, json) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/jsonp", false),
            ("text/plain", false),
            ("application/json;charset=\"UTF-8\"", true),
            ("application/json; charset=utf-16", false),
            ("", false),
        ] {
            assert_eq!(is_json(kind), json, "{kind}");
        }
    }
}
