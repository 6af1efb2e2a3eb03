//! Every rule that is left out is missed.

use house_model::explore::{explore, search};
use house_model::house::House;
use house_model::mutant::Mutant;

#[test]
fn every_mutant_is_caught() {
    for mutant in Mutant::ALL {
        let found = search(House { bounds: mutant.world(), mutant: Some(mutant) });
        let violated = found.violated.first().map(|(property, history)| (*property, history.len()));
        println!("{mutant:?}: {violated:?} after {} states, {:.1?}", found.states, found.time);
        assert!(violated.is_some(), "{mutant:?} is not caught");
    }
}

#[test]
fn the_worlds_of_the_mutants_hold_with_every_rule_in_place() {
    let mut explored = Vec::new();
    for mutant in Mutant::ALL {
        let bounds = mutant.world();
        if explored.contains(&bounds.faults) {
            continue;
        }
        explored.push(bounds.faults);
        let found = explore(House { bounds, mutant: None });
        assert!(found.violated.is_empty(), "{mutant:?}: {:#?}", found.violated);
    }
}

/// Found by this model when inventory did forget: an order that was refused, voided and cancelled took goods
/// that arrived later, when a slow request of its checkout reached inventory after them.
#[test]
fn a_refusal_that_is_forgotten_lets_a_late_request_take_goods_for_a_cancelled_order() {
    let mutant = Mutant::RefusalForgotten;
    let found = search(House { bounds: mutant.world(), mutant: Some(mutant) });
    let names: Vec<&str> = found.violated.iter().map(|(property, _)| *property).collect();
    assert!(names.contains(&"a cancelled order has neither goods nor money"), "{names:?}");
}
