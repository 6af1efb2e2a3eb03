//! Refunds lines of a completed order: recorded first, then goods, money, books.

use kernel::ids::{OrderId, RefundId};
use kernel::text::{Code, ShortText, Sku};
use kernel::{Failure, Money, Quantity, Timestamp};

use super::advance_refund::{Effects, Repetition, advance_refund, find_repetition};
use super::ports::refunds::{CardRefunds, Recorded, Refundable, Refunds, Restock};
use crate::domain::refund::{
    Refund, RefundError, RefundStatus, adjustment_line, number_parts, pay_back, refund_lines, totals,
};

/// How often a refund is computed again because another one of the same order was faster.
const ATTEMPTS_MAX: u32 = 3;

/// A refund to give.
#[derive(Debug)]
pub struct RefundOrder {
    /// Its identity.
    pub id: RefundId,
    /// The order.
    pub order_id: OrderId,
    /// What comes back.
    pub items: Vec<(Sku, Quantity)>,
    /// More (above zero) or less (below) than the items come to.
    pub adjustment: Option<Money>,
    /// Whether goods go back into stock.
    pub restock: bool,
    /// Why.
    pub reason: ShortText,
    /// Who gives it.
    pub refunded_by: String,
    /// The till whose drawer its cash comes out of.
    pub terminal_id: Option<Code>,
    /// What was asked for, as text.
    pub request: String,
    /// Caller and idempotency key.
    pub request_key: Option<String>,
    /// Now.
    pub at: Timestamp,
}

/// Why nothing was refunded.
#[derive(Debug, thiserror::Error)]
pub enum RefundOrderError {
    /// There is no such order.
    #[error("no such order")]
    NoOrder,
    /// Only a completed order has anything to give back.
    #[error("the order is not completed")]
    NotCompleted,
    /// There is no such till.
    #[error("no such till")]
    NoTill,
    /// The id or the key stands for another refund.
    #[error("the id is another refund's")]
    Conflict,
    /// Other refunds of the order kept changing what is left.
    #[error("other refunds of the order are under way")]
    Busy,
    /// It asks for what is not there.
    #[error(transparent)]
    Refund(#[from] RefundError),
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Refunds an order. (1) A repetition goes on where it stopped. (2) Compute from what is left, record, and
/// compute again when another refund came between. (3) Goods, money, books; where the outside fails now,
/// the sweeper goes on and the answer says how far it is.
pub async fn refund_order(
    refunds: &impl Refunds,
    effects: &Effects<'_, impl Restock, impl CardRefunds>,
    request: RefundOrder,
) -> Result<Refund, RefundOrderError> {
    if let Some(refund) = repeated(refunds, &request).await? {
        return Ok(advance_refund(refunds, effects, refund).await?);
    }
    for _ in 0..ATTEMPTS_MAX {
        let left = refunds.refundable(request.order_id).await?.ok_or(RefundOrderError::NoOrder)?;
        if !left.completed {
            return Err(RefundOrderError::NotCompleted);
        }
        let refund = compute(&left, &request)?;
        match refunds.record(&refund, None).await? {
            Recorded::Now => return Ok(advance_refund(refunds, effects, refund).await?),
            Recorded::OrderNotCompleted => return Err(RefundOrderError::NotCompleted),
            Recorded::NoTill => return Err(RefundOrderError::NoTill),
            Recorded::Taken => {
                let refund = repeated(refunds, &request).await?.ok_or(RefundOrderError::Conflict)?;
                return Ok(advance_refund(refunds, effects, refund).await?);
            }
            Recorded::Stale => {}
        }
    }
    Err(RefundOrderError::Busy)
}

async fn repeated(refunds: &impl Refunds, request: &RefundOrder) -> Result<Option<Refund>, RefundOrderError> {
    match find_repetition(refunds, request.id, request.request_key.as_deref(), &request.request).await? {
        Repetition::None => Ok(None),
        Repetition::Of(refund) => Ok(Some(*refund)),
        Repetition::Conflict => Err(RefundOrderError::Conflict),
    }
}

fn compute(left: &Refundable, request: &RefundOrder) -> Result<Refund, RefundError> {
    let mut lines = refund_lines(&left.lines, &request.items, request.restock)?;
    lines.extend(request.adjustment.and_then(adjustment_line));
    let header = left.header.clone();
    let totals = totals(header.currency, &lines)?;
    Ok(Refund {
        id: request.id,
        order: Some((request.order_id, left.order_number.clone())),
        channel: header.channel,
        customer_id: header.customer_id,
        warehouse_id: header.warehouse_id,
        currency: header.currency,
        payments: number_parts(pay_back(totals.total, &left.payments)?),
        lines,
        totals,
        restock: request.restock,
        reason: request.reason.clone(),
        status: RefundStatus::Pending,
        refunded_by: request.refunded_by.clone(),
        terminal_id: request.terminal_id.clone(),
        request: request.request.clone(),
        request_key: request.request_key.clone(),
        created_at: request.at,
    })
}
