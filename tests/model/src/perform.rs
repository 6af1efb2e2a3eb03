//! What the commands of the state machine do: as `run_checkout` and its adapters do them, each database
//! batch and each call one indivisible step.

use order::domain::checkout::{Command, Event, State as Checkout};

use crate::house::House;
use crate::messages;
use crate::mutant::{self, Mutant};
use crate::state::{Book, Order, Run, State, Status};

/// How the performance of a command goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done and answered.
    Answered,
    /// The provider refuses.
    Declined,
    /// It is not done, and nobody answers.
    RequestLost,
    /// It is done, but nobody answers.
    AnswerLost,
}

/// The commands of one move, in order; the state machine never gives more than two.
pub(crate) fn todo(commands: Vec<Command>) -> [Option<Command>; 2] {
    assert!(commands.len() <= 2, "more commands than a run of the model keeps: {commands:?}");
    let mut commands = commands.into_iter();
    [commands.next(), commands.next()]
}

/// The ways it may go.
pub(crate) fn outcomes(state: &State, index: usize, run: &Run, command: Command) -> [Option<Outcome>; 4] {
    let faults = &state.faults;
    // A run that is overtaken finds that out at its next batch: a failure would end it just the same.
    let matters = command != Command::Doubt && (run.fresh || !stores(command));
    let silences = faults.silences > 0 && matters;
    let unheard = state.orders[index].books[usize::from(run.attempt)] == Book::Unknown;
    let declines = faults.declines > 0 && command == Command::Authorise && unheard;
    [
        Some(Outcome::Answered),
        declines.then_some(Outcome::Declined),
        silences.then_some(Outcome::RequestLost),
        // To ask changes nothing: it makes no difference which way is lost.
        (silences && command != Command::Inquire).then_some(Outcome::AnswerLost),
    ]
}

const fn stores(command: Command) -> bool {
    match command {
        Command::Store
        | Command::Doubt
        | Command::Complete
        | Command::Cancel
        | Command::Decline
        | Command::Abandon => true,
        // The model's provider asks no buyer: for the house that is a silence that an inquiry ends.
        Command::AskBuyer => false,
        Command::Authorise | Command::Inquire | Command::Deduct | Command::Capture | Command::Void => false,
    }
}

/// What a performance leads to.
enum Heard {
    /// Nothing to tell: the next command, if there is one.
    Nothing,
    /// An event for the state machine.
    Event(Event),
    /// The run ends: at its end, overtaken, or without an answer.
    End,
}

/// Does the next thing that a run has to do.
pub(crate) fn perform(house: &House, state: &mut State, index: usize, slot: usize, outcome: Outcome) {
    let Some(mut run) = state.orders[index].runs[slot] else { return };
    let [Some(command), next] = run.todo else { return };
    match outcome {
        Outcome::Answered => {}
        Outcome::Declined => state.faults.declines -= 1,
        Outcome::RequestLost | Outcome::AnswerLost => state.faults.silences -= 1,
    }
    // The run steps aside, so that what it writes makes the others old and not itself.
    state.orders[index].runs[slot] = None;
    let heard = if stores(command) {
        store(house, state, index, &mut run, command, outcome)
    } else {
        call(house, state, index, &mut run, command, outcome)
    };
    state.orders[index].runs[slot] = match heard {
        Heard::End => None,
        // A sale that is told of before it is stored: the command is still to be done.
        Heard::Nothing if run.told && command == Command::Complete => Some(run),
        Heard::Nothing => go_on(house, run, next, run.happened),
        Heard::Event(event) => go_on(house, run, next, Some(event)),
    };
}

/// The run with the next command; with none left, the state machine is told what happened.
fn go_on(house: &House, mut run: Run, next: Option<Command>, happened: Option<Event>) -> Option<Run> {
    if next.is_some() {
        (run.todo, run.happened) = ([next, None], happened);
        return Some(run);
    }
    let (state, commands) = mutant::next(house.mutant, run.state, happened?);
    (run.state, run.todo, run.happened) = (state, todo(commands), None);
    run.todo[0].map(|_| run)
}

