//! What Stripe tells unasked (docs.stripe.com/webhooks). It may come late, twice, out of order or never, so nothing
//! relies on it: an event about a payment only makes us ask Stripe sooner, and a dispute is kept as its latest state.

use kernel::ids::{OrderId, PaymentId};
use kernel::{Currency, Timestamp};
use serde::Deserialize;
use web::tokens::{is_equal, mac};
use web::{Context, Problem};

/// How old an event may be, in seconds: whoever records one cannot send it again later.
const AGE_SECONDS_MAX: i64 = 300;
/// The secret of the endpoint.
const SECRET: &str = "STRIPE_WEBHOOK_SECRET";

/// An event.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    /// `charge.dispute.created`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// When it happened, in seconds.
    pub(crate) created: i64,
    pub(crate) data: EventData,
}

#[derive(Debug, Deserialize)]
pub(crate) struct EventData {
    pub(crate) object: serde_json::Value,
}

/// The part of a `PaymentIntent` that matters here.
#[derive(Debug, Deserialize)]
pub(crate) struct ToldIntent {
    pub(crate) id: String,
}

/// A dispute.
#[derive(Debug, Deserialize)]
pub(crate) struct ToldDispute {
    pub(crate) id: String,
    pub(crate) payment_intent: Option<String>,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) reason: String,
    pub(crate) status: String,
    pub(crate) created: i64,
    pub(crate) evidence_details: Option<EvidenceDetails>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct EvidenceDetails {
    pub(crate) due_by: Option<i64>,
}

/// A dispute of one of our payments.
#[derive(Debug, Clone)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) payment_id: PaymentId,
    pub(crate) order_id: OrderId,
    pub(crate) amount: kernel::Money,
    pub(crate) reason: String,
    pub(crate) status: String,
    pub(crate) due_by: Option<Timestamp>,
    pub(crate) opened_at: Timestamp,
    pub(crate) told_at: Timestamp,
}

impl ToldDispute {
    /// As we keep it; none for a currency or an amount that is none.
    pub(crate) fn of(self, payment_id: PaymentId, order_id: OrderId, told: i64) -> Option<Dispute> {
        let currency = Currency::parse(&self.currency.to_ascii_uppercase()).ok()?;
        let due_by = self.evidence_details.and_then(|details| details.due_by);
        Some(Dispute {
            amount: super::amount::read(self.amount, currency)?,
            id: self.id,
            payment_id,
            order_id,
            reason: self.reason,
            status: self.status,
            due_by: due_by.map(at),
            opened_at: at(self.created),
            told_at: at(told),
        })
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_ms(seconds.saturating_mul(1000))
}

/// Whether Stripe sent these bytes, and lately: the header has a time and the signatures of time and body
/// (docs.stripe.com/webhooks#verify-manually).
pub(crate) fn is_signed(context: &Context, header: &str, body: &[u8]) -> Result<bool, Problem> {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let sent = parts().find(|(name, _)| *name == "t").and_then(|(_, time)| time.parse::<i64>().ok());
    let (Some(sent), Ok(body)) = (sent, std::str::from_utf8(body)) else { return Ok(false) };
    if context.now().unix_seconds().saturating_sub(sent).saturating_abs() > AGE_SECONDS_MAX {
        return Ok(false);
    }
    let wanted = mac(&*context.world, SECRET, &format!("{sent}.{body}"))?;
    // While a secret is exchanged there are two signatures.
    Ok(parts()
        .filter(|(name, _)| *name == "v1")
        .any(|(_, signature)| is_equal(signature.as_bytes(), wanted.as_bytes())))
}
