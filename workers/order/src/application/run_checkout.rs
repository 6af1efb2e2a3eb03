//! Performs what the checkout's state machine commands, until it is over or has to wait.
//!
//! It never fails: what could not be done is told beside the order, whose stored state says where the
//! sweeper takes it up again.

use contracts::stock::{DeductStock, ItemAvailability};
use kernel::Failure;
use kernel::ids::OrderId;

use super::ports::{
    Checkouts, Declined, Deduction, Goods, PaymentProvider, ProviderAnswer, Released, Stored, StoredOrder,
};
use crate::domain::checkout::{Command, Event, State, Tender, advance};
use crate::domain::order::{Order, Payment, PaymentStatus};

/// A checkout under way.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The order, with the attempt to pay.
    pub order: Order,
    /// Where it stands.
    pub state: State,
    /// The provider's token; never stored.
    pub token: Option<String>,
    /// What inventory said when it refused.
    pub availability: Option<Vec<ItemAvailability>>,
    /// How the money was let go, when it was.
    pub released: Option<Released>,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// The sale is made.
    Completed(Order),
    /// The stock was gone and the order is cancelled.
    OutOfStock(Order, Vec<ItemAvailability>),
    /// The attempt failed for this reason; the order waits for another.
    Declined(Order, String),
    /// It cannot go on now; the sweeper takes it up.
    Waiting(Order, Failure),
    /// Another run has moved the checkout on: read the order again.
    Overtaken(OrderId),
}

/// What a checkout talks to.
#[derive(Debug, Clone, Copy)]
pub struct Ports<'a, C, G, P> {
    /// The store.
    pub checkouts: &'a C,
    /// Inventory.
    pub goods: &'a G,
    /// The payment provider.
    pub provider: &'a P,
}

/// What the performance of one command leads to.
enum Step {
    Nothing,
    Happened(Event),
    Over(Box<Ended>),
}

impl Checkout {
    /// The checkout of an order whose first state was just stored.
    #[must_use]
    pub fn begun(order: Order, state: State, token: Option<String>) -> Self {
        Self { order, state, token, availability: None, released: None }
    }

    /// The checkout that was stopped; none when none runs.
    #[must_use]
    pub fn resumed(stored: StoredOrder) -> Option<Self> {
        let tender = stored.order.active_payment().map_or(Tender::Hand, Payment::tender);
        let state = stored.step?.state(tender, stored.shortage.is_some());
        Some(Self { order: stored.order, state, token: None, availability: stored.shortage, released: None })
    }
}

/// Starts at the command after the stored one, for a checkout that was just begun.
pub async fn run_new(
    ports: &Ports<'_, impl Checkouts, impl Goods, impl PaymentProvider>,
    checkout: Checkout,
) -> Ended {
    let effect = match checkout.state {
        State::Authorising => Command::Authorise,
        _ => Command::Deduct,
    };
    run(ports, checkout, vec![effect]).await
}

/// Takes up a checkout that had stopped.
pub async fn resume(
    ports: &Ports<'_, impl Checkouts, impl Goods, impl PaymentProvider>,
    checkout: Checkout,
) -> Ended {
    let (_, commands) = advance(checkout.state, Event::Resumed);
    run(ports, checkout, commands).await
}

async fn run(
    ports: &Ports<'_, impl Checkouts, impl Goods, impl PaymentProvider>,
    mut checkout: Checkout,
    mut commands: Vec<Command>,
) -> Ended {
    let mut declined = None;
    loop {
        let mut happened = None;
        for command in commands {
            match perform(ports, &mut checkout, command, &mut declined).await {
                Ok(Step::Nothing) => {}
                Ok(Step::Happened(event)) => happened = Some(event),
                Ok(Step::Over(ended)) => return *ended,
                Err(failure) => return Ended::Waiting(checkout.order, failure),
            }
        }
        let Some(event) = happened else {
            let silent = "the payment provider did not answer".to_owned();
            return Ended::Waiting(checkout.order, Failure::Unknown(silent));
        };
        (checkout.state, commands) = advance(checkout.state, event);
    }
}

