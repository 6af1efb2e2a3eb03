//! How answers are written. A handler's return type says status, media type and shape; [`Present`] says it for a use
//! case whose answer is kept under an idempotency key as well.

use std::convert::Infallible;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Cursor, Failure, Limit};
use platform::{Body, Response};
use schemars::JsonSchema;
use serde::Serialize;
use store::{KeptAnswer, Unit};

use crate::{Context, Problem};

/// What a handler answers.
pub trait Answer: Sized {
    /// The answer as it is sent.
    fn into_response(self) -> Result<Response, Problem>;

    /// What the description says of it.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation);
}

/// 200 with a JSON body.
pub struct Reply<T>(pub T);

/// 201 with a JSON body.
pub struct Created<T>(pub T);

/// 202 with a JSON body for work that goes on after the answer.
pub struct Accepted<T>(pub T);

/// 200 with a JSON body and its version as `ETag`.
pub struct Tagged<T>(pub i64, pub T);

/// 201 with a JSON body for something new; 200 with `Idempotent-Replayed: true` for what the same request made before.
pub enum Placed<T> {
    /// Made now.
    New(T),
    /// As it is now.
    Known(T),
}

/// 204.
pub struct NoContent;

/// 200 with a text of another media type, and headers of its own.
pub struct Text<M> {
    body: String,
    headers: HeaderMap,
    media: std::marker::PhantomData<M>,
}

/// A media type, for [`Text`].
pub trait Media {
    /// Its name, with the charset.
    const NAME: &'static str;
}

/// Comma-separated values.
pub struct Csv;
/// What Prometheus reads.
pub struct PrometheusText;

impl Media for Csv {
    const NAME: &'static str = "text/csv; charset=utf-8";
}

impl Media for PrometheusText {
    const NAME: &'static str = "text/plain; version=0.0.4";
}

impl<M: Media> Text<M> {
    /// The text.
    #[must_use]
    pub fn new(body: String) -> Self {
        Self { body, headers: HeaderMap::new(), media: std::marker::PhantomData }
    }

    /// Adds a header; one that cannot be sent is a defect.
    pub fn with(mut self, name: &'static str, value: &str) -> Result<Self, Problem> {
        self.headers.insert(name, HeaderValue::from_str(value).map_err(Problem::internal)?);
        Ok(self)
    }
}

