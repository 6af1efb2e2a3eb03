//! The whole table, and a run that stops after every step and every effect.

use super::Command as Do;
use super::*;
use {Event as E, State as S};

const STATES: [State; 10] = [
    S::Offered(Tender::Provider),
    S::Offered(Tender::Hand),
    S::Authorising,
    S::Deducting(Tender::Provider),
    S::Deducting(Tender::Hand),
    S::Capturing,
    S::Voiding(AfterVoid::Cancel),
    S::Voiding(AfterVoid::Retry),
    S::Completed,
    S::Cancelled,
];
const EVENTS: [Event; 12] = [
    E::PaymentOffered,
    E::Authorised,
    E::Declined,
    E::PaymentUnknown,
    E::BuyerAsked,
    E::GivenUp,
    E::Deducted,
    E::OutOfStock,
    E::Captured,
    E::Voided,
    E::NoAnswer,
    E::Resumed,
];

#[test]
fn the_table_is_complete() {
    let by_hand = S::Deducting(Tender::Hand);
    let by_provider = S::Deducting(Tender::Provider);
    let moves = [
        (S::Offered(Tender::Provider), E::PaymentOffered, S::Authorising, vec![Do::Store, Do::Authorise]),
        (S::Offered(Tender::Hand), E::PaymentOffered, by_hand, vec![Do::Store, Do::Deduct]),
        (S::Authorising, E::Authorised, by_provider, vec![Do::Store, Do::Deduct]),
        (S::Authorising, E::Declined, S::Refused, vec![Do::Decline]),
        (S::Authorising, E::NoAnswer, S::Authorising, vec![Do::Doubt]),
        (S::Authorising, E::BuyerAsked, S::Authorising, vec![Do::AskBuyer]),
        (S::Authorising, E::GivenUp, S::Voiding(AfterVoid::Retry), vec![Do::Store, Do::Void]),
        (S::Authorising, E::PaymentUnknown, S::Voiding(AfterVoid::Retry), vec![Do::Store, Do::Void]),
        (S::Authorising, E::Resumed, S::Authorising, vec![Do::Store, Do::Inquire]),
        (by_provider, E::Deducted, S::Capturing, vec![Do::Store, Do::Capture]),
        (by_provider, E::OutOfStock, S::Voiding(AfterVoid::Cancel), vec![Do::Store, Do::Void]),
        (by_provider, E::Resumed, by_provider, vec![Do::Store, Do::Deduct]),
        (by_hand, E::Deducted, S::Completed, vec![Do::Complete]),
        (by_hand, E::OutOfStock, S::Cancelled, vec![Do::Cancel]),
        (by_hand, E::Resumed, by_hand, vec![Do::Store, Do::Deduct]),
        (S::Capturing, E::Captured, S::Completed, vec![Do::Complete]),
        (S::Capturing, E::Resumed, S::Capturing, vec![Do::Store, Do::Capture]),
        (S::Voiding(AfterVoid::Cancel), E::Voided, S::Cancelled, vec![Do::Cancel]),
        (S::Voiding(AfterVoid::Cancel), E::Resumed, S::Voiding(AfterVoid::Cancel), vec![Do::Store, Do::Void]),
        (S::Voiding(AfterVoid::Retry), E::Voided, S::Refused, vec![Do::Abandon]),
        (S::Voiding(AfterVoid::Retry), E::Resumed, S::Voiding(AfterVoid::Retry), vec![Do::Store, Do::Void]),
    ];
    for state in STATES.into_iter().chain([S::Refused]) {
        for event in EVENTS {
            let expected = moves
                .iter()
                .find(|(from, on, ..)| (*from, *on) == (state, event))
                .map_or((state, vec![]), |(_, _, to, commands)| (*to, commands.clone()));
            assert_eq!(advance(state, event), expected, "{state:?} + {event:?}");
        }
    }
}

#[test]
fn a_new_state_is_stored_before_its_effect() {
    for state in STATES {
        for event in EVENTS {
            let (next, commands) = advance(state, event);
            if next != state && !next.is_final() {
                assert_eq!(commands.first(), Some(&Do::Store), "{state:?} + {event:?}");
            }
        }
    }
}

