//! What must hold in every state of a sale, what must hold at rest, and what must be possible at all.

use stateright::Property;

use super::worlds::World;
use super::{FlashSale, State};
use crate::allotment::{Decision, Outcome, is_closed};

/// The properties of a world.
pub(super) fn of(world: &World) -> Vec<Property<FlashSale>> {
    let mut all = vec![
        Property::always(
            "stock: never more units taken than there were",
            |sale: &FlashSale, state: &State| {
                held(state) <= usize::try_from(sale.world.units()).unwrap_or_default()
            },
        ),
        Property::always(
            "stock: every unit is with a buyer, on sale, or coming back",
            |sale, state: &State| {
                let held = i32::try_from(held(state)).unwrap_or(i32::MAX);
                held + state.on_sale() + state.coming_back() == sale.world.units()
            },
        ),
        Property::always("a buyer is always told the same", |_, state: &State| !state.contradicted),
        Property::always("nobody is refused while a unit is on sale", |_, state: &State| !state.wronged),
        Property::always("while the sale is closed no unit is on sale", |_, state: &State| {
            !is_closed(state.pool.epoch) || state.on_sale() == 0
        }),
        Property::always("announced is only that everything was sold, once each time", |_, state: &State| {
            state.heard.iter().all(|epoch| is_closed(*epoch) && *epoch <= state.pool.epoch)
        }),
        Property::always("at rest: every buyer has an answer", |sale, state: &State| {
            state.told.iter().all(Option::is_some) || !sale.at_rest(state)
        }),
        Property::always("at rest: who has cancelled has no unit", |sale, state: &State| {
            !cancelled_holds(sale, state) || !sale.at_rest(state)
        }),
        Property::always("at rest: no unit is on its way", |sale, state: &State| {
            (state.coming_back() == 0 && nothing_travels(state)) || !sale.at_rest(state)
        }),
        Property::always("at rest: closed if and only if no unit is left", |sale, state: &State| {
            is_closed(state.pool.epoch) == (state.on_sale() == 0) || !sale.at_rest(state)
        }),
        Property::always(
            "at rest: each time that everything was sold is announced",
            |sale, state: &State| {
                let times = state.pool.epoch.div_ceil(2) as usize;
                (state.heard.len() == times && state.pool.announcements.is_empty()) || !sale.at_rest(state)
            },
        ),
    ];
    all.extend(possible(world));
    all
}

/// So that the model is not empty: what must happen in some history.
fn possible(world: &World) -> Vec<Property<FlashSale>> {
    let mut all = vec![
        Property::sometimes("possible: at rest with everything sold", |sale: &FlashSale, state: &State| {
            state.on_sale() == 0 && sale.at_rest(state)
        }),
        Property::sometimes("possible: a shard gives a unit back for another", |_, state: &State| {
            state.shards.iter().any(|shard| shard.given > 0)
        }),
        Property::sometimes("possible: a buyer is refused", |_, state: &State| {
            state.told.contains(&Some(Outcome::Refused))
        }),
    ];
    if !world.cancels.is_empty() {
        all.push(Property::sometimes("possible: the sale opens again", |_, state: &State| {
            state.pool.epoch >= 2 && state.pool.held == 0
        }));
        all.push(Property::sometimes(
            "possible: a buyer gets the unit that another gave back",
            |sale, state: &State| {
                let taken = state.shards.iter().map(|shard| shard.sold).sum::<i32>();
                taken > sale.world.units()
            },
        ));
        all.push(Property::sometimes(
            "possible: a buyer cancels before the order arrives",
            |_, state: &State| state.told.contains(&Some(Outcome::Cancelled)),
        ));
    }
    all
}

/// Buyers who have a unit.
fn held(state: &State) -> usize {
    let decisions = state.shards.iter().flat_map(|shard| shard.decisions.values());
    decisions.filter(|decision| **decision == Decision::Granted).count()
}

fn cancelled_holds(sale: &FlashSale, state: &State) -> bool {
    let decision = |buyer: usize| {
        let order = u32::try_from(buyer).unwrap_or_default();
        state.shards[sale.world.homes[buyer]].decisions.get(&order)
    };
    let cancelled = state.cancelled.iter().enumerate().filter(|(_, cancelled)| **cancelled);
    cancelled.map(|(buyer, _)| decision(buyer)).any(|decision| decision == Some(&Decision::Granted))
}

fn nothing_travels(state: &State) -> bool {
    let mut pairs = state.pool.accounts.iter().zip(&state.shards);
    pairs.all(|(account, shard)| account.supplied == shard.supplied && account.given == shard.given)
}
