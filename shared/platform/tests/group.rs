//! Events that share a call: nobody is lost, whoever ends early.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use platform::{Boxed, Events, Group, Wake};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, yield_now};

/// Events as tasks of one thread: what is kept is a task of its own, as at the edge.
#[derive(Default)]
struct Tasks {
    now_ms: AtomicI64,
    kept: Mutex<Vec<JoinHandle<()>>>,
    /// A pause also ends with this.
    patience: Arc<Notify>,
}

impl Events for Tasks {
    fn pause(&self) -> (Wake, Boxed<'static, ()>) {
        let (ended, patience) = (Arc::new(Notify::new()), self.patience.clone());
        let end = ended.clone();
        let paused = async move {
            tokio::select! {
                () = ended.notified() => {}
                () = patience.notified() => {}
            }
        };
        (Box::new(move || end.notify_one()), Box::pin(paused))
    }

    fn keep(&self, work: Boxed<'static, ()>) -> Boxed<'static, ()> {
        self.kept.lock().unwrap().push(tokio::spawn(work));
        Box::pin(std::future::ready(()))
    }

    fn linger(&self, _: usize) -> Option<Boxed<'static, ()>> {
        Some(Box::pin(yield_now()))
    }

    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }
}

type Numbers = Group<u64, u64>;

struct House {
    tasks: Arc<Tasks>,
    group: Arc<Numbers>,
    /// How many were in each call.
    calls: Arc<Mutex<Vec<usize>>>,
    /// A call waits for this.
    gate: Arc<Notify>,
}

impl House {
    fn new(most: usize) -> Self {
        let group = Group::new(most, |_| 1);
        Self { tasks: Arc::default(), group, calls: Arc::default(), gate: Arc::default() }
    }

    /// Doubles a number, in a call that waits for the gate.
    fn double(&self, number: u64) -> JoinHandle<Option<u64>> {
        let events: Arc<dyn Events> = self.tasks.clone();
        let (group, calls, gate) = (self.group.clone(), self.calls.clone(), self.gate.clone());
        tokio::spawn(async move {
            let work = move |numbers: Vec<u64>| -> Boxed<'static, Vec<u64>> {
                let (calls, gate) = (calls.clone(), gate.clone());
                Box::pin(async move {
                    calls.lock().unwrap().push(numbers.len());
                    gate.notified().await;
                    numbers.into_iter().map(|number| number * 2).collect()
                })
            };
            group.join(&events, number, work).await
        })
    }

    fn calls(&self) -> Vec<usize> {
        self.calls.lock().unwrap().clone()
    }

    /// Opens the gate for calls until these are done.
    async fn finish(&self, all: Vec<JoinHandle<Option<u64>>>) -> Vec<Option<u64>> {
        let gate = self.gate.clone();
        let open = tokio::spawn(async move {
            loop {
                gate.notify_one();
                yield_now().await;
            }
        });
        let mut outcomes = Vec::new();
        for one in all {
            outcomes.push(
                tokio::time::timeout(Duration::from_secs(20), one).await.expect("waits for ever").unwrap(),
            );
        }
        open.abort();
        outcomes
    }
}

async fn settle() {
    for _ in 0..50 {
        yield_now().await;
    }
}

#[tokio::test]
async fn one_that_is_alone_waits_for_nobody() {
    let house = House::new(100);
    for number in 0..3 {
        let done = house.finish(vec![house.double(number)]).await;
        assert_eq!(done, [Some(number * 2)]);
    }
    assert_eq!(house.calls(), [1, 1, 1]);
}

#[tokio::test]
async fn those_that_wait_go_together_and_each_gets_its_own_outcome() {
    let house = House::new(100);
    let first = house.double(1);
    settle().await;
    let others: Vec<_> = (2..=20).map(|number| house.double(number)).collect();
    settle().await;
    let done = house.finish([vec![first], others].into_iter().flatten().collect()).await;
    assert_eq!(done, (1..=20).map(|number| Some(number * 2)).collect::<Vec<_>>());
    assert_eq!(house.calls(), [1, 19]);
}

