//! The scheduler: tasks that stop at every effect, one of which is taken at random to go on; the clock,
//! the queues, the faults and the trace. One thread, one seed: the same run every time.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use contracts::{Queue, Service};

use crate::faults::{Fault, Faults, Intensity};
use crate::points::{Halt, Points};
use crate::random::Random;
use crate::trace::Trace;

pub(crate) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// When a run begins: the morning of 2026-11-20.
const START_MS: i64 = 1_795_165_200_000;

/// Who runs a task: a service, which may be stopped, or a client.
pub(crate) type Owner = Option<Service>;

struct Task {
    owner: Owner,
    waker: Arc<TaskWaker>,
    work: Option<Work>,
}

struct TaskWaker {
    id: usize,
    queued: AtomicBool,
    ready: Arc<Mutex<Vec<usize>>>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            lock(&self.ready).push(self.id);
        }
    }
}

/// Everything that a run changes.
pub(crate) struct State {
    pub(crate) random: Random,
    pub(crate) faults: Faults,
    pub(crate) trace: Trace,
    pub(crate) queues: Vec<(Queue, String)>,
    /// What the mail provider has taken, by mail: how many different messages. None where it is not simulated.
    pub(crate) mailed: Option<BTreeMap<String, u64>>,
    /// The keys under which it has taken them.
    pub(crate) mail_keys: BTreeSet<String>,
    pub(crate) effects: u64,
    pub(crate) points: Points,
    now_ms: i64,
    follows: bool,
    skew_ms: [i64; Service::ALL.len()],
    /// How often each service has started.
    lives: [u64; Service::ALL.len()],
    tasks: Vec<Task>,
    timers: BTreeMap<(i64, u64), Waker>,
    timer_count: u64,
    current: usize,
}

/// The scheduler of one house. Clones share it.
#[derive(Clone)]
pub(crate) struct Core {
    state: Arc<Mutex<State>>,
    ready: Arc<Mutex<Vec<usize>>>,
}

