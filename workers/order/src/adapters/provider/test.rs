//! The test provider, for development: the tokens decide what it does.
//!
//! It behaves like a remote system: it keeps its own books, keyed by the payment id, and shares no batch
//! with the order. Tokens:
//!
//! | token | what it does |
//! |---|---|
//! | `tok_approve` | approves |
//! | `tok_decline`, `tok_decline_<reason>` | declines, `insufficient_funds` unless a reason is named |
//! | `tok_timeout` | approves, but the answer is lost; an inquiry shows it |
//! | `tok_timeout_declined` | declines, but the answer is lost; an inquiry shows it |
//! | `tok_timeout_lost` | the request is lost: the provider never hears of it |
//! | `tok_capture_fail` | approves; the answer to the first capture is lost |
//! | `tok_void_fail` | approves; the answer to the first void is lost |
//! | `tok_captured` | takes the money at once, as some methods do; a void gives it back |
//! | `tok_captured_timeout` | the same; what is given back is, but the first answer is lost |
//! | `tok_captured_decline` | the same; giving back is declined |
//! | `tok_refund_decline` | approves; a refund is declined |
//! | `tok_refund_timeout` | approves; a refund is made, but its first answer is lost |
//! | anything else | declines with `unknown_token` |

mod refunds;

use kernel::ids::{PaymentId, RefundId};
use kernel::{Failure, Money};
use serde::Deserialize;
use store::{Rows, Statement, values};
use web::Context;
use web::outside::run_apart;

use crate::adapters::store::sql::test_provider as sql;
use crate::application::ports::peers::{
    CardAnswer, CardGiven, Charge, PaymentProvider, ProviderAnswer, Released,
};

/// The test provider.
pub(super) struct TestProvider<'a>(pub(super) &'a Context);

#[derive(Deserialize)]
struct PaymentRow {
    status: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct CalledRow {
    calls: i64,
    token: String,
    status: String,
}

fn silent() -> Failure {
    Failure::Unknown("the payment provider did not answer".to_owned())
}

/// The test provider's verdict on a token: a status and a reason, or nothing when the request is lost.
fn verdict(token: &str) -> Option<(&'static str, Option<String>)> {
    match token {
        "tok_approve" | "tok_timeout" | "tok_capture_fail" | "tok_void_fail" | "tok_refund_decline"
        | "tok_refund_timeout" => Some(("Authorised", None)),
        "tok_captured" | "tok_captured_timeout" | "tok_captured_decline" => Some(("Captured", None)),
        "tok_timeout_lost" => None,
        "tok_decline" | "tok_timeout_declined" => Some(("Declined", Some("insufficient_funds".to_owned()))),
        _ => {
            let reason = token.strip_prefix("tok_decline_").unwrap_or("unknown_token");
            Some(("Declined", Some(reason.to_owned())))
        }
    }
}

impl TestProvider<'_> {
    /// The provider's own transaction: never part of one of our units.
    async fn run(&self, statement: Statement) -> Result<Rows, Failure> {
        run_apart(&*self.0.world, self.0.tenant(), statement).await
    }

    async fn called(&self, id: PaymentId) -> Result<Option<CalledRow>, Failure> {
        Ok(self.run(sql::PROVIDER_CALLED.bind(values![id])).await?.first()?)
    }
}

impl PaymentProvider for TestProvider<'_> {
    async fn authorise(&self, charge: Charge, card: &CardGiven) -> Result<ProviderAnswer, Failure> {
        let token = card.token.as_str();
        let Some((status, reason)) = verdict(token) else { return Ok(ProviderAnswer::Silent) };
        let now = self.0.now();
        let row = values![charge.id, token, charge.amount.minor(), status, reason, now];
        self.run(sql::PROVIDER_AUTHORISE.bind(row)).await?;
        if token.starts_with("tok_timeout") { Ok(ProviderAnswer::Silent) } else { self.inquire(charge).await }
    }

    async fn inquire(&self, charge: Charge) -> Result<ProviderAnswer, Failure> {
        let row = self.run(sql::PROVIDER_FIND.bind(values![charge.id])).await?.first::<PaymentRow>()?;
        Ok(match row {
            None => ProviderAnswer::NotKnown,
            Some(row) if row.status == "Authorised" || row.status == "Captured" => ProviderAnswer::Authorised,
            Some(row) => ProviderAnswer::Declined(row.reason.unwrap_or(row.status)),
        })
    }

    async fn capture(&self, Charge { id, .. }: Charge) -> Result<(), Failure> {
        let row = self.called(id).await?;
        let row = row.ok_or_else(|| Failure::Defect("a capture of an unknown payment".to_owned()))?;
        if row.token == "tok_capture_fail" && row.calls == 1 {
            return Err(silent());
        }
        match row.status.as_str() {
            "Captured" => Ok(()),
            "Authorised" => self.run(sql::PROVIDER_SETTLE.bind(values![id, "Captured"])).await.map(drop),
            other => Err(Failure::Defect(format!("a capture of a payment that is {other}"))),
        }
    }

    async fn void(&self, Charge { id, amount, .. }: Charge) -> Result<Released, Failure> {
        if let Some(row) = self.called(id).await?
            && row.token == "tok_void_fail"
            && row.calls == 1
        {
            return Err(silent());
        }
        self.run(sql::PROVIDER_VOID.bind(values![id, self.0.now()])).await?;
        let row = self.run(sql::PROVIDER_FIND.bind(values![id])).await?.first::<PaymentRow>()?;
        if row.is_none_or(|row| row.status != "Captured") {
            return Ok(Released::Voided);
        }
        // Keyed by the payment: however often this is called, the money goes back once.
        match self.refund(&format!("void:{id}"), id, amount).await? {
            CardAnswer::Refunded => Ok(Released::GivenBack),
            // We must not keep the money: the checkout stays in this step, is retried, and is reported as stuck.
            CardAnswer::Declined(reason) => {
                Err(Failure::Unknown(format!("the payment provider does not refund {amount}: {reason}")))
            }
        }
    }

    async fn give_back(
        &self,
        refund_id: RefundId,
        part: i64,
        payment_id: PaymentId,
        amount: Money,
    ) -> Result<CardAnswer, Failure> {
        self.refund(&format!("{refund_id}:{part}"), payment_id, amount).await
    }
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn a_token_says_what_the_provider_does() {
        for (token, status, reason) in [
            ("tok_approve", Some("Authorised"), None),
            ("tok_decline", Some("Declined"), Some("insufficient_funds")),
            ("tok_decline_stolen_card", Some("Declined"), Some("stolen_card")),
            ("tok_timeout", Some("Authorised"), None),
            ("tok_timeout_declined", Some("Declined"), Some("insufficient_funds")),
            ("tok_timeout_lost", None, None),
            ("tok_capture_fail", Some("Authorised"), None),
            ("tok_void_fail", Some("Authorised"), None),
            ("tok_captured", Some("Captured"), None),
            ("whatever", Some("Declined"), Some("unknown_token")),
        ] {
            let verdict = verdict(token);
            assert_eq!(verdict.as_ref().map(|(status, _)| *status), status, "{token}");
            assert_eq!(verdict.and_then(|(_, reason)| reason).as_deref(), reason, "{token}");
        }
    }
}
