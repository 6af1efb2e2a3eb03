//! Cloudflare's platform: how a service runs as a Worker.
//!
//! A worker crate names its service once, `edge::worker!(crate::Product);`, and this crate gives it
//! the entry points `fetch`, `queue` and `scheduled`. Its Cargo.toml names `worker` and `wasm-bindgen`
//! for wasm, because the macros behind the entry points write these names.

#![cfg_attr(not(target_arch = "wasm32"), allow(unused_macros, reason = "Workers exist on wasm only"))]

#[cfg(target_arch = "wasm32")]
mod drive;
#[cfg(target_arch = "wasm32")]
mod pause;
#[cfg(all(target_arch = "wasm32", feature = "fail-points"))]
mod points;
#[cfg(target_arch = "wasm32")]
mod run;
#[cfg(target_arch = "wasm32")]
mod socket;
#[cfg(target_arch = "wasm32")]
mod together;
#[cfg(target_arch = "wasm32")]
mod wire;
#[cfg(target_arch = "wasm32")]
mod world;
#[cfg(target_arch = "wasm32")]
mod zones;

#[cfg(target_arch = "wasm32")]
pub use js_sys::Promise;
#[cfg(target_arch = "wasm32")]
pub use run::{fetch, queue, scheduled, start};
#[cfg(target_arch = "wasm32")]
pub use web;
#[cfg(target_arch = "wasm32")]
pub use web_sys;
#[cfg(target_arch = "wasm32")]
pub use world::Edge;

/// The entry points of a Worker that runs the service `$service`.
#[macro_export]
macro_rules! worker {
    ($service:expr) => {
        #[cfg(target_arch = "wasm32")]
        mod entry {
            std::thread_local! {
                // Once per isolate: building its router for each request would take most of the request's time.
                static APP: $crate::web::App = $crate::web::App::new($service);
            }

            #[worker::event(start)]
            fn start() {
                $crate::start();
            }

            #[wasm_bindgen::prelude::wasm_bindgen]
            pub fn fetch(
                request: $crate::web_sys::Request,
                env: worker::Env,
                context: worker::worker_sys::Context,
            ) -> $crate::Promise {
                $crate::fetch(APP.with(Clone::clone), request, env, context)
            }

            #[wasm_bindgen::prelude::wasm_bindgen]
            pub fn queue(
                batch: worker::worker_sys::MessageBatch,
                env: worker::Env,
                context: worker::worker_sys::Context,
            ) -> $crate::Promise {
                $crate::queue(APP.with(Clone::clone), batch, env, context)
            }

            #[wasm_bindgen::prelude::wasm_bindgen]
            pub fn scheduled(
                event: wasm_bindgen::JsValue,
                env: worker::Env,
                context: worker::worker_sys::Context,
            ) -> $crate::Promise {
                $crate::scheduled(APP.with(Clone::clone), &event, env, context)
            }
        }
    };
}