fn place(service: Service) -> usize {
    Service::ALL.iter().position(|other| *other == service).unwrap_or(0)
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Core {
    pub(crate) fn new() -> Self {
        let state = State {
            random: Random::new(0),
            faults: Faults::default(),
            trace: Trace::default(),
            queues: Vec::new(),
            mailed: None,
            mail_keys: BTreeSet::new(),
            effects: 0,
            points: Points::default(),
            now_ms: START_MS,
            follows: false,
            skew_ms: [0; Service::ALL.len()],
            lives: [0; Service::ALL.len()],
            tasks: Vec::new(),
            timers: BTreeMap::new(),
            timer_count: 0,
            current: 0,
        };
        Self { state: Arc::new(Mutex::new(state)), ready: Arc::default() }
    }

    /// Starts over with a seed, a minute after what was prepared.
    pub(crate) fn reset(&self, seed: u64, verbose: bool) {
        self.reset_tasks();
        let mut state = self.state();
        state.random = Random::new(seed);
        let intensity = Intensity::draw(&mut state.random);
        state.faults = Faults::new(intensity);
        state.trace = Trace::new(verbose);
        state.queues.clear();
        state.mailed = Some(BTreeMap::new());
        state.mail_keys.clear();
        state.timers.clear();
        state.timer_count = 0;
        // What happens before the first turn is nobody's.
        state.current = 0;
        state.effects = 0;
        state.points = Points::default();
        state.now_ms = START_MS + 3_600_000;
        let skewed = state.random.chance(500);
        for service in 0..state.skew_ms.len() {
            state.skew_ms[service] = if skewed { state.random.between(0, 1500) } else { 0 };
        }
        state.lives.iter_mut().for_each(|lives| *lives += 1);
    }

    /// Drops whatever is left of a run.
    pub(crate) fn reset_tasks(&self) {
        let tasks = std::mem::take(&mut self.state().tasks);
        drop(tasks);
        lock(&self.ready).clear();
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Numbers for what is chosen outside an effect.
    pub(crate) fn with_random<T>(&self, choose: impl FnOnce(&mut Random) -> T) -> T {
        choose(&mut self.state().random)
    }

    /// The clock of a service: each may be a little ahead.
    pub(crate) fn now_ms(&self, owner: Owner) -> i64 {
        let state = self.state();
        state.now_ms + owner.map_or(0, |service| state.skew_ms[place(service)])
    }

    /// How often a service has started: what it keeps in memory is lost each time.
    pub(crate) fn lives(&self, service: Service) -> u64 {
        self.state().lives[place(service)]
    }

    pub(crate) fn advance_ms(&self, ms: i64) {
        self.state().now_ms += ms;
        self.wake_timers();
    }

    /// Keeps time with a clock that is not its own, and never goes back.
    pub(crate) fn follow_clock(&self, now_ms: i64) {
        {
            let mut state = self.state();
            state.follows = true;
            state.now_ms = state.now_ms.max(now_ms);
        }
        self.wake_timers();
    }

    fn wake_timers(&self) {
        loop {
            let mut state = self.state();
            let due = state.timers.first_key_value().is_some_and(|((at, _), _)| *at <= state.now_ms);
            let Some((_, waker)) = due.then(|| state.timers.pop_first()).flatten() else { return };
            drop(state);
            waker.wake();
        }
    }

    /// Nothing can happen before this moment; none when nothing waits for one.
    pub(crate) fn next_timer(&self) -> Option<i64> {
        self.state().timers.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn spawn(&self, owner: Owner, work: Work) {
        let mut state = self.state();
        let id = state.tasks.len();
        let waker = Arc::new(TaskWaker { id, queued: AtomicBool::new(true), ready: self.ready.clone() });
        state.tasks.push(Task { owner, waker, work: Some(work) });
        lock(&self.ready).push(id);
    }

    pub(crate) fn has_ready(&self) -> bool {
        !lock(&self.ready).is_empty()
    }

    /// Lets one of the tasks that can go on go on, up to its next effect.
    pub(crate) fn step(&self) {
        let id = {
            let mut ready = lock(&self.ready);
            if ready.is_empty() {
                return;
            }
            let chosen = self.state().random.index(ready.len());
            ready.swap_remove(chosen)
        };
        let (mut work, waker) = {
            let mut state = self.state();
            if !state.follows {
                state.now_ms += state.random.between(0, 4);
            }
            state.current = id;
            let task = &mut state.tasks[id];
            task.waker.queued.store(false, Ordering::Relaxed);
            let Some(work) = task.work.take() else { return };
            (work, task.waker.clone())
        };
        let waker = Waker::from(waker);
        let pending = work.as_mut().poll(&mut Context::from_waker(&waker)).is_pending();
        let halt = self.state().points.take_halt();
        match halt {
            Some((service, halt)) => {
                drop(work);
                self.halt(service, halt);
            }
            None if pending => self.state().tasks[id].work = Some(work),
            None => {}
        }
        self.wake_timers();
    }

    fn halt(&self, service: Service, halt: Halt) {
        self.note(Some(service), "reaches its point and stops", String::new, &[service.name().as_bytes()]);
        match halt {
            Halt::Service => self.stop(service),
            Halt::House => {
                Service::ALL.into_iter().for_each(|service| self.stop(service));
                // A queue of one machine lives in its memory.
                self.state().queues.clear();
            }
        }
    }

    /// A service passes one of its points, or never does.
    pub(crate) async fn reach(&self, owner: Owner, what: &'static str) {
        let halted = self.state().points.reach(owner, what);
        if halted {
            std::future::pending::<()>().await;
        }
    }

    /// A service stops: what it does is never finished, what it has in memory is lost, what it has stored stays.
    pub(crate) fn stop(&self, service: Service) {
        let mut lost = Vec::new();
        self.state().lives[place(service)] += 1;
        for task in &mut self.state().tasks {
            if task.owner == Some(service) {
                lost.extend(task.work.take());
            }
        }
        // Whoever waits for one of them is told by its end; that wakes tasks, so nothing is locked here.
        drop(lost);
    }

    /// A fault that the seed chooses for the effect under way.
    pub(crate) fn fault(
        &self,
        choose: impl FnOnce(&mut Faults, &mut Random) -> Option<Fault>,
    ) -> Option<Fault> {
        let mut state = self.state();
        let State { random, faults, .. } = &mut *state;
        choose(faults, random)
    }

    /// Notes an effect in the trace.
    pub(crate) fn note(&self, owner: Owner, what: &str, detail: impl FnOnce() -> String, hashed: &[&[u8]]) {
        let mut state = self.state();
        state.effects += 1;
        let (now, task) = (state.now_ms, state.current);
        state.trace.add(now, task, owner, what, detail, hashed);
    }

    /// Waits for its turn among all tasks.
    pub(crate) fn pause(&self) -> Pause {
        Pause(false)
    }

    /// Waits until the clock has moved on.
    pub(crate) fn sleep(&self, ms: i64) -> Sleep {
        let until = self.state().now_ms + ms;
        Sleep { core: self.clone(), until, registered: false }
    }
}

/// One turn.
pub(crate) struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A while.
pub(crate) struct Sleep {
    core: Core,
    until: i64,
    registered: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.core.state();
        if state.now_ms >= self.until {
            return Poll::Ready(());
        }
        if !self.registered {
            state.timer_count += 1;
            let key = (self.until, state.timer_count);
            state.timers.insert(key, context.waker().clone());
            drop(state);
            self.registered = true;
        }
        Poll::Pending
    }
}

/// Where the answer of another task arrives.
pub(crate) struct Slot<T>(Arc<Mutex<SlotState<T>>>);

struct SlotState<T> {
    value: Option<Option<T>>,
    waker: Option<Waker>,
}

/// Fills a slot once; dropped without that, it says that nothing comes.
pub(crate) struct Filler<T>(Arc<Mutex<SlotState<T>>>);

/// An empty slot and what fills it.
pub(crate) fn slot<T>() -> (Filler<T>, Slot<T>) {
    let state = Arc::new(Mutex::new(SlotState { value: None, waker: None }));
    (Filler(state.clone()), Slot(state))
}

impl<T> Filler<T> {
    pub(crate) fn fill(self, value: T) {
        lock(&self.0).value = Some(Some(value));
    }
}

impl<T> Drop for Filler<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.0);
        if state.value.is_none() {
            state.value = Some(None);
        }
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Slot<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = lock(&self.0);
        match state.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
