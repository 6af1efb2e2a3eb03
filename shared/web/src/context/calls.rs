//! How a service calls its peers: on behalf of its caller, or in its own name.

use contracts::Service;
use http::{HeaderMap, HeaderValue, Method, header};
use kernel::Failure;
use platform::{Body, Request, Response, Together};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Context;
use crate::input::BODY_BYTES_MAX;
use crate::{Caller, Problem, auth, decode};

/// How a call to a peer failed.
#[derive(Debug, thiserror::Error)]
pub enum PeerFailure {
    /// It answered with a problem: status, code and body.
    #[error("{peer} answered {status} {code}")]
    Refused {
        /// Who.
        peer: Service,
        /// The HTTP status.
        status: u16,
        /// The problem's code.
        code: String,
        /// The whole problem.
        body: serde_json::Value,
    },
    /// It did not answer, or not in a form that we understand: what it did is unknown.
    #[error("{0}")]
    Unknown(String),
}

/// A refusal that the adapter did not expect is a defect.
impl From<PeerFailure> for Failure {
    fn from(failure: PeerFailure) -> Self {
        match failure {
            PeerFailure::Refused { .. } => Self::Defect(failure.to_string()),
            PeerFailure::Unknown(cause) => Self::Unknown(cause),
        }
    }
}

impl From<PeerFailure> for Problem {
    fn from(failure: PeerFailure) -> Self {
        Failure::from(failure).into()
    }
}

impl Context {
    /// Calls a peer on behalf of the caller and reads its JSON answer.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        peer: Service,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, PeerFailure> {
        self.ask_as(&self.caller, peer, method, path, body, None).await
    }

    /// Calls a peer in this service's own name: for internal routes.
    pub async fn ask_as_system<T: DeserializeOwned>(
        &self,
        peer: Service,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, PeerFailure> {
        let caller = Caller::system(self.service(), self.tenant().clone());
        self.ask_as(&caller, peer, method, path, body, None).await
    }

    /// The same for a small request that many make at the same time: it may travel with theirs.
    pub async fn ask_together<T: DeserializeOwned>(
        &self,
        peer: Service,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, PeerFailure> {
        let caller = Caller::system(self.service(), self.tenant().clone());
        self.ask_as(&caller, peer, Method::POST, path, body, Some(Together)).await
    }

    async fn ask_as<T: DeserializeOwned>(
        &self,
        caller: &Caller,
        peer: Service,
        method: Method,
        path: &str,
        body: &impl Serialize,
        together: Option<Together>,
    ) -> Result<T, PeerFailure> {
        let body = match method {
            Method::GET => Vec::new(),
            _ => serde_json::to_vec(body).map_err(|error| PeerFailure::Unknown(error.to_string()))?,
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mut request = Request::new(body.into());
        *request.method_mut() = method;
        *request.headers_mut() = headers;
        if let Some(mark) = together {
            request.extensions_mut().insert(mark);
        }
        let response = self.forward_as(caller, peer, path, request).await?;
        let status = response.status().as_u16();
        let unreadable =
            |error: &dyn std::fmt::Display| PeerFailure::Unknown(format!("{peer} {path}: {error}"));
        let body = response.into_body().read(BODY_BYTES_MAX).await.map_err(|error| unreadable(&error))?;
        if status < 400 {
            return decode::from_slice(&body).map_err(|problem| unreadable(&problem.detail()));
        }
        let body: serde_json::Value = serde_json::from_slice(&body).map_err(|error| unreadable(&error))?;
        let code = body.get("code").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        if status >= 500 {
            return Err(PeerFailure::Unknown(format!("{peer} {path}: {status} {code}")));
        }
        Err(PeerFailure::Refused { peer, status, code, body })
    }

    /// Forwards a request to a peer with a fresh service token for the caller. Neither body is read on the way.
    pub async fn forward(
        &self,
        peer: Service,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Body,
    ) -> Result<Response, PeerFailure> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.headers_mut() = headers;
        self.forward_as(&self.caller, peer, path, request).await
    }

    async fn forward_as(
        &self,
        caller: &Caller,
        peer: Service,
        path: &str,
        mut request: Request,
    ) -> Result<Response, PeerFailure> {
        let defect = |error: &dyn std::fmt::Display| PeerFailure::Unknown(error.to_string());
        let token = auth::service_token(&*self.world, self.service(), peer, caller)
            .map_err(|problem| defect(&problem.cause().unwrap_or_default()))?;
        let value = |text: &str| HeaderValue::from_str(text).map_err(|error| defect(&error));
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, value(&format!("Bearer {token}"))?);
        headers.insert("x-request-id", value(&self.request_id)?);
        headers.insert("traceparent", value(&self.trace.header())?);
        *request.uri_mut() = path.parse().map_err(|error| defect(&error))?;
        self.shared.tally.called();
        let mut response = self.world.call(peer, request).await.map_err(|error| defect(&error))?;
        if let Some(timing) = response.headers_mut().remove("server-timing") {
            self.shared.tally.timed(timing.to_str().unwrap_or_default());
        }
        Ok(response)
    }
}
