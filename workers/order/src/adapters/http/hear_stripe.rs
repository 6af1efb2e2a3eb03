//! `POST /payments/webhooks/stripe`: what Stripe tells unasked. Anybody may send; only what Stripe has signed counts.

use http::HeaderMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, FieldError, Grant, Headers, JsonBytes, Problem, ProblemCode, Reply, Route};

use crate::adapters::peers::InventoryPeer;
use crate::adapters::provider::stripe::NAME;
use crate::adapters::provider::stripe::webhook::{Event, ToldDispute, ToldIntent, is_signed};
use crate::adapters::provider::{Provider, takes_stripe};
use crate::adapters::store::Store;
use crate::application::ports::checkouts::Checkout;
use crate::application::ports::orders::FindOrder as _;
use crate::application::run_checkout::{Ports, resume};
use crate::domain::checkout::Step;

/// An attempt that is younger, in seconds, has a request of its own that goes on by itself.
const YOUNG_SECONDS: i64 = 10;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed(
            "/payments/webhooks/stripe",
            Grant::PUBLIC,
            "Hear an event from Stripe.",
            handle,
        )
        .details(
            "The header `Stripe-Signature` proves that Stripe sent the body, and when. An event may come twice, late or \
             never. One about a payment that waits for its buyer lets the checkout go on; one about a dispute is kept. \
             Others are accepted and ignored.",
        )
        .problems(&[ProblemCode::Forbidden, ProblemCode::NotFound]),
    ]
}

/// An event of Stripe's; only what is read of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "StripeEvent")]
pub(super) struct StripeEventJson {
    /// The event.
    #[serde(rename = "id")]
    _id: String,
    /// `payment_intent.amount_capturable_updated`, `charge.dispute.created`, …
    #[serde(rename = "type")]
    _kind: String,
    /// When it happened, in seconds since 1970.
    #[serde(rename = "created")]
    _created: i64,
    /// What it is about.
    #[serde(rename = "data")]
    _data: StripeEventData,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "StripeEventData")]
struct StripeEventData {
    /// A `PaymentIntent`, or a dispute.
    #[serde(rename = "object")]
    _object: serde_json::Map<String, serde_json::Value>,
}

/// Stripe does not read it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StripeEventHeard")]
struct Received {
    received: bool,
}

async fn handle(
    context: Context,
    Headers(headers): Headers,
    body: JsonBytes<StripeEventJson>,
) -> Result<Reply<Received>, Problem> {
    if !takes_stripe(&context) {
        return Err(Problem::not_found("payment provider"));
    }
    if !is_signed(&context, signature(&headers), &body.0)? {
        return Err(Problem::new(
            ProblemCode::Forbidden,
            "The event is not signed by Stripe, or is too old.",
        )
        .with_errors(vec![FieldError::new("Stripe-Signature", "is not valid")]));
    }
    let event: Event = web::from_slice(&body.0)?;
    if event.kind.starts_with("payment_intent.") {
        let told: ToldIntent = read(event.data.object)?;
        go_on(&context, &told.id).await?;
    } else if event.kind.starts_with("charge.dispute.") {
        let told: ToldDispute = read(event.data.object)?;
        dispute(&context, told, event.created).await?;
    }
    Ok(Reply(Received { received: true }))
}

fn signature(headers: &HeaderMap) -> &str {
    headers.get("stripe-signature").and_then(|header| header.to_str().ok()).unwrap_or_default()
}

fn read<T: serde::de::DeserializeOwned>(object: serde_json::Value) -> Result<T, Problem> {
    serde_json::from_value(object).map_err(|error| Problem::field("/data/object", error.to_string()))
}

/// The checkout of a payment asks Stripe now instead of at the next sweep.
async fn go_on(context: &Context, intent: &str) -> Result<(), Problem> {
    let store = Store::new(context);
    let Some(referred) = store.find_referred(NAME, intent).await? else { return Ok(()) };
    if referred.created_at.plus_seconds(YOUNG_SECONDS) > context.now() {
        return Ok(());
    }
    let stored = store.find_stored(referred.order_id).await?;
    let stored = stored.filter(|stored| {
        stored.step == Some(Step::Authorising)
            && stored.order.active_payment().is_some_and(|payment| payment.id == referred.payment_id)
    });
    let Some(checkout) = stored.and_then(Checkout::resumed) else { return Ok(()) };
    let ports = Ports { checkouts: &store, goods: &InventoryPeer(context), provider: &Provider(context) };
    // However it ends is stored; what has to wait waits for the sweep.
    resume(&ports, checkout).await;
    Ok(())
}

async fn dispute(context: &Context, told: ToldDispute, told_at: i64) -> Result<(), Problem> {
    let store = Store::new(context);
    let Some(intent) = told.payment_intent.clone() else { return Ok(()) };
    // A payment of another shop with the same account.
    let Some(referred) = store.find_referred(NAME, &intent).await? else { return Ok(()) };
    let dispute = told.of(referred.payment_id, referred.order_id, told_at);
    let dispute =
        dispute.ok_or_else(|| Problem::field("/data/object/currency", "is not a currency that we know"))?;
    Ok(store.keep_dispute(NAME, &dispute).await?)
}
