//! The three events of a Worker, from JavaScript's types to ours and back.

use std::rc::Rc;

use axum::Router;
use js_sys::JSON;
use wasm_bindgen::JsValue;
use worker::{
    Context, Env, Headers, MessageBatch, MessageExt, RawMessage, Request, Response, ResponseBuilder,
    ScheduleContext,
};

use crate::Edge;

/// Once per isolate: a panic says where it was.
pub fn start() {
    console_error_panic_hook::set_once();
}

/// Answers a request.
pub async fn fetch<S: web::Bounded>(
    router: Router,
    request: Request,
    env: Env,
    context: Context,
) -> worker::Result<Response> {
    let request = read(request).await?;
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let edge = Edge::new(S::SERVICE, id, env, Rc::new(move |work| context.wait_until(work)))?;
    write(web::serve::<S, Edge>(router, edge, request).await)
}

/// Takes in a batch of messages: each is acknowledged or retried by itself.
pub async fn queue<S: web::Bounded>(
    batch: MessageBatch<String>,
    env: Env,
    context: Context,
) -> worker::Result<()> {
    let messages: Vec<RawMessage> = batch.raw_iter().collect();
    let bodies: Vec<String> = messages.iter().map(|message| text(&message.body())).collect();
    let edge = Edge::new(S::SERVICE, &bodies.concat(), env, Rc::new(move |work| context.wait_until(work)))?;
    let settled = S::take(&edge, &bodies).await;
    for (message, settled) in messages.iter().zip(settled) {
        if settled { message.ack() } else { message.retry() }
    }
    Ok(())
}

/// We send text only. What is not text came from elsewhere: it is taken in as what it looks like, and so becomes
/// a dead letter. To leave it aside would be to lose it: a batch that ends well is acknowledged as a whole.
fn text(body: &JsValue) -> String {
    let as_json = || JSON::stringify(body).ok().and_then(|json| json.as_string());
    body.as_string().or_else(as_json).unwrap_or_default()
}

/// The cron's minute.
pub async fn scheduled<S: web::Bounded>(env: Env, context: ScheduleContext) {
    let Ok(edge) = Edge::new(S::SERVICE, "", env, Rc::new(move |work| context.wait_until(work))) else {
        return;
    };
    let request_id = platform::Platform::new_id(&edge).to_string();
    S::tick(&web::Context::system(edge, S::SERVICE, &request_id)).await;
}

async fn read(mut request: Request) -> worker::Result<web::Request> {
    // The URL's path and query without parsing it: a parser would bring its Unicode tables along.
    let url = request.inner().url();
    let path = url.splitn(4, '/').nth(3).map_or_else(|| "/".to_owned(), |path| format!("/{path}"));
    let mut builder = http::Request::builder().method(request.method().to_string().as_str()).uri(path);
    for (name, value) in request.headers().entries() {
        builder = builder.header(name, value);
    }
    let body = request.bytes().await?;
    builder.body(body).map_err(|error| worker::Error::RustError(error.to_string()))
}

fn write(response: web::Response) -> worker::Result<Response> {
    let headers = Headers::new();
    for (name, value) in response.headers() {
        headers.append(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    let status = response.status().as_u16();
    Ok(ResponseBuilder::new().with_status(status).with_headers(headers).fixed(response.into_body()))
}
