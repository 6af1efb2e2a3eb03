//! A sale by allotments, small enough for every history: a few buyers, two units, two or three shards and their pool.
//!
//! The protocol is not modelled: each step runs the functions of [`crate::allotment`]. Modelled are its surroundings.
//! The network never forgets: whatever was sent may arrive at any time, again and again, in any order, or never.
//! Buyers ask and cancel as often as they like. A shard or the pool may stop before its batch is stored, and after it
//! but before anything is sent.

mod properties;
mod worlds;

use std::collections::BTreeSet;

use stateright::{Model, Property};

use crate::allotment::{Fault, Order, Outcome, Pool, Reaction, Report, Rules, Shard, Terms, Units};

pub use worlds::{CALM, LONG_WORLDS, SMALL_WORLDS, WORLDS, World};

/// A message that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// From the pool to a shard.
    Terms(usize, Terms),
    /// From a shard to the pool.
    Report(usize, Report),
    /// That everything was sold, in an epoch.
    Announcement(u32),
}

/// Who stores something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The pool.
    Pool,
    /// A shard.
    Shard(usize),
}

/// What starts a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A buyer asks for a unit, for the first time or again.
    Buy(usize),
    /// A buyer cancels, for the first time or again.
    Cancel(usize),
    /// A message arrives.
    Message(Message),
}

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A step is taken, stored, and what follows from it is sent.
    Step(Cause),
    /// A step is taken and stored; whoever took it stops before anything is sent.
    StopAfter(Cause),
    /// A shard stops.
    Stop(usize),
    /// What is not confirmed is sent again.
    Repeat(Party),
}

/// Everything at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// The pool.
    pub pool: Pool,
    /// The shards.
    pub shards: Vec<Shard>,
    /// Whatever was sent.
    pub sent: BTreeSet<Message>,
    /// What each buyer was told first.
    pub told: Vec<Option<Outcome>>,
    /// Who knows that they have cancelled.
    pub cancelled: Vec<bool>,
    /// The announcements that their reader has taken in.
    pub heard: BTreeSet<u32>,
    /// How many may still stop.
    pub crashes: u8,
    /// A buyer was told one thing and then another.
    pub contradicted: bool,
    /// A buyer was refused while a unit was on sale.
    pub wronged: bool,
}

impl State {
    /// Units that somebody could buy: in the pool, in a shard, or on the way between them.
    #[must_use]
    pub fn on_sale(&self) -> Units {
        let pairs = self.pool.accounts.iter().zip(&self.shards);
        let shards: Units = pairs
            .map(|(account, shard)| {
                shard.free() + (account.supplied - shard.supplied) + (shard.given - account.given)
            })
            .sum();
        self.pool.reserve + shards
    }

    /// Units that came back and are not on sale yet.
    #[must_use]
    pub fn coming_back(&self) -> Units {
        let pairs = self.pool.accounts.iter().zip(&self.shards);
        self.pool.held + pairs.map(|(account, shard)| shard.returned - account.returned).sum::<Units>()
    }
}

/// A sale within bounds, whole or with one rule broken.
#[derive(Debug, Clone, Copy)]
pub struct FlashSale {
    /// How large it is and what goes wrong in it.
    pub world: World,
    /// Its rules.
    pub rules: Rules,
}

/// What a step changes outside the party that takes it.
#[derive(Default)]
struct Effects {
    answers: Vec<(Order, Outcome)>,
    messages: Vec<Message>,
}

impl FlashSale {
    /// Whether nothing is left to happen, unless somebody cancels or stops, which nobody must.
    #[must_use]
    pub fn at_rest(&self, state: &State) -> bool {
        let mut actions = Vec::new();
        self.actions(state, &mut actions);
        actions.retain(|action| {
            matches!(action, Action::Step(Cause::Buy(_) | Cause::Message(_)) | Action::Repeat(_))
        });
        actions.into_iter().all(|action| self.next_state(state, action).is_none())
    }

    fn party(&self, cause: Cause) -> Party {
        match cause {
            Cause::Buy(buyer) | Cause::Cancel(buyer) => Party::Shard(self.world.homes[buyer]),
            Cause::Message(Message::Terms(shard, _)) => Party::Shard(shard),
            Cause::Message(Message::Report(..) | Message::Announcement(_)) => Party::Pool,
        }
    }

    /// The step: the party's new state, and what it sends.
    fn take(&self, state: &mut State, cause: Cause) -> Effects {
        match cause {
            Cause::Buy(buyer) => {
                let order = Order::try_from(buyer).unwrap_or_default();
                self.at_shard(state, self.world.homes[buyer], |rules, shard| rules.buy(shard, order))
            }
            Cause::Cancel(buyer) => {
                let order = Order::try_from(buyer).unwrap_or_default();
                self.at_shard(state, self.world.homes[buyer], |rules, shard| rules.cancel(shard, order))
            }
            Cause::Message(Message::Terms(number, terms)) => {
                self.at_shard(state, number, |rules, shard| rules.take_terms(shard, terms))
            }
            Cause::Message(Message::Report(number, report)) => self.at_pool(state, number, report),
            Cause::Message(Message::Announcement(epoch)) => {
                state.pool.confirm(epoch);
                Effects::default()
            }
        }
    }

