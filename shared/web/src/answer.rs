//! How answers are written. A handler's return type defines status, media type and shape. [`Present`] does the same for
//! a use case whose answer is also stored under an idempotency key.

use std::convert::Infallible;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Cursor, Failure, Limit};
use platform::{Body, Response};
use schemars::JsonSchema;
use serde::Serialize;
use store::{KeptAnswer, Unit};

use crate::{Context, Problem};

/// The answer of a handler.
pub trait Answer: Sized {
    /// The answer as it is sent.
    fn into_response(self) -> Result<Response, Problem>;

    /// Its part of the API's description.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation);
}

/// 200 with a JSON body.
pub struct Reply<T>(pub T);

/// 201 with a JSON body.
pub struct Created<T>(pub T);

/// 202 with a JSON body for work that continues after the answer.
pub struct Accepted<T>(pub T);

/// 200 with a JSON body and its version as `ETag`.
pub struct Tagged<T>(pub i64, pub T);

/// 201 with a JSON body for something new; 200 with `Idempotent-Replayed: true` for what the same request created
/// before.
pub enum Placed<T> {
    /// Created now.
    New(T),
    /// Created before; as it is now.
    Known(T),
}

/// An answer that also sets a cookie.
pub struct WithCookie<A>(pub Option<String>, pub A);

impl<A: Answer> Answer for WithCookie<A> {
    fn into_response(self) -> Result<Response, Problem> {
        let mut response = self.1.into_response()?;
        if let Some(cookie) = self.0 {
            let cookie = HeaderValue::from_str(&cookie).map_err(Problem::internal)?;
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut crate::describe::Operation) {
        A::describe(operation);
    }
}

/// 204.
pub struct NoContent;

/// 200 with a text of another media type and its own headers.
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
/// The text format that Prometheus reads.
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
        operation.json_answer::<T>(202, "Started; it continues after this answer.");
    }
}

pub(crate) fn etag(version: i64) -> String {
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
        operation.json_answer::<T>(200, "The resource as it is now; its version is the ETag.").answer_header(
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
            .json_answer::<T>(200, "The same request created it before; this is its current state.");
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
        operation.empty_answer(204, "Done.");
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

/// Makes a page of up to `limit + 1` rows: the extra row only shows that there are more. `key` gives the keyset key of
/// a row.
pub fn list<T: Serialize>(mut rows: Vec<T>, limit: Limit, key: impl Fn(&T) -> String) -> Reply<List<T>> {
    let more = rows.len() > limit.rows();
    rows.truncate(limit.rows());
    let next_cursor = rows.last().filter(|_| more).map(|row| Cursor::after(key(row)));
    Reply(List { data: rows, next_cursor })
}

/// How the outcome of a use case is answered, defined once by its handler. The handler answers with it. The store keeps
/// the same bytes under the request's idempotency key, in the batch of the change, and so never needs to know how an
/// answer looks.
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
    /// For work that stores no answer: a read, a message, a sweep.
    pub const NONE: Self = Self::new(|never| match *never {});
}

impl<T: ?Sized> Present<T> {
    /// Defined by a function that turns the outcome into an answer or a problem.
    pub const fn new(show: fn(&T) -> Result<Response, Problem>) -> Self {
        Self(Show::Alike(show))
    }

    /// The same where the answer depends on the caller.
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

/// An answer in memory, as a key remembers it.
fn kept(response: Response) -> Result<KeptAnswer, Failure> {
    let (parts, body) = response.into_parts();
    let Body::Bytes(bytes) = body else {
        return Err(Failure::Defect("an answer that streams cannot be kept".to_owned()));
    };
    kept_copy(&parts, bytes)
}

/// The same from a head and a body that is also sent.
pub(crate) fn kept_copy(head: &http::response::Parts, body: Vec<u8>) -> Result<KeptAnswer, Failure> {
    let text = |name: header::HeaderName| Some(head.headers.get(name)?.to_str().ok()?.to_owned());
    Ok(KeptAnswer {
        status: head.status.as_u16(),
        content_type: text(header::CONTENT_TYPE).unwrap_or_default(),
        etag: text(header::ETAG),
        body: String::from_utf8(body).map_err(|error| Failure::Defect(error.to_string()))?,
    })
}
