//! Drives a recorded refund to its end, for the request that created it, a retry, or the sweep. Each step is stored
//! before the next, and each effect is keyed by the refund.

use contracts::terms::PaymentMethod;
use kernel::ids::RefundId;
use kernel::{Failure, Timestamp};

use super::ports::peers::{CardAnswer, Goods, PaymentProvider};
use super::ports::refunds::{RecordError, Refunds};
use crate::domain::refund::{PaybackStatus, Refund, RefundStatus, Step, next_step};

/// The services that perform the effects.
pub struct Effects<'a, G, P> {
    pub goods: &'a G,
    pub provider: &'a P,
}

/// A refund passes each status once and each card once: more steps than this are a defect.
const STEPS_MAX: u32 = 8;

/// Continues as far as possible. If inventory or the provider does not answer, the refund is answered in its current
/// state: it is recorded, and the sweep continues it.
pub async fn advance_refund(
    refunds: &impl Refunds,
    effects: &Effects<'_, impl Goods, impl PaymentProvider>,
    mut refund: Refund,
) -> Result<Refund, Failure> {
    let mut completed_here = false;
    let mut last_failure = None;
    for _ in 0..STEPS_MAX {
        let step = next_step(&refund.progress());
        let before = refund.clone();
        let done = match step {
            Step::Done => {
                // Completing has already stored the answer.
                if !completed_here {
                    refunds.answer_refund(&refund).await?;
                }
                return Ok(refund);
            }
            Step::Restock => restock(refunds, effects.goods, &mut refund).await,
            Step::PayBack => pay_back(refunds, effects.provider, &mut refund).await,
            Step::Complete => complete(refunds, &mut refund).await,
        };
        match done {
            Ok(()) => completed_here = step == Step::Complete,
            Err(Stopped::Outside) => {
                refunds.answer_refund(&before).await?;
                return Ok(before);
            }
            Err(Stopped::Store(failure)) => match refunds.find_refund(before.id).await? {
                // Another run has advanced it: the stored state counts.
                Some(stored) if stored.progress() != before.progress() => {
                    refund = stored;
                    last_failure = Some(failure);
                }
                _ => return Err(failure),
            },
        }
    }
    let endless = || Failure::Defect(format!("the refund {} does not end", refund.id));
    Err(last_failure.unwrap_or_else(endless))
}

/// Why a step did not happen.
enum Stopped {
    /// Inventory or the provider failed.
    Outside,
    /// The store failed.
    Store(Failure),
}

impl From<kernel::MoneyError> for Stopped {
    fn from(error: kernel::MoneyError) -> Self {
        Self::Store(Failure::Defect(error.to_string()))
    }
}

async fn restock(refunds: &impl Refunds, goods: &impl Goods, refund: &mut Refund) -> Result<(), Stopped> {
    let values = goods.restock(refund).await.map_err(|_| Stopped::Outside)?;
    refund.restocked(&values)?;
    // Without a card, the next batch completes the refund and stores this with it.
    if next_step(&refund.progress()) == Step::PayBack {
        refunds.store_restocked(refund).await.map_err(Stopped::Store)?;
    }
    Ok(())
}

async fn pay_back(
    refunds: &impl Refunds,
    provider: &impl PaymentProvider,
    refund: &mut Refund,
) -> Result<(), Stopped> {
    let id = refund.id;
    for part in &mut refund.payments {
        if part.method != PaymentMethod::Card || part.status == PaybackStatus::Refunded {
            continue;
        }
        let answer = match part.payment_id {
            Some(payment) => {
                provider.give_back(id, part.part, payment, part.amount).await.map_err(|_| Stopped::Outside)?
            }
            None => CardAnswer::Declined("no card payment to give back to".to_owned()),
        };
        match answer {
            CardAnswer::Refunded => part.status = PaybackStatus::Refunded,
            // The refund was promised, so it is paid by hand.
            CardAnswer::Declined(reason) => {
                part.method = PaymentMethod::BankTransfer;
                part.note = Some(format!("The card refused: {reason}"));
            }
        }
    }
    refunds.store_paid_back(refund).await.map_err(Stopped::Store)
}

async fn complete(refunds: &impl Refunds, refund: &mut Refund) -> Result<(), Stopped> {
    for part in &mut refund.payments {
        part.status = PaybackStatus::Refunded;
    }
    refund.status = RefundStatus::Completed;
    refunds.complete_refund(refund).await.map_err(Stopped::Store)
}

/// Resumes stopped refunds: those that did not change since `before`. Returns how many it found; one that fails again
/// waits for the next sweep.
pub async fn resume_refunds(
    refunds: &impl Refunds,
    effects: &Effects<'_, impl Goods, impl PaymentProvider>,
    before: Timestamp,
) -> Result<u32, Failure> {
    let mut resumed = 0_u32;
    let mut failed = None;
    for id in refunds.unfinished(before).await? {
        let Some(refund) = refunds.find_refund(id).await? else { continue };
        match advance_refund(refunds, effects, refund).await {
            Ok(_) => resumed = resumed.saturating_add(1),
            // The others do not wait for it.
            Err(failure) => failed = Some(failure),
        }
    }
    failed.map_or(Ok(resumed), Err)
}

/// What an earlier attempt of the same request recorded; none when it is new. Refused when its id or key was used for
/// another request.
pub async fn find_repeated(
    refunds: &impl Refunds,
    id: RefundId,
    request_key: Option<&str>,
    request: &str,
) -> Result<Option<Refund>, RecordError> {
    let recorded = refunds.find_repeated(id, request_key).await?;
    if recorded.as_ref().is_some_and(|refund| refund.request != request) {
        return Err(RecordError::Taken);
    }
    Ok(recorded)
}
