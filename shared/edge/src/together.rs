//! Several requests to one peer in one call. Each keeps its own token, request id and answer: the peer serves it exactly
//! as if it had come alone. Only for calls that say so ([`platform::Together`]), because the answers return when the last
//! is there.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use contracts::Service;
use futures_util::future::join_all;
use http::{HeaderMap, Method, StatusCode};
use platform::{Body, Boxed, Group, Request, Response};
use serde::{Deserialize, Serialize};
use web::App;
use worker::send::SendFuture;

use crate::wire::{Pairs, header_map, pairs, unreadable};
use crate::{Edge, wire};

/// Where a service receives several requests in one.
pub(crate) const PATH: &str = "/internal/together";
/// The most bytes of the requests in one call.
const BYTES_MAX: usize = 256 * 1024;
/// The most bytes of one body on the way.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A request in a call with others.
#[derive(Serialize, Deserialize)]
struct Asked {
    method: String,
    path: String,
    headers: Pairs,
    body: String,
}

/// Its answer.
#[derive(Serialize, Deserialize)]
struct Answered {
    status: u16,
    headers: Pairs,
    body: String,
}

type Calls = Group<Asked, Result<Answered, String>>;

thread_local! {
    /// The calls under way, by peer and path.
    static CALLS: RefCell<BTreeMap<(&'static str, String), Arc<Calls>>> = const { RefCell::new(BTreeMap::new()) };
}

fn weight(asked: &Asked) -> usize {
    asked.body.len().saturating_add(1024)
}

/// Calls a peer, together with those who call the same path of it at the same time.
pub(crate) async fn call(edge: &Edge, peer: Service, request: Request) -> worker::Result<Response> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let body = body.read(BODY_BYTES_MAX).await.map_err(unreadable)?;
    let asked = Asked {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.to_string(),
        headers: pairs(&parts.headers),
        body: String::from_utf8(body).map_err(unreadable)?,
    };
    let calls = CALLS.with_borrow_mut(|calls| {
        let group = || Group::new(BYTES_MAX, weight);
        calls.entry((peer.name(), path)).or_insert_with(group).clone()
    });
    let carrier = edge.clone();
    let together = move |all: Vec<Asked>| -> Boxed<'static, Vec<Result<Answered, String>>> {
        let edge = carrier.clone();
        Box::pin(SendFuture::new(async move {
            let count = all.len();
            match carry(&edge, peer, &all).await {
                Ok(answers) => answers.into_iter().map(Ok).collect(),
                Err(error) => (0..count).map(|_| Err(error.to_string())).collect(),
            }
        }))
    };
    let lost = || Err("the event that carried this call has ended".to_owned());
    let answered = calls.join(&edge.events(), asked, together).await.unwrap_or_else(lost);
    let Answered { status, headers, body } = answered.map_err(unreadable)?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).map_err(unreadable)?;
    *response.headers_mut() = header_map(headers)?;
    Ok(response)
}

async fn carry(edge: &Edge, peer: Service, all: &[Asked]) -> worker::Result<Vec<Answered>> {
    let mut request = Request::new(Body::from(serde_json::to_vec(all).map_err(unreadable)?));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = http::Uri::from_static(PATH);
    let answer = edge.fetch_peer(peer, request).await?;
    let status = answer.status();
    if status != StatusCode::OK {
        return Err(unreadable(format!("{peer} answered {status} to several requests in one")));
    }
    let body = answer.into_body().read(usize::MAX).await.map_err(unreadable)?;
    let answers: Vec<Answered> = serde_json::from_slice(&body).map_err(unreadable)?;
    if answers.len() == all.len() { Ok(answers) } else { Err(unreadable("an answer is missing")) }
}

/// Serves several requests that came in one.
pub(crate) async fn serve(
    app: &App,
    request: Request,
    edge_for: impl Fn(&HeaderMap) -> Edge,
) -> worker::Result<web_sys::Response> {
    let body = request.into_body().read(usize::MAX).await.map_err(unreadable)?;
    let all: Vec<Asked> = serde_json::from_slice(&body).map_err(unreadable)?;
    let _present = crate::world::Presence::of(all.len());
    let answers = join_all(all.into_iter().map(|asked| serve_one(app, asked, &edge_for))).await;
    let answers: Vec<Answered> = answers.into_iter().collect::<worker::Result<_>>()?;
    let mut response = Response::new(Body::from(serde_json::to_vec(&answers).map_err(unreadable)?));
    *response.status_mut() = StatusCode::OK;
    wire::response(response)
}

async fn serve_one(
    app: &App,
    asked: Asked,
    edge_for: &impl Fn(&HeaderMap) -> Edge,
) -> worker::Result<Answered> {
    let mut request = Request::new(Body::from(asked.body));
    *request.method_mut() = asked.method.parse().map_err(unreadable)?;
    *request.uri_mut() = asked.path.parse().map_err(unreadable)?;
    *request.headers_mut() = header_map(asked.headers)?;
    let edge = edge_for(request.headers());
    let (parts, body) = app.serve(Arc::new(edge), request).await.into_parts();
    let body = body.read(BODY_BYTES_MAX).await.map_err(unreadable)?;
    Ok(Answered {
        status: parts.status.as_u16(),
        headers: pairs(&parts.headers),
        body: String::from_utf8(body).map_err(unreadable)?,
    })
}