#[test]
fn every_stored_state_comes_back_from_the_database() {
    for state in STATES {
        let tender = if state == S::Deducting(Tender::Hand) { Tender::Hand } else { Tender::Provider };
        let out_of_stock = state == S::Voiding(AfterVoid::Cancel);
        if let Some(step) = state.step() {
            assert_eq!(step.state(tender, out_of_stock), state);
        }
    }
}

/// A provider and an inventory that behave like the real ones: keyed, repeatable, sometimes silent.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of the other side")]
struct World {
    authorised: bool,
    voided: bool,
    captured: bool,
    deducted: bool,
    declines: bool,
    empty: bool,
}

impl World {
    fn perform(&mut self, command: Command) -> Option<Event> {
        Some(match command {
            Do::Authorise if self.declines || self.voided => E::Declined,
            Do::Authorise => {
                self.authorised = true;
                E::Authorised
            }
            Do::Inquire if self.authorised => E::Authorised,
            Do::Inquire if self.declines => E::Declined,
            Do::Inquire => E::PaymentUnknown,
            Do::Deduct if self.empty => E::OutOfStock,
            Do::Deduct => {
                self.deducted = true;
                E::Deducted
            }
            Do::Capture => {
                assert!(self.authorised && !self.voided, "captures what is authorised");
                self.captured = true;
                E::Captured
            }
            Do::Void => {
                assert!(!self.captured, "never voids what is captured");
                self.voided = true;
                E::Voided
            }
            Do::Store | Do::Complete | Do::Cancel | Do::Decline | Do::Abandon | Do::Doubt | Do::AskBuyer => {
                return None;
            }
        })
    }
}

/// Runs a checkout that stops once, at the given point. Returns whether there was such a point. It stops either before
/// a command, or after it with its event lost; only the stored state remains.
fn run_with_a_stop(world: &mut World, tender: Tender, stop_at: usize, after: bool) -> (State, bool) {
    let mut stored = S::Offered(tender);
    let (mut state, mut commands) = advance(stored, E::PaymentOffered);
    let mut stopped = false;
    let mut points = 0..;
    for _ in 0..50 {
        if state.is_final() && commands.is_empty() {
            break;
        }
        let Some(command) = (!commands.is_empty()).then(|| commands.remove(0)) else {
            (state, commands) = advance(stored, E::Resumed);
            continue;
        };
        let stop = points.next() == Some(stop_at);
        let event = if stop && !after { None } else { world.perform(command) };
        if (after || !stop) && matches!(command, Do::Store) || (!stop && state.is_final()) {
            stored = state;
        }
        if stop {
            stopped = true;
            if after && state.is_final() {
                stored = state;
            }
            if let S::Offered(_) = stored {
                // Nothing was stored, so nothing happened, and the customer tries again.
                (state, commands) = advance(stored, E::PaymentOffered);
            } else if stored.is_final() {
                (state, commands) = (stored, vec![]);
            } else {
                (state, commands) = advance(stored, E::Resumed);
            }
        } else if let Some(event) = event {
            (state, commands) = advance(state, event);
        }
    }
    (stored, stopped)
}

#[test]
fn a_checkout_that_stops_anywhere_ends_whole() {
    for tender in [Tender::Provider, Tender::Hand] {
        for (declines, empty) in [(false, false), (true, false), (false, true)] {
            for after in [false, true] {
                for stop_at in 0.. {
                    let mut world = World { declines, empty, ..World::default() };
                    let (end, stopped) = run_with_a_stop(&mut world, tender, stop_at, after);
                    let case =
                        format!("{tender:?} declines={declines} empty={empty} {after} {stop_at}: {end:?}");
                    assert!(end.is_final(), "{case}");
                    if end == S::Completed {
                        assert!(world.deducted, "{case}");
                        assert_eq!(world.captured, tender == Tender::Provider, "{case}");
                    } else {
                        assert!(!world.deducted && !world.captured, "{case}");
                        assert!(!world.authorised || world.voided, "{case}");
                    }
                    if !stopped {
                        break;
                    }
                }
            }
        }
    }
}
