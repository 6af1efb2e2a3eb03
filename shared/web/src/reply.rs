//! How answers are written.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kernel::{Cursor, Limit};
use serde::Serialize;

use crate::Problem;

/// 200 with a JSON body.
pub struct Reply<T>(pub T);

/// 201 with a JSON body.
pub struct Created<T>(pub T);

/// 200 with a JSON body and its version as `ETag`.
pub struct Tagged<T>(pub i64, pub T);

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_string(body) {
        Ok(text) => (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text)
            .into_response(),
        Err(error) => Problem::internal(error).into_response(),
    }
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        json(StatusCode::CREATED, &self.0)
    }
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = json(StatusCode::OK, &self.1);
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.0)) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

/// A page of a list: `{"data":[...],"nextCursor":...}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct List<T> {
    data: Vec<T>,
    next_cursor: Option<Cursor>,
}

/// Makes a page of up to `limit + 1` rows read: the extra row only tells that there are more.
/// `key` gives the keyset key of a row.
pub fn list<T: Serialize>(mut rows: Vec<T>, limit: Limit, key: impl Fn(&T) -> String) -> Reply<List<T>> {
    let more = rows.len() > limit.rows();
    rows.truncate(limit.rows());
    let next_cursor = rows.last().filter(|_| more).map(|row| Cursor::after(key(row)));
    Reply(List { data: rows, next_cursor })
}
