//! Explores a model and says what was found.

use std::fmt::Debug;
use std::hash::Hash;
use std::time::{Duration, Instant};

use stateright::{Checker, Expectation, HasDiscoveries, Model, Representative};

/// A model that can be explored.
pub trait Explorable:
    Model<
        State: Clone + Debug + Hash + PartialEq + Send + Sync,
        Action: Clone + Debug + PartialEq + Send + Sync,
    > + Send
    + Sync
    + 'static
{
}

impl<M> Explorable for M where
    M: Model<
            State: Clone + Debug + Hash + PartialEq + Send + Sync,
            Action: Clone + Debug + PartialEq + Send + Sync,
        > + Send
        + Sync
        + 'static
{
}

/// What an exploration found.
#[derive(Debug)]
pub struct Explored<Action> {
    /// Different states; of a house, those that differ only in which order is which count once.
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

/// Explores every state; those count once that have the same representative.
#[must_use]
pub fn explore<M: Explorable>(model: M) -> Explored<M::Action>
where
    M::State: Representative,
{
    let started = Instant::now();
    found(&model.checker().threads(threads()).symmetry().spawn_dfs().join(), started)
}

/// Explores every state as it is.
#[must_use]
pub fn explore_all<M: Explorable>(model: M) -> Explored<M::Action> {
    let started = Instant::now();
    found(&model.checker().threads(threads()).spawn_dfs().join(), started)
}

/// Searches breadth first until a property fails, so that the history is a short one.
#[must_use]
pub fn search<M: Explorable>(model: M) -> Explored<M::Action> {
    let started = Instant::now();
    found(&model.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join(), started)
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn found<M: Explorable>(checker: &impl Checker<M>, started: Instant) -> Explored<M::Action> {
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
