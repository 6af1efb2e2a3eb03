//! Requests and answers, converted from JavaScript's types to ours and back. A body is read when it is needed, all at
//! once. A body that is not read is passed on unchanged.

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Stream, TryStreamExt as _};
use http::{HeaderName, HeaderValue};
use js_sys::Uint8Array;
use platform::{Body, BodyError, Boxed, ByteStream, Request, Response, Source};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use worker::send::{SendFuture, SendWrapper};
use worker::{Headers, RequestInit, ResponseBody, ResponseBuilder};

fn broken(error: &JsValue) -> BodyError {
    BodyError::Broken(format!("{error:?}"))
}

fn rust_error(error: impl std::fmt::Display) -> worker::Error {
    worker::Error::RustError(error.to_string())
}

async fn whole(buffer: Result<js_sys::Promise, JsValue>) -> Result<Vec<u8>, BodyError> {
    let promise = buffer.map_err(|error| broken(&error))?;
    let buffer = JsFuture::from(promise).await.map_err(|error| broken(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The length that a message's headers declare.
fn length(headers: &Headers) -> Option<usize> {
    headers.get("content-length").ok()??.parse().ok()
}

struct RequestBody {
    request: SendWrapper<worker::Request>,
    length: Option<usize>,
}

impl Source for RequestBody {
    fn length(&self) -> Option<usize> {
        self.length
    }

    fn whole(self: Box<Self>) -> Boxed<'static, Result<Vec<u8>, BodyError>> {
        Box::pin(SendFuture::new(async move { whole(self.request.inner().array_buffer()).await }))
    }

    fn stream(self: Box<Self>) -> ByteStream {
        let mut request = self.request;
        match request.stream() {
            Ok(stream) => pieces(stream),
            Err(error) => failed(&error),
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

struct AnswerBody {
    body: SendWrapper<ResponseBody>,
    length: Option<usize>,
}

impl AnswerBody {
    fn response(self) -> worker::Result<worker::Response> {
        worker::Response::from_body(self.body.0)
    }
}

impl Source for AnswerBody {
    fn length(&self) -> Option<usize> {
        self.length
    }

    fn whole(self: Box<Self>) -> Boxed<'static, Result<Vec<u8>, BodyError>> {
        Box::pin(SendFuture::new(async move {
            let response = self.response().map_err(|error| BodyError::Broken(error.to_string()))?;
            let response: web_sys::Response = response.into();
            whole(response.array_buffer()).await
        }))
    }

    fn stream(self: Box<Self>) -> ByteStream {
        let stream = self.response().and_then(|mut response| response.stream());
        match stream {
            Ok(stream) => pieces(stream),
            Err(error) => failed(&error),
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

fn pieces(stream: worker::ByteStream) -> ByteStream {
    let stream = stream.map_err(|error| BodyError::Broken(error.to_string()));
    Box::pin(OneThread(SendWrapper::new(Box::pin(stream))))
}

/// A stream in an isolate. An isolate has one thread; the wrapper only tells the compiler so.
struct OneThread<S>(SendWrapper<Pin<Box<S>>>);

impl<S: Stream> Stream for OneThread<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

fn failed(error: &worker::Error) -> ByteStream {
    let error = BodyError::Broken(error.to_string());
    Box::pin(futures_util::stream::once(std::future::ready(Err(error))))
}

/// An incoming request.
pub(crate) fn came_in(request: worker::Request) -> worker::Result<Request> {
    // Takes path and query of the URL without parsing it: a parser would add its Unicode tables to the Worker.
    let url = request.inner().url();
    let path = url.splitn(4, '/').nth(3).map_or_else(|| "/".to_owned(), |path| format!("/{path}"));
    let mut ours = Request::new(Body::default());
    // The method as it was sent: the `Method` of workers-rs is GET for one that it does not know.
    *ours.method_mut() = request.inner().method().parse().map_err(rust_error)?;
    *ours.uri_mut() = path.parse().map_err(rust_error)?;
    for (name, value) in request.headers().entries() {
        let name = HeaderName::try_from(name).map_err(rust_error)?;
        ours.headers_mut().append(name, HeaderValue::from_bytes(value.as_bytes()).map_err(rust_error)?);
    }
    // A POST may have no body. The body of a GET has no meaning (RFC 9110, 9.3.1) and cannot be passed on.
    let reads = [http::Method::GET, http::Method::HEAD].contains(ours.method());
    if !reads && request.inner().body().is_some() {
        let length = length(request.headers());
        *ours.body_mut() = Body::Source(Box::new(RequestBody { request: SendWrapper::new(request), length }));
    }
    Ok(ours)
}

/// An outgoing request.
pub(crate) async fn request(url: &str, request: Request) -> worker::Result<worker::Request> {
    let (parts, body) = request.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.append(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    let mut init = RequestInit::new();
    init.with_headers(headers);
    // A request body has a few megabytes at most, and a stream would need a length, which not every client sends.
    let bytes = body.read(REQUEST_BYTES_MAX).await.map_err(rust_error)?;
    if !bytes.is_empty() {
        init.with_body(Some(Uint8Array::from(bytes.as_slice()).into()));
    }
    let init = web_sys::RequestInit::from(&init);
    init.set_method(parts.method.as_str());
    let request = web_sys::Request::new_with_str_and_init(url, &init);
    request.map(worker::Request::from).map_err(|error| rust_error(format!("{error:?}")))
}

/// The maximum bytes of a request that is passed on.
const REQUEST_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What a peer or a server answered.
pub(crate) fn answered(response: worker::Response) -> worker::Result<Response> {
    let mut ours = Response::new(Body::default());
    *ours.status_mut() = http::StatusCode::from_u16(response.status_code()).map_err(rust_error)?;
    for (name, value) in response.headers().entries() {
        let name = HeaderName::try_from(name).map_err(rust_error)?;
        ours.headers_mut().append(name, HeaderValue::from_bytes(value.as_bytes()).map_err(rust_error)?);
    }
    let length = length(response.headers());
    let (_, body) = response.into_parts();
    *ours.body_mut() = Body::Source(Box::new(AnswerBody { body: SendWrapper::new(body), length }));
    Ok(ours)
}

/// Our answer.
pub(crate) fn response(response: Response) -> worker::Result<worker::Response> {
    let (parts, body) = response.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.append(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    let builder = ResponseBuilder::new().with_status(parts.status.as_u16()).with_headers(headers);
    match body {
        Body::Bytes(bytes) if bytes.is_empty() => Ok(builder.empty()),
        Body::Bytes(bytes) => Ok(builder.fixed(bytes)),
        Body::Source(source) => match source.into_any().downcast::<AnswerBody>() {
            // A peer's answer passes through unchanged.
            Ok(answer) => Ok(builder.body(answer.body.0)),
            Err(_) => Err(rust_error("an answer of a kind that cannot be sent")),
        },
    }
}
