//! New passwords are looked up in a list of stolen ones, of which only five characters of a hash hear. The list is a real
//! HTTP server here.

#![cfg(test)]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use native::House;
use native::client::Answer;
use platform::{FetchError, TimeOut};
use serde_json::json;
use support::{PASSWORD, bearer, gate, send};

/// A password that the rules allow, and its SHA-1.
const STOLEN: &str = "correct horse battery";
const PREFIX: &str = "98DEC";
const SUFFIX: &str = "C62ECE399A22ED30D490EF333BE7FDE7385";

/// How the server behaves.
#[derive(Clone, Copy)]
enum Manner {
    Lists(&'static str),
    Fails,
    Silent,
}

/// A server on a port of its own, and the requests that it got.
fn server(manner: Manner) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/range", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = heard.clone();
    std::thread::spawn(move || {
        // What is silent stays open until the client gives up.
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request: Vec<String> =
                lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            log.lock().unwrap().push(request.join("\n"));
            let (status, body) = match manner {
                Manner::Lists(body) => ("200 OK", body),
                Manner::Fails => ("503 Service Unavailable", ""),
                Manner::Silent => {
                    open.push(stream);
                    continue;
                }
            };
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            )
            .unwrap();
        }
    });
    (url, heard)
}

/// The outside of a house, over real sockets.
fn fetch(request: &native::Request) -> Result<native::Response, FetchError> {
    let failed = |error: std::io::Error| FetchError(error.to_string());
    let uri = request.uri();
    let mut stream = TcpStream::connect(uri.authority().unwrap().as_str()).map_err(failed)?;
    let time_out = request.extensions().get::<TimeOut>().unwrap().ms;
    // A test waits for a tenth of it.
    stream.set_read_timeout(Some(Duration::from_millis(u64::from(time_out / 10)))).map_err(failed)?;
    let mut head = format!("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", uri.path());
    for (name, value) in request.headers() {
        head.extend([name.as_str(), ": ", value.to_str().unwrap(), "\r\n"]);
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(failed)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status: u16 = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok(http::Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap())
}

async fn house(url: &str) -> (House, String) {
    let house = gate();
    house.set("BREACH_LIST_URL", url);
    house.outside(Box::new(|request| fetch(&request)));
    let admin = bearer(&house, "admin").await;
    (house, admin)
}

async fn add(house: &House, admin: &str, number: u32, password: &str) -> Answer {
    let email = format!("clerk{number}@demo.test");
    let body = json!({ "email": email, "name": "A clerk", "role": "cashier", "password": password });
    send(house, "POST", "/api/v1/users", &[("authorization", admin)], &body.to_string()).await
}

#[tokio::test]
async fn a_stolen_password_is_refused_and_only_a_prefix_leaves_the_house() {
    let list: &'static str = format!("0000000000000000000000000000000000A:7\r\n{SUFFIX}:42\r\n").leak();
    let (url, heard) = server(Manner::Lists(list));
    let (house, admin) = house(&url).await;
    let refused = add(&house, &admin, 1, STOLEN).await;
    assert_eq!(refused.problem(), (422, "VALIDATION_FAILED", "/password"));
    assert!(refused.str("detail").contains("stolen"), "{}", refused.text);
    assert_eq!(add(&house, &admin, 1, "nobody has stolen this").await.status, 201);
    let me = send(&house, "GET", "/api/v1/auth/me", &[("authorization", &admin)], "").await;
    let changed = json!({ "email": "admin@demo.test", "name": "Admin", "role": "admin", "password": STOLEN });
    let path = format!("/api/v1/users/{}", me.str("id"));
    let headers = [("authorization", admin.as_str())];
    let refused = send(&house, "PUT", &path, &headers, &changed.to_string()).await;
    assert_eq!(refused.problem(), (422, "VALIDATION_FAILED", "/password"));
    let own = json!({ "currentPassword": PASSWORD, "newPassword": STOLEN }).to_string();
    let refused = send(&house, "POST", "/api/v1/auth/password", &headers, &own).await;
    assert_eq!(refused.problem(), (422, "VALIDATION_FAILED", "/newPassword"));
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 4);
    for request in heard.iter() {
        assert!(
            !request.contains(SUFFIX.get(..8).unwrap()) && request.contains("add-padding: true"),
            "{request}"
        );
    }
    assert!(heard[0].starts_with(&format!("GET /range/{PREFIX} HTTP/1.1")), "{}", heard[0]);
}

#[tokio::test]
async fn padding_and_other_hashes_refuse_nobody() {
    let list: &'static str = format!("{SUFFIX}:0\r\n0000000000000000000000000000000000A:7\r\n").leak();
    let (url, _) = server(Manner::Lists(list));
    let (house, admin) = house(&url).await;
    assert_eq!(add(&house, &admin, 1, STOLEN).await.status, 201);
}

#[tokio::test]
async fn without_an_answer_the_rules_decide_alone() {
    for manner in [Manner::Fails, Manner::Silent, Manner::Lists("<html>")] {
        let (url, heard) = server(manner);
        let (house, admin) = house(&url).await;
        assert_eq!(add(&house, &admin, 1, STOLEN).await.status, 201);
        assert_eq!(
            add(&house, &admin, 2, "password1234").await.problem(),
            (422, "VALIDATION_FAILED", "/password")
        );
        assert_eq!(heard.lock().unwrap().len(), 1, "what the rules refuse is not asked for");
    }
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (house, admin) = house(&format!("http://{nowhere}")).await;
    assert_eq!(add(&house, &admin, 1, STOLEN).await.status, 201);
}
