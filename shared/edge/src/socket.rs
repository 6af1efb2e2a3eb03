//! Connections over the platform's sockets (`cloudflare:sockets`).

use js_sys::Uint8Array;
use platform::{Boxed, SOCKET_SECONDS_MAX, Socket, SocketError, Tls};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::send::{SendFuture, SendWrapper};

#[wasm_bindgen(module = "/src/socket.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = connectTo)]
    async fn connect_to(host: &str, port: u16, tls: &str, ms: u32) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = readFrom)]
    async fn read_from(connection: &JsValue, ms: u32) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = writeTo)]
    async fn write_to(connection: &JsValue, bytes: &Uint8Array, ms: u32) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    async fn encrypt(connection: &JsValue, ms: u32) -> Result<JsValue, JsValue>;

    fn close(connection: &JsValue);
}

const WAIT_MS: u32 = SOCKET_SECONDS_MAX * 1000;

/// A connection of one event.
struct Connection(SendWrapper<JsValue>);

impl Drop for Connection {
    fn drop(&mut self) {
        close(&self.0);
    }
}

fn failed(error: &JsValue) -> SocketError {
    let message = js_sys::Reflect::get(error, &JsValue::from_str("message")).ok();
    SocketError(message.and_then(|message| message.as_string()).unwrap_or_else(|| format!("{error:?}")))
}

pub(crate) async fn connect(host: &str, port: u16, tls: Tls) -> Result<Box<dyn Socket>, SocketError> {
    let tls = match tls {
        Tls::Off => "off",
        Tls::On => "on",
        Tls::Later => "starttls",
    };
    let connection = connect_to(host, port, tls, WAIT_MS).await.map_err(|error| failed(&error))?;
    Ok(Box::new(Connection(SendWrapper::new(connection))))
}

impl Socket for Connection {
    fn read(&mut self) -> Boxed<'_, Result<Vec<u8>, SocketError>> {
        Box::pin(SendFuture::new(async move {
            let bytes = read_from(&self.0, WAIT_MS).await.map_err(|error| failed(&error))?;
            Ok(if bytes.is_undefined() { Vec::new() } else { Uint8Array::new(&bytes).to_vec() })
        }))
    }

    fn write(&mut self, bytes: Vec<u8>) -> Boxed<'_, Result<(), SocketError>> {
        Box::pin(SendFuture::new(async move {
            let bytes = Uint8Array::from(bytes.as_slice());
            write_to(&self.0, &bytes, WAIT_MS).await.map(drop).map_err(|error| failed(&error))
        }))
    }

    fn start_tls(self: Box<Self>) -> Boxed<'static, Result<Box<dyn Socket>, SocketError>> {
        Box::pin(SendFuture::new(async move {
            let encrypted = encrypt(&self.0, WAIT_MS).await.map_err(|error| failed(&error))?;
            // The plain connection is the same one: it must not be closed.
            std::mem::forget(self);
            let socket: Box<dyn Socket> = Box::new(Connection(SendWrapper::new(encrypted)));
            Ok(socket)
        }))
    }
}
