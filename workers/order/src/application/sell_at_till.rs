//! Sells at a till: one request creates, pays, deducts and completes.
//!
//! The till chooses the id, so a repeated request is the same sale. An offline sale has already happened: it is
//! accepted, and anything unusual is left for a person to review.

use contracts::stock::ItemAvailability;
use contracts::terms::SalesChannel;
use kernel::ids::{OrderId, PaymentId, WarehouseId};
use kernel::{Currency, Failure, Money, Timestamp};
use selling::tender::{TillPart, TillPayment, TillPaymentError, settle_at_till};

use super::basket::{Basket, BasketError, BasketRequest, WantedLine, fill_basket, find_ground};
use super::place_order::Placed;
use super::ports::checkouts::{Checkout, Checkouts, Ended};
use super::ports::orders::{InsertError, NewOrder, Orders, StoredOrder, Wanted};
use super::ports::peers::{Catalogue, Goods, PaymentProvider};
use super::run_checkout::{Ports, resume, run_new};
use crate::domain::checkout::{Event, State, Tender, advance};
use crate::domain::order::{Order, OrderStatus, Payment, PaymentStatus, TillStamp};

/// How often a sale is tried again while other requests are advancing it.
const ATTEMPTS_MAX: usize = 5;

/// A sale as a till sends it.
#[derive(Debug, Clone)]
pub struct Sale {
    pub id: OrderId,
    /// Whether an earlier request can have stored the sale: one with the same id, or with the same key.
    pub may_be_stored: bool,
    /// The warehouse of the goods.
    pub warehouse_id: WarehouseId,
    /// The till, its sequence number and the cashier.
    pub till: TillStamp,
    pub lines: Vec<WantedLine>,
    /// How it is paid.
    pub payments: Vec<TillPayment>,
    /// A whole-order discount.
    pub discount: Option<Money>,
    /// When it took place.
    pub sold_at: Timestamp,
    /// Whether it took place without a connection.
    pub offline: bool,
    /// Identifies the request.
    pub request_hash: String,
    /// The currency of the house.
    pub currency: Currency,
    pub now: Timestamp,
}

