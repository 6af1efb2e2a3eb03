//! JSON that the database has written: it passes through as it is, and is described by the type whose shape it has.

use std::marker::PhantomData;

use http::{HeaderValue, StatusCode, header};
use kernel::{Cursor, Limit};
use platform::Response;
use schemars::JsonSchema;

use crate::answer::{etag, response};
use crate::{Answer, List, Problem};

/// 200 with a JSON text of the shape of `T`.
pub struct Written<T> {
    text: String,
    version: Option<i64>,
    shape: PhantomData<T>,
}

impl<T> Written<T> {
    /// A resource, with its version as `ETag`.
    #[must_use]
    pub fn tagged(version: i64, text: String) -> Self {
        Self { text, version: Some(version), shape: PhantomData }
    }
}

impl<T> Written<List<T>> {
    /// A page of up to `limit + 1` rows: the extra row only shows that there are more. Each comes with its keyset key.
    #[must_use]
    pub fn page(mut rows: Vec<(String, String)>, limit: Limit) -> Self {
        let more = rows.len() > limit.rows();
        rows.truncate(limit.rows());
        let bytes = rows.iter().map(|(_, text)| text.len().saturating_add(1)).sum::<usize>();
        let mut text = String::with_capacity(bytes.saturating_add(64));
        text.push_str("{\"data\":[");
        for (number, (_, row)) in rows.iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            text.push_str(row);
        }
        text.push_str("],\"nextCursor\":");
        match rows.pop().filter(|_| more) {
            // A cursor is base64url: nothing in it needs escaping.
            Some((key, _)) => text.extend(["\"", &Cursor::after(key).to_string(), "\"}"]),
            None => text.push_str("null}"),
        }
        Self { text, version: None, shape: PhantomData }
    }
}

impl<T: JsonSchema> Answer for Written<T> {
    fn into_response(self) -> Result<Response, Problem> {
        let mut response = response(StatusCode::OK, "application/json", self.text);
        if let Some(version) = self.version {
            let tag = HeaderValue::from_str(&etag(version)).map_err(Problem::internal)?;
            response.headers_mut().insert(header::ETAG, tag);
        }
        Ok(response)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.json_answer::<T>(200, "As it is now.");
    }
}
