//! How an event waits for another one of the isolate. The runtime resumes it as itself (`wire.js`).

use js_sys::{Array, Function, Promise};
use platform::{Boxed, Wake};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::send::{SendFuture, SendWrapper};

/// A pause of this length ends by itself, in milliseconds: what should end it may be gone.
const PAUSE_MS_MAX: u32 = 2_500;

#[wasm_bindgen(module = "/src/wire.js")]
extern "C" {
    fn pause(ms: u32) -> Array;

    #[wasm_bindgen(catch)]
    async fn wait(ms: u32) -> Result<JsValue, JsValue>;
}

/// A pause of the running event, and what ends it.
pub(crate) fn begin() -> (Wake, Boxed<'static, ()>) {
    let parts = pause(PAUSE_MS_MAX);
    let (promise, end) = (JsFuture::from(Promise::from(parts.get(0))), SendWrapper::new(parts.get(1)));
    let wake = move || {
        // It fails only for something that is not a function.
        let _ = end.unchecked_ref::<Function>().call0(&JsValue::UNDEFINED);
    };
    let paused = SendFuture::new(async move {
        // Nothing rejects it.
        let _ = promise.await;
    });
    (Box::new(wake), Box::pin(paused))
}

/// Waits so many milliseconds.
pub(crate) async fn rest(ms: u32) {
    // Nothing rejects it.
    let _ = JsFuture::from(Promise::from(pause(ms).get(0))).await;
}

/// One turn of the runtime: what can go on now goes on.
pub(crate) fn linger() -> Boxed<'static, ()> {
    until(0)
}

/// Waits.
pub(crate) fn until(ms: u32) -> Boxed<'static, ()> {
    Box::pin(SendFuture::new(async move {
        // A timer cannot fail.
        let _ = wait(ms).await;
    }))
}