/// One batch of the order service's database.
fn store(
    house: &House,
    state: &mut State,
    index: usize,
    run: &mut Run,
    command: Command,
    outcome: Outcome,
) -> Heard {
    if outcome == Outcome::RequestLost {
        return Heard::End;
    }
    let order = &mut state.orders[index];
    // It marks the payment and leaves the order's row as it is.
    if command == Command::Doubt {
        return Heard::End;
    }
    if command == Command::Complete && house.lacks(Mutant::PublishBeforeCommit) && !run.told {
        messages::publish(house, &mut order.told);
        run.told = true;
        return Heard::Nothing;
    }
    let is_final = matches!(order.row.status, Status::Completed | Status::Cancelled);
    let is_old = !run.fresh && !house.lacks(Mutant::VersionUnchecked);
    if is_final || is_old {
        return Heard::End;
    }
    if command == Command::Store {
        if !(run.opening && house.lacks(Mutant::BeginNotStored)) {
            store_step(order, run);
        }
        run.opening = false;
        return if outcome == Outcome::AnswerLost { Heard::End } else { Heard::Nothing };
    }
    order.row.step = None;
    order.rewritten();
    match command {
        Command::Complete => {
            order.row.status = Status::Completed;
            if !run.told {
                messages::publish(house, &mut order.told);
            }
        }
        Command::Cancel => {
            order.row.status = Status::Cancelled;
            order.row.shortage |= run.shortage;
        }
        // Decline and Abandon: the order waits for another attempt.
        _ => {}
    }
    Heard::End
}

fn store_step(order: &mut Order, run: &Run) {
    if run.opening {
        order.row.attempts = run.attempt + 1;
    }
    order.row.step = run.state.step();
    order.row.shortage |= run.shortage;
    if run.state == Checkout::Capturing {
        order.row.status = Status::Confirmed;
    }
    order.rewritten();
}

/// One call to inventory or to the provider.
fn call(
    house: &House,
    state: &mut State,
    index: usize,
    run: &mut Run,
    command: Command,
    outcome: Outcome,
) -> Heard {
    let event = match (outcome, command) {
        (Outcome::RequestLost, _) => Event::NoAnswer,
        (_, Command::Deduct) => {
            let event = deduct(house, state, index);
            run.shortage |= event == Event::OutOfStock;
            event
        }
        _ => ask_provider(house, &mut state.orders[index], run, command, outcome),
    };
    match outcome {
        Outcome::Answered | Outcome::Declined => Heard::Event(event),
        // That nobody knows is stored; a silence of the others ends the run at once.
        _ if command == Command::Authorise => Heard::Event(Event::NoAnswer),
        _ => Heard::End,
    }
}

/// Inventory: all or nothing, once per order, refused for ever, and the message when it was the last.
fn deduct(house: &House, state: &mut State, index: usize) -> Event {
    let order = &mut state.orders[index];
    if order.taken > 0 && !house.lacks(Mutant::DeductUnkeyed) {
        return Event::Deducted;
    }
    let wants = i8::try_from(order.wants).unwrap_or(i8::MAX);
    if order.refused || (state.on_hand < wants && !house.lacks(Mutant::DeductUnchecked)) {
        order.refused = !house.lacks(Mutant::RefusalForgotten);
        return Event::OutOfStock;
    }
    order.taken += order.wants;
    state.on_hand -= wants;
    if state.on_hand == 0
        && let Some(message) = state.depletions.iter_mut().find(|message| !message.published)
    {
        messages::publish(&House { mutant: None, ..*house }, message);
    }
    Event::Deducted
}

/// The provider: keyed by the payment id, so that a repeated call is the same call.
fn ask_provider(
    house: &House,
    order: &mut Order,
    run: &mut Run,
    command: Command,
    outcome: Outcome,
) -> Event {
    let renewed = command == Command::Authorise && house.lacks(Mutant::PaymentIdNotKept) && !run.opening;
    if renewed && order.books[usize::from(run.attempt)] != Book::Unknown {
        run.attempt = 1;
    }
    let book = &mut order.books[usize::from(run.attempt)];
    match command {
        Command::Authorise if *book == Book::Unknown => {
            *book = if outcome == Outcome::Declined { Book::Declined } else { Book::Authorised };
        }
        Command::Capture if *book == Book::Authorised => *book = Book::Captured,
        Command::Void if *book == Book::Unknown && house.lacks(Mutant::VoidNotRemembered) => {}
        Command::Void if *book != Book::Captured => *book = Book::Voided,
        _ => {}
    }
    match (command, *book) {
        (Command::Capture, _) => Event::Captured,
        (Command::Void, _) => Event::Voided,
        (_, Book::Unknown) => Event::PaymentUnknown,
        (_, Book::Authorised | Book::Captured) => Event::Authorised,
        (_, Book::Declined | Book::Voided) => Event::Declined,
    }
}
