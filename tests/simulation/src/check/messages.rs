//! The messages: each has been taken in by its reader, or is kept for people.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Service;
use serde::Deserialize;

use super::Findings;
use crate::inspect::{number, rows};
use crate::model::Model;
use crate::world::Residence;

#[derive(Debug, Deserialize)]
struct OutboxRow {
    id: String,
    queue: String,
    delivered: bool,
}

#[derive(Debug, Deserialize)]
struct InboxRow {
    message_id: String,
}

/// Every message that was published has been taken in by its reader; garbage is kept for people.
pub(super) fn check_messages(findings: &mut Findings, house: &Residence, model: &Model) {
    let readers = [Service::Inventory, Service::Order, Service::Accounting, Service::Mail];
    let inboxes: BTreeMap<&str, BTreeSet<String>> = readers
        .into_iter()
        .map(|reader| {
            let all: Vec<InboxRow> =
                rows(house.database(reader), "select message_id from inbox order by message_id");
            (reader.name(), all.into_iter().map(|row| row.message_id).collect())
        })
        .collect();
    let mut published = BTreeSet::new();
    for service in Service::ALL {
        let all: Vec<OutboxRow> = rows(
            house.database(service),
            "select id, queue, delivered_at is not null as delivered from outbox where queue <> '' order by id",
        );
        for row in all {
            let id = row.id.as_str();
            findings.unless(row.delivered, &[id], || {
                format!("the message {id} of {service} waits in {}", row.queue)
            });
            let inbox = row.queue.strip_suffix("-inbox").and_then(|reader| inboxes.get(reader));
            findings.unless(inbox.is_none_or(|inbox| inbox.contains(id)), &[id], || {
                format!("the message {id} of {service} was never taken in from {}", row.queue)
            });
            published.insert(row.id);
        }
    }
    for (reader, inbox) in &inboxes {
        for id in inbox.difference(&published) {
            findings.unless(false, &[id], || {
                format!("{reader} has taken in the message {id}, which nobody published")
            });
        }
    }
    let letters = number(
        house.database(Service::Gateway),
        "select count(*) as n from dead_letters where status = 'New'",
    );
    findings.unless(letters == 0, &[], || format!("{letters} dead letters are not settled"));
    let garbage = number(
        house.database(Service::Gateway),
        "select count(*) as n from dead_letters where status = 'Discarded'",
    );
    findings.unless(u64::try_from(garbage) == Ok(model.malformed), &["garbage"], || {
        format!("{} malformed messages were sent and {garbage} are kept", model.malformed)
    });
}
