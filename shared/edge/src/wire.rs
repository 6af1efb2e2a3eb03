//! Requests and answers, converted from JavaScript's types to ours and back. A body is read when it is needed, all at
//! once. A body that is not read is passed on unchanged.
//!
//! A crossing between wasm and JavaScript costs about a microsecond, and each header took several. So a head crosses as
//! one JSON text (`wire.js`).

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Stream, TryStreamExt as _};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use js_sys::Uint8Array;
use platform::{Body, BodyError, Boxed, ByteStream, FETCH_SECONDS_MAX, Request, Response, Source, TimeOut};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::send::{SendFuture, SendWrapper};

#[wasm_bindgen(module = "/src/wire.js")]
extern "C" {
    #[wasm_bindgen(js_name = requestHead)]
    fn request_head(request: &web_sys::Request) -> String;

    #[wasm_bindgen(js_name = answerHead)]
    fn answer_head(answer: &web_sys::Response) -> String;

    #[wasm_bindgen(catch)]
    fn answer(head: &str, body: &JsValue) -> Result<web_sys::Response, JsValue>;

    #[wasm_bindgen(catch)]
    pub(crate) fn limit(limiter: &JsValue, client: &str) -> Result<js_sys::Promise, JsValue>;

    #[wasm_bindgen(catch)]
    async fn send(
        sender: &JsValue,
        url: &str,
        head: &str,
        body: &JsValue,
        ms: u32,
    ) -> Result<JsValue, JsValue>;
}

/// The maximum bytes of a request that is passed on.
const REQUEST_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Header names and values as JavaScript lists them.
pub(crate) type Pairs = Vec<(String, String)>;

fn broken(error: &JsValue) -> BodyError {
    BodyError::Broken(format!("{error:?}"))
}

/// An error that JavaScript threw, or a head that cannot be read.
fn failed(error: &JsValue) -> worker::Error {
    worker::Error::RustError(format!("{error:?}"))
}

pub(crate) fn unreadable(error: impl std::fmt::Display) -> worker::Error {
    worker::Error::RustError(error.to_string())
}

pub(crate) fn header_map(pairs: Pairs) -> worker::Result<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(pairs.len());
    for (name, value) in pairs {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(unreadable)?;
        headers.append(name, HeaderValue::from_maybe_shared(bytes::Bytes::from(value)).map_err(unreadable)?);
    }
    Ok(headers)
}

/// Names and values. A value that is not text is left empty.
pub(crate) fn pairs(headers: &HeaderMap) -> Pairs {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned())
    };
    headers.iter().map(pair).collect()
}

/// `"headers":{"name":"value",…}`: the runtime reads an object faster than a list. Values of one name are joined, as RFC
/// 9110, 5.3 allows for every header but `Set-Cookie`: the few answers that have it twice are written as a list.
fn headers_json(headers: &HeaderMap) -> worker::Result<String> {
    if headers.get_all(header::SET_COOKIE).iter().nth(1).is_some() {
        return serde_json::to_string(&pairs(headers))
            .map(|list| format!("\"headers\":{list}"))
            .map_err(unreadable);
    }
    let mut object: BTreeMap<&str, Cow<'_, str>> = BTreeMap::new();
    for (name, value) in headers {
        let value = value.to_str().unwrap_or_default();
        match object.entry(name.as_str()) {
            Entry::Vacant(place) => {
                place.insert(value.into());
            }
            Entry::Occupied(mut known) => *known.get_mut() = format!("{}, {value}", known.get()).into(),
        }
    }
    serde_json::to_string(&object).map(|object| format!("\"headers\":{object}")).map_err(unreadable)
}

