//! What Stripe answers, as far as it matters here (docs.stripe.com/api).

use serde::Deserialize;

use crate::application::ports::peers::ProviderAnswer;

/// A `PaymentIntent`.
#[derive(Debug, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) status: String,
    next_action: Option<NextAction>,
    last_payment_error: Option<Problem>,
}

#[derive(Debug, Deserialize)]
struct NextAction {
    redirect_to_url: Option<RedirectToUrl>,
}

#[derive(Debug, Deserialize)]
struct RedirectToUrl {
    url: String,
}

impl Intent {
    /// What it means for a payment (docs.stripe.com/payments/paymentintents/lifecycle).
    pub(super) fn answer(self) -> ProviderAnswer {
        let redirect = self.next_action.and_then(|next| next.redirect_to_url);
        match self.status.as_str() {
            "requires_capture" | "succeeded" => ProviderAnswer::Authorised,
            "requires_action" => match redirect {
                Some(redirect) => ProviderAnswer::BuyerAsked(redirect.url),
                None => ProviderAnswer::Silent,
            },
            "canceled" => ProviderAnswer::Declined("canceled".to_owned()),
            // Never confirmed; after a refusal the reason is kept.
            "requires_payment_method" | "requires_confirmation" => match self.last_payment_error {
                Some(problem) => ProviderAnswer::Declined(problem.reason()),
                None => ProviderAnswer::NotKnown,
            },
            // `processing`, and what Stripe may add.
            _ => ProviderAnswer::Silent,
        }
    }
}

/// An answer that is none of 2xx.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) error: Problem,
}

/// Why something was refused.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Problem {
    code: Option<String>,
    decline_code: Option<String>,
    message: Option<String>,
}

impl Problem {
    /// Refused before Stripe was asked.
    pub(super) fn of_ours(code: &str) -> Self {
        Self { code: Some(code.to_owned()), ..Self::default() }
    }

    /// Whether the intent is no longer in the state that the request needs.
    pub(super) fn is_late(&self) -> bool {
        self.code.as_deref() == Some("payment_intent_unexpected_state")
    }

    /// One word: `insufficient_funds`.
    pub(super) fn reason(self) -> String {
        self.decline_code.or(self.code).or(self.message).unwrap_or_else(|| "declined".to_owned())
    }

    /// For the log.
    pub(super) fn message(self) -> String {
        self.message.or(self.code).unwrap_or_else(|| "stripe refused, and did not say why".to_owned())
    }
}

/// A list of refunds.
#[derive(Debug, Deserialize)]
pub(super) struct Refunds {
    pub(super) data: Vec<Refund>,
}

/// A refund.
#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    pub(super) status: Option<String>,
    pub(super) failure_reason: Option<String>,
    #[serde(default)]
    pub(super) metadata: RefundMetadata,
}

/// What we wrote on it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct RefundMetadata {
    pub(super) refund_key: Option<String>,
}
