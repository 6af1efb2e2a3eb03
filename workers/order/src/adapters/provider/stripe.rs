//! Stripe, by its `PaymentIntent`s with manual capture (docs.stripe.com/payments/place-a-hold-on-a-payment-method).
//!
//! An intent is created first, with an idempotency key of our payment's id, and its id is stored before it is
//! confirmed: so whatever stopped where, the intent of a payment is found again, and one that we do not know has never
//! been confirmed. Stripe forgets idempotency keys after a day; a confirmation and a capture of the same intent are not
//! made twice anyway, and a refund is looked for before it is made.

pub(crate) mod amount;
mod answers;
pub(crate) mod webhook;

use http::{HeaderValue, Method, header};
use kernel::ids::{PaymentId, RefundId};
use kernel::{Failure, Money};
use platform::{Body, Request};
use serde::Deserialize;
use store::values;
use web::Context;
use web::outside::{Heard, Outside, run_apart};
use web::query::pairs;

use crate::adapters::store::sql::provider as sql;
use crate::application::ports::peers::{
    CardAnswer, CardGiven, Charge, PaymentProvider, ProviderAnswer, Released,
};
use answers::{Intent, Problem, Refund, Refunds};

/// Its name, in the table of references and in `/health`.
pub(crate) const NAME: &str = "stripe";
/// The version of the API that this was written for: another one may answer in another form.
const API_VERSION: &str = "2025-03-31.basil";

/// Stripe, for one request of ours.
pub(super) struct Stripe<'a>(pub(super) &'a Context);

#[derive(Deserialize)]
struct ReferenceRow {
    reference: String,
}

/// The fields of a form, with their values.
type Form<'a> = Vec<(&'a str, String)>;