#[tokio::test]
async fn a_call_carries_no_more_than_it_may() {
    let house = House::new(8);
    let all: Vec<_> = (0..20).map(|number| house.double(number)).collect();
    settle().await;
    let done = house.finish(all).await;
    assert_eq!(done, (0..20).map(|number| Some(number * 2)).collect::<Vec<_>>());
    assert!(house.calls().iter().all(|count| *count <= 8), "{:?}", house.calls());
}

#[tokio::test]
async fn a_leader_whose_client_goes_away_still_does_the_work_of_all() {
    let house = House::new(100);
    let first = house.double(1);
    settle().await;
    let others: Vec<_> = (2..=5).map(|number| house.double(number)).collect();
    settle().await;
    first.abort();
    assert_eq!(house.finish(others).await, [Some(4), Some(6), Some(8), Some(10)]);
}

#[tokio::test]
async fn those_under_way_with_a_leader_that_dies_are_told_and_those_that_wait_go_on() {
    let house = House::new(3);
    let under_way: Vec<_> = (1..=3).map(|number| house.double(number)).collect();
    settle().await;
    assert_eq!(house.calls(), [3]);
    let waiting: Vec<_> = (4..=6).map(|number| house.double(number)).collect();
    settle().await;
    house.tasks.kept.lock().unwrap().remove(0).abort();
    settle().await;
    let done = house.finish(under_way.into_iter().chain(waiting).collect()).await;
    assert_eq!(done, [None, None, None, Some(8), Some(10), Some(12)]);
}

#[tokio::test]
async fn one_that_is_called_upon_to_lead_and_goes_away_passes_the_lead_on() {
    let house = House::new(1);
    let first = house.double(1);
    settle().await;
    let (second, third) = (house.double(2), house.double(3));
    settle().await;
    second.abort();
    settle().await;
    assert_eq!(house.finish(vec![first, third]).await, [Some(2), Some(6)]);
    assert_eq!(house.calls(), [1, 1], "nobody works for one that has gone");
}

/// Found by the simulation: a service that stopped before its leader had begun waited for it ever after.
#[tokio::test]
async fn a_leader_that_ends_before_it_has_begun_is_no_leader() {
    let house = House::new(100);
    let first = house.double(1);
    // It has joined, and what it keeps has not run yet.
    while house.tasks.kept.lock().unwrap().is_empty() {
        yield_now().await;
    }
    house.tasks.kept.lock().unwrap().remove(0).abort();
    assert_eq!(house.finish(vec![first, house.double(2)]).await, [None, Some(4)]);
}

/// At the edge a leader can end without a word: nothing of it is dropped.
#[tokio::test]
async fn a_leader_that_gives_no_sign_of_life_is_replaced() {
    let house = House::new(100);
    let dead = house.double(1);
    settle().await;
    let waiting = house.double(2);
    settle().await;
    assert_eq!(house.calls(), [1]);
    house.tasks.now_ms.store(10_000, Ordering::Relaxed);
    house.tasks.patience.notify_waiters();
    settle().await;
    assert_eq!(house.calls(), [1, 1], "the one that waited leads");
    assert_eq!(house.finish(vec![waiting]).await, [Some(4)]);
    dead.abort();
}

/// A call that answers for too few: the others do not wait for ever.
#[tokio::test]
async fn an_outcome_too_few_is_a_loss_and_not_a_wait() {
    let (tasks, asked): (Arc<Tasks>, Arc<AtomicUsize>) = (Arc::default(), Arc::default());
    let group: Arc<Numbers> = Group::new(100, |_| 1);
    let join = |number: u64| {
        let (group, asked) = (group.clone(), asked.clone());
        let events: Arc<dyn Events> = tasks.clone();
        tokio::spawn(async move {
            let work = move |mut numbers: Vec<u64>| -> Boxed<'static, Vec<u64>> {
                asked.fetch_add(numbers.len(), Ordering::Relaxed);
                numbers.truncate(1);
                Box::pin(std::future::ready(numbers))
            };
            group.join(&events, number, work).await
        })
    };
    let all = [join(1), join(2), join(3)];
    let mut done = Vec::new();
    for one in all {
        done.push(one.await.unwrap());
    }
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    assert_eq!(done, [Some(1), None, None]);
}
