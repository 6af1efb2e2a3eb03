//! The catalogue as guests read it, and the shop's pages as visitors without cookies see them, from the memory of this
//! isolate: no call, no token, no database. The rule that no answer is more than a second old is in `domain/memory.rs`;
//! here the catalogue, and for pages the stock too, is asked for its version, and for what is not kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::Service;
use contracts::catalogue::CatalogueVersion;
use contracts::stock::StockVersion;
use futures_util::future::try_join;
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH, SET_COOKIE,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use platform::{Body, Request, Response, World};
use web::{Context, PeerFailure, Problem, Recalled};

use super::door::{IMMUTABLE, SHARED};
use super::peers::{pass_on, pass_to_shop};
use crate::domain::entity_tag::{entity_tag, is_known};
use crate::domain::guest_read;
use crate::domain::memory::{ANSWER_BYTES_MAX, Memory};
use crate::domain::passage::is_page;

/// Of what answers a memory is, each with its name in the log and in the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Catalogue,
    Pages,
}

impl Of {
    const fn route(self) -> &'static str {
        match self {
            Self::Catalogue => "GET /api/{path} from memory",
            Self::Pages => "GET /{page} from memory",
        }
    }
}

/// A request with one of these may get an answer of its own, or a refusal.
const PERSONAL: [HeaderName; 4] = [AUTHORIZATION, HeaderName::from_static("x-api-key"), COOKIE, IF_MATCH];

/// An answer that every guest gets alike.
#[derive(Debug)]
struct Kept {
    headers: HeaderMap,
    tag: HeaderValue,
    body: Vec<u8>,
}

/// What this isolate keeps of one kind. It is lost with the isolate.
#[derive(Debug)]
pub(crate) struct Shelf {
    of: Of,
    memory: Mutex<Memory<Kept>>,
}

/// Everything that this isolate keeps.
#[derive(Debug, Clone)]
pub(crate) struct Shelves {
    pub(crate) catalogue: Arc<Shelf>,
    pub(crate) pages: Arc<Shelf>,
}

impl Default for Shelves {
    fn default() -> Self {
        let shelf = |of| Arc::new(Shelf { of, memory: Mutex::default() });
        Self { catalogue: shelf(Of::Catalogue), pages: shelf(Of::Pages) }
    }
}

impl Shelves {
    /// The answer to a request, if it is kept and may be shown.
    pub(crate) fn recall(&self, world: &dyn World, request: &Request) -> Option<Recalled> {
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        match GuestRead::of(method, uri, headers) {
            Some(read) => self.catalogue.recall(world, method, &read),
            None => self.pages.recall(world, method, &GuestRead::of_page(method, uri, headers)?),
        }
    }
}

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

    /// The same for a page of the shop. Its files are the same for everybody, whatever cookies they have.
    pub(crate) fn of_page(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        let reads = *method == Method::GET || *method == Method::HEAD;
        let is_personal = || PERSONAL.iter().any(|name| headers.contains_key(name));
        if !reads || !is_page(uri.path()) || (!uri.path().starts_with(FILES) && is_personal()) {
            return None;
        }
        let key = guest_read::page_key(uri.path(), uri.query())?;
        Some(Self { key, has: headers.get(IF_NONE_MATCH).cloned() })
    }
}

/// Where the shop's files are.
const FILES: &str = "/assets/";

impl Shelf {
    fn lock(&self) -> MutexGuard<'_, Memory<Kept>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recall(&self, world: &dyn World, method: &Method, read: &GuestRead) -> Option<Recalled> {
        let kept = self.lock().recall(&read.key, world.now())?;
        let mut answer = kept.answer(read.has.as_ref());
        if *method == Method::HEAD {
            *answer.body_mut() = Body::default();
        }
        Some(Recalled { route: self.of.route(), answer })
    }

    /// Answers a read that is not kept, or not known to be current: `path` is the service's own path with the query.
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
        let answer = match self.of {
            Of::Catalogue => {
                pass_on(context, Service::Product, Method::GET, path, &headers, Body::default()).await?
            }
            Of::Pages => pass_to_shop(context, Method::GET, path, &headers, Body::default()).await?,
        };
        let too_large = answer.body().length().is_some_and(|length| length > ANSWER_BYTES_MAX);
        let control = answer.headers().get(CACHE_CONTROL);
        let is_shared = control.is_some_and(|control| control == SHARED || control == IMMUTABLE);
        let is_personal = (self.of == Of::Pages && !is_shared) || answer.headers().contains_key(SET_COOKIE);
        if answer.status() != StatusCode::OK || too_large || is_personal {
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
        let answer = match self.of {
            Of::Catalogue => catalogue_version(context).await,
            Of::Pages => pages_version(context).await,
        };
        match answer {
            Ok(version) => self.lock().confirm(question, version),
            Err(failure) => context.log("warn", &[("cause", failure.to_string().into())]),
        }
    }
}

async fn catalogue_version(context: &Context) -> Result<i64, PeerFailure> {
    let path = "/internal/catalogue/version";
    let CatalogueVersion { version } =
        context.ask_as_system(Service::Product, Method::GET, path, &()).await?;
    Ok(version)
}

/// A page shows the catalogue and its stock. Both versions only rise, so their sum is the same only if both are.
async fn pages_version(context: &Context) -> Result<i64, PeerFailure> {
    let stock = context.ask_as_system(Service::Inventory, Method::GET, "/internal/stock/version", &());
    let (catalogue, StockVersion { version }) = try_join(catalogue_version(context), stock).await?;
    Ok(catalogue.saturating_add(version))
}

impl Kept {
    async fn from(answer: Response) -> Result<Self, Problem> {
        let (head, body) = answer.into_parts();
        let body = match body {
            Body::Bytes(bytes) => Ok(bytes),
            Body::Source(source) => source.whole().await,
        };
        let body = body.map_err(Problem::unavailable)?;
        let mut headers = head.headers;
        let version = headers.remove(ETAG);
        let version = version.as_ref().and_then(|tag| tag.to_str().ok());
        let tag = HeaderValue::from_str(&entity_tag(version, &body)).map_err(Problem::internal)?;
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(SHARED));
        Ok(Self { headers, tag, body })
    }

    /// 304 for a client that has these bytes.
    fn answer(&self, has: Option<&HeaderValue>) -> Response {
        let known = has.and_then(|has| has.to_str().ok()).zip(self.tag.to_str().ok());
        let mut answer = Response::default();
        *answer.headers_mut() = self.headers.clone();
        if known.is_some_and(|(has, tag)| is_known(has, tag)) {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            answer.headers_mut().remove(CONTENT_TYPE);
        } else {
            *answer.body_mut() = self.body.clone().into();
        }
        answer.headers_mut().insert(ETAG, self.tag.clone());
        answer
    }
}
