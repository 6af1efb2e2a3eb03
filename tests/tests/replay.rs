//! A sales history through the public door, and the next one on top of it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

use contracts::Service;
use house::{Api as _, InProcess, PASSWORD, User};

const DECEMBER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01T08:26:00,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,6,2010-12-01T08:26:00,3.39,17850,United Kingdom
536365,POST,POSTAGE,1,2010-12-01T08:26:00,18,17850,United Kingdom
536544,85123a,WHITE HANGING HEART,2,2010-12-01T14:32:00,5.91,,United Kingdom
C536379,D,Discount,-1,2010-12-01T09:41:00,27.5,14527,United Kingdom
C536391,71053,WHITE METAL LANTERN,-1,2010-12-01T10:24:00,3.39,17850,United Kingdom
C536757,71053,WHITE METAL LANTERN,-2,2010-12-02T14:23:00,3.39,,United Kingdom
C536758,85123A,WHITE HANGING HEART,-1,2010-12-02T14:23:00,2.55,,United Kingdom
536589,71053,,-3,2010-12-01T16:50:00,0,,United Kingdom
";

/// Answers one request over HTTP/1.1, as far as the command uses it.
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
    if method == "GET" {
        // Whoever looks waits for the messages.
        house.settle();
    }
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

fn options(name: &str, url: &str, content: &str) -> xtask::replay::Options {
    let file: PathBuf = std::env::temp_dir().join(format!("replay-{}-{name}.csv", std::process::id()));
    std::fs::write(&file, content).unwrap();
    let email = User::Admin.email().unwrap().to_owned();
    xtask::replay::Options { file, url: url.to_owned(), json: true, email, password: PASSWORD.to_owned() }
}

/// A `C…` invoice without a customer is money out of the till, and the next month sells the same articles to the same
/// customers, on top of the last: every figure of each agrees with the books.
#[test]
fn one_history_is_replayed_on_top_of_the_other() {
    let house = InProcess::open();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::scope(|scope| {
        let (done, house) = (std::sync::atomic::AtomicBool::new(false), &house);
        let done = &*Box::leak(Box::new(done));
        scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            for stream in listener.incoming().map_while(Result::ok) {
                if done.load(std::sync::atomic::Ordering::Relaxed) {
                    return;
                }
                let _ = serve(house, &runtime, stream);
            }
        });
        // The next month: other invoices of the same articles and customers, at other prices.
        let january = DECEMBER.replace("5365", "5465").replace("C536", "C546").replace("2.55", "2.95");
        let outcomes =
            [("december", DECEMBER), ("january", &january), ("december", DECEMBER)].map(|(name, content)| {
                let options = options(name, &url, content);
                let outcome = xtask::replay::run(&options);
                let _ = std::fs::remove_file(&options.file);
                outcome.map_err(|error| format!("{name}: {error:#}"))
            });
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        let _ = TcpStream::connect(url.trim_start_matches("http://"));
        assert_eq!(outcomes, [Ok(()), Ok(()), Ok(())]);
    });
}
