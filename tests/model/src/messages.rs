//! What happens to a message between the batch that publishes it and the batch that takes it in: the
//! outbox is the truth, the queue a hint, and the reader's inbox makes it happen once.

use crate::bounds::Faults;
use crate::house::House;
use crate::mutant::Mutant;
use crate::state::{Message, State, Status};

/// Something that happens to a message. The queue keeps no order: any message may be next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// The queue delivers a copy.
    Deliver,
    /// The queue loses a copy, or the writer stopped before it sent one.
    Lose,
    /// The queue will deliver a copy once more.
    Double,
    /// The relay finds it in the outbox, hands it to its reader unless that has it, and marks it delivered.
    Relay,
    /// The relay hands it over, and stops before it marks it.
    RelayUnmarked,
}

/// What can happen to a message now.
pub(crate) fn possible(house: &House, state: &State, message: &Message) -> [Option<Handling>; 5] {
    let faults = &state.faults;
    let queued = message.copies > 0;
    let relayed = message.published && !message.delivered && !house.lacks(Mutant::RelayOff);
    [
        queued.then_some(Handling::Deliver),
        (queued && faults.lost > 0).then_some(Handling::Lose),
        (queued && faults.doubled > 0).then_some(Handling::Double),
        relayed.then_some(Handling::Relay),
        (relayed && faults.lost > 0).then_some(Handling::RelayUnmarked),
    ]
}

/// Publishes a message: the outbox row is part of the writer's batch, a copy is sent after it.
pub(crate) fn publish(house: &House, message: &mut Message) {
    message.published = !house.lacks(Mutant::OutboxForgotten);
    message.delivered = house.lacks(Mutant::DeliveredWhenSent);
    message.copies += 1;
}

/// The message that an order is completed: accounting books it.
pub(crate) fn handle_completed(house: &House, state: &mut State, index: usize, handling: Handling) {
    let order = &mut state.orders[index];
    if travels(house, &mut state.faults, &mut order.told, handling) {
        order.entries += 1;
    }
}

/// The message that the stock ran out: the order service cancels what waits for it. All orders were placed
/// before.
pub(crate) fn handle_depleted(house: &House, state: &mut State, index: usize, handling: Handling) {
    if !travels(house, &mut state.faults, &mut state.depletions[index], handling) {
        return;
    }
    let in_flight = house.lacks(Mutant::DepletionCancelsInFlight);
    for order in &mut state.orders {
        if order.waits() || (in_flight && order.row.status == Status::Pending) {
            order.cancel();
            order.row.shortage = true;
            order.row.depleted = true;
        }
    }
}

/// Moves a message on; whether its reader takes it in. Inbox row and effect are one batch.
fn travels(house: &House, faults: &mut Faults, message: &mut Message, handling: Handling) -> bool {
    match handling {
        Handling::Deliver => message.copies -= 1,
        Handling::Lose => {
            faults.lost -= 1;
            message.copies -= 1;
            return false;
        }
        Handling::Double => {
            faults.doubled -= 1;
            message.copies += 1;
            return false;
        }
        Handling::Relay => message.delivered = true,
        Handling::RelayUnmarked => faults.lost -= 1,
    }
    let known = message.received && !house.lacks(Mutant::InboxUnchecked);
    message.received = true;
    !known
}
