//! A stand-in for Stripe that behaves as its documents say: PaymentIntents with manual capture, refunds, idempotency
//! keys, errors, signed events. It keeps its own books, and can lose what is sent to it.
//!
//! The payment methods are those of Stripe's test mode (docs.stripe.com/testing):
//!
//! | payment method | what it does |
//! |---|---|
//! | `pm_card_visa`, `tok_visa`, `ctoken_visa` | is authorised |
//! | `pm_card_visa_chargeDeclinedInsufficientFunds` | is declined |
//! | `pm_card_authenticationRequired` | wants to see the buyer |
//! | `pm_card_refundFail` | is authorised; a refund fails |
//! | anything else | is no payment method |

mod books;
mod form;
mod server;
mod signature;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Method, Request, Response, StatusCode};
use platform::FetchError;
use serde_json::{Value, json};

pub use books::Status;
use books::{Books, Refusal};
use form::Form;
pub use signature::signed;

/// The key that it accepts.
pub const SECRET_KEY: &str = "sk_test_a_key_of_the_stand_in_for_stripe";
/// The secret of the events that it sends.
pub const WEBHOOK_SECRET: &str = "whsec_a_secret_of_the_stand_in_for_stripe";

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It does not arrive.
    RequestLost,
    /// It is done, and its answer is lost.
    AnswerLost,
    /// It is refused with this status, and nothing is done.
    Status(u16),
}

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub method: Method,
    /// Without the host.
    pub path: String,
    /// Its `Idempotency-Key`.
    pub key: Option<String>,
}

/// The stand-in; its clones are the same one.
#[derive(Clone, Default)]
pub struct Stripe {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    books: Books,
    /// The answers by idempotency key, with the request that got them.
    answered: BTreeMap<String, (String, u16, Value)>,
    /// The faults of the next requests whose method and path contain a text.
    faults: Vec<(&'static str, Fault)>,
    calls: Vec<Call>,
}

impl Stripe {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next requests whose method and path contain `part` go wrong in these ways, one after the other.
    pub fn fail(&self, part: &'static str, faults: &[Fault]) {
        self.inner().faults.extend(faults.iter().map(|fault| (part, *fault)));
    }

    /// Everything that arrived so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.inner().calls.clone()
    }

    /// The buyer confirms at their bank, or does not.
    pub fn buyer_confirms(&self, intent: &str, confirms: bool) {
        self.inner().books.buyer_confirms(intent, confirms);
    }

    /// Status, captured and refunded amount of each intent, in the order of their creation.
    #[must_use]
    pub fn intents(&self) -> Vec<(String, Status, i64, i64)> {
        self.inner().books.summary()
    }

    /// An intent as the events show it.
    #[must_use]
    pub fn intent(&self, id: &str) -> Option<Value> {
        self.inner().books.show(id)
    }

    /// Forgets the idempotency keys, as Stripe does after a day.
    pub fn forget_keys(&self) {
        self.inner().answered.clear();
    }

    /// Answers a request.
    ///
    /// # Errors
    /// When a fault loses the request or its answer.
    pub fn answer(&self, request: &Request<Vec<u8>>) -> Result<Response<Vec<u8>>, FetchError> {
        let mut inner = self.inner();
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let key = header("idempotency-key").map(ToOwned::to_owned);
        inner.calls.push(Call { method: request.method().clone(), path: path.clone(), key: key.clone() });
        let line = format!("{} {path}", request.method());
        let fault = inner.faults.iter().position(|(part, _)| line.contains(part));
        let fault = fault.map(|place| inner.faults.remove(place).1);
        match fault {
            Some(Fault::RequestLost) => return Err(FetchError("the connection was refused".to_owned())),
            Some(Fault::Status(status)) => {
                return Ok(written(status, &json!({ "error": { "type": "api_error" } })));
            }
            Some(Fault::AnswerLost) | None => {}
        }
        let (status, body) = if header("authorization") == Some(&format!("Bearer {SECRET_KEY}")) {
            inner.keyed(request.method(), &path, key, request.body())
        } else {
            (
                401,
                json!({ "error": { "type": "invalid_request_error", "message": "Invalid API Key provided" } }),
            )
        };
        if fault == Some(Fault::AnswerLost) {
            return Err(FetchError("the connection was lost".to_owned()));
        }
        Ok(written(status, &body))
    }
}

impl Inner {
    /// A key replays its first answer, also when that was a refusal (docs.stripe.com/api/idempotent_requests).
    fn keyed(&mut self, method: &Method, path: &str, key: Option<String>, body: &[u8]) -> (u16, Value) {
        let request = format!("{method} {path} {}", String::from_utf8_lossy(body));
        if let Some((known, status, answer)) = key.as_ref().and_then(|key| self.answered.get(key)) {
            return if *known == request {
                (*status, answer.clone())
            } else {
                (
                    400,
                    json!({ "error": { "type": "idempotency_error", "message": "Keys for idempotent requests can only be used with the same parameters" } }),
                )
            };
        }
        let (status, answer) = match self.books.perform(method, path, &Form::read(body)) {
            Ok(answer) => (200, answer),
            Err(Refusal { status, body }) => (status, body),
        };
        if let Some(key) = key {
            self.answered.insert(key, (request, status, answer.clone()));
        }
        (status, answer)
    }
}

fn written(status: u16, body: &Value) -> Response<Vec<u8>> {
    let mut response = Response::new(body.to_string().into_bytes());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response
}
