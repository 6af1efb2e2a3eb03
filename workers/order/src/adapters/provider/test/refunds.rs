//! The refunds of the test provider. It remembers each refund by its key, so that a repeated call is recognised.
//!
//! The token of the payment decides: with `tok_refund_decline` or `tok_captured_decline` the refund is declined, with
//! `tok_refund_timeout` or `tok_captured_timeout` it is made, but the first answer is lost.

use kernel::ids::PaymentId;
use kernel::{Failure, Money};
use serde::Deserialize;
use store::values;

use super::{PaymentRow, TestProvider, silent};
use crate::adapters::store::sql::test_provider as sql;
use crate::application::ports::peers::CardAnswer;

#[derive(Deserialize)]
struct TokenRow {
    token: String,
}

const REFUNDED: &str = "Refunded";

impl TestProvider<'_> {
    /// Refunds `amount` of a payment, once per `key`.
    pub(super) async fn refund(
        &self,
        key: &str,
        payment_id: PaymentId,
        amount: Money,
    ) -> Result<CardAnswer, Failure> {
        let known = self.run(sql::FIND_PROVIDER_REFUND.bind(values![key])).await?;
        if let Some(known) = known.first::<PaymentRow>()? {
            return answer(&known.status, known.reason);
        }
        let payment = self.run(sql::FIND_PROVIDER_PAYMENT.bind(values![payment_id])).await?;
        let token = payment.first::<TokenRow>()?.map(|row| row.token);
        let (status, reason) = match token.as_deref() {
            None => ("Declined", Some("the payment is not known")),
            Some("tok_refund_decline" | "tok_captured_decline") => ("Declined", Some("the card is closed")),
            Some(_) => (REFUNDED, None),
        };
        let row = values![key, payment_id, amount.minor(), status, reason, self.0.now()];
        self.run(sql::INSERT_PROVIDER_REFUND.bind(row)).await?;
        if matches!(token.as_deref(), Some("tok_refund_timeout" | "tok_captured_timeout")) {
            return Err(silent());
        }
        answer(status, reason.map(ToOwned::to_owned))
    }
}

fn answer(status: &str, reason: Option<String>) -> Result<CardAnswer, Failure> {
    if status == REFUNDED {
        return Ok(CardAnswer::Refunded);
    }
    let reason = reason.ok_or_else(|| Failure::Defect("a refund declined without a reason".to_owned()))?;
    Ok(CardAnswer::Declined(reason))
}
