//! A house in this process behind a real door: the commands of `xtask` speak HTTP over TCP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};

use contracts::Service;
use house::{Api as _, InProcess};

/// Serves the house while `work` runs, which gets its address.
pub(crate) fn over_tcp<T>(house: &InProcess, work: impl FnOnce(&str) -> T) -> T {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let done = &done;
        scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            for stream in listener.incoming().map_while(Result::ok) {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                let _ = serve(house, &runtime, stream);
            }
        });
        let outcome = work(&format!("http://{address}"));
        done.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(address);
        outcome
    })
}

/// Answers one request over HTTP/1.1, as far as the commands use it.
fn serve(house: &InProcess, runtime: &tokio::runtime::Runtime, mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, path) =
        (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let (mut headers, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        let name = name.to_lowercase();
        match name.as_str() {
            "content-length" => length = value.parse().unwrap_or(0),
            "content-type" | "authorization" | "idempotency-key" => headers.push((name, value.to_owned())),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // Whoever asks waits for the messages.
    house.settle();
    let client = house.house().client(Service::Gateway).with(&headers);
    let answer = runtime.block_on(client.send(&method, &path, body));
    let replayed = if answer.replayed() { "idempotent-replayed: true\r\n" } else { "" };
    let (status, text) = (answer.status, &answer.text);
    write!(
        stream,
        "HTTP/1.1 {status} Answer\r\n{replayed}content-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )
}
