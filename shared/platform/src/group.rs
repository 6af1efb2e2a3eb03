//! Group commit: what arrives while something of its kind is under way waits, and goes together next.
//!
//! A database behind a network costs most for the call itself. So under load one call carries the work of all events
//! that wait in the isolate, and alone an event waits for nobody. The first to arrive leads: it carries its own work and
//! what waits in one call. Then the next of those that have come meanwhile leads.
//!
//! An event can end at any time: its client goes away, or the platform stops it. So a leader works in the background,
//! which outlives its answer. If that ends all the same, those whose work was under way are told that the outcome is
//! unknown, and one of those that still wait leads. A leader that has given no sign of life for a while is taken for dead.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_channel::oneshot;

use crate::Boxed;

/// Ends a pause.
pub type Wake = Box<dyn FnOnce() + Send>;

/// How the events of one isolate wait for each other.
pub trait Events: Send + Sync + 'static {
    /// A pause of this event, and what ends it from another event. It also ends after a while by itself, where events can
    /// disappear without a word.
    fn pause(&self) -> (Wake, Boxed<'static, ()>);

    /// Does work that does not end with this event's answer. Where work cannot be left behind, it is done at once.
    fn keep(&self, work: Boxed<'static, ()>) -> Boxed<'static, ()>;

    /// A short while in which others may come that are on their way. None when all events of the isolate, as many as
    /// wait, are there.
    fn linger(&self, waiting: usize) -> Option<Boxed<'static, ()>>;

    /// Milliseconds of a clock.
    fn now_ms(&self) -> i64;
}

/// A leader without a sign of life for so long is taken for dead.
const SILENT_MS_MAX: u64 = 2_000;
/// How often a leader waits for others before one round.
const LINGERS_MAX: usize = 4;
/// The most pauses of an event: together longer than any call.
const PAUSES_MAX: u32 = 16;

type Work<I, O> = dyn Fn(Vec<I>) -> Boxed<'static, Vec<O>> + Send + Sync;

/// Events that share a call. `I` is the work of one, `O` its outcome.
pub struct Group<I, O> {
    members: Mutex<Members<I, O>>,
    weigh: fn(&I) -> usize,
    weight_max: usize,
}

struct Members<I, O> {
    waiting: VecDeque<Member<I, O>>,
    /// When the leader last gave a sign of life, if there is one.
    leader: Option<i64>,
}

struct Member<I, O> {
    input: I,
    seat: Arc<Seat<I, O>>,
}

/// Where an event waits for its outcome.
struct Seat<I, O>(Mutex<(State<I, O>, Option<Wake>)>);

enum State<I, O> {
    /// In the list of those that wait, or under way.
    Waiting,
    /// It leads from here on, with its own work first.
    Leads(I),
    Done(O),
    /// Its leader ended with its work under way.
    Lost,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<I, O> Seat<I, O> {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new((State::Waiting, None))))
    }

    fn set(&self, state: State<I, O>) {
        let wake = {
            let mut seat = lock(&self.0);
            seat.0 = state;
            seat.1.take()
        };
        if let Some(wake) = wake {
            wake();
        }
    }

    /// Takes what there is. While there is nothing, leaves what ends the pause.
    fn look(&self, wake: Wake) -> State<I, O> {
        let mut seat = lock(&self.0);
        if matches!(seat.0, State::Waiting) {
            seat.1 = Some(wake);
        }
        std::mem::replace(&mut seat.0, State::Waiting)
    }
}

impl<I: Send + 'static, O: Send + 'static> Group<I, O> {
    /// One call carries work of at most this weight, or a single heavier one.
    #[must_use]
    pub fn new(weight_max: usize, weigh: fn(&I) -> usize) -> Arc<Self> {
        let members = Mutex::new(Members { waiting: VecDeque::new(), leader: None });
        Arc::new(Self { members, weigh, weight_max })
    }

    /// Does one event's work together with that of others: `work` takes the work of several and returns an outcome for
    /// each, in order. None when the outcome is unknown.
    pub async fn join<W>(self: &Arc<Self>, events: &Arc<dyn Events>, input: I, work: W) -> Option<O>
    where
        W: Fn(Vec<I>) -> Boxed<'static, Vec<O>> + Send + Sync + 'static,
    {
        let work: Arc<Work<I, O>> = Arc::new(work);
        let seat = Seat::new();
        let own = {
            let mut members = lock(&self.members);
            if members.claim(events.now_ms()) {
                Some(input)
            } else {
                members.waiting.push_back(Member { input, seat: seat.clone() });
                None
            }
        };
        if let Some(input) = own {
            return self.start_to_lead(events, input, work).await;
        }
        let _present = Present { group: self, seat: &seat };
        for paused in 0..PAUSES_MAX {
            // After a pause that ended by itself, a leader that is dead is replaced.
            if paused > 0
                && let Some(input) = self.replace_leader(&seat, events.now_ms())
            {
                return self.start_to_lead(events, input, work).await;
            }
            let (wake, pause) = events.pause();
            match seat.look(wake) {
                State::Done(outcome) => return Some(outcome),
                State::Lost => return None,
                State::Leads(input) => return self.start_to_lead(events, input, work).await,
                State::Waiting => pause.await,
            }
        }
        None
    }

