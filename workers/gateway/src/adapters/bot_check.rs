//! Whether a guest who orders is a person: an outside service decides (Turnstile, hCaptcha and reCAPTCHA have this
//! form). Off while the setting `BOT_CHECK_URL` is empty.

use http::{HeaderMap, HeaderValue, Method, header};
use platform::{Body, Request, TimeOut};
use serde::Deserialize;
use web::{Context, FieldError, Problem, ProblemCode, Role};

use super::identity::client_address;

/// Where a token is verified; empty: guests are not checked.
const URL_SETTING: &str = "BOT_CHECK_URL";
const SECRET_SETTING: &str = "BOT_CHECK_SECRET";
/// The header with the token that the visitor's page got.
const HEADER: &str = "bot-check";
const TIME_OUT_MS: u32 = 5_000;
const ANSWER_BYTES_MAX: usize = 64 * 1024;

#[derive(Deserialize)]
struct Verdict {
    success: bool,
}

/// 403 for a guest's order without a valid token, 503 when it cannot be verified.
pub(crate) async fn check(
    context: &Context,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    let is_guests_order = context.caller.role == Role::Guest && method == Method::POST && orders(path);
    let url = context.world.setting(URL_SETTING).filter(|url| !url.trim().is_empty());
    let Some(url) = url.filter(|_| is_guests_order) else { return Ok(()) };
    let token = headers.get(HEADER).and_then(|token| token.to_str().ok()).unwrap_or_default();
    if token.is_empty() || token.len() > 4096 {
        return Err(refused("is required: show that you are a person"));
    }
    let secret = context.world.setting(SECRET_SETTING);
    let secret =
        secret.ok_or_else(|| Problem::internal(format!("the secret {SECRET_SETTING} is not set")))?;
    let mut form = serde_json::json!({ "secret": secret, "response": token });
    if let (Some(address), Some(form)) = (client_address(headers), form.as_object_mut()) {
        form.insert("remoteip".to_owned(), address.into());
    }
    let mut request = Request::new(Body::from(form.to_string()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = url.trim().parse().map_err(Problem::internal)?;
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request.extensions_mut().insert(TimeOut { ms: TIME_OUT_MS });
    let answer = context.world.fetch(request).await.map_err(Problem::unavailable)?;
    let body = answer.into_body().read(ANSWER_BYTES_MAX).await.map_err(Problem::unavailable)?;
    let verdict: Verdict = serde_json::from_slice(&body).map_err(Problem::unavailable)?;
    if verdict.success { Ok(()) } else { Err(refused("is not valid: get another one")) }
}

/// Whether a POST there makes an order.
fn orders(path: &str) -> bool {
    let of_cart = path.strip_prefix("/api/carts/").and_then(|rest| rest.split_once('/'));
    path == "/api/orders/retail" || of_cart.is_some_and(|(_, step)| step == "checkout")
}

fn refused(detail: &str) -> Problem {
    Problem::new(ProblemCode::Forbidden, format!("The header Bot-Check {detail}."))
        .with_errors(vec![FieldError::new("Bot-Check", detail)])
}
