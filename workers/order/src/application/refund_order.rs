//! Refunds lines of a completed order: recorded first, then goods, money, books.

use contracts::terms::PaymentMethod;
use kernel::ids::{OrderId, RefundId};
use kernel::text::{Code, ShortText};
use kernel::{Failure, Money, Timestamp};
use selling::refund::{Left, PaidBack, Payback, RefundError, Returned, Share, pay_back, totals};

use super::advance_refund::{Effects, advance_refund, find_repeated};
use super::ports::peers::{Goods, PaymentProvider};
use super::ports::refunds::{RecordError, Refundable, Refunds};
use crate::domain::refund::{Refund, RefundStatus, number_parts};

/// How often a refund is calculated again because another refund of the same order was faster.
const ATTEMPTS_MAX: u32 = 3;

/// A requested refund.
#[derive(Debug)]
pub struct RefundOrder {
    pub id: RefundId,
    pub order_id: OrderId,
    pub items: Vec<Returned>,
    /// More (above zero) or less (below zero) than the sum of the items.
    pub adjustment: Option<Money>,
    /// Whether goods go back into stock.
    pub restock: bool,
    pub reason: ShortText,
    pub refunded_by: String,
    /// The till from whose drawer the cash is paid.
    pub terminal_id: Option<Code>,
    /// The request as text.
    pub request: String,
    /// Caller and idempotency key.
    pub request_key: Option<String>,
    pub at: Timestamp,
}

/// Why nothing was refunded.
#[derive(Debug, thiserror::Error)]
pub enum RefundOrderError<E> {
    #[error("no such order")]
    NoOrder,
    #[error(transparent)]
    Record(#[from] RecordError),
    /// It requests more than there is to refund.
    #[error(transparent)]
    Refund(#[from] RefundError),
    /// Who asks may not do this, or not alone.
    #[error("the caller may not")]
    Forbidden(E),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Refunds an order. (1) A retry continues where the first request stopped. (2) Calculate from what is left and record,
/// if `may` allows the refund, given what went back of the order before; calculate again when another refund was recorded
/// in between. (3) Goods, money, books. If another service or the
/// provider fails now, the sweep continues, and the answer shows the progress.
pub async fn refund_order<E>(
    refunds: &impl Refunds,
    effects: &Effects<'_, impl Goods, impl PaymentProvider>,
    request: RefundOrder,
    may: impl Fn(&Refund, Money) -> Result<(), E> + Sync,
) -> Result<Refund, RefundOrderError<E>> {
    if let Some(refund) = repeated(refunds, &request).await? {
        return Ok(advance_refund(refunds, effects, refund).await?);
    }
    for _ in 0..ATTEMPTS_MAX {
        let left = refunds.refundable(request.order_id).await?.ok_or(RefundOrderError::NoOrder)?;
        if !left.completed {
            return Err(RecordError::NotCompleted.into());
        }
        let (refund, shares) = compute(&left, &request)?;
        may(&refund, left.refunded).map_err(RefundOrderError::Forbidden)?;
        let recorded = match refunds.record(&refund, &shares, None).await {
            Ok(()) => refund,
            Err(RecordError::Taken) => repeated(refunds, &request).await?.ok_or(RecordError::Taken)?,
            Err(RecordError::Stale) => continue,
            Err(error) => return Err(error.into()),
        };
        return Ok(advance_refund(refunds, effects, recorded).await?);
    }
    Err(RecordError::Stale.into())
}

async fn repeated(refunds: &impl Refunds, request: &RefundOrder) -> Result<Option<Refund>, RecordError> {
    find_repeated(refunds, request.id, request.request_key.as_deref(), &request.request).await
}

fn compute(left: &Refundable, request: &RefundOrder) -> Result<(Refund, Vec<Share>), RefundError> {
    let mut rest = Left::of(left.currency, &left.lines, left.unshared)?;
    let mut lines = rest.take_back(&request.items, request.restock)?;
    let mut shares = Vec::new();
    match request.adjustment {
        Some(amount) if amount.is_positive() => {
            let (line, of_lines) = rest.give(amount)?;
            lines.push(line);
            shares = of_lines;
        }
        Some(fee) if fee.is_negative() => lines.push(Left::keep(fee.negated(), &lines)?),
        _ => {}
    }
    let totals = totals(left.currency, &lines)?;
    let cash = |part: &PaidBack| part.method == PaymentMethod::Cash;
    let Payback { parts, rounding } = pay_back(totals.total, left.left, &left.payments, left.smallest_coin)?;
    // Cash comes from the drawer into which it went, unless the request names another.
    let own_till = left.terminal_id.as_ref().filter(|_| parts.iter().any(cash));
    let refund = Refund {
        id: request.id,
        order: Some((request.order_id, left.order_number.clone())),
        channel: left.channel,
        customer_id: left.customer_id,
        warehouse_id: left.warehouse_id,
        currency: left.currency,
        payments: number_parts(parts),
        cash_rounding: rounding,
        lines,
        totals,
        restock: request.restock,
        reason: request.reason.clone(),
        status: RefundStatus::Pending,
        refunded_by: request.refunded_by.clone(),
        terminal_id: request.terminal_id.as_ref().or(own_till).cloned(),
        request: request.request.clone(),
        request_key: request.request_key.clone(),
        created_at: request.at,
        business_day: left.today,
    };
    Ok((refund, shares))
}
