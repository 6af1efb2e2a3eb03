//! Every story stops once at every one of its points, in every way, and nothing is lost, doubled or half-done.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use house_simulation::fail_points::{SERVICES, STORY_COUNT, Told, enumerate, story_named};
use house_simulation::{House, Mutation};

fn tell_all() -> Vec<Told> {
    let (next, all) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let house = House::open(None).unwrap();
                loop {
                    let story = next.fetch_add(1, Ordering::Relaxed);
                    if story >= STORY_COUNT {
                        return;
                    }
                    let told = enumerate(&house, story).unwrap();
                    all.lock().unwrap().push(told);
                }
            });
        }
    });
    all.into_inner().unwrap()
}

#[test]
fn a_stop_at_any_point_of_any_use_case_loses_nothing() {
    let mut all = tell_all();
    all.sort_by_key(|told| told.name);
    for told in &all {
        let points: usize = told.points.values().sum();
        println!(
            "{:<46} {points:>4} fail points, {:>4} stops, {:>3} answered otherwise",
            told.name, told.stops, told.other_answers
        );
    }
    let sum = |count: fn(&Told) -> usize| all.iter().map(count).sum::<usize>();
    println!(
        "{} fail points, {} stops, failed: {}",
        sum(|told| told.points.values().sum::<usize>()),
        sum(|told| told.stops),
        sum(|told| told.failures.len())
    );
    for told in &all {
        assert!(told.failures.is_empty(), "{:#?}", told.failures);
    }
    for service in SERVICES {
        assert!(all.iter().any(|told| told.points.contains_key(service.name())), "{service} never stops");
    }
}

/// Deliberate faults that one stop shows, and the story in which it does.
const FAULTS: [(Mutation, &str); 7] = [
    (Mutation::DeliveredWhenWritten, "a till sells"),
    (Mutation::PublishBeforeCommit, "a till sells"),
    (Mutation::SkipIdempotency, "a web order is placed"),
    (Mutation::IgnoreCheckoutSweep, "a card is charged"),
    (Mutation::IgnoreRefundSweep, "a card and the goods are given back"),
    (Mutation::DeductAgain, "a till sells"),
    (Mutation::CaptureTwice, "a card is charged"),
];

#[test]
fn a_stop_shows_what_is_wrong() {
    let mut missed = Vec::new();
    for (mutation, name) in FAULTS {
        let house = House::open(Some(mutation)).unwrap();
        let told = enumerate(&house, story_named(name).unwrap()).unwrap();
        println!("{:<26} {}", mutation.name(), told.failures.join("\n    "));
        // What is found without a stop says nothing of the stops.
        if !told.failures.first().is_some_and(|place| place.starts_with("stopped")) {
            missed.push(mutation.name());
        }
    }
    assert_eq!(missed, Vec::<&str>::new(), "no stop shows them");
}
