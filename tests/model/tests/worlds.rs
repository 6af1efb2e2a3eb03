//! The small worlds, in full; the large ones are for `cargo xtask model`.

use std::collections::{HashMap, HashSet};

use house_model::bounds::{Bounds, CALM, Faults, SMALL_WORLDS, THREE_ON_TWO};
use house_model::explore::explore;
use house_model::house::House;
use house_model::state::State;
use stateright::{Model, Representative};

#[test]
fn every_history_of_three_orders_on_two_units_ends_whole() {
    for bounds in SMALL_WORLDS {
        let found = explore(House { bounds, mutant: None });
        println!(
            "{}: {} states, {} steps, depth {}, {:.1?}",
            bounds.name, found.states, found.steps, found.depth, found.time
        );
        assert!(found.violated.is_empty(), "{}: {:#?}", bounds.name, found.violated);
        assert!(found.impossible.is_empty(), "{}: {:?}", bounds.name, found.impossible);
        assert!(found.states > 1000, "{}: a world of nothing", bounds.name);
    }
}

/// Visits every state without the checker and without symmetry; a state met again on the way to itself
/// would be a history that never ends.
fn visit_all(house: &House) -> HashSet<State> {
    const OPEN: bool = false;
    const CLOSED: bool = true;
    let mut seen: HashMap<State, bool> = HashMap::new();
    let mut path: Vec<(State, Vec<State>)> = Vec::new();
    for state in house.init_states() {
        seen.insert(state, OPEN);
        path.push((state, house.next_states(&state)));
    }
    while let Some((state, following)) = path.last_mut() {
        let Some(next) = following.pop() else {
            seen.insert(*state, CLOSED);
            path.pop();
            continue;
        };
        match seen.get(&next) {
            None => {
                seen.insert(next, OPEN);
                path.push((next, house.next_states(&next)));
            }
            Some(&CLOSED) => {}
            Some(_) => panic!("a history returns to where it was: {next:#?}"),
        }
    }
    seen.into_keys().collect()
}

#[test]
fn no_history_goes_on_for_ever_and_which_order_is_which_does_not_matter() {
    let faults = [
        CALM,
        Faults { lost: 1, ..CALM },
        Faults { silences: 1, ..CALM },
        Faults { declines: 1, cancels: 1, ..CALM },
    ];
    for faults in faults {
        let house = House { bounds: Bounds { faults, ..THREE_ON_TWO }, mutant: None };
        let states = visit_all(&house);
        let different: HashSet<State> = states.iter().map(State::representative).collect();
        assert_eq!(different.len(), explore(house).states, "{faults:?}");
        assert!(states.len() > different.len(), "{faults:?}");
    }
}
