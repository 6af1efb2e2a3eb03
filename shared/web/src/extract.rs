//! How input is read: one place that turns every malformed request into a problem with the field.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use http_body_util::BodyExt;
use kernel::{Cursor, Limit};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{FieldError, Problem};

/// The most bytes a JSON body may have.
const JSON_BYTES_MAX: usize = 1024 * 1024;
/// The most bytes any body may have: a catalogue import.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A JSON body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind = request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("");
        if !kind.is_empty() && !kind.starts_with("application/json") {
            let detail = "The body must be application/json.";
            return Err(Problem::new(415, "UNSUPPORTED_MEDIA_TYPE", detail)
                .with_errors(vec![FieldError::new("Content-Type", "must be application/json")]));
        }
        // Services hand each other what users may not: whole messages.
        let is_internal = request.uri().path().starts_with("/internal/");
        let bytes_max = if is_internal { BODY_BYTES_MAX } else { JSON_BYTES_MAX };
        let body = collect(request).await?;
        if body.len() > bytes_max {
            return Err(too_large(bytes_max));
        }
        // An empty body is an empty object: fields that are needed are then named.
        let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let value =
            serde_path_to_error::deserialize(&mut deserializer).map_err(|error| json_problem(&error))?;
        deserializer.end().map_err(|_| broken_json("there is text after the JSON value"))?;
        Ok(Self(value))
    }
}

fn json_problem(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    let message = inner.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    if !inner.is_data() {
        return broken_json(&format!("{message} at line {} column {}", inner.line(), inner.column()));
    }
    field_problem(error.path(), message)
}

fn broken_json(detail: &str) -> Problem {
    Problem::new(400, "MALFORMED_JSON", format!("The body is not JSON: {detail}."))
        .with_errors(vec![FieldError::new("", detail)])
}

/// serde names a missing or unknown field in its message, not in the path: the pointer gets it.
fn field_problem(path: &serde_path_to_error::Path, message: &str) -> Problem {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.extend(["/".to_owned(), index.to_string()]),
            Segment::Map { key } => {
                pointer.extend(["/".to_owned(), key.replace('~', "~0").replace('/', "~1")]);
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let quoted = |prefix: &str| {
        message.strip_prefix(prefix).and_then(|rest| rest.split_once('`')).map(|(field, _)| field.to_owned())
    };
    let (field, detail) = if let Some(field) = quoted("missing field `") {
        (Some(field), "is required".to_owned())
    } else if let Some(field) = quoted("unknown field `") {
        (Some(field), message.replace("unknown field", "is not a known field:"))
    } else {
        (None, message.to_owned())
    };
    if let Some(field) = field {
        let suffix = format!("/{field}");
        if !pointer.ends_with(&suffix) {
            pointer.push_str(&suffix);
        }
    }
    Problem::field(pointer, detail)
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::new(413, "BODY_TOO_LARGE", format!("The body may have at most {bytes_max} bytes."))
}

async fn collect(request: Request) -> Result<Vec<u8>, Problem> {
    let body = request.into_body().collect().await.map_err(Problem::unavailable)?.to_bytes();
    if body.len() > BODY_BYTES_MAX { Err(too_large(BODY_BYTES_MAX)) } else { Ok(body.to_vec()) }
}

/// Any body, as bytes.
pub struct RawBody(pub Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        collect(request).await.map(Self)
    }
}

/// Query parameters.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or("");
        // An empty parameter is an absent one, as forms send them.
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str::<Vec<(String, String)>>(query)
            .map_err(|_| Problem::field("", "the query is not well formed"))?
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let deserializer = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(
            pairs.into_iter().map(|(name, value)| (name, Parameter(value))),
        );
        serde_path_to_error::deserialize(deserializer).map(Self).map_err(|error| {
            let message = error.inner().to_string();
            let problem = field_problem(error.path(), &message);
            // A query parameter has a name, not a pointer.
            let detail = problem.detail().trim_start_matches('/').to_owned();
            let (name, detail) = detail.split_once(' ').unwrap_or(("", &detail));
            Problem::field(name, detail)
        })
    }
}

/// The value of a query parameter: one that is there is a `Some`.
struct Parameter(String);

impl serde::de::IntoDeserializer<'_> for Parameter {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> serde::Deserializer<'de> for Parameter {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_string(self.0)
    }

    fn deserialize_option<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(serde::de::IntoDeserializer::into_deserializer(self.0))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Path parameters; one that cannot be parsed names nothing that exists.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| Problem::new(404, "NOT_FOUND", "The path names nothing that can exist."))
    }
}

/// The parameters of a list without filters.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Rows, 1 to 100.
    #[serde(default)]
    pub limit: Limit,
    /// Where the last page ended.
    pub cursor: Option<Cursor>,
}