/// The length that a message's headers declare.
fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn whole(buffer: Result<js_sys::Promise, JsValue>) -> Result<Vec<u8>, BodyError> {
    let promise = buffer.map_err(|error| broken(&error))?;
    let buffer = JsFuture::from(promise).await.map_err(|error| broken(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The body of a request or of an answer, not read yet.
struct Unread<T> {
    message: SendWrapper<T>,
    length: Option<usize>,
    /// Whether all of it may be read at once: another of our Workers sent it, or its length is declared.
    at_once: bool,
}

/// What has a body.
trait Message: Any + Sized {
    fn array_buffer(&self) -> Result<js_sys::Promise, JsValue>;
    fn stream(self) -> worker::Result<worker::ByteStream>;
}

impl Message for web_sys::Request {
    fn array_buffer(&self) -> Result<js_sys::Promise, JsValue> {
        self.array_buffer()
    }

    fn stream(self) -> worker::Result<worker::ByteStream> {
        worker::Request::from(self).stream()
    }
}

impl Message for web_sys::Response {
    fn array_buffer(&self) -> Result<js_sys::Promise, JsValue> {
        self.array_buffer()
    }

    fn stream(self) -> worker::Result<worker::ByteStream> {
        worker::Response::from(self).stream()
    }
}

impl<T: Message> Source for Unread<T> {
    fn length(&self) -> Option<usize> {
        self.length
    }

    fn at_once(&self) -> bool {
        self.at_once
    }

    fn whole(self: Box<Self>) -> Boxed<'static, Result<Vec<u8>, BodyError>> {
        Box::pin(SendFuture::new(async move { whole(self.message.array_buffer()).await }))
    }

    fn stream(self: Box<Self>) -> ByteStream {
        match self.message.0.stream() {
            Ok(stream) => {
                let stream = stream.map_err(|error| BodyError::Broken(error.to_string()));
                Box::pin(OneThread(SendWrapper::new(Box::pin(stream))))
            }
            Err(error) => {
                let error = BodyError::Broken(error.to_string());
                Box::pin(futures_util::stream::once(std::future::ready(Err(error))))
            }
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// A stream in an isolate. An isolate has one thread; the wrapper only tells the compiler so.
struct OneThread<S>(SendWrapper<Pin<Box<S>>>);

impl<S: Stream> Stream for OneThread<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

/// An incoming request; `from_peer` when only our own Workers can send it.
pub(crate) fn came_in(request: web_sys::Request, from_peer: bool) -> worker::Result<Request> {
    let (method, url, pairs, has_body): (String, String, Pairs, bool) =
        serde_json::from_str(&request_head(&request)).map_err(unreadable)?;
    // Takes path and query of the URL without parsing it: a parser would add its Unicode tables to the Worker.
    let path = url.splitn(4, '/').nth(3).map_or_else(|| "/".to_owned(), |path| format!("/{path}"));
    let mut ours = Request::new(Body::default());
    *ours.method_mut() = method.parse().map_err(unreadable)?;
    *ours.uri_mut() = path.parse().map_err(unreadable)?;
    *ours.headers_mut() = header_map(pairs)?;
    // A POST may have no body. The body of a GET has no meaning (RFC 9110, 9.3.1) and cannot be passed on.
    let reads = [Method::GET, Method::HEAD].contains(ours.method());
    if !reads && has_body {
        let length = length(ours.headers());
        let at_once = from_peer || length.is_some();
        *ours.body_mut() =
            Body::Source(Box::new(Unread { message: SendWrapper::new(request), length, at_once }));
    }
    Ok(ours)
}

/// Sends a request through a service binding, or to a server outside.
pub(crate) async fn sent(
    sender: &JsValue,
    url: &str,
    request: Request,
    to_peer: bool,
) -> worker::Result<Response> {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str();
    // A redirect is an answer for whoever asked us, not a question for us to ask.
    let head =
        format!("{{\"method\":\"{method}\",\"redirect\":\"manual\",{}}}", headers_json(&parts.headers)?);
    // A request body has a few megabytes at most, and a stream would need a length, which not every client sends.
    let bytes = body.read(REQUEST_BYTES_MAX).await.map_err(unreadable)?;
    let body = if bytes.is_empty() { JsValue::UNDEFINED } else { Uint8Array::from(bytes.as_slice()).into() };
    // A peer answers in its own time: it ends with this event.
    let shorter = parts.extensions.get::<TimeOut>().map(|time_out| time_out.ms);
    let ms = if to_peer { 0 } else { shorter.unwrap_or(FETCH_SECONDS_MAX * 1000) };
    let answer = send(sender, url, &head, &body, ms).await.map_err(|error| failed(&error))?;
    let answer: web_sys::Response = answer.unchecked_into();
    let (status, pairs): (u16, Pairs) = serde_json::from_str(&answer_head(&answer)).map_err(unreadable)?;
    let mut ours = Response::new(Body::default());
    *ours.status_mut() = StatusCode::from_u16(status).map_err(unreadable)?;
    *ours.headers_mut() = header_map(pairs)?;
    let length = length(ours.headers());
    let at_once = to_peer || length.is_some();
    *ours.body_mut() = Body::Source(Box::new(Unread { message: SendWrapper::new(answer), length, at_once }));
    Ok(ours)
}

/// Our answer.
pub(crate) fn response(response: Response) -> worker::Result<web_sys::Response> {
    let (parts, body) = response.into_parts();
    let head = format!("{{\"status\":{},{}}}", parts.status.as_u16(), headers_json(&parts.headers)?);
    let body = match body {
        Body::Bytes(bytes) if bytes.is_empty() => JsValue::NULL,
        Body::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        Body::Source(source) => match source.into_any().downcast::<Unread<web_sys::Response>>() {
            // A peer's answer passes through unchanged.
            Ok(answer) => answer.message.body().map_or(JsValue::NULL, Into::into),
            Err(_) => return Err(unreadable("an answer of a kind that cannot be sent")),
        },
    };
    answer(&head, &body).map_err(|error| failed(&error))
}
