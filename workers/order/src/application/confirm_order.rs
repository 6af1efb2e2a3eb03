//! Confirms an order with a payment: authorise, deduct, capture, complete. Nothing to pay needs no payment.
//!
//! First pay, first served: the first confirmation takes the stock. There is one attempt at a time, and the same
//! request sent again is the same attempt.

use contracts::stock::ItemAvailability;
use contracts::terms::{PaymentMethod, PaymentTerms, SalesChannel};
use kernel::ids::{OrderId, PaymentId};
use kernel::{Failure, Timestamp};

use super::ports::checkouts::{Checkout, Checkouts, Ended};
use super::ports::orders::{BeginError, Orders, StoredOrder};
use super::ports::peers::{CardGiven, Charge, Goods, PaymentProvider, ProviderAnswer};
use super::run_checkout::{Ports, resume, run_new};
use crate::domain::checkout::{Event, State, Step, Tender, advance};
use crate::domain::order::{Order, OrderStatus, Payment, PaymentStatus};
use crate::domain::patience::{Counted, wait_seconds};

/// How a client pays.
#[derive(Debug, Clone)]
pub struct Confirmation {
    pub order_id: OrderId,
    /// The channel that the order must have.
    pub channel: SalesChannel,
    /// The id of a new attempt.
    pub payment_id: PaymentId,
    /// How it is paid; none when there is nothing to pay.
    pub method: Option<PaymentMethod>,
    /// The card, if it is paid with one.
    pub card: Option<CardGiven>,
    pub idempotency_key: Option<String>,
    /// How many attempts within an hour are allowed; zero allows any number.
    pub attempts_max: usize,
    /// Whose attempts are counted beyond this order.
    pub counted: Vec<Counted>,
    pub now: Timestamp,
}

