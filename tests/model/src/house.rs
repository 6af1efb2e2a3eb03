//! The model: what can happen next in a state, and what the state is then.

use order::domain::checkout::{Command, Event, State as Checkout};
use stateright::{Model, Property};

use crate::bounds::{ATTEMPTS, Bounds};
use crate::messages::{self, Handling};
use crate::mutant::{self, Mutant};
use crate::perform::{self, Outcome};
use crate::properties;
use crate::state::{Message, Order, Run, State, Status};

/// A house of services within bounds, whole or with one rule left out.
#[derive(Debug, Clone, Copy)]
pub struct House {
    /// How large it is and what goes wrong in it.
    pub bounds: Bounds,
    /// The rule that is left out.
    pub mutant: Option<Mutant>,
}

/// Something that happens. Orders, and the runs of an order, are numbered from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A customer pays: the order is read, nothing is stored yet.
    Pay(usize),
    /// The sweeper, or the customer's repeated request, takes up a checkout: it is read.
    Resume(usize),
    /// A customer cancels an order.
    Cancel(usize),
    /// A run of an order does the next thing it was told to.
    Perform {
        /// The order.
        order: usize,
        /// The run.
        run: usize,
        /// What is done.
        command: Command,
        /// How it goes.
        outcome: Outcome,
    },
    /// The order service stops.
    Crash,
    /// Something happens to the message that an order is completed.
    Completed(usize, Handling),
    /// Something happens to the message that the stock ran out.
    Depleted(usize, Handling),
    /// A unit arrives.
    Delivery,
}

impl House {
    /// Whether this rule is left out.
    #[must_use]
    pub fn lacks(&self, rule: Mutant) -> bool {
        self.mutant == Some(rule)
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub fn at_rest(&self, state: &State) -> bool {
        // A run can always go on: this spares listing what it can do.
        if state.orders.iter().any(|order| order.running() > 0) {
            return false;
        }
        let mut actions = Vec::new();
        self.actions(state, &mut actions);
        actions.is_empty()
    }

    /// Whether another run may start for the order: a second one only while runs may be slow.
    fn may_start(state: &State, order: &Order) -> bool {
        match order.running() {
            0 => true,
            1 => state.faults.overtakes > 0,
            _ => false,
        }
    }

    fn may_cancel(&self, state: &State, order: &Order) -> bool {
        let wanted = state.faults.cancels > 0;
        if self.lacks(Mutant::CancelInFlight) && wanted {
            return order.row.status == Status::Pending;
        }
        order.waits() && (wanted || gives_up(order))
    }

    fn start(&self, state: &mut State, index: usize, from: Checkout, event: Event) {
        let order = &mut state.orders[index];
        if order.running() > 0 {
            state.faults.overtakes -= 1;
        }
        let opening = order.row.step.is_none();
        let attempt = if opening { order.row.attempts } else { order.row.attempts.saturating_sub(1) };
        let (next, commands) = mutant::next(self.mutant, from, event);
        let run = Run {
            state: next,
            todo: perform::todo(commands),
            happened: None,
            fresh: true,
            opening,
            attempt,
            shortage: order.row.shortage,
            told: false,
        };
        if let Some(slot) = order.runs.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(run);
        }
    }

    /// What may be done by each run of an order, and how it may go.
    fn list_performances(state: &State, index: usize, actions: &mut Vec<Action>) {
        for (number, run) in state.orders[index].runs.iter().enumerate() {
            let Some(run) = run else { continue };
            let Some(command) = run.todo[0] else { continue };
            let outcomes = perform::outcomes(state, index, run, command);
            actions.extend(outcomes.into_iter().flatten().map(|outcome| Action::Perform {
                order: index,
                run: number,
                command,
                outcome,
            }));
        }
    }

    fn list_messages(
        &self,
        state: &State,
        message: &Message,
        action: impl Fn(Handling) -> Action,
        actions: &mut Vec<Action>,
    ) {
        let possible = messages::possible(self, state, message);
        actions.extend(possible.into_iter().flatten().map(action));
    }
}

/// Whether the customer has tried often enough.
fn gives_up(order: &Order) -> bool {
    usize::from(order.row.attempts) >= ATTEMPTS
}

impl Model for House {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            on_hand: i8::try_from(self.bounds.units).unwrap_or(i8::MAX),
            orders: self.bounds.orders.map(|(wants, tender)| Order::placed(wants, tender)),
            depletions: [Message::default(); 2],
            faults: self.bounds.faults,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (index, order) in state.orders.iter().enumerate() {
            if Self::may_start(state, order) {
                if order.waits() && !gives_up(order) {
                    actions.push(Action::Pay(index));
                } else if order.row.step.is_some() && !self.lacks(Mutant::SweeperOff) {
                    actions.push(Action::Resume(index));
                }
            }
            if self.may_cancel(state, order) {
                actions.push(Action::Cancel(index));
            }
            Self::list_performances(state, index, actions);
            self.list_messages(state, &order.told, |handling| Action::Completed(index, handling), actions);
        }
        for (index, message) in state.depletions.iter().enumerate() {
            self.list_messages(state, message, |handling| Action::Depleted(index, handling), actions);
        }
        if state.faults.crashes > 0 && state.orders.iter().any(|order| order.running() > 0) {
            actions.push(Action::Crash);
        }
        if state.faults.deliveries > 0 {
            actions.push(Action::Delivery);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        match action {
            Action::Pay(index) => {
                let from = Checkout::Offered(state.orders[index].tender);
                self.start(&mut state, index, from, Event::PaymentOffered);
            }
            Action::Resume(index) => {
                let order = &state.orders[index];
                let from = order.row.step?.state(order.tender, order.row.shortage);
                self.start(&mut state, index, from, Event::Resumed);
            }
            Action::Cancel(index) => {
                if !gives_up(&state.orders[index]) {
                    state.faults.cancels -= 1;
                }
                state.orders[index].cancel();
            }
            Action::Perform { order, run, outcome, .. } => {
                perform::perform(self, &mut state, order, run, outcome);
            }
            Action::Crash => {
                state.faults.crashes -= 1;
                for order in &mut state.orders {
                    order.runs = [None; 2];
                }
            }
            Action::Completed(index, handling) => {
                messages::handle_completed(self, &mut state, index, handling)
            }
            Action::Depleted(index, handling) => messages::handle_depleted(self, &mut state, index, handling),
            Action::Delivery => {
                state.faults.deliveries -= 1;
                state.on_hand += 1;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(&self.bounds)
    }
}
