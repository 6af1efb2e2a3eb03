//! The route table. A route cannot be added without its grant and one sentence that says what it does. Its types say
//! the rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use platform::{Boxed, Response};

use crate::duties::Action;
use crate::input::{BODY_BYTES_MAX, Incoming};
use crate::{Context, Endpoint, Grant, Problem, ProblemCode};

/// What is done to every answer of a route, also to one that is repeated.
pub type Finish = fn(&Context, Response) -> Result<Response, Problem>;

type Handler = Arc<dyn Fn(Context, Incoming) -> Boxed<'static, Result<Response, Problem>> + Send + Sync>;

/// What a caller must have proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Who they are, at some time.
    Identity,
    /// The same lately, with the password.
    Recent,
}

/// One entry of the route table.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// The grant that its caller needs.
    pub grant: Grant,
    /// Whether it takes an `Idempotency-Key`.
    pub keyed: bool,
    /// Whether a key is looked up only when something refuses the request: [`Self::claims_first`].
    pub(crate) claims_first: bool,
    /// The most bytes of its body.
    pub(crate) body_bytes_max: usize,
    /// Whether the audit trail names its caller.
    pub(crate) audited: bool,
    /// What its caller must have proved.
    pub(crate) proof: Proof,
    /// What somebody else may have to approve.
    pub duty: Option<Action>,
    pub(crate) finish: Option<Finish>,
    /// Members of its answer that only callers with a grant see.
    pub(crate) hidden: Option<(Grant, &'static [&'static str])>,
    pub(crate) handler: Handler,
    /// Used only by the description.
    #[cfg(not(target_arch = "wasm32"))]
    pub about: crate::describe::About,
}

impl Route {
    fn new<A, E: Endpoint<A>>(
        method: Method,
        path: &'static str,
        grant: Grant,
        keyed: bool,
        summary: &'static str,
        endpoint: E,
    ) -> Self {
        #[cfg(target_arch = "wasm32")]
        let _ = summary;
        Self {
            method,
            path,
            grant,
            keyed,
            claims_first: false,
            // Services send each other what users may not send: whole messages.
            body_bytes_max: if path.starts_with("/internal/") { BODY_BYTES_MAX } else { E::BODY_BYTES_MAX },
            audited: false,
            proof: Proof::Identity,
            duty: None,
            finish: None,
            hidden: None,
            handler: Arc::new(move |context, incoming| endpoint.clone().call(context, incoming)),
            #[cfg(not(target_arch = "wasm32"))]
            about: crate::describe::About::new(summary, std::any::type_name::<E>(), E::describe),
        }
    }

    /// A route that reads.
    #[must_use]
    pub fn get<A>(
        path: &'static str,
        grant: Grant,
        summary: &'static str,
        handler: impl Endpoint<A>,
    ) -> Self {
        Self::new(Method::GET, path, grant, false, summary, handler)
    }

    /// A route that creates or moves something; takes an `Idempotency-Key`.
    #[must_use]
    pub fn post<A>(
        path: &'static str,
        grant: Grant,
        summary: &'static str,
        handler: impl Endpoint<A>,
    ) -> Self {
        Self::new(Method::POST, path, grant, true, summary, handler)
    }

    /// A POST that reads, or whose answer must not be stored: it ignores an `Idempotency-Key`.
    #[must_use]
    pub fn post_unkeyed<A>(
        path: &'static str,
        grant: Grant,
        summary: &'static str,
        handler: impl Endpoint<A>,
    ) -> Self {
        Self::new(Method::POST, path, grant, false, summary, handler)
    }

    /// A route that replaces something.
    #[must_use]
    pub fn put<A>(
        path: &'static str,
        grant: Grant,
        summary: &'static str,
        handler: impl Endpoint<A>,
    ) -> Self {
        Self::new(Method::PUT, path, grant, true, summary, handler)
    }

    /// A route that removes something.
    #[must_use]
    pub fn delete<A>(
        path: &'static str,
        grant: Grant,
        summary: &'static str,
        handler: impl Endpoint<A>,
    ) -> Self {
        Self::new(Method::DELETE, path, grant, true, summary, handler)
    }

    /// The audit trail names the caller of this route for what it changes.
    #[must_use]
    pub fn audited(mut self) -> Self {
        self.audited = true;
        self
    }