/// Why the sale was not made.
#[derive(Debug, thiserror::Error)]
pub enum SellError {
    /// The items cannot be sold like this.
    #[error(transparent)]
    Basket(#[from] BasketError),
    /// The payments are invalid.
    #[error(transparent)]
    Payments(#[from] TillPaymentError),
    /// Too little stock; the order is cancelled and its payments are voided.
    #[error("out of stock")]
    OutOfStock(Vec<ItemAvailability>),
    #[error(transparent)]
    Insert(#[from] InsertError),
    /// The sale is stored and will be completed: by the sweep, or by a retry of the same request.
    #[error("the sale is stored and not complete yet: {1}")]
    Unfinished(Box<Order>, Failure),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Sells.
pub async fn sell_at_till<S: Orders + Checkouts>(
    ports: &Ports<'_, S, impl Goods, impl PaymentProvider>,
    catalogue: &impl Catalogue,
    sale: Sale,
    new_payment_id: impl Fn() -> Result<PaymentId, Failure> + Sync,
) -> Result<Placed, SellError> {
    let orders = ports.checkouts;
    let order_id = sale.may_be_stored.then_some(sale.id);
    let wanted = Wanted {
        order_id,
        warehouse_id: sale.warehouse_id,
        region: None,
        customer_id: None,
        at: sale.sold_at,
    };
    let mut background = orders.background(&wanted).await?;
    if let Some(existing) = background.existing.take() {
        return known(ports, existing, &sale, new_payment_id).await;
    }
    let ground = find_ground(orders, ports.goods, &background, &wanted).await?;
    let request = BasketRequest {
        channel: SalesChannel::POS,
        currency: sale.currency,
        lines: &sale.lines,
        discount: sale.discount,
        happened: sale.offline,
    };
    let Basket { lines, totals, repriced } = fill_basket(catalogue, &request, &ground.taxation).await?;
    let repriced = if sale.offline { repriced } else { Vec::new() };
    let payments = payments(totals.total, &sale, &new_payment_id)?;
    let mut order = Order::new(sale.id, SalesChannel::POS, sale.warehouse_id, lines, totals, sale.now);
    order.till = Some(sale.till.clone());
    order.sold_at = sale.sold_at;
    order.offline = sale.offline;
    order.payments = payments;
    for sku in repriced {
        order.ask_for_review(&format!("{sku} was sold at the till's own price"));
    }
    let (state, _) = advance(State::Offered(Tender::Hand), Event::PaymentOffered);
    let new = NewOrder {
        order,
        request_hash: sale.request_hash.clone(),
        warehouse: ground.new_warehouse,
        step: state.step(),
    };
    match orders.insert(new).await {
        Ok(order) => ended(ports, run_new(ports, Checkout::begun(order, state, None)).await).await,
        // The same request may have been sent twice at once; then its sequence number is taken as well as its id.
        Err(taken @ (InsertError::IdTaken | InsertError::SequenceTaken)) => {
            match orders.find_stored(sale.id).await? {
                Some(existing) => known(ports, existing, &sale, new_payment_id).await,
                None => Err(taken.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// The payments, checked against the total.
fn payments(
    total: Money,
    sale: &Sale,
    new_id: impl Fn() -> Result<PaymentId, Failure>,
) -> Result<Vec<Payment>, SellError> {
    let payment = |(method, amount, cash): TillPart| {
        Ok(Payment {
            id: new_id()?,
            method,
            amount,
            cash,
            status: PaymentStatus::Pending,
            failure_reason: None,
            idempotency_key: None,
            created_at: sale.now,
        })
    };
    settle_at_till(total, &sale.payments)?.into_iter().map(payment).collect()
}

/// The sale of an earlier request: answered again, or resumed where it stopped.
async fn known<S: Orders + Checkouts>(
    ports: &Ports<'_, S, impl Goods, impl PaymentProvider>,
    existing: StoredOrder,
    sale: &Sale,
    new_payment_id: impl Fn() -> Result<PaymentId, Failure>,
) -> Result<Placed, SellError> {
    if existing.request_hash != sale.request_hash || existing.order.channel != SalesChannel::POS {
        return Err(InsertError::IdTaken.into());
    }
    if sale.offline && !existing.order.offline {
        return has_happened(ports, existing, sale, new_payment_id).await;
    }
    if existing.step.is_none() {
        return told_again(existing);
    }
    let Some(checkout) = Checkout::resumed(existing) else {
        return Err(Failure::Defect("a step without a checkout".to_owned()).into());
    };
    ended(ports, resume(ports, checkout).await).await
}

/// The till sent the sale online, got no answer or a refusal, and the customer took the goods anyway. That the sale has
/// happened is stored first: from then on nothing can refuse it, even if other requests work on it.
async fn has_happened<S: Orders + Checkouts>(
    ports: &Ports<'_, S, impl Goods, impl PaymentProvider>,
    mut existing: StoredOrder,
    sale: &Sale,
    new_payment_id: impl Fn() -> Result<PaymentId, Failure>,
) -> Result<Placed, SellError> {
    for _ in 0..ATTEMPTS_MAX {
        if existing.order.status == OrderStatus::Completed {
            return Ok(Placed::Known(existing.order));
        }
        let is_paid = existing.order.active_payment().is_some();
        let paid =
            if is_paid { Vec::new() } else { payments(existing.order.totals.total, sale, &new_payment_id)? };
        if let Some(order) = ports.checkouts.revive(existing.order, paid, sale.sold_at).await? {
            let (state, _) = advance(State::Offered(Tender::Hand), Event::PaymentOffered);
            return ended(ports, run_new(ports, Checkout::begun(order, state, None)).await).await;
        }
        let stored = ports.checkouts.find_stored(sale.id).await?;
        existing = stored.ok_or_else(|| Failure::Defect("a sale is gone".to_owned()))?;
    }
    Err(Failure::Unknown("other requests are working on this sale".to_owned()).into())
}

fn told_again(existing: StoredOrder) -> Result<Placed, SellError> {
    match (existing.order.status, existing.shortage) {
        (OrderStatus::Completed, _) => Ok(Placed::Known(existing.order)),
        (_, Some(availability)) => Err(SellError::OutOfStock(availability)),
        (_, None) => Err(Failure::Defect("a sale that ended without a reason".to_owned()).into()),
    }
}

async fn ended<S: Orders + Checkouts>(
    ports: &Ports<'_, S, impl Goods, impl PaymentProvider>,
    ended: Ended,
) -> Result<Placed, SellError> {
    match ended {
        Ended::Completed(order) => Ok(Placed::New(order)),
        Ended::OutOfStock(availability) => Err(SellError::OutOfStock(availability)),
        Ended::Waiting(order, failure) => Err(SellError::Unfinished(Box::new(order), failure)),
        Ended::Declined(..) => Err(Failure::Defect("cash was declined".to_owned()).into()),
        Ended::Overtaken(id) => match ports.checkouts.find_stored(id).await? {
            Some(stored) if stored.step.is_none() => told_again(stored),
            Some(stored) => {
                let elsewhere = Failure::Unknown("another request completes the sale".to_owned());
                Err(SellError::Unfinished(Box::new(stored.order), elsewhere))
            }
            None => Err(Failure::Defect("a sale is gone".to_owned()).into()),
        },
    }
}
