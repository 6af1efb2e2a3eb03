//! The effects of a refund: goods back into inventory, money back to a card, and the sweep that resumes
//! what stopped. A failure is logged here; the refund stays recorded and is tried again.

use contracts::Service;
use contracts::stock::GoodsRestocked;
use kernel::ids::{PaymentId, RefundId};
use kernel::text::Sku;
use kernel::{Failure, Money};
use web::{Context, Problem};

use super::store::{ProviderBooks, SqlRefunds};
use crate::application::advance_refund::{Effects, resume_refunds};
use crate::application::ports::refunds::{CardAnswer, CardRefunds, Restock};
use crate::domain::refund::Refund;

/// A refund that did not change for this long, in seconds, has stopped.
const STOPPED_AFTER_SECONDS: i64 = 30;

/// Inventory, as refunds see it.
pub(crate) struct PeerRestock<'a> {
    context: &'a Context,
}

impl<'a> PeerRestock<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }
}

impl Restock for PeerRestock<'_> {
    async fn restock(&self, refund: &Refund) -> Result<Vec<(Sku, Money)>, Failure> {
        let request = refund.restock_request().map_err(|error| Failure::Defect(error.to_string()))?;
        let path = "/internal/stock/restock";
        let answer: Result<GoodsRestocked, _> =
            self.context.ask_as_system(Service::Inventory, "POST", path, &request).await;
        match answer {
            Ok(restocked) => Ok(restocked.items.into_iter().map(|item| (item.sku, item.cost)).collect()),
            Err(failure) => Err(logged(self.context, refund.id, failure.into())),
        }
    }
}

/// The payment provider, as refunds see it: the test provider, keyed by refund and part.
pub(crate) struct ProviderRefunds<'a> {
    context: &'a Context,
}

impl<'a> ProviderRefunds<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }
}

impl CardRefunds for ProviderRefunds<'_> {
    async fn give_back(
        &self,
        refund_id: RefundId,
        part: i64,
        payment_id: PaymentId,
        amount: Money,
    ) -> Result<CardAnswer, Failure> {
        let key = format!("{refund_id}:{part}");
        let answer = ProviderBooks::new(self.context).refund(&key, payment_id, amount).await;
        answer.map_err(|failure| logged(self.context, refund_id, failure))
    }
}

fn logged(context: &Context, refund_id: RefundId, failure: Failure) -> Failure {
    let line = serde_json::json!({
        "level": "warn",
        "service": context.service().name(),
        "requestId": &*context.request_id,
        "refund": refund_id,
        "cause": failure.to_string(),
    });
    context.world.log(&line.to_string());
    failure
}

/// Takes up the refunds that stopped half-way; how many.
pub(crate) async fn sweep(context: &Context) -> Result<u32, Problem> {
    let before = context.now().plus_seconds(STOPPED_AFTER_SECONDS.saturating_neg());
    let effects = Effects { goods: &PeerRestock::new(context), cards: &ProviderRefunds::new(context) };
    Ok(resume_refunds(&SqlRefunds::new(context), &effects, before).await?)
}
