//! The shop in this process, with demo goods, to look at: `cargo run -p storefront --example shop -- 8790`. Plain HTTP/1.1,
//! one request after the other; `cargo xtask dev` runs the real thing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a tool")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use contracts::Service;
use native::client::usd;
use serde_json::json;
use support::Shop;

async fn stock(shop: &Shop) {
    for (handle, name, category, variants) in [
        (
            "wool-blanket",
            "Wool Blanket",
            "Home",
            vec![("BLANKET-STRIPE", "Stripe", "140.00", 9), ("BLANKET-CHECK", "Check", "140.00", 0)],
        ),
        (
            "field-notebook",
            "Field Notebook",
            "Stationery",
            vec![("NOTE-PLAIN", "Plain", "6.75", 80), ("NOTE-SQUARED", "Squared", "6.75", 2)],
        ),
        ("brass-pen", "Brass Pen", "Stationery", vec![("PEN", "Brass", "38.00", 12)]),
        (
            "canvas-tote",
            "Canvas Tote",
            "Bags",
            vec![("TOTE-S", "Small", "18.00", 8), ("TOTE-L", "Large", "24.00", 4)],
        ),
        ("beeswax-candle", "Beeswax Candle", "Home", vec![("CANDLE", "Natural", "16.00", 0)]),
        (
            "stoneware-bowl",
            "Stoneware Bowl",
            "Kitchen",
            vec![("BOWL-S", "Small", "22.00", 7), ("BOWL-L", "Large", "34.00", 7)],
        ),
    ] {
        let variants_json: Vec<_> = variants
            .iter()
            .map(|(sku, option, price, _)| json!({ "sku": sku, "options": { "Kind": option }, "price": usd(price) }))
            .collect();
        shop.product(handle, name, category, json!(variants_json)).await;
        for (sku, _, _, units) in variants {
            if units > 0 {
                shop.receive(sku, units).await;
            }
        }
    }
}

fn serve(shop: &Shop, runtime: &tokio::runtime::Runtime, mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(()) };
    let mut request = http::Request::builder().method(method).uri(path);
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().unwrap_or(0);
        }
        request = request.header(name, value);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let answer = runtime.block_on(shop.house.request(Service::Gateway, request.body(body).unwrap())).unwrap();
    write!(stream, "HTTP/1.1 {}\r\n", answer.status().as_u16())?;
    for (name, value) in answer.headers() {
        write!(stream, "{name}: {}\r\n", value.to_str().unwrap_or_default())?;
    }
    write!(stream, "content-length: {}\r\nconnection: close\r\n\r\n", answer.body().len())?;
    stream.write_all(answer.body())
}

fn main() {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(8790);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let shop = runtime.block_on(Shop::open());
    shop.house.set("PUBLIC_URL", &format!("http://127.0.0.1:{port}"));
    runtime.block_on(stock(&shop));
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    println!("http://127.0.0.1:{port}");
    for stream in listener.incoming().flatten() {
        shop.house.advance_ms(5);
        // A browser that hangs up is no fault.
        let _ = serve(&shop, &runtime, stream);
    }
}
