//! Whether the messages of a service reach their readers.

use contracts::Service;
use contracts::ops::OutboxStatus;
use kernel::Timestamp;

/// The age, in seconds, from which an undelivered message is overdue: two cron runs. A younger one is still with its
/// queue, or waits for the next cron run.
pub const MESSAGE_SECONDS_MAX: i64 = 120;

/// What is wrong with an outbox; none, unless its oldest message is overdue.
#[must_use]
pub fn overdue(service: Service, outbox: &OutboxStatus, now: Timestamp) -> Option<String> {
    let oldest = outbox.oldest.filter(|oldest| oldest.plus_seconds(MESSAGE_SECONDS_MAX) < now)?;
    let waiting = outbox.waiting;
    Some(format!(
        "{service} has {waiting} messages that their readers do not have, the oldest since {oldest}: \
         until they have, the services may differ"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_may_wait_for_two_rounds_of_the_clock() {
        let now = Timestamp::parse("2026-11-20T09:00:00Z").unwrap();
        for (name, waiting, oldest, expected) in [
            ("nothing waits", 0, None, false),
            ("just written", 5, Some("2026-11-20T09:00:00Z"), false),
            ("by a clock that is ahead", 5, Some("2026-11-20T09:00:02Z"), false),
            ("in the last round", 5, Some("2026-11-20T08:59:00Z"), false),
            ("two rounds ago", 5, Some("2026-11-20T08:58:00Z"), false),
            ("a little longer ago", 5, Some("2026-11-20T08:57:59.999Z"), true),
            ("yesterday", 1, Some("2026-11-19T09:00:00Z"), true),
        ] {
            let outbox = OutboxStatus { waiting, oldest: oldest.and_then(Timestamp::parse) };
            assert_eq!(overdue(Service::Order, &outbox, now).is_some(), expected, "{name}");
        }
    }

    #[test]
    fn a_failure_names_the_service_the_number_and_the_time() {
        let time = |text| Timestamp::parse(text).unwrap();
        let outbox = OutboxStatus { waiting: 3, oldest: Some(time("2026-11-20T08:00:00Z")) };
        assert_eq!(
            overdue(Service::Order, &outbox, time("2026-11-20T09:00:00Z")).unwrap(),
            "order has 3 messages that their readers do not have, the oldest since 2026-11-20T08:00:00.000Z: \
             until they have, the services may differ"
        );
    }
}
