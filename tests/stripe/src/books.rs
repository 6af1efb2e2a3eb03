//! Stripe's own books: intents and refunds, and what may be done with them in each state.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use crate::form::Form;

/// The status of an intent (docs.stripe.com/payments/paymentintents/lifecycle).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    RequiresPaymentMethod,
    RequiresAction,
    RequiresCapture,
    Succeeded,
    Canceled,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresAction => "requires_action",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

struct Intent {
    id: String,
    status: Status,
    amount: i64,
    currency: String,
    metadata: BTreeMap<String, String>,
    return_url: Option<String>,
    error: Option<Value>,
    refund_fails: bool,
    refunds: Vec<Value>,
}

impl Intent {
    fn shown(&self) -> Value {
        let next = (self.status == Status::RequiresAction).then(|| {
            json!({ "type": "redirect_to_url", "redirect_to_url": {
                "url": format!("https://hooks.stripe.example/redirect/{}", self.id), "return_url": self.return_url } })
        });
        json!({
            "id": self.id, "object": "payment_intent", "status": self.status.word(), "amount": self.amount,
            "currency": self.currency, "capture_method": "manual", "metadata": self.metadata, "next_action": next,
            "last_payment_error": self.error,
        })
    }

    fn refunded(&self) -> i64 {
        let counts = |refund: &&Value| refund["status"] != "failed";
        self.refunds.iter().filter(counts).filter_map(|refund| refund["amount"].as_i64()).sum()
    }
}

/// An answer that is none of 2xx.
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

fn refused(status: u16, error: Value) -> Refusal {
    Refusal { status, body: json!({ "error": error }) }
}

fn invalid(code: &str, message: &str) -> Refusal {
    refused(400, json!({ "type": "invalid_request_error", "code": code, "message": message }))
}

#[derive(Default)]
pub(crate) struct Books {
    intents: Vec<Intent>,
}

impl Books {
    pub(crate) fn summary(&self) -> Vec<(String, Status, i64, i64)> {
        let captured = |intent: &Intent| if intent.status == Status::Succeeded { intent.amount } else { 0 };
        let each = |intent: &Intent| (intent.id.clone(), intent.status, captured(intent), intent.refunded());
        self.intents.iter().map(each).collect()
    }

    pub(crate) fn show(&self, id: &str) -> Option<Value> {
        self.intents.iter().find(|intent| intent.id == id).map(Intent::shown)
    }

    pub(crate) fn buyer_confirms(&mut self, id: &str, confirms: bool) {
        let waiting = |intent: &&mut Intent| intent.id == id && intent.status == Status::RequiresAction;
        let Some(intent) = self.intents.iter_mut().find(waiting) else { return };
        if confirms {
            intent.status = Status::RequiresCapture;
        } else {
            intent.status = Status::RequiresPaymentMethod;
            let code = "payment_intent_authentication_failure";
            intent.error = Some(json!({ "type": "card_error", "code": code }));
        }
    }

    pub(crate) fn perform(&mut self, method: &Method, path: &str, form: &Form) -> Result<Value, Refusal> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (method.as_str(), parts.as_slice()) {
            ("POST", ["v1", "payment_intents"]) => self.create(form),
            ("GET", ["v1", "payment_intents", id]) => Ok(self.find(id)?.shown()),
            ("POST", ["v1", "payment_intents", id, "confirm"]) => confirm(self.find(id)?, form),
            ("POST", ["v1", "payment_intents", id, "capture"]) => capture(self.find(id)?),
            ("POST", ["v1", "payment_intents", id, "cancel"]) => cancel(self.find(id)?),
            ("POST", ["v1", "refunds"]) => {
                refund(self.find(form.get("payment_intent").unwrap_or_default())?, form)
            }
            ("GET", ["v1", "refunds"]) => {
                let intent = query.split('&').find_map(|pair| pair.strip_prefix("payment_intent="));
                Ok(json!({ "object": "list", "data": self.find(intent.unwrap_or_default())?.refunds }))
            }
            _ => Err(refused(
                404,
                json!({ "type": "invalid_request_error", "message": "Unrecognized request URL" }),
            )),
        }
    }

    fn find(&mut self, id: &str) -> Result<&mut Intent, Refusal> {
        let missing = json!({ "type": "invalid_request_error", "code": "resource_missing" });
        self.intents.iter_mut().find(|intent| intent.id == id).ok_or_else(|| refused(404, missing))
    }

    fn create(&mut self, form: &Form) -> Result<Value, Refusal> {
        let amount = form.get("amount").and_then(|amount| amount.parse::<i64>().ok());
        let amount = amount.filter(|amount| *amount > 0);
        let amount =
            amount.ok_or_else(|| invalid("parameter_invalid_integer", "Invalid positive integer"))?;
        if form.get("capture_method") != Some("manual") {
            return Err(invalid("parameter_missing", "This shop captures by hand"));
        }
        let intent = Intent {
            id: format!("pi_{:06}", self.intents.len() + 1),
            status: Status::RequiresPaymentMethod,
            amount,
            currency: form.get("currency").unwrap_or_default().to_owned(),
            metadata: form.metadata(),
            return_url: None,
            error: None,
            refund_fails: false,
            refunds: Vec::new(),
        };
        let shown = intent.shown();
        self.intents.push(intent);
        Ok(shown)
    }
}

