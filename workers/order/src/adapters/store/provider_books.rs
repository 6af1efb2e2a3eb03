//! The refunds of the test payment provider: a remote system in all but its place. It remembers each
//! refund by its key, so that a repeated call is the same call.
//!
//! The token of the payment decides: with `tok_refund_decline` or `tok_captured_decline` the refund is refused,
//! with `tok_refund_timeout` or `tok_captured_timeout` it is made, but the first answer is lost.

use kernel::ids::PaymentId;
use kernel::{Failure, Money};
use serde::Deserialize;
use store::{Database, Rows, values};
use web::Context;

use super::refunds_sql as sql;
use crate::application::ports::refunds::CardAnswer;

/// The provider's books of refunds.
pub(crate) struct ProviderBooks<'a> {
    context: &'a Context,
}

#[derive(Deserialize)]
struct PaymentRow {
    token: String,
}

#[derive(Deserialize)]
struct RefundRow {
    status: String,
    reason: Option<String>,
}

const REFUNDED: &str = "Refunded";

impl<'a> ProviderBooks<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    /// Gives `amount` of a payment back, once per `key`.
    pub(crate) async fn refund(
        &self,
        key: &str,
        payment_id: PaymentId,
        amount: Money,
    ) -> Result<CardAnswer, Failure> {
        let statements = vec![
            sql::FIND_PROVIDER_REFUND.bind(values![key]),
            sql::FIND_PROVIDER_PAYMENT.bind(values![payment_id]),
        ];
        // The provider's own transactions: never a part of a unit of ours.
        let rows = self.context.world.database().batch(statements).await?;
        let [known, payment] = rows;
        if let Some(known) = known.first::<RefundRow>()? {
            return Ok(answer(known.status.as_str(), known.reason));
        }
        let token = payment.first::<PaymentRow>()?.map(|row| row.token);
        let (status, reason) = match token.as_deref() {
            None => ("Declined", Some("the payment is not known")),
            Some("tok_refund_decline" | "tok_captured_decline") => ("Declined", Some("the card is closed")),
            Some(_) => (REFUNDED, None),
        };
        let stored = sql::INSERT_PROVIDER_REFUND.bind(values![
            key,
            payment_id,
            amount.minor(),
            status,
            reason,
            self.context.now()
        ]);
        self.context.world.database().batch(vec![stored]).await?;
        if matches!(token.as_deref(), Some("tok_refund_timeout" | "tok_captured_timeout")) {
            return Err(Failure::Unknown("the provider did not answer".to_owned()));
        }
        Ok(answer(status, reason.map(ToOwned::to_owned)))
    }
}

fn answer(status: &str, reason: Option<String>) -> CardAnswer {
    if status == REFUNDED { CardAnswer::Refunded } else { CardAnswer::Declined(reason.unwrap_or_default()) }
}
