//! The quick version of `cargo xtask simulate`: a hundred small runs without a failure, a run that repeats
//! itself, and every deliberate fault found.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use house_simulation::{House, Mutation, run};

/// Clients in a small run.
const STEPS: u64 = 16;
/// Runs within which a deliberate fault must be found.
const RUNS_MAX: u64 = 300;

#[test]
fn nothing_is_lost_in_a_hundred_runs() {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let house = House::open(None).unwrap();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed) as u64;
                    if number >= 100 {
                        return;
                    }
                    let report = run(&house, 1 + number, STEPS, false).unwrap();
                    assert!(report.failures.is_empty(), "seed {}: {:#?}", report.seed, report.failures);
                    assert!(report.orders > 0 && report.effects > 100, "seed {} did nothing", report.seed);
                }
            });
        }
    });
}

#[test]
fn a_seed_is_one_run_exactly() {
    let (one, other) = (House::open(None).unwrap(), House::open(None).unwrap());
    let hashes = |house: &House, verbose| -> Vec<(u64, u64)> {
        let report = |seed| run(house, seed, STEPS, verbose).unwrap();
        [7, 8, 9].into_iter().map(report).map(|report| (report.hash, report.effects)).collect()
    };
    let first = hashes(&one, false);
    assert_eq!(first, hashes(&one, false), "the same house, wound back");
    assert_eq!(first, hashes(&other, true), "another house, with its trace");
    assert_ne!(first[0], first[1], "another seed is another run");
}

#[test]
fn every_deliberate_fault_is_found() {
    let (next, missed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    assert!(Mutation::ALL.len() >= 15);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(mutation) = Mutation::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let house = House::open(Some(*mutation)).unwrap();
                    let found = (1..=RUNS_MAX).map(|seed| run(&house, seed, STEPS, false).unwrap());
                    match found.into_iter().find(|report| !report.failures.is_empty()) {
                        Some(report) => {
                            println!(
                                "{:<26} seed {:>3}  {}",
                                mutation.name(),
                                report.seed,
                                report.failures[0]
                            );
                        }
                        None => missed.lock().unwrap().push(mutation.name()),
                    }
                }
            });
        }
    });
    assert_eq!(*missed.lock().unwrap(), Vec::<&str>::new(), "not found in {RUNS_MAX} runs each");
}