    /// Whether the audit trail names its caller.
    #[must_use]
    pub const fn is_audited(&self) -> bool {
        self.audited
    }

    /// Its caller must have proved lately who they are: [`Context::require_proof`].
    #[must_use]
    pub const fn step_up(mut self) -> Self {
        self.proof = Proof::Recent;
        self
    }

    /// Above a limit of the shop somebody else has to approve it: [`crate::duties`].
    #[must_use]
    pub const fn shared_duty(mut self, action: Action) -> Self {
        self.duty = Some(action);
        self
    }

    /// Does something to every answer, also to one that is repeated, before it is sent: what it adds is not kept under
    /// the request's key.
    #[must_use]
    pub fn finishing(mut self, finish: Finish) -> Self {
        self.finish = Some(finish);
        self
    }

    /// Takes members with these names out of the answer, wherever they are, unless the caller has the grant.
    #[must_use]
    pub fn hiding(mut self, grant: Grant, members: &'static [&'static str]) -> Self {
        self.hidden = Some((grant, members));
        self
    }

    /// For a busy route whose first change of anything, here or at a peer, is in the batch that claims the key. Then a
    /// repeated request can change nothing, so the key is looked up only when that batch, or anything before it, refuses.
    #[must_use]
    pub fn claims_first(mut self) -> Self {
        self.claims_first = true;
        self
    }

    /// The problems that only this route has, in addition to those that follow from its grant and its inputs.
    #[must_use]
    #[cfg_attr(target_arch = "wasm32", expect(unused_mut, reason = "a Worker does not describe itself"))]
    pub fn problems(mut self, codes: &'static [ProblemCode]) -> Self {
        #[cfg(target_arch = "wasm32")]
        let _ = codes;
        #[cfg(not(target_arch = "wasm32"))]
        {
            self.about.problems = codes;
        }
        self
    }

    /// More than its summary: paragraphs in Markdown.
    #[must_use]
    #[cfg_attr(target_arch = "wasm32", expect(unused_mut, reason = "a Worker does not describe itself"))]
    pub fn details(mut self, details: &'static str) -> Self {
        #[cfg(target_arch = "wasm32")]
        let _ = details;
        #[cfg(not(target_arch = "wasm32"))]
        {
            self.about.details = details;
        }
        self
    }
}

/// The routes of a service by path: built once per process or isolate.
pub(crate) struct Router {
    paths: matchit::Router<usize>,
    /// The routes of each path.
    methods: Vec<Vec<Route>>,
    fallback: Option<Route>,
}

/// What a path and a method lead to.
pub(crate) enum Found<'a> {
    /// A route, with the parameters of its path as they were sent.
    Route(&'a Route, Vec<(String, String)>),
    /// The path exists, but not with this method: the methods that it has.
    Methods(String),
    /// Nothing.
    Nothing,
}

impl Router {
    /// Fails when two paths contradict each other.
    pub(crate) fn new(routes: Vec<Route>, fallback: Option<Route>) -> Result<Self, matchit::InsertError> {
        let mut by_path: BTreeMap<&'static str, Vec<Route>> = BTreeMap::new();
        for route in routes {
            by_path.entry(route.path).or_default().push(route);
        }
        let (mut paths, mut methods) = (matchit::Router::new(), Vec::with_capacity(by_path.len()));
        for (path, routes) in by_path {
            paths.insert(path, methods.len())?;
            methods.push(routes);
        }
        Ok(Self { paths, methods, fallback })
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let Some((routes, parameters)) = self.paths.at(path).ok().and_then(|found| {
            let routes = self.methods.get(*found.value)?;
            let parameters = found.params.iter().map(|(name, value)| (name.to_owned(), decoded(value)));
            Some((routes, parameters.collect()))
        }) else {
            return self.fallback.as_ref().map_or(Found::Nothing, |route| Found::Route(route, Vec::new()));
        };
        // A HEAD is a GET without the body.
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        if let Some(route) = routes.iter().find(|route| route.method == *wanted) {
            return Found::Route(route, parameters);
        }
        let mut methods: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        Found::Methods(methods.join(", "))
    }
}

/// Decodes the percent signs of a path segment. A result that is not UTF-8 names nothing.
fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
