//! The stand-in as a real server on this machine: for Workers, whose requests go through a real network.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use http::{Method, Request};

use crate::Stripe;

impl Stripe {
    /// Serves on a free port until the process ends; the address.
    ///
    /// # Errors
    /// When there is no port.
    pub fn serve(&self) -> io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let stripe = self.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let stripe = stripe.clone();
                // A connection that breaks is the client's concern.
                thread::spawn(move || stripe.exchange(stream));
            }
        });
        Ok(url)
    }

    /// One request of a connection. A request or an answer that is lost leaves it open and silent.
    fn exchange(&self, mut stream: TcpStream) -> io::Result<()> {
        let request = read(&stream)?;
        let Ok(answer) = self.answer(&request) else {
            // Until the client gives up.
            return stream.read_to_end(&mut Vec::new()).map(drop);
        };
        let (status, body) = (answer.status(), answer.into_body());
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.into_bytes(), body].concat())
    }
}

/// A request with a body of a known length, as clients of an API send it.
fn read(stream: &TcpStream) -> io::Result<Request<Vec<u8>>> {
    let broken = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Err(broken("no request")) };
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| broken("no method"))?;
    let mut request = Request::builder().method(method).uri(path);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(|_| broken("no length"))?;
        }
        request = request.header(name, value.trim());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body(body).map_err(|_| broken("no request"))
}
