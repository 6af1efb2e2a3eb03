//! Performs the commands of the checkout's state machine, until it ends or has to wait.
//!
//! It never fails: a failure is returned together with the order, whose stored state says where the sweep resumes it.

use contracts::stock::DeductStock;
use kernel::Failure;
use kernel::ids::OrderId;

use super::ports::checkouts::{Checkout, Checkouts, Ended};
use super::ports::peers::{Charge, Deduction, Goods, PaymentProvider, ProviderAnswer, Released};
use crate::domain::checkout::{Command, Event, State, advance};
use crate::domain::order::{Order, PaymentStatus};

/// The ports that a checkout uses.
#[derive(Debug, Clone, Copy)]
pub struct Ports<'a, C, G, P> {
    pub checkouts: &'a C,
    pub goods: &'a G,
    pub provider: &'a P,
}

/// The result of one command.
enum Step {
    Nothing,
    Happened(Event),
    Over(Box<Ended>),
}

/// Starts at the command after the stored one, for a new checkout.
pub async fn run_new(
    ports: &Ports<'_, impl Checkouts, impl Goods, impl PaymentProvider>,
    checkout: Checkout,
) -> Ended {
    let effect = match checkout.state {
        State::Authorising => Command::Authorise,
        _ => Command::Deduct,
    };
    Box::pin(run(ports, checkout, vec![effect])).await
}

/// Resumes a checkout that had stopped.
pub async fn resume(
    ports: &Ports<'_, impl Checkouts, impl Goods, impl PaymentProvider>,
    checkout: Checkout,
) -> Ended {
    let (_, commands) = advance(checkout.state, Event::Resumed);
    Box::pin(run(ports, checkout, commands)).await
}

async fn run(
    ports: &Ports<'_, impl Checkouts, impl Goods, impl PaymentProvider>,
    mut checkout: Checkout,
    mut commands: Vec<Command>,
) -> Ended {
    let mut told = None;
    loop {
        let mut happened = None;
        for command in commands {
            match perform(ports, &mut checkout, command, &mut told).await {
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
    told: &mut Option<String>,
) -> Result<Step, Failure> {
    let id = checkout.order.id;
    let charge = checkout.order.active_payment();
    let charge = charge.map(|payment| Charge { id: payment.id, order: id, amount: payment.amount });
    let charge = || charge.ok_or_else(|| defect("a checkout without a payment"));
    Ok(match command {
        Command::Store => keep(checkout, ports.checkouts.store(checkout).await?),
        Command::Doubt => keep(checkout, ports.checkouts.doubt(checkout).await?),
        Command::Authorise => {
            let card = checkout.card.as_ref().ok_or_else(|| defect("a card without a token"))?;
            heard(ports.provider.authorise(charge()?, card).await?, told)
        }
        Command::Inquire => match heard(ports.provider.inquire(charge()?).await?, told) {
            Step::Happened(Event::BuyerAsked) if checkout.gives_up => Step::Happened(Event::GivenUp),
            step => step,
        },
        Command::AskBuyer => {
            let url = told.take().ok_or_else(|| defect("a buyer sent nowhere"))?;
            Step::Over(Box::new(Ended::BuyerAsked(checkout.order.clone(), url)))
        }
        Command::Deduct => deduct(ports.goods, checkout).await?,
        Command::Capture => {
            ports.provider.capture(charge()?).await?;
            Step::Happened(Event::Captured)
        }
        Command::Void => {
            checkout.released = Some(ports.provider.void(charge()?).await?);
            Step::Happened(Event::Voided)
        }
        Command::Complete => over(id, ports.checkouts.complete(checkout).await?, Ended::Completed),
        Command::Cancel => {
            let missing = checkout.availability.clone();
            let missing = missing.ok_or_else(|| defect("a cancellation without a shortage"))?;
            let cancelled = ports.checkouts.cancel(checkout, &missing).await?;
            over(id, cancelled, |_| Ended::OutOfStock(missing))
        }
        Command::Decline => {
            let reason = told.take().ok_or_else(|| defect("a payment declined for no reason"))?;
            Step::Over(Box::new(ports.checkouts.decline(checkout, PaymentStatus::Declined, reason).await?))
        }
        Command::Abandon => {
            let reason = match checkout.released {
                Some(Released::GivenBack) => "the payment came too late and was given back",
                _ if checkout.gives_up => "the buyer did not confirm the payment",
                _ => "the payment did not reach the provider",
            };
            let reason = reason.to_owned();
            Step::Over(Box::new(ports.checkouts.decline(checkout, PaymentStatus::Voided, reason).await?))
        }
    })
}

fn defect(what: &str) -> Failure {
    Failure::Defect(what.to_owned())
}

fn keep(checkout: &mut Checkout, stored: Option<Order>) -> Step {
    match stored {
        Some(order) => {
            checkout.order = order;
            Step::Nothing
        }
        None => Step::Over(Box::new(Ended::Overtaken(checkout.order.id))),
    }
}

fn over(id: OrderId, stored: Option<Order>, ended: impl FnOnce(Order) -> Ended) -> Step {
    Step::Over(Box::new(stored.map_or(Ended::Overtaken(id), ended)))
}

/// What the provider answered; `told` gets its reason, or where the buyer has to go.
fn heard(answer: ProviderAnswer, told: &mut Option<String>) -> Step {
    Step::Happened(match answer {
        ProviderAnswer::Authorised => Event::Authorised,
        ProviderAnswer::Declined(reason) => {
            *told = Some(reason);
            Event::Declined
        }
        ProviderAnswer::BuyerAsked(url) => {
            *told = Some(url);
            Event::BuyerAsked
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
            business_day: order.business_day,
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
