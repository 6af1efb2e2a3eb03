//! How pages are answered: their security headers, and who may keep them.

use ::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, SET_COOKIE};
use ::http::{HeaderValue, StatusCode};
use platform::{Body, Response};
use web::{Answer, Problem};

/// Only our own files, no inline script and no inline style; which pages to fetch ahead is no script. A page talks to its own shop and is in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self' 'inline-speculation-rules'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A page that every visitor gets alike: the gateway keeps it as long as it knows that it is right.
pub(super) const SHARED: &str = "public, no-cache";
pub(super) const PERSONAL: &str = "private, no-store";
/// A file whose name changes with its bytes.
pub(super) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// An answer of the shop.
pub(super) struct Html(pub(super) Response);

impl Answer for Html {
    fn into_response(self) -> Result<Response, Problem> {
        Ok(self.0)
    }

    /// Pages are for people: the API's description has none of them.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(_: &mut web::describe::Operation) {}
}

fn answer(status: u16, media: &'static str, control: &'static str, body: String) -> Response {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = answer.headers_mut();
    headers.insert(::http::header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(control));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // A form of ours says where it comes from, others hear nothing.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    answer
}

/// A page for its visitor alone.
pub(super) fn page(status: u16, html: String) -> Response {
    answer(status, "text/html; charset=utf-8", PERSONAL, html)
}

/// A page that every visitor without cookies gets alike.
pub(super) fn shared(html: String) -> Response {
    answer(200, "text/html; charset=utf-8", SHARED, html)
}

/// Another text.
pub(super) fn text(media: &'static str, control: &'static str, body: String) -> Response {
    answer(200, media, control, body)
}

/// JSON for our script.
pub(super) fn json(body: &serde_json::Value) -> Response {
    answer(200, "application/json", PERSONAL, body.to_string())
}

/// To another page of the shop, after a form: loading it again sends nothing twice.
pub(super) fn see(path: &str) -> Result<Response, Problem> {
    let mut answer = answer(303, "text/html; charset=utf-8", PERSONAL, String::new());
    answer.headers_mut().insert(LOCATION, HeaderValue::from_str(path).map_err(Problem::internal)?);
    Ok(answer)
}

/// The same answer with cookies.
pub(super) fn with_cookies(mut answer: Response, cookies: &[String]) -> Result<Response, Problem> {
    for cookie in cookies {
        let cookie = HeaderValue::from_str(cookie).map_err(Problem::internal)?;
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(answer)
}
