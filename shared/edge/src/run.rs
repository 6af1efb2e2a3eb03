//! The three events of a Worker, converted from JavaScript's types to ours and back.

use std::rc::Rc;

use std::sync::Arc;

use js_sys::JSON;
use wasm_bindgen::JsValue;
use web::App;
use worker::{Context, Env, MessageBatch, MessageExt, RawMessage, Request, Response, ScheduleContext};

use crate::{Edge, wire};

/// Once per isolate: makes a panic log its location.
pub fn start() {
    console_error_panic_hook::set_once();
}

/// Answers a request.
pub async fn fetch(app: App, request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let request = wire::came_in(request)?;
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let edge = Edge::new(app.service(), id, env, Rc::new(move |work| context.wait_until(work)));
    wire::response(app.serve(Arc::new(edge), request).await)
}

/// Takes in a batch of messages: each is acknowledged or retried separately.
pub async fn queue(app: App, batch: MessageBatch<String>, env: Env, context: Context) -> worker::Result<()> {
    let messages: Vec<RawMessage> = batch.raw_iter().collect();
    let bodies: Vec<String> = messages.iter().map(|message| text(&message.body())).collect();
    let causes = bodies.concat();
    let edge = Edge::new(app.service(), &causes, env, Rc::new(move |work| context.wait_until(work)));
    let settled = app.take(Arc::new(edge), &bodies).await;
    for (message, settled) in messages.iter().zip(settled) {
        if settled { message.ack() } else { message.retry() }
    }
    Ok(())
}

/// We send only text. A body of another type came from elsewhere: it is taken in as its debug text, and so becomes a
/// dead letter. Skipping it would lose it, because a batch that ends well is acknowledged as a whole.
fn text(body: &JsValue) -> String {
    let as_json = || JSON::stringify(body).ok().and_then(|json| json.as_string());
    body.as_string().or_else(as_json).unwrap_or_default()
}

/// The cron run, every minute.
pub async fn scheduled(app: App, env: Env, context: ScheduleContext) {
    let edge = Edge::new(app.service(), "", env, Rc::new(move |work| context.wait_until(work)));
    app.tick(Arc::new(edge)).await;
}