/// A whole answer of a status and a media type.
#[must_use]
pub fn response(status: StatusCode, media: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Result<Response, Problem> {
    let text = serde_json::to_string(body).map_err(Problem::internal)?;
    Ok(response(status, "application/json", text))
}

impl<T: Serialize + JsonSchema> Answer for Reply<T> {
    fn into_response(self) -> Result<Response, Problem> {
        json(StatusCode::OK, &self.0)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.json_answer::<T>(200, "Done.");
    }
}

impl<T: Serialize + JsonSchema> Answer for Created<T> {
    fn into_response(self) -> Result<Response, Problem> {
        json(StatusCode::CREATED, &self.0)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.json_answer::<T>(201, "Created.");
    }
}

impl<T: Serialize + JsonSchema> Answer for Accepted<T> {
    fn into_response(self) -> Result<Response, Problem> {
        json(StatusCode::ACCEPTED, &self.0)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.json_answer::<T>(202, "Begun; it goes on after this answer.");
    }
}

fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

impl<T: Serialize + JsonSchema> Answer for Tagged<T> {
    fn into_response(self) -> Result<Response, Problem> {
        let mut response = json(StatusCode::OK, &self.1)?;
        let tag = HeaderValue::from_str(&etag(self.0)).map_err(Problem::internal)?;
        response.headers_mut().insert(header::ETAG, tag);
        Ok(response)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.json_answer::<T>(200, "The thing as it is now; its version is the ETag.").answer_header(
            200,
            "ETag",
            "The version, for If-Match.",
        );
    }
}

impl<T: Serialize + JsonSchema> Answer for Placed<T> {
    fn into_response(self) -> Result<Response, Problem> {
        match self {
            Self::New(body) => json(StatusCode::CREATED, &body),
            Self::Known(body) => json(StatusCode::OK, &body).map(replayed),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation
            .json_answer::<T>(201, "Created.")
            .json_answer::<T>(200, "The same request made it before: as it is now.");
    }
}

/// Marks an answer as that of an earlier request.
pub(crate) fn replayed(mut response: Response) -> Response {
    response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    response
}

impl Answer for NoContent {
    fn into_response(self) -> Result<Response, Problem> {
        let mut response = Response::new(Body::default());
        *response.status_mut() = StatusCode::NO_CONTENT;
        Ok(response)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.empty_answer(204, "Done; there is nothing to show.");
    }
}

impl<M: Media> Answer for Text<M> {
    fn into_response(self) -> Result<Response, Problem> {
        let mut response = response(StatusCode::OK, M::NAME, self.body);
        response.headers_mut().extend(self.headers);
        Ok(response)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        operation.text_answer(200, M::NAME);
    }
}

/// A page of a list: `{"data":[...],"nextCursor":...}`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PageOf{T}")]
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

/// How the outcome of a use case is answered, said once by its handler. The handler answers with it; the store keeps
/// the same bytes under the request's idempotency key, in the batch that changes something, and so never has to know
/// how anything looks.
pub struct Present<T: ?Sized>(Show<T>);

enum Show<T: ?Sized> {
    Alike(fn(&T) -> Result<Response, Problem>),
    ByCaller(fn(&Context, &T) -> Result<Response, Problem>),
}

impl<T: ?Sized> Clone for Present<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Present<T> {}

impl<T: ?Sized> Clone for Show<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Show<T> {}

impl Present<Infallible> {
    /// For what keeps no answer: a read, a message, a sweep.
    pub const NONE: Self = Self::new(|never| match *never {});
}

impl<T: ?Sized> Present<T> {
    /// By a function that makes the answer, or the problem that the outcome is.
    pub const fn new(show: fn(&T) -> Result<Response, Problem>) -> Self {
        Self(Show::Alike(show))
    }

    /// The same where what is shown depends on who asks.
    pub const fn by_caller(show: fn(&Context, &T) -> Result<Response, Problem>) -> Self {
        Self(Show::ByCaller(show))
    }

    /// Keeps the answer under the request's key, with the unit that makes it true.
    pub fn keep(self, context: &Context, unit: &mut Unit, outcome: &T) -> Result<(), Failure> {
        let shown = match self.0 {
            Show::Alike(show) => show(outcome),
            Show::ByCaller(show) => show(context, outcome),
        };
        let kept = match shown {
            Ok(response) => kept(response)?,
            Err(problem) => KeptAnswer {
                status: problem.status(),
                content_type: "application/problem+json".to_owned(),
                etag: None,
                body: problem.render(&context.request_id),
            },
        };
        unit.answer(kept);
        Ok(())
    }
}

/// An answer whose bytes are there, as a key remembers it.
fn kept(response: Response) -> Result<KeptAnswer, Failure> {
    let (parts, body) = response.into_parts();
    let Body::Bytes(bytes) = body else {
        return Err(Failure::Defect("an answer that streams cannot be kept".to_owned()));
    };
    kept_copy(&parts, bytes)
}

/// The same of a head and a body that goes out besides.
pub(crate) fn kept_copy(head: &http::response::Parts, body: Vec<u8>) -> Result<KeptAnswer, Failure> {
    let text = |name: header::HeaderName| Some(head.headers.get(name)?.to_str().ok()?.to_owned());
    Ok(KeptAnswer {
        status: head.status.as_u16(),
        content_type: text(header::CONTENT_TYPE).unwrap_or_default(),
        etag: text(header::ETAG),
        body: String::from_utf8(body).map_err(|error| Failure::Defect(error.to_string()))?,
    })
}