async fn perform(
    ports: &Ports<'_, impl Checkouts, impl Goods, impl PaymentProvider>,
    checkout: &mut Checkout,
    command: Command,
    declined: &mut Option<String>,
) -> Result<Step, Failure> {
    let id = checkout.order.id;
    let payment = checkout.order.active_payment().map(|payment| (payment.id, payment.amount));
    let payment = || payment.ok_or_else(|| Failure::Defect("a checkout without a payment".to_owned()));
    Ok(match command {
        Command::Store => keep(checkout, ports.checkouts.store(checkout).await?),
        Command::Doubt => keep(checkout, ports.checkouts.doubt(checkout).await?),
        Command::Authorise => {
            let ((payment_id, amount), token) = (payment()?, checkout.token.clone().unwrap_or_default());
            heard(ports.provider.authorise(payment_id, amount, &token).await?, declined)
        }
        Command::Inquire => heard(ports.provider.inquire(payment()?.0).await?, declined),
        Command::Deduct => deduct(ports.goods, checkout).await?,
        Command::Capture => {
            ports.provider.capture(payment()?.0).await?;
            Step::Happened(Event::Captured)
        }
        Command::Void => {
            let (payment_id, amount) = payment()?;
            checkout.released = Some(ports.provider.void(payment_id, amount).await?);
            Step::Happened(Event::Voided)
        }
        Command::Complete => over(id, ports.checkouts.complete(checkout).await?, Ended::Completed),
        Command::Cancel => {
            let availability = checkout.availability.clone().unwrap_or_default();
            over(id, ports.checkouts.cancel(checkout).await?, |order| Ended::OutOfStock(order, availability))
        }
        Command::Decline => {
            let reason = declined.take().unwrap_or_default();
            let stored = ports.checkouts.decline(checkout, PaymentStatus::Declined, &reason).await?;
            failed(id, stored, reason)
        }
        Command::Abandon => {
            let reason = match checkout.released {
                Some(Released::GivenBack) => "the payment came too late and was given back",
                _ => "the payment did not reach the provider",
            };
            let reason = reason.to_owned();
            let stored = ports.checkouts.decline(checkout, PaymentStatus::Voided, &reason).await?;
            failed(id, stored, reason)
        }
    })
}

fn keep(checkout: &mut Checkout, stored: Stored) -> Step {
    match stored {
        Stored::Done(order) => {
            checkout.order = *order;
            Step::Nothing
        }
        Stored::Overtaken => Step::Over(Box::new(Ended::Overtaken(checkout.order.id))),
    }
}

fn over(id: OrderId, stored: Stored, ended: impl FnOnce(Order) -> Ended) -> Step {
    Step::Over(Box::new(match stored {
        Stored::Done(order) => ended(*order),
        Stored::Overtaken => Ended::Overtaken(id),
    }))
}

fn failed(id: OrderId, stored: Declined, reason: String) -> Step {
    Step::Over(Box::new(match stored {
        Declined::Waiting(order) => Ended::Declined(*order, reason),
        Declined::SoldOut(order, availability) => Ended::OutOfStock(*order, availability),
        Declined::Overtaken => Ended::Overtaken(id),
    }))
}

fn heard(answer: ProviderAnswer, declined: &mut Option<String>) -> Step {
    Step::Happened(match answer {
        ProviderAnswer::Authorised => Event::Authorised,
        ProviderAnswer::Declined(reason) => {
            *declined = Some(reason);
            Event::Declined
        }
        ProviderAnswer::NotKnown => Event::PaymentUnknown,
        ProviderAnswer::Silent => Event::NoAnswer,
    })
}

async fn deduct(goods: &impl Goods, checkout: &mut Checkout) -> Result<Step, Failure> {
    let order = &checkout.order;
    let items = order.stock_items().ok_or_else(|| Failure::Defect("a line sum out of range".to_owned()))?;
    // Postage and fees alone take nothing from stock.
    let deduction = if items.is_empty() {
        Deduction::Taken(Vec::new())
    } else {
        let request = DeductStock {
            order_id: order.id,
            warehouse_id: order.warehouse_id,
            channel: order.channel,
            items,
            allow_shortage: order.offline,
        };
        goods.deduct(&request).await?
    };
    Ok(Step::Happened(match deduction {
        Deduction::Taken(items) => {
            let too_large = |_| Failure::Defect("a cost in another currency".to_owned());
            checkout.order.take_costs(&items).map_err(too_large)?;
            Event::Deducted
        }
        Deduction::OutOfStock(availability) => {
            checkout.availability = Some(availability);
            Event::OutOfStock
        }
    }))
}
