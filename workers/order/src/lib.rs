//! order

#[cfg(target_arch = "wasm32")]
mod entry {
    #[worker::event(fetch)]
    async fn fetch(_: worker::Request, _: worker::Env, _: worker::Context) -> worker::Result<worker::Response> {
        worker::Response::ok("order")
    }
}
