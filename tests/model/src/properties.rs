//! What must hold in every state, what must hold at rest, and what must be possible at all.
//!
//! The model has no cycle (a test shows it), so every history ends in a state at rest: "eventually" is what
//! holds in each of those. The checker's own `eventually` is not used, because it misses cases where two
//! histories meet in one state.

use order::domain::checkout::Tender;
use stateright::Property;

use crate::bounds::Bounds;
use crate::house::House;
use crate::state::{Book, Order, State, Status};

/// The properties of a world within bounds.
pub(crate) fn of(bounds: &Bounds) -> Vec<Property<House>> {
    let mut all = vec![
        Property::always("stock: never more units taken than there were", stock_adds_up),
        Property::always("stock: an order takes what it wants once, or nothing", |_, state| {
            each(state, |order| order.taken == 0 || order.taken == order.wants)
        }),
        Property::always("money: none is taken without the goods", |_, state| {
            each(state, |order| order.payments(Book::Captured) == 0 || order.taken > 0)
        }),
        Property::always("money: an order's is set aside or taken once", |_, state| {
            each(state, |order| order.payments(Book::Authorised) + order.payments(Book::Captured) <= 1)
        }),
        Property::always("money: none is set aside for an order that nobody is paying", |_, state| {
            each(state, |order| order.row.step.is_some() || order.payments(Book::Authorised) == 0)
        }),
        Property::always("a completed order has its goods and its money", |_, state| {
            each(state, |order| order.row.status != Status::Completed || is_whole(order))
        }),
        Property::always("a cancelled order has neither goods nor money", |_, state| {
            each(state, |order| {
                order.row.status != Status::Cancelled
                    || (order.taken == 0
                        && order.payments(Book::Captured) + order.payments(Book::Authorised) == 0)
            })
        }),
        Property::always("books: one entry at most, and of a completed order", |_, state| {
            each(state, |order| {
                order.entries == 0 || (order.entries == 1 && order.row.status == Status::Completed)
            })
        }),
        Property::always("at rest: every order is completed or cancelled", |house, state| {
            each(state, |order| matches!(order.row.status, Status::Completed | Status::Cancelled))
                || !house.at_rest(state)
        }),
        Property::always("at rest: a completed order has its entry", |house, state| {
            each(state, |order| order.row.status != Status::Completed || order.entries == 1)
                || !house.at_rest(state)
        }),
        Property::always("at rest: no message waits", |house: &House, state: &State| {
            let messages = state.orders.iter().map(|order| &order.told).chain(&state.depletions);
            messages.into_iter().all(|message| !message.published || message.delivered)
                || !house.at_rest(state)
        }),
    ];
    if bounds.faults.deliveries == 0 {
        all.push(Property::always("no order is refused goods that are there", |_, state| {
            each(state, |order| !refused(order) || i16::from(state.on_hand) < i16::from(order.wants))
        }));
    }
    all.extend(possible(bounds));
    all
}

/// So that the model is not empty: what must happen in some history.
fn possible(bounds: &Bounds) -> Vec<Property<House>> {
    let mut all = vec![
        Property::sometimes("possible: an order is completed", |_, state| {
            some(state, |order| order.row.status == Status::Completed)
        }),
        Property::sometimes("possible: at rest with everything sold", |house: &House, state: &State| {
            state.on_hand == 0 && house.at_rest(state)
        }),
        Property::sometimes("possible: an order is refused for stock at its checkout", |_, state| {
            some(state, |order| refused(order) && !order.row.depleted)
        }),
        Property::sometimes("possible: an order is cancelled because the stock ran out", |_, state| {
            some(state, |order| order.row.depleted)
        }),
        Property::sometimes("possible: a message meets a reader that has it", |_, state| {
            some(state, |order| order.told.received && order.told.copies > 0)
        }),
    ];
    let faults = &bounds.faults;
    if bounds.orders.iter().any(|(_, tender)| *tender == Tender::Provider) {
        all.push(Property::sometimes("possible: money is let go", |_, state| {
            some(state, |order| order.payments(Book::Voided) > 0)
        }));
    }
    if faults.declines > 0 {
        all.push(Property::sometimes(
            "possible: an order is completed after a declined payment",
            |_, state| {
                some(state, |order| {
                    order.row.status == Status::Completed && order.payments(Book::Declined) > 0
                })
            },
        ));
    }
    if faults.overtakes > 0 {
        all.push(Property::sometimes("possible: a run is overtaken", |_, state| {
            some(state, |order| order.runs.iter().flatten().any(|run| !run.fresh))
        }));
    }
    if faults.cancels > 0 {
        all.push(Property::sometimes("possible: a customer cancels", |_, state| {
            some(state, |order| order.row.status == Status::Cancelled && !order.row.shortage)
        }));
    }
    all
}

fn each(state: &State, holds: impl Fn(&Order) -> bool) -> bool {
    state.orders.iter().all(holds)
}

fn some(state: &State, holds: impl Fn(&Order) -> bool) -> bool {
    state.orders.iter().any(holds)
}

fn stock_adds_up(house: &House, state: &State) -> bool {
    let arrived = house.bounds.units + house.bounds.faults.deliveries - state.faults.deliveries;
    let taken: u8 = state.orders.iter().map(|order| order.taken).sum();
    state.on_hand >= 0 && i16::from(state.on_hand) + i16::from(taken) == i16::from(arrived)
}

fn is_whole(order: &Order) -> bool {
    order.taken == order.wants && (order.tender == Tender::Hand || order.payments(Book::Captured) == 1)
}

fn refused(order: &Order) -> bool {
    order.row.status == Status::Cancelled && order.row.shortage
}
