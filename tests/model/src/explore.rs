//! Explores a house and says what was found.

use std::time::{Duration, Instant};

use stateright::{Checker, Expectation, HasDiscoveries, Model};

use crate::house::{Action, House};

/// What an exploration found.
#[derive(Debug)]
pub struct Explored {
    /// Different states, with those counted once that differ only in which order is which.
    pub states: usize,
    /// Steps from one state to another, those to a known state included.
    pub steps: usize,
    /// The longest history that the search walked.
    pub depth: usize,
    /// How long it took.
    pub time: Duration,
    /// What does not hold, with the history that shows it.
    pub violated: Vec<(&'static str, Vec<Action>)>,
    /// What should be possible and is not.
    pub impossible: Vec<&'static str>,
}

/// Explores every state.
#[must_use]
pub fn explore(house: House) -> Explored {
    let started = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let checker = house.checker().threads(threads).symmetry().spawn_dfs().join();
    found(&checker, started)
}

/// Searches breadth first until a property fails, so that the history is a short one.
#[must_use]
pub fn search(house: House) -> Explored {
    let started = Instant::now();
    let checker = house.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    found(&checker, started)
}

fn found(checker: &impl Checker<House>, started: Instant) -> Explored {
    let mut discoveries = checker.discoveries();
    let (mut violated, mut impossible) = (Vec::new(), Vec::new());
    for property in checker.model().properties() {
        match (property.expectation, discoveries.remove(property.name)) {
            (Expectation::Sometimes, None) => impossible.push(property.name),
            (Expectation::Always | Expectation::Eventually, Some(path)) => {
                violated.push((property.name, path.into_actions()));
            }
            _ => {}
        }
    }
    Explored {
        states: checker.unique_state_count(),
        steps: checker.state_count(),
        depth: checker.max_depth(),
        time: started.elapsed(),
        violated,
        impossible,
    }
}
