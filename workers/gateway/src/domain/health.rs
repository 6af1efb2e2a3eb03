//! What is wrong with the system, in sentences: the reasons for `degraded`, and the findings of the reconciliation.

use contracts::Service;
use contracts::ops::{CircuitStatus, SagaStatus, ServiceHealth};
use kernel::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::dead_letter::Unseen;
use super::outbox::overdue;

/// The overall status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "HealthStatus")]
pub enum Status {
    // Everything answers and nothing is stuck.
    Ok,
    // It can sell, but a person should look at something.
    Degraded,
    // A service or its database does not answer.
    Unavailable,
}

/// Why a person should look at a service that answers; empty when all is well.
#[must_use]
pub fn concerns(service: Service, health: &ServiceHealth, now: Timestamp) -> Vec<String> {
    let stuck = health.sagas.iter().filter_map(|saga| stuck(service, saga));
    let silent = health.circuits.iter().filter_map(|circuit| silent(service, circuit));
    overdue(service, &health.outbox, now).into_iter().chain(stuck).chain(silent).collect()
}

/// What is wrong with a server outside; none while it is still tried.
fn silent(service: Service, circuit: &CircuitStatus) -> Option<String> {
    let (until, failures) = (circuit.open_until?, circuit.failures);
    Some(format!(
        "{service} gets no answer from {}, {failures} times in a row; it tries again at {until}",
        circuit.server
    ))
}

/// What is wrong with the work of one kind; none, unless some of it should have finished.
#[must_use]
pub fn stuck(service: Service, saga: &SagaStatus) -> Option<String> {
    let oldest = saga.oldest.filter(|_| saga.stuck > 0)?;
    Some(format!(
        "{service} has {} of kind {} that should have ended, the oldest as it is since {oldest}",
        saga.stuck, saga.kind
    ))
}

/// What is wrong with the dead letters; none, unless one is waiting for a person.
#[must_use]
pub fn unsettled(letters: &Unseen) -> Option<String> {
    let oldest = letters.oldest.filter(|_| letters.unseen > 0)?;
    Some(format!(
        "{} dead letters are neither replayed nor discarded, the oldest since {oldest}",
        letters.unseen
    ))
}

#[cfg(test)]
mod tests {
    use contracts::ops::{InboxStatus, OutboxStatus};

    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn order(waiting: i64, in_flight: i64, stuck: i64) -> ServiceHealth {
        let oldest = Some(time("2026-11-20T08:00:00Z"));
        ServiceHealth {
            status: "ok".to_owned(),
            service: "order".to_owned(),
            outbox: OutboxStatus { waiting, oldest: oldest.filter(|_| waiting > 0) },
            inbox: InboxStatus { failing: 7 },
            circuits: Vec::new(),
            sagas: vec![SagaStatus { kind: "checkout".to_owned(), in_flight, stuck, oldest }],
        }
    }

    #[test]
    fn what_is_stuck_or_overdue_is_a_concern_and_what_is_under_way_is_none() {
        let late = time("2026-11-20T09:00:00Z");
        for (name, health, expected) in [
            ("nothing", order(0, 0, 0), vec![]),
            ("under way", order(0, 9, 0), vec![]),
            ("a checkout", order(0, 9, 2), vec!["order has 2 of kind checkout"]),
            ("both", order(3, 1, 1), vec!["order has 3 messages", "order has 1 of kind checkout"]),
        ] {
            let found = concerns(Service::Order, &health, late);
            assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
            for (found, expected) in found.iter().zip(expected) {
                assert!(
                    found.starts_with(expected) && found.contains("2026-11-20T08:00:00"),
                    "{name}: {found}"
                );
            }
        }
    }

    #[test]
    fn a_server_outside_is_a_concern_once_it_is_left_alone() {
        let circuit = |open_until| CircuitStatus { server: "stripe".to_owned(), failures: 5, open_until };
        let health = |circuit| ServiceHealth { circuits: vec![circuit], ..order(0, 0, 0) };
        let now = time("2026-11-20T09:00:00Z");
        assert_eq!(concerns(Service::Order, &health(circuit(None)), now), Vec::<String>::new());
        let open = concerns(Service::Order, &health(circuit(Some(time("2026-11-20T09:00:30Z")))), now);
        assert_eq!(
            open,
            [
                "order gets no answer from stripe, 5 times in a row; it tries again at 2026-11-20T09:00:30.000Z"
            ]
        );
    }

    #[test]
    fn letters_are_a_concern_until_the_last_is_settled() {
        let letters = Unseen { unseen: 1, oldest: Some(time("2026-11-20T08:00:00Z")) };
        assert!(unsettled(&letters).unwrap().ends_with("the oldest since 2026-11-20T08:00:00.000Z"));
        assert_eq!(unsettled(&Unseen::default()), None);
    }
}
