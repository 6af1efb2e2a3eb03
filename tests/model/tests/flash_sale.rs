//! Every history of a small sale by allotments; every broken rule is missed. The larger ones are for
//! `cargo xtask model`.

use std::collections::HashMap;

use house_model::allotment::{Fault, Rules};
use house_model::explore::{explore_all, search};
use house_model::flash_sale::{FlashSale, SMALL_WORLDS, State, World};
use stateright::Model;

fn whole(world: World) -> FlashSale {
    FlashSale { world, rules: Rules::default() }
}

#[test]
fn every_history_of_a_small_sale_ends_whole() {
    for world in SMALL_WORLDS {
        let found = explore_all(whole(*world));
        println!(
            "{}: {} states, {} steps, depth {}, {:.1?}",
            world.name, found.states, found.steps, found.depth, found.time
        );
        assert!(found.violated.is_empty(), "{}: {:#?}", world.name, found.violated);
        assert!(found.impossible.is_empty(), "{}: {:?}", world.name, found.impossible);
        assert!(found.states > 200, "{}: a world of nothing", world.name);
    }
}

#[test]
fn every_broken_rule_is_found() {
    for fault in Fault::ALL {
        let found = search(FlashSale { world: fault.world(), rules: Rules { fault: Some(*fault) } });
        let violated = found.violated.first().map(|(property, history)| (*property, history.len()));
        println!("{}: {violated:?} after {} states, {:.1?}", fault.name(), found.states, found.time);
        assert!(violated.is_some(), "{} is not found", fault.name());
    }
}

/// A state met again on the way to itself would be a history that never ends.
#[test]
fn no_history_goes_on_permanently() {
    const OPEN: bool = false;
    const CLOSED: bool = true;
    for world in SMALL_WORLDS {
        let sale = whole(*world);
        let mut seen: HashMap<State, bool> = HashMap::new();
        let mut path: Vec<(State, Vec<State>)> = Vec::new();
        for state in sale.init_states() {
            seen.insert(state.clone(), OPEN);
            path.push((state.clone(), sale.next_states(&state)));
        }
        while let Some((state, following)) = path.last_mut() {
            let Some(next) = following.pop() else {
                seen.insert(state.clone(), CLOSED);
                path.pop();
                continue;
            };
            match seen.get(&next) {
                None => {
                    seen.insert(next.clone(), OPEN);
                    path.push((next.clone(), sale.next_states(&next)));
                }
                Some(&CLOSED) => {}
                Some(_) => panic!("{}: a history returns to where it was: {next:#?}", world.name),
            }
        }
        assert_eq!(seen.len(), explore_all(sale).states, "{}", world.name);
    }
}
