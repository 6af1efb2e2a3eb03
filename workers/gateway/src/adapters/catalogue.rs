//! The catalogue as guests read it, from the memory of this isolate: no call, no token, no database. The rule that no
//! answer is more than a second old is in `domain/memory.rs`; here the catalogue is asked for its version and for what
//! is not kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::Service;
use contracts::catalogue::CatalogueVersion;
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use platform::{Body, Request, Response, World};
use web::{Context, Problem, Recalled};

use super::door::SHARED;
use super::peers::pass_on;
use crate::domain::entity_tag::{entity_tag, is_known};
use crate::domain::guest_read;
use crate::domain::memory::{ANSWER_BYTES_MAX, Memory};

/// What an answer from memory is called in the log and in the metrics.
const ROUTE: &str = "GET /api/{path} from memory";
/// A request with one of these may get an answer of its own, or a refusal.
const PERSONAL: [HeaderName; 4] = [AUTHORIZATION, HeaderName::from_static("x-api-key"), COOKIE, IF_MATCH];

/// An answer that every guest gets alike.
#[derive(Debug)]
struct Kept {
    media: HeaderValue,
    tag: HeaderValue,
    body: Vec<u8>,
}

/// What this isolate keeps. It is lost with the isolate.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<Memory<Kept>>);

/// A guest's read of the catalogue.
pub(crate) struct GuestRead {
    key: String,
    has: Option<HeaderValue>,
}

impl GuestRead {
    /// The read that a request is; none for every other request, and for everybody who shows who they are.
    pub(crate) fn of(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        let reads = *method == Method::GET || *method == Method::HEAD;
        if !reads || PERSONAL.iter().any(|name| headers.contains_key(name)) {
            return None;
        }
        let key = guest_read::key(uri.path(), uri.query())?;
        Some(Self { key, has: headers.get(IF_NONE_MATCH).cloned() })
    }
}

impl Shelf {
    fn lock(&self) -> MutexGuard<'_, Memory<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a request, if it is kept and may be shown.
    pub(crate) fn recall(&self, world: &dyn World, request: &Request) -> Option<Recalled> {
        let read = GuestRead::of(request.method(), request.uri(), request.headers())?;
        let kept = self.lock().recall(&read.key, world.now())?;
        let mut answer = kept.answer(read.has.as_ref());
        if request.method() == Method::HEAD {
            *answer.body_mut() = Body::default();
        }
        Some(Recalled { route: ROUTE, answer })
    }

    /// Answers a read that is not kept, or not known to be current: `path` is the catalogue's own path with the query.
    pub(crate) async fn read(
        &self,
        context: &Context,
        read: GuestRead,
        path: &str,
        mut headers: HeaderMap,
    ) -> Result<Response, Problem> {
        self.ask_for_the_version(context).await;
        let version = {
            let memory = self.lock();
            if let Some(kept) = memory.recall(&read.key, context.now()) {
                return Ok(kept.answer(read.has.as_ref()));
            }
            memory.version()
        };
        // The whole answer is needed here, whatever the client has and whether it wants the body.
        headers.remove(IF_NONE_MATCH);
        let answer = pass_on(context, Service::Product, Method::GET, path, &headers, Body::default()).await?;
        let too_large = answer.body().length().is_some_and(|length| length > ANSWER_BYTES_MAX);
        if answer.status() != StatusCode::OK || too_large {
            return Ok(answer);
        }
        let kept = Arc::new(Kept::from(answer).await?);
        if let Some(version) = version {
            self.lock().keep(read.key, version, kept.clone(), kept.body.len(), context.now());
        }
        Ok(kept.answer(read.has.as_ref()))
    }

    /// Asks the catalogue for its version, if nobody has within the last second. Without an answer nothing is
    /// confirmed, and so nothing is shown from memory.
    async fn ask_for_the_version(&self, context: &Context) {
        let Some(question) = self.lock().begin_asking(context.now()) else { return };
        let path = "/internal/catalogue/version";
        match context.ask_as_system(Service::Product, Method::GET, path, &()).await {
            Ok(CatalogueVersion { version }) => self.lock().confirm(question, version),
            Err(failure) => context.log("warn", &[("cause", failure.to_string().into())]),
        }
    }
}

impl Kept {
    async fn from(answer: Response) -> Result<Self, Problem> {
        let (head, body) = answer.into_parts();
        let body = match body {
            Body::Bytes(bytes) => Ok(bytes),
            Body::Source(source) => source.whole().await,
        };
        let body = body.map_err(Problem::unavailable)?;
        let version = head.headers.get(ETAG).and_then(|tag| tag.to_str().ok());
        let media = head.headers.get(CONTENT_TYPE).cloned();
        Ok(Self {
            media: media.unwrap_or_else(|| HeaderValue::from_static("application/json")),
            tag: HeaderValue::from_str(&entity_tag(version, &body)).map_err(Problem::internal)?,
            body,
        })
    }

    /// 304 for a client that has these bytes.
    fn answer(&self, has: Option<&HeaderValue>) -> Response {
        let known = has.and_then(|has| has.to_str().ok()).zip(self.tag.to_str().ok());
        let mut answer = Response::default();
        if known.is_some_and(|(has, tag)| is_known(has, tag)) {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *answer.body_mut() = self.body.clone().into();
            answer.headers_mut().insert(CONTENT_TYPE, self.media.clone());
        }
        answer.headers_mut().insert(ETAG, self.tag.clone());
        answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(SHARED));
        answer
    }
}