impl Stripe<'_> {
    /// One call. `key` makes a repeated one the same.
    async fn call(
        &self,
        method: Method,
        path: &str,
        form: Form<'_>,
        key: Option<String>,
    ) -> Result<Heard, Failure> {
        let setting = |name: &str| self.0.world.setting(name).filter(|value| !value.trim().is_empty());
        let secret = setting("STRIPE_SECRET_KEY");
        let secret = secret.ok_or_else(|| defect("the secret STRIPE_SECRET_KEY is not set"))?;
        let api = setting("STRIPE_API").unwrap_or_else(|| "https://api.stripe.com".to_owned());
        let uri = format!("{}{path}", api.trim_end_matches('/'));
        let body = pairs(form.iter().map(|(name, value)| (*name, value.as_str())));
        let request = || {
            let mut request = Request::new(Body::from(body.clone()));
            *request.method_mut() = method.clone();
            *request.uri_mut() = uri.parse().map_err(defect)?;
            let headers = request.headers_mut();
            headers.insert(header::AUTHORIZATION, value(&format!("Bearer {}", secret.trim()))?);
            headers.insert("stripe-version", HeaderValue::from_static(API_VERSION));
            if method == Method::POST {
                let form = HeaderValue::from_static("application/x-www-form-urlencoded");
                headers.insert(header::CONTENT_TYPE, form);
            }
            if let Some(key) = &key {
                headers.insert("idempotency-key", value(key)?);
            }
            Ok(request)
        };
        let heard = Outside::new(self.0, NAME).send(request).await?;
        if matches!(heard.status.as_u16(), 401 | 403) {
            return Err(defect(format!("stripe refuses our key: {}", problem(&heard)?.message())));
        }
        Ok(heard)
    }

    async fn known(&self, payment: PaymentId) -> Result<Option<String>, Failure> {
        let found = self.run(sql::FIND_REFERENCE.bind(values![payment])).await?;
        Ok(found.first::<ReferenceRow>()?.map(|row| row.reference))
    }

    async fn run(&self, statement: store::Statement) -> Result<store::Rows, Failure> {
        run_apart(&*self.0.world, self.0.tenant(), statement).await
    }

    /// The id of the intent of a payment; it is created if there is none.
    async fn intent(&self, charge: Charge) -> Result<Result<String, Problem>, Failure> {
        if let Some(known) = self.known(charge.id).await? {
            return Ok(Ok(known));
        }
        let Some(amount) = amount::of(charge.amount) else {
            return Ok(Err(Problem::of_ours("amount_not_possible")));
        };
        let form = vec![
            ("amount", amount.to_string()),
            ("currency", charge.amount.currency().code().to_ascii_lowercase()),
            ("capture_method", "manual".to_owned()),
            ("payment_method_types[]", "card".to_owned()),
            ("metadata[payment_id]", charge.id.to_string()),
            ("metadata[order_id]", charge.order.to_string()),
        ];
        let key = format!("create:{}", charge.id);
        let heard = self.call(Method::POST, "/v1/payment_intents", form, Some(key)).await?;
        if !heard.status.is_success() {
            return Ok(Err(problem(&heard)?));
        }
        let intent: Intent = heard.json()?;
        self.run(sql::INSERT_REFERENCE.bind(values![charge.id, NAME, &intent.id, self.0.now()])).await?;
        Ok(Ok(intent.id))
    }

    /// The intent of a payment, which is one that can be charged.
    async fn opened(&self, charge: Charge) -> Result<String, Failure> {
        self.intent(charge).await?.map_err(|problem| defect(problem.message()))
    }

    async fn read(&self, intent: &str) -> Result<Intent, Failure> {
        let heard =
            self.call(Method::GET, &format!("/v1/payment_intents/{intent}"), Vec::new(), None).await?;
        if heard.status.is_success() { heard.json() } else { Err(defect(problem(&heard)?.message())) }
    }

    /// Refunds, once per `key`.
    async fn refund(&self, key: &str, intent: &str, amount: Money) -> Result<CardAnswer, Failure> {
        let Some(minor) = amount::of(amount) else {
            return Ok(CardAnswer::Declined("amount_not_possible".to_owned()));
        };
        let list = format!("/v1/refunds?limit=100&payment_intent={intent}");
        let heard = self.call(Method::GET, &list, Vec::new(), None).await?;
        if !heard.status.is_success() {
            return Err(defect(problem(&heard)?.message()));
        }
        let made: Refunds = heard.json()?;
        if let Some(made) =
            made.data.into_iter().find(|refund| refund.metadata.refund_key.as_deref() == Some(key))
        {
            return Ok(refunded(made));
        }
        let form = vec![
            ("payment_intent", intent.to_owned()),
            ("amount", minor.to_string()),
            ("metadata[refund_key]", key.to_owned()),
        ];
        let heard = self.call(Method::POST, "/v1/refunds", form, Some(format!("refund:{key}"))).await?;
        if heard.status.is_success() {
            return Ok(refunded(heard.json()?));
        }
        Ok(CardAnswer::Declined(problem(&heard)?.reason()))
    }
}

fn refunded(refund: Refund) -> CardAnswer {
    match refund.status.as_deref() {
        Some("failed" | "canceled") => {
            CardAnswer::Declined(refund.failure_reason.unwrap_or_else(|| "failed".to_owned()))
        }
        // Also one that is pending: Stripe has promised it.
        _ => CardAnswer::Refunded,
    }
}

