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
        parse(if body.is_empty() { b"{}" } else { &body }).map(Self)
    }
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| json_problem(&error))?;
    deserializer.end().map_err(|_| broken_json("there is text after the JSON value"))?;
    Ok(value)
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
                pointer.extend(["/".to_owned(), escaped(key)]);
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let quoted =
        |prefix: &str| message.strip_prefix(prefix)?.split_once('`').map(|(field, _)| escaped(field));
    let (field, detail) = if let Some(field) = quoted("missing field `") {
        (Some(field), "is required".to_owned())
    } else if let Some(field) = quoted("duplicate field `") {
        (Some(field), "stands twice".to_owned())
    } else if let Some(field) = quoted("unknown field `") {
        let known = message.rsplit_once("`, expected ").map_or("there are none", |(_, known)| known);
        (Some(field), format!("is not a known field: {known}"))
    } else {
        (None, told(message))
    };
    if let Some(field) = field {
        let suffix = format!("/{field}");
        if !pointer.ends_with(&suffix) {
            pointer.push_str(&suffix);
        }
    }
    Problem::field(pointer, detail)
}

/// A member's name in a JSON pointer, cut where nobody reads on.
fn escaped(name: &str) -> String {
    const LENGTH_MAX: usize = 100;
    let name: String = name.chars().take(LENGTH_MAX).collect();
    name.replace('~', "~0").replace('/', "~1")
}

/// The longest sentence about a field, in characters.
const DETAIL_LENGTH_MAX: usize = 300;

/// serde's message without the value, which may be anything, and without our names of types.
fn told(message: &str) -> String {
    const WRONG: [&str; 4] = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    let Some((_, wanted)) = WRONG
        .iter()
        .find_map(|wrong| message.strip_prefix(wrong))
        .and_then(|rest| rest.rsplit_once(", expected "))
    else {
        // What a type of ours or a library's says, which may repeat the value.
        return message.chars().take(DETAIL_LENGTH_MAX).collect();
    };
    let wanted = match wanted.split_once(' ').map_or(wanted, |(kind, _)| kind) {
        "struct" | "map" | "internally" | "adjacently" => "an object",
        "tuple" | "sequence" | "unit" | "newtype" => "another kind of value",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "f32" | "f64" => "a number",
        "enum" | "variant" => "one of the words of this field",
        _ => match wanted {
            "a sequence" => "a list",
            "a map" => "an object",
            "a boolean" => "true or false",
            wanted => wanted,
        },
    };
    format!("must be {wanted}")
}

/// A JSON value as a request's type, refused as a body is. It goes through text, so that the code which reads
/// the type is there once: a Worker is small.
pub fn from_json<T: DeserializeOwned>(value: &serde_json::Value) -> Result<T, Problem> {
    parse(value.to_string().as_bytes())
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[serde(rename = "count")]
        _count: i64,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(rename = "items")]
        _items: Vec<Inner>,
    }

    fn refusal(json: &serde_json::Value) -> (String, String) {
        let problem = from_json::<Outer>(json).unwrap_err();
        let body: serde_json::Value = serde_json::from_str(&problem.render("r")).unwrap();
        let text = |member: &str| body["errors"][0][member].as_str().unwrap().to_owned();
        (text("pointer"), text("detail"))
    }

    #[test]
    fn a_refusal_names_the_field_and_neither_our_types_nor_the_value() {
        for (json, pointer, detail) in [
            (json!({}), "/items", "is required"),
            (json!({ "items": 5 }), "/items", "must be a list"),
            (json!({ "items": ["secret"] }), "/items/0", "must be an object"),
            (json!({ "items": [{ "count": "secret" }] }), "/items/0/count", "must be a whole number"),
            (json!({ "items": [{ "a/b": 1 }] }), "/items/0/a~1b", "is not a known field: `count`"),
        ] {
            assert_eq!(refusal(&json), (pointer.to_owned(), detail.to_owned()));
        }
    }

    #[test]
    fn a_refusal_is_short_however_long_a_name_is() {
        let mut items = json!({ "items": [] });
        items["x".repeat(100_000)] = json!(1);
        let (pointer, detail) = refusal(&items);
        assert!(pointer.len() <= 101 && detail.len() < 100, "{} {}", pointer.len(), detail.len());
    }
}
