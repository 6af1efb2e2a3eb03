//! The first and the last step of every request: one form of each path, browsers of other origins, and the headers that
//! protect an answer from misuse.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL,
    CONTENT_SECURITY_POLICY, HeaderName, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Method, StatusCode, Uri};
use platform::{Request, Response, World};

use crate::domain::origins;
use crate::domain::passage::without_version;

/// The setting with the origins whose pages may call the API.
const ORIGINS_SETTING: &str = "CORS_ORIGINS";

/// `Cache-Control` of an answer that every guest gets alike. Whoever stores it asks before each use, and hears 304 in no
/// time: a cache that did not ask would make it older than the second that we promise.
pub(crate) const SHARED: &str = "public, no-cache";
/// `Cache-Control` of a file whose name changes with its bytes.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// `Cache-Control` of every other answer: it depends on the caller, also for visitors.
const PERSONAL: &str = "private, no-store";
/// What a shared answer depends on besides: with one of these a caller may get another one.
const SHARED_VARY: &str = "Origin, Authorization, X-API-Key, Cookie";

/// Sent with every answer. A receipt is a separate page: it may have a style, and nothing else.
const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
];

/// (1) `/api/v1/x` becomes `/api/x`: both are the same path, also for an idempotency key. (2) A browser's preflight
/// request is answered here, before authentication.
pub(crate) fn open(world: &dyn World, request: &mut Request) -> Option<Response> {
    if let Some(uri) = unversioned(request.uri()) {
        *request.uri_mut() = uri;
    }
    let headers = request.headers();
    let preflight =
        request.method() == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let origin = headers.get(ORIGIN).filter(|_| preflight)?;
    let mut answer = Response::default();
    *answer.status_mut() = StatusCode::NO_CONTENT;
    if is_allowed(world, origin) {
        let headers = answer.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(origins::METHODS));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(origins::REQUEST_HEADERS));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(origins::MAX_AGE_SECONDS));
    }
    Some(answer)
}

fn unversioned(uri: &Uri) -> Option<Uri> {
    let rest = without_version(uri.path())?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("/api{rest}{query}").parse().ok()
}

/// Without the setting no origin is allowed.
fn is_allowed(world: &dyn World, origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok();
    let configured = world.setting(ORIGINS_SETTING);
    origin.zip(configured).is_some_and(|(origin, configured)| origins::is_allowed(&configured, origin))
}

/// Applies to every answer, also to a refusal: a page that may not read a 401 cannot know that it must log in again.
pub(crate) fn close(world: &dyn World, origin: Option<&HeaderValue>, answer: &mut Response) {
    let allowed = origin.filter(|origin| is_allowed(world, origin)).cloned();
    let headers = answer.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        // A page of the shop says itself what it loads and to whom it says where it is.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // No service decides this: its own `Cache-Control` does not pass the door.
    let is_shared = headers.get(CACHE_CONTROL).is_some_and(|control| control == SHARED);
    let is_file = headers.get(CACHE_CONTROL).is_some_and(|control| control == IMMUTABLE);
    let (control, vary) = match (is_shared, is_file) {
        (true, _) => (SHARED, SHARED_VARY),
        (_, true) => (IMMUTABLE, "Origin"),
        _ => (PERSONAL, "Origin"),
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(control));
    headers.insert(VARY, HeaderValue::from_static(vary));
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(origins::EXPOSED_HEADERS));
    }
}