    /// Leads in the background, beginning with its own work, and returns when that is done. Its own event runs both, so it
    /// wakes itself.
    async fn start_to_lead(
        self: &Arc<Self>,
        events: &Arc<dyn Events>,
        input: I,
        work: Arc<Work<I, O>>,
    ) -> Option<O> {
        let seat = Seat::new();
        let (end, ended) = oneshot::channel();
        let wake = move || {
            // The receiver is right below.
            let _ = end.send(());
        };
        seat.look(Box::new(wake));
        let own = Member { input, seat: seat.clone() };
        // Made here, so that the lead is passed on even if the work is dropped before it has begun.
        let lead = Lead { group: self.clone(), under_way: vec![seat.clone()] };
        let inner = events.clone();
        events.keep(Box::pin(async move { lead.carry(&*inner, own, &*work).await })).await;
        // It is also over when the background work was dropped.
        let _ = ended.await;
        match seat.look(Box::new(|| ())) {
            State::Done(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Waits for those on their way, as long as somebody comes.
    async fn gather(&self, events: &dyn Events) {
        let mut before = 0;
        for _ in 0..LINGERS_MAX {
            let waiting = lock(&self.members).waiting.len().saturating_add(1);
            if waiting == before {
                return;
            }
            before = waiting;
            match events.linger(waiting) {
                Some(moment) => moment.await,
                None => return,
            }
        }
    }

    /// The leader's work, and that of those who wait, as far as one call can carry it.
    fn take(&self, own: Member<I, O>, now: i64) -> (Vec<I>, Vec<Arc<Seat<I, O>>>) {
        let mut members = lock(&self.members);
        members.leader = Some(now);
        let (mut inputs, mut seats, mut weight) = (Vec::new(), Vec::new(), 0_usize);
        let mut next = Some(own);
        while let Some(Member { input, seat }) = next {
            weight = weight.saturating_add((self.weigh)(&input));
            inputs.push(input);
            seats.push(seat);
            let fits =
                |member: &Member<I, O>| weight.saturating_add((self.weigh)(&member.input)) <= self.weight_max;
            next = if members.waiting.front().is_some_and(fits) { members.waiting.pop_front() } else { None };
        }
        (inputs, seats)
    }

    /// Somebody who waits leads from here on, if anybody does.
    fn pass_on(&self) {
        let next = {
            let mut members = lock(&self.members);
            let next = members.waiting.pop_front();
            if next.is_none() {
                members.leader = None;
            }
            next
        };
        if let Some(Member { input, seat }) = next {
            seat.set(State::Leads(input));
        }
    }

    /// Takes the place of a leader that is dead, with the work of one that still waits.
    fn replace_leader(&self, seat: &Arc<Seat<I, O>>, now: i64) -> Option<I> {
        let mut members = lock(&self.members);
        let place = members.waiting.iter().position(|member| Arc::ptr_eq(&member.seat, seat))?;
        if !members.claim(now) {
            return None;
        }
        members.waiting.remove(place).map(|member| member.input)
    }
}

impl<I, O> Members<I, O> {
    /// Whether the caller leads from here on: nobody does, or the leader is dead.
    fn claim(&mut self, now: i64) -> bool {
        // A clock may jump, also back.
        let leads = self.leader.is_none_or(|seen| now.abs_diff(seen) > SILENT_MS_MAX);
        if leads {
            self.leader = Some(now);
        }
        leads
    }
}

/// A leader. At its end, planned or not, nobody is left waiting for it.
struct Lead<I: Send + 'static, O: Send + 'static> {
    group: Arc<Group<I, O>>,
    under_way: Vec<Arc<Seat<I, O>>>,
}

impl<I: Send + 'static, O: Send + 'static> Lead<I, O> {
    async fn carry(mut self, events: &dyn Events, own: Member<I, O>, work: &Work<I, O>) {
        self.group.gather(events).await;
        let (inputs, seats) = self.group.take(own, events.now_ms());
        self.under_way = seats;
        let mut outcomes = work(inputs).await.into_iter();
        // One outcome too few would be one event that waits in vain: it is told that it is lost.
        for seat in self.under_way.drain(..) {
            seat.set(outcomes.next().map_or(State::Lost, State::Done));
        }
    }
}

impl<I: Send + 'static, O: Send + 'static> Drop for Lead<I, O> {
    fn drop(&mut self) {
        for seat in self.under_way.drain(..) {
            seat.set(State::Lost);
        }
        self.group.pass_on();
    }
}

/// An event that waits. When it ends early, it takes its work back, and passes a lead on that it has not taken.
struct Present<'a, I: Send + 'static, O: Send + 'static> {
    group: &'a Arc<Group<I, O>>,
    seat: &'a Arc<Seat<I, O>>,
}

impl<I: Send + 'static, O: Send + 'static> Drop for Present<'_, I, O> {
    fn drop(&mut self) {
        let was_to_lead = matches!(lock(&self.seat.0).0, State::Leads(_));
        lock(&self.group.members).waiting.retain(|member| !Arc::ptr_eq(&member.seat, self.seat));
        if was_to_lead {
            self.group.pass_on();
        }
    }
}