impl PaymentProvider for Stripe<'_> {
    async fn authorise(&self, charge: Charge, card: &CardGiven) -> Result<ProviderAnswer, Failure> {
        let intent = match self.intent(charge).await {
            Ok(Ok(intent)) => intent,
            Ok(Err(problem)) => return Ok(ProviderAnswer::Declined(problem.reason())),
            Err(Failure::Unknown(_)) => return Ok(ProviderAnswer::Silent),
            Err(failure) => return Err(failure),
        };
        let mut form: Form<'_> = match &card.token {
            token if token.starts_with("ctoken_") => vec![("confirmation_token", token.clone())],
            token if token.starts_with("tok_") => vec![
                ("payment_method_data[type]", "card".to_owned()),
                ("payment_method_data[card][token]", token.clone()),
            ],
            token => vec![("payment_method", token.clone())],
        };
        form.push(match &card.return_url {
            Some(url) => ("return_url", url.clone()),
            // Nobody could send the buyer anywhere.
            None => ("error_on_requires_action", "true".to_owned()),
        });
        let path = format!("/v1/payment_intents/{intent}/confirm");
        match self.call(Method::POST, &path, form, Some(format!("confirm:{}", charge.id))).await {
            Ok(heard) if heard.status.is_success() => Ok(heard.json::<Intent>()?.answer()),
            Ok(heard) => match problem(&heard)? {
                // Confirmed before, or cancelled: what it is now counts.
                problem if problem.is_late() => self.inquire(charge).await,
                problem => Ok(ProviderAnswer::Declined(problem.reason())),
            },
            Err(Failure::Unknown(_)) => Ok(ProviderAnswer::Silent),
            Err(failure) => Err(failure),
        }
    }

    async fn inquire(&self, charge: Charge) -> Result<ProviderAnswer, Failure> {
        // Without an intent nothing was ever confirmed.
        let Some(intent) = self.known(charge.id).await? else { return Ok(ProviderAnswer::NotKnown) };
        match self.read(&intent).await {
            Ok(intent) => Ok(intent.answer()),
            Err(Failure::Unknown(_)) => Ok(ProviderAnswer::Silent),
            Err(failure) => Err(failure),
        }
    }

    async fn capture(&self, charge: Charge) -> Result<(), Failure> {
        let intent = self.opened(charge).await?;
        let path = format!("/v1/payment_intents/{intent}/capture");
        // Without a key: Stripe would repeat a refusal for a day. Nothing is captured or cancelled twice anyway.
        let heard = self.call(Method::POST, &path, Vec::new(), None).await?;
        if heard.status.is_success() && heard.json::<Intent>()?.status == "succeeded" {
            return Ok(());
        }
        // Captured before, or its week is over: then it stays in this step, is retried, and reported as stuck.
        match self.read(&intent).await?.status.as_str() {
            "succeeded" => Ok(()),
            other => Err(Failure::Unknown(format!("stripe cannot capture {intent}, which is {other}"))),
        }
    }

    async fn void(&self, charge: Charge) -> Result<Released, Failure> {
        // One that does not exist yet is made and cancelled: whatever still comes of the payment finds it so.
        let Ok(intent) = self.intent(charge).await? else {
            // Stripe takes no such payment.
            return Ok(Released::Voided);
        };
        let path = format!("/v1/payment_intents/{intent}/cancel");
        let heard = self.call(Method::POST, &path, Vec::new(), None).await?;
        let status = if heard.status.is_success() {
            heard.json::<Intent>()?.status
        } else {
            self.read(&intent).await?.status
        };
        match status.as_str() {
            "canceled" => Ok(Released::Voided),
            "succeeded" => match self.refund(&format!("void:{}", charge.id), &intent, charge.amount).await? {
                CardAnswer::Refunded => Ok(Released::GivenBack),
                // We must not keep the money: the checkout stays in this step, is retried, and is reported as stuck.
                CardAnswer::Declined(reason) => {
                    Err(Failure::Unknown(format!("stripe does not refund {}: {reason}", charge.amount)))
                }
            },
            other => Err(Failure::Unknown(format!("stripe does not cancel {intent}, which is {other}"))),
        }
    }

    async fn give_back(
        &self,
        refund_id: RefundId,
        part: i64,
        payment_id: PaymentId,
        amount: Money,
    ) -> Result<CardAnswer, Failure> {
        match self.known(payment_id).await? {
            Some(intent) => self.refund(&format!("{refund_id}:{part}"), &intent, amount).await,
            None => Ok(CardAnswer::Declined("stripe does not know the payment".to_owned())),
        }
    }
}

fn problem(heard: &Heard) -> Result<Problem, Failure> {
    Ok(heard.json::<answers::Refusal>()?.error)
}

fn value(text: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_str(text).map_err(defect)
}

fn defect(what: impl std::fmt::Display) -> Failure {
    Failure::Defect(what.to_string())
}
