//! The three events of a Worker, converted from JavaScript's types to ours and back.

use std::rc::Rc;
use std::sync::Arc;

use contracts::{CRON, Service};
use http::HeaderMap;
use js_sys::{JSON, Promise};
use platform::World;
use wasm_bindgen::JsValue;
use web::App;
use worker::worker_sys;
use worker::{Env, MessageBatch, MessageExt, RawMessage};

use crate::world::{Presence, WaitUntil};
use crate::{Edge, drive, pause, together, wire};

/// Once per isolate: makes a panic log its location.
pub fn start() {
    console_error_panic_hook::set_once();
}

fn wait_until(context: worker_sys::Context) -> WaitUntil {
    Rc::new(move |work| {
        let promise = drive::promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        });
        // It fails only for something that is not a promise.
        let _ = context.wait_until(&promise);
    })
}

/// Answers a request. The promise is rejected only for what is not HTTP.
pub fn fetch(app: App, request: web_sys::Request, env: Env, context: worker_sys::Context) -> Promise {
    let wait_until = wait_until(context);
    drive::promise(async move {
        // Only the gateway has a public route.
        let from_peer = app.service() != Service::Gateway;
        let request = wire::came_in(request, from_peer)?;
        let edge_for = |headers: &HeaderMap| {
            let id = headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
            Edge::new(app.service(), id, env.clone(), wait_until.clone())
        };
        if from_peer && request.uri().path() == together::PATH {
            return Ok(together::serve(&app, request, edge_for).await?.into());
        }
        let _present = Presence::of(1);
        let edge = edge_for(request.headers());
        Ok(wire::response(app.serve(Arc::new(edge), request).await)?.into())
    })
}

/// Takes in a batch of messages: each is acknowledged or retried separately.
pub fn queue(app: App, batch: worker_sys::MessageBatch, env: Env, context: worker_sys::Context) -> Promise {
    let wait_until = wait_until(context);
    drive::promise(async move {
        let batch: MessageBatch<String> = batch.into();
        let messages: Vec<RawMessage> = batch.raw_iter().collect();
        let bodies: Vec<String> = messages.iter().map(|message| text(&message.body())).collect();
        let _present = Presence::of(bodies.len());
        let causes = bodies.concat();
        let edge = Edge::new(app.service(), &causes, env, wait_until);
        let settled = app.take(Arc::new(edge), &bodies).await;
        for (message, settled) in messages.iter().zip(settled) {
            if settled { message.ack() } else { message.retry() }
        }
        Ok(JsValue::UNDEFINED)
    })
}

/// We send only text. A body of another type came from elsewhere: it is taken in as its debug text, and so becomes a
/// dead letter. Skipping it would lose it, because a batch that ends well is acknowledged as a whole.
fn text(body: &JsValue) -> String {
    let as_json = || JSON::stringify(body).ok().and_then(|json| json.as_string());
    body.as_string().or_else(as_json).unwrap_or_default()
}

/// How long the second round of a cron run comes after the first, in milliseconds: half of the cron's interval.
const SECOND_ROUND_MS: u32 = 30_000;

/// The cron run, every minute, in two rounds. A run that is fired by hand names another cron, or none,
/// and has one round: whoever fires it decides when the next one comes.
pub fn scheduled(app: App, event: &JsValue, env: Env, context: worker_sys::Context) -> Promise {
    let wait_until = wait_until(context);
    let cron = js_sys::Reflect::get(event, &JsValue::from_str("cron")).ok().and_then(|cron| cron.as_string());
    drive::promise(async move {
        let edge: Arc<dyn World> = Arc::new(Edge::new(app.service(), "", env, wait_until));
        let first = app.tick(edge).await;
        if let Some(context) = first.filter(|_| cron.as_deref() == Some(CRON)) {
            pause::rest(SECOND_ROUND_MS).await;
            app.relay_again(&context).await;
        }
        Ok(JsValue::UNDEFINED)
    })
}