fn late(intent: &Intent) -> Refusal {
    let message = format!("This PaymentIntent has a status of {}", intent.status.word());
    invalid("payment_intent_unexpected_state", &message)
}

fn confirm(intent: &mut Intent, form: &Form) -> Result<Value, Refusal> {
    if intent.status != Status::RequiresPaymentMethod {
        return Err(late(intent));
    }
    let token = ["payment_method", "confirmation_token", "payment_method_data[card][token]"];
    let token = token.iter().find_map(|name| form.get(name)).unwrap_or_default();
    let card_error = |intent: &mut Intent, code: &str, decline: &str| {
        let error = json!({ "type": "card_error", "code": code, "decline_code": decline });
        intent.error = Some(error.clone());
        Err(refused(402, error))
    };
    match token {
        "pm_card_visa" | "tok_visa" | "ctoken_visa" => intent.status = Status::RequiresCapture,
        "pm_card_refundFail" => {
            intent.status = Status::RequiresCapture;
            intent.refund_fails = true;
        }
        "pm_card_visa_chargeDeclinedInsufficientFunds" => {
            return card_error(intent, "card_declined", "insufficient_funds");
        }
        "pm_card_authenticationRequired" if form.get("error_on_requires_action") == Some("true") => {
            return card_error(intent, "authentication_required", "authentication_required");
        }
        "pm_card_authenticationRequired" => {
            intent.status = Status::RequiresAction;
            intent.return_url = form.get("return_url").map(ToOwned::to_owned);
        }
        _ => return Err(invalid("resource_missing", "No such PaymentMethod")),
    }
    Ok(intent.shown())
}

fn capture(intent: &mut Intent) -> Result<Value, Refusal> {
    if intent.status != Status::RequiresCapture {
        return Err(late(intent));
    }
    intent.status = Status::Succeeded;
    Ok(intent.shown())
}

fn cancel(intent: &mut Intent) -> Result<Value, Refusal> {
    if matches!(intent.status, Status::Succeeded | Status::Canceled) {
        return Err(late(intent));
    }
    intent.status = Status::Canceled;
    Ok(intent.shown())
}

fn refund(intent: &mut Intent, form: &Form) -> Result<Value, Refusal> {
    let amount = form.get("amount").and_then(|amount| amount.parse::<i64>().ok()).unwrap_or_default();
    if intent.status != Status::Succeeded || amount <= 0 || intent.refunded() + amount > intent.amount {
        return Err(invalid("charge_already_refunded", "The refund is more than what is left"));
    }
    let (status, reason) =
        if intent.refund_fails { ("failed", Some("expired_or_canceled_card")) } else { ("succeeded", None) };
    let refund = json!({
        "id": format!("re_{}_{}", intent.id, intent.refunds.len() + 1), "object": "refund", "status": status,
        "amount": amount, "failure_reason": reason, "metadata": form.metadata(),
    });
    intent.refunds.push(refund.clone());
    Ok(refund)
}