/// Why an order is not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmOrderError {
    /// It does not exist, or this caller may not see it.
    #[error("the order is unknown")]
    NotFound,
    /// There is something to pay.
    #[error("the payment is missing")]
    NoPayment,
    /// This order cannot be paid in this way.
    #[error("{0}")]
    Method(&'static str),
    /// The provider declined.
    #[error("the payment was declined: {0}")]
    Declined(String),
    /// The buyer has to confirm the payment at this address; then the same request continues it.
    #[error("the buyer has to confirm the payment")]
    BuyerAsked(String),
    /// Out of stock; the order is cancelled.
    #[error("out of stock")]
    OutOfStock(Vec<ItemAvailability>),
    /// It was tried too often: how long until the next attempt.
    #[error("too many attempts to pay")]
    TooMany { wait_seconds: u32 },
    /// Its state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The outcome is not known yet, or the outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<BeginError> for ConfirmOrderError {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::TooMany { wait_seconds } => Self::TooMany { wait_seconds },
            BeginError::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// Confirms; `sees` decides which orders the caller may pay.
pub async fn confirm_order<S: Orders + Checkouts>(
    ports: &Ports<'_, S, impl Goods, impl PaymentProvider>,
    confirmation: Confirmation,
    sees: impl Fn(&Order) -> bool + Sync,
) -> Result<Order, ConfirmOrderError> {
    let stored = ports.checkouts.find_stored(confirmation.order_id).await?;
    let stored = stored.filter(|stored| stored.order.channel == confirmation.channel && sees(&stored.order));
    let stored = stored.ok_or(ConfirmOrderError::NotFound)?;
    // Without a payment there is no attempt to tell apart: to confirm again is the same.
    let free = stored.order.totals.total.is_zero();
    let repeated = free || repeats(&stored.order, confirmation.idempotency_key.as_deref());
    if stored.step.is_some() && repeated {
        // The first request stopped half-way; this one is the same and continues it.
        let checkout = Checkout::resumed(stored).ok_or(ConfirmOrderError::NotFound)?;
        return ended(ports, resume(ports, checkout).await).await;
    }
    let stored = given_up(ports, stored).await?;
    // Cancelled because stock ran out, during this attempt or before it.
    if let (OrderStatus::Cancelled, Some(availability)) = (stored.order.status, &stored.shortage) {
        return Err(ConfirmOrderError::OutOfStock(availability.clone()));
    }
    match stored.order.status {
        OrderStatus::Completed if repeated => return Ok(stored.order),
        // The sweep ended this attempt: the same request does not start another.
        OrderStatus::PendingPayment if stored.step.is_none() && repeated && !free => {
            return Err(ConfirmOrderError::Declined(failure_reason(&stored.order)?));
        }
        OrderStatus::PendingPayment if stored.step.is_none() => {}
        _ => return Err(ConfirmOrderError::Conflict(why_not(&stored))),
    }
    if let Some(wait_seconds) =
        wait_seconds(&stored.order.payments, confirmation.attempts_max, confirmation.now)
    {
        return Err(ConfirmOrderError::TooMany { wait_seconds });
    }
    let payment = if free { None } else { Some(payment(&stored.order, &confirmation)?) };
    let tender = payment.as_ref().map_or(Tender::Hand, Payment::tender);
    let (state, _) = advance(State::Offered(tender), Event::PaymentOffered);
    let step = state.step().ok_or_else(|| Failure::Defect("a checkout without a step".to_owned()))?;
    let id = stored.order.id;
    let payment = payment.map(|payment| (payment, confirmation.counted.as_slice()));
    match ports.checkouts.begin(stored.order, payment, step).await? {
        Some(order) => {
            let checkout = Checkout::begun(order, state, confirmation.card);
            ended(ports, run_new(ports, checkout).await).await
        }
        None => match ports.checkouts.find_stored(id).await? {
            // The goods ran out between the read and the attempt.
            Some(StoredOrder { order, shortage: Some(availability), .. })
                if order.status == OrderStatus::Cancelled =>
            {
                Err(ConfirmOrderError::OutOfStock(availability))
            }
            _ => Err(ConfirmOrderError::Conflict(
                "Another request is changing or paying this order.".to_owned(),
            )),
        },
    }
}

/// An attempt that waits for the buyer ends when the buyer pays in another way.
async fn given_up<S: Orders + Checkouts>(
    ports: &Ports<'_, S, impl Goods, impl PaymentProvider>,
    stored: StoredOrder,
) -> Result<StoredOrder, ConfirmOrderError> {
    let attempt = stored.order.active_payment().filter(|_| stored.step == Some(Step::Authorising));
    let Some(attempt) = attempt else { return Ok(stored) };
    let id = stored.order.id;
    let charge = Charge { id: attempt.id, order: id, amount: attempt.amount };
    // Any other attempt in this step is one whose request still runs.
    if !matches!(ports.provider.inquire(charge).await, Ok(ProviderAnswer::BuyerAsked(_))) {
        return Ok(stored);
    }
    let mut checkout = Checkout::resumed(stored).ok_or(ConfirmOrderError::NotFound)?;
    checkout.gives_up = true;
    resume(ports, checkout).await;
    ports.checkouts.find_stored(id).await?.ok_or(ConfirmOrderError::NotFound)
}

/// Whether the last attempt was made by a request with this key.
fn repeats(order: &Order, key: Option<&str>) -> bool {
    let last = order.payments.last().and_then(|payment| payment.idempotency_key.as_deref());
    key.is_some() && last == key
}

/// Why the last attempt failed.
fn failure_reason(order: &Order) -> Result<String, Failure> {
    let reason = order.payments.last().and_then(|payment| payment.failure_reason.clone());
    reason.ok_or_else(|| Failure::Defect("a payment attempt that failed without a reason".to_owned()))
}

fn why_not(stored: &StoredOrder) -> String {
    let order = &stored.order;
    if stored.step.is_some() {
        return "A payment of this order is in progress.".to_owned();
    }
    order.cancellation.as_ref().map_or_else(
        || "The order is already paid.".to_owned(),
        |cancellation| format!("The order is cancelled: {}.", cancellation.reason),
    )
}

fn check_method(order: &Order, method: PaymentMethod) -> Result<(), ConfirmOrderError> {
    let on_account = matches!(order.payment_terms, Some(PaymentTerms::Net30 | PaymentTerms::Net60));
    match method {
        PaymentMethod::PurchaseOrder if order.channel != SalesChannel::WholesaleWeb => {
            Err(ConfirmOrderError::Method("is for wholesale orders only"))
        }
        PaymentMethod::PurchaseOrder if !on_account => {
            Err(ConfirmOrderError::Method("needs an order with the terms Net30 or Net60"))
        }
        _ => Ok(()),
    }
}

fn payment(order: &Order, confirmation: &Confirmation) -> Result<Payment, ConfirmOrderError> {
    let method = confirmation.method.ok_or(ConfirmOrderError::NoPayment)?;
    check_method(order, method)?;
    Ok(Payment {
        id: confirmation.payment_id,
        method,
        amount: order.totals.total,
        cash: None,
        status: PaymentStatus::Pending,
        failure_reason: None,
        idempotency_key: confirmation.idempotency_key.clone(),
        created_at: confirmation.now,
    })
}

async fn ended<S: Orders + Checkouts>(
    ports: &Ports<'_, S, impl Goods, impl PaymentProvider>,
    ended: Ended,
) -> Result<Order, ConfirmOrderError> {
    match ended {
        Ended::Completed(order) => Ok(order),
        Ended::OutOfStock(availability) => Err(ConfirmOrderError::OutOfStock(availability)),
        Ended::Declined(reason) => Err(ConfirmOrderError::Declined(reason)),
        Ended::BuyerAsked(_, url) => Err(ConfirmOrderError::BuyerAsked(url)),
        Ended::Waiting(_, failure) => Err(failure.into()),
        // The sweep was faster: its result is the answer.
        Ended::Overtaken(id) => match ports.checkouts.find_stored(id).await? {
            Some(stored) if stored.order.status == OrderStatus::Completed => Ok(stored.order),
            Some(StoredOrder { shortage: Some(availability), step: None, .. }) => {
                Err(ConfirmOrderError::OutOfStock(availability))
            }
            _ => Err(Failure::Unknown("another run completes the order".to_owned()).into()),
        },
    }
}