    fn at_shard(
        &self,
        state: &mut State,
        number: usize,
        step: impl Fn(Rules, &mut Shard) -> Reaction,
    ) -> Effects {
        let shard = &mut state.shards[number];
        let sold = shard.sold;
        let Reaction { answers, report } = step(self.rules, shard);
        let mut messages = Vec::new();
        if report {
            messages.push(Message::Report(number, shard.report()));
        }
        messages.extend(self.rules.announced_by(number, sold, shard).map(Message::Announcement));
        Effects { answers, messages }
    }

    fn at_pool(&self, state: &mut State, number: usize, report: Report) -> Effects {
        let pool = &mut state.pool;
        let before: Vec<Terms> = (0..state.shards.len()).map(|shard| pool.terms(shard)).collect();
        let waiting = pool.announcements.len();
        self.rules.take_report(pool, number, report);
        let changed = before.iter().enumerate().filter(|(shard, terms)| pool.terms(*shard) != **terms);
        let mut messages: Vec<Message> =
            changed.map(|(shard, _)| Message::Terms(shard, pool.terms(shard))).collect();
        messages.extend(pool.announcements[waiting..].iter().copied().map(Message::Announcement));
        if self.rules.lack(Fault::AnnouncementNotKept) {
            pool.announcements.clear();
        }
        Effects { answers: Vec::new(), messages }
    }

    fn repeat(&self, state: &State, party: Party) -> Vec<Message> {
        match party {
            Party::Shard(number) => vec![Message::Report(number, state.shards[number].report())],
            Party::Pool => {
                let pending = self.rules.pending(&state.pool).into_iter();
                let terms = pending.map(|shard| Message::Terms(shard, state.pool.terms(shard)));
                terms.chain(state.pool.announcements.iter().copied().map(Message::Announcement)).collect()
            }
        }
    }

    /// Who stops keeps what it has stored; a broken rule may have sent what it has not.
    fn stop_after(&self, last: &State, state: &mut State, cause: Cause, effects: Effects) {
        state.crashes -= 1;
        let sends = match self.party(cause) {
            Party::Shard(number) => {
                let early = self.rules.lack(Fault::GrantLostInCrash);
                if early {
                    state.shards[number] = last.shards[number].clone();
                }
                state.shards[number].crash();
                early
            }
            Party::Pool => {
                let early = self.rules.lack(Fault::SupplyLostInCrash);
                if early {
                    state.pool = last.pool.clone();
                }
                early
            }
        };
        if sends {
            send(state, effects);
        }
    }
}

fn send(state: &mut State, effects: Effects) {
    state.sent.extend(effects.messages);
    for (order, outcome) in effects.answers {
        let told = &mut state.told[order as usize];
        state.contradicted |= told.is_some_and(|told| told != outcome);
        *told = Some(told.unwrap_or(outcome));
    }
}

fn refused(state: &State) -> usize {
    let decisions = state.shards.iter().flat_map(|shard| shard.decisions.values());
    decisions.filter(|decision| decision.outcome() == Outcome::Refused).count()
}

impl Model for FlashSale {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let World { reserve, allotments, homes, low, crashes, .. } = self.world;
        let pool = Pool::open(reserve, allotments, low);
        let sent = (0..allotments.len()).map(|shard| Message::Terms(shard, pool.terms(shard))).collect();
        vec![State {
            pool,
            shards: vec![Shard::new(low); allotments.len()],
            sent,
            told: vec![None; homes.len()],
            cancelled: vec![false; homes.len()],
            heard: BTreeSet::new(),
            crashes,
            contradicted: false,
            wronged: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let mut causes: Vec<Cause> = (0..self.world.homes.len()).map(Cause::Buy).collect();
        causes.extend(self.world.cancels.iter().copied().map(Cause::Cancel));
        causes.extend(state.sent.iter().copied().map(Cause::Message));
        actions.extend(causes.iter().copied().map(Action::Step));
        actions.push(Action::Repeat(Party::Pool));
        actions.extend((0..state.shards.len()).map(|shard| Action::Repeat(Party::Shard(shard))));
        if state.crashes > 0 {
            actions.extend(causes.into_iter().map(Action::StopAfter));
            let busy = state.shards.iter().enumerate().filter(|(_, shard)| !shard.waiting.is_empty());
            actions.extend(busy.map(|(number, _)| Action::Stop(number)));
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Step(cause) | Action::StopAfter(cause) => {
                if let Action::Step(Cause::Cancel(buyer)) = action {
                    state.cancelled[buyer] = true;
                }
                if let Cause::Message(Message::Announcement(epoch)) = cause {
                    state.heard.insert(epoch);
                    if matches!(action, Action::StopAfter(_)) {
                        // The reader has it, and the pool does not know.
                        state.crashes -= 1;
                        return (state.heard != last.heard).then_some(state);
                    }
                }
                let effects = self.take(&mut state, cause);
                state.wronged |= refused(&state) > refused(last) && state.on_sale() != 0;
                if let Action::StopAfter(_) = action {
                    // To stop matters only to what was just stored or to be sent.
                    if state == *last && effects.answers.is_empty() {
                        return None;
                    }
                    self.stop_after(last, &mut state, cause, effects);
                } else {
                    send(&mut state, effects);
                }
            }
            Action::Stop(number) => {
                state.crashes -= 1;
                state.shards[number].crash();
            }
            Action::Repeat(party) => {
                let messages = self.repeat(last, party);
                state.sent.extend(messages);
            }
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(&self.world)
    }
}
