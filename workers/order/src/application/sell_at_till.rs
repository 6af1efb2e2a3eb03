//! Sells at a till: one request creates, pays, deducts and completes.
//!
//! The till chooses the id, so a repeated request is the same sale. An offline sale has already happened: with the key
//! of its till it is accepted, valued as the till said, and anything unusual is left for a person to review.

use contracts::stock::ItemAvailability;
use contracts::terms::SalesChannel;
use kernel::ids::{OrderId, PaymentId, WarehouseId};
use kernel::{Currency, Failure, Money, Timestamp};
use selling::tender::{TillPart, TillPayment, TillPaymentError, settle_at_till};

use super::basket::{Basket, BasketError, BasketRequest, Happened, WantedLine, fill_basket, find_ground};
use super::place_order::Placed;
use super::ports::checkouts::{Checkout, Checkouts, Ended};
use super::ports::orders::{InsertError, NewOrder, Orders, Party, StoredOrder, Wanted};
use super::ports::peers::{Catalogue, Goods, PaymentProvider};
use super::run_checkout::{Ports, resume, run_new};
use crate::domain::as_told::discounts_exceed;
use crate::domain::cashier::doubt;
use crate::domain::checkout::{Event, State, Tender, advance};
use crate::domain::enrolment::{KeyRefused, NumberNotTaken, check_key, check_number};
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
    /// What the till said about it, and the limits that apply.
    pub happened: Happened,
    /// The hash of the till's key, if the request shows one.
    pub key_hash: Option<String>,
    /// Whether the shop demands the key for online sales, too.
    pub key_required: bool,
    /// The most of an online sale that lines of kind Discount may take off, in percent; none for who sets prices.
    pub discount_percent_max: Option<i64>,
    /// What a person should review already.
    pub reasons: Vec<String>,
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
    /// It needs the key of its till.
    #[error(transparent)]
    Key(#[from] KeyRefused),
    /// The lines of kind Discount take off more than the caller may give, in percent.
    #[error("more than {0} % of discount")]
    Discount(i64),
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
    // Whoever sends the sale has just been let in.
    let named = sale.till.cashier_id.as_deref();
    let absent = named.filter(|_| sale.offline && sale.till.recorded_by.as_deref() != named);
    let party = Party::Till(&sale.till.terminal_id, absent);
    let wanted = Wanted { order_id, warehouse_id: sale.warehouse_id, region: None, party, at: sale.sold_at };
    let mut background = orders.background(&wanted).await?;
    let till = background.till.take();
    let key = check_key(till.as_ref(), sale.key_hash.as_deref(), sale.warehouse_id);
    if sale.offline || sale.key_required {
        key?;
    }
    if let Some(existing) = background.existing.take() {
        return known(ports, existing, &sale, new_payment_id).await;
    }
    let ground = find_ground(orders, ports.goods, &background, &wanted).await?;
    let request = BasketRequest {
        channel: SalesChannel::POS,
        currency: sale.currency,
        lines: &sale.lines,
        discount: sale.discount,
        gives_discounts: true,
        happened: sale.offline.then_some(sale.happened),
    };
    let basket = fill_basket(catalogue, &request, &ground.taxation).await?;
    if let Some(percent) =
        sale.discount_percent_max.filter(|percent| discounts_exceed(&basket.lines, *percent))
    {
        return Err(SellError::Discount(percent));
    }
    let smallest_coin = ground.taxation.smallest_coin;
    let (payments, rounding) = payments(basket.totals.total, smallest_coin, &sale, &new_payment_id)?;
    let mut order = ordered(&sale, basket, payments);
    (order.cash_rounding, order.smallest_coin) = (rounding, smallest_coin);
    order.business_day = Some(orders.day_of(sale.sold_at, ground.time_zone.as_ref())?);
    order.time_zone = ground.time_zone;
    if let Some(why) = absent.and_then(|cashier| doubt(cashier, background.cashier)) {
        order.ask_for_review(&why);
    }
    if let Some(Err(why)) = sale.till.sequence.map(|number| check_number(till.as_ref(), key.is_ok(), number))
    {
        give_up_number(&mut order, why);
    }
    let (state, _) = advance(State::Offered(Tender::Hand), Event::PaymentOffered);
    let request_hash = sale.request_hash.clone();
    let mut new =
        NewOrder { order, request_hash, warehouse: ground.new_warehouse, step: state.step(), cart: None };
    loop {
        let number = new.order.till.as_ref().and_then(|till| till.sequence);
        match orders.insert(new.clone()).await {
            Ok(order) => {
                return ended(ports, run_new(ports, Checkout::begun(order, state, None)).await).await;
            }
            // The same request may have been sent twice at once; then its sequence number is taken as well as its id.
            Err(taken @ (InsertError::IdTaken | InsertError::SequenceTaken)) => {
                if let Some(existing) = orders.find_stored(sale.id).await? {
                    return known(ports, existing, &sale, new_payment_id).await;
                }
                // The number is another sale's. This one is a sale all the same.
                match (taken, number) {
                    (InsertError::SequenceTaken, Some(number)) => {
                        give_up_number(&mut new.order, NumberNotTaken::Used(number));
                    }
                    (taken, _) => return Err(taken.into()),
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The order of a sale.
fn ordered(sale: &Sale, basket: Basket, payments: Vec<Payment>) -> Order {
    let Basket { lines, totals, reasons, price_deviation } = basket;
    let mut order = Order::new(sale.id, SalesChannel::POS, sale.warehouse_id, lines, totals, sale.now);
    order.till = Some(sale.till.clone());
    order.sold_at = sale.sold_at;
    order.offline = sale.offline;
    order.payments = payments;
    order.price_deviation = price_deviation;
    for reason in sale.reasons.iter().chain(&reasons) {
        order.ask_for_review(reason);
    }
    order
}

/// The sale does not take the sequence number that it names: it belongs to the day that is open.
fn give_up_number(order: &mut Order, why: NumberNotTaken) {
    if let Some(till) = &mut order.till {
        till.sequence = None;
    }
    order.ask_for_review(&why.to_string());
}

/// The payments, checked against the total, and the rounding of cash.
fn payments(
    total: Money,
    smallest_coin: Option<Money>,
    sale: &Sale,
    new_id: impl Fn() -> Result<PaymentId, Failure>,
) -> Result<(Vec<Payment>, Money), SellError> {
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
    let settled = settle_at_till(total, &sale.payments, smallest_coin)?;
    let payments: Result<_, SellError> = settled.parts.into_iter().map(payment).collect();
    Ok((payments?, settled.rounding))
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
        let (total, coin) = (existing.order.totals.total, existing.order.smallest_coin);
        let paid = if is_paid { Vec::new() } else { payments(total, coin, sale, &new_payment_id)?.0 };
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
        Ended::Declined(..) | Ended::BuyerAsked(..) => {
            Err(Failure::Defect("cash was declined".to_owned()).into())
        }
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
