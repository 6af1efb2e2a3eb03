//! What every service deletes when it is old: messages that their readers have confirmed, what it knows of messages that
//! it has taken in or given up, answers of requests. Each run deletes a limited number of rows, found by an index on
//! their age, so that no other request waits long.
//!
//! A message must never take effect twice. So the inbox forgets it only when it can no longer arrive: a message older
//! than [`MESSAGE_AGE_SECONDS_MAX`] is not taken in, and the inbox keeps what it took in for longer than that.

use kernel::Timestamp;
use serde::Deserialize;
use store::{DatabaseError, Statement, plumbing, values};

use crate::{Context, idempotency};

const DAY: i64 = 86_400;
/// Beyond this age a message is not taken in: nobody may know any longer whether it was. Queues deliver within 14 days
/// at most, a relay within a minute of its reader's return.
pub const MESSAGE_AGE_SECONDS_MAX: i64 = 60 * DAY;
/// How long the inbox remembers a message. The difference is room for clocks that differ.
pub const INBOX_SECONDS: i64 = 90 * DAY;
/// How long the outbox keeps a message that its reader has confirmed.
pub const OUTBOX_SECONDS: i64 = 30 * DAY;
/// How long is known that a message has failed here. Until then a person can replay it.
pub const FAILURE_SECONDS: i64 = 400 * DAY;
/// The rows of a table that one batch deletes at most.
const ROWS: usize = 2_000;
/// The batches of one run: more rows than a minute can add.
const BATCHES: u32 = 40;

#[derive(Deserialize)]
struct Left {
    more: bool,
}

/// Deletes what is old, in batches, until nothing is left or the run has done its part.
pub(crate) async fn prune(context: &Context) -> Result<(), DatabaseError> {
    let now = context.now();
    for _ in 0..BATCHES {
        let mut unit = context.unit();
        for statement in statements(now) {
            unit.push(statement);
        }
        let rows = context.commit(unit).await?.pop();
        if !rows.unwrap_or_default().first::<Left>()?.is_some_and(|left| left.more) {
            break;
        }
    }
    Ok(())
}

/// The last one says whether there is more.
fn statements(now: Timestamp) -> [Statement; 5] {
    let before = |seconds: i64| now.plus_seconds(seconds.saturating_neg());
    let (confirmed, taken_in, failed) =
        (before(OUTBOX_SECONDS), before(INBOX_SECONDS), before(FAILURE_SECONDS));
    let answered = before(idempotency::KEPT_SECONDS);
    [
        plumbing::PRUNE_OUTBOX.bind(values![confirmed, ROWS]),
        plumbing::PRUNE_INBOX.bind(values![taken_in, ROWS]),
        plumbing::PRUNE_FAILED.bind(values![failed, ROWS]),
        plumbing::PRUNE_KEYS.bind(values![answered, ROWS]),
        plumbing::PRUNE_LEFT.bind(values![confirmed, taken_in, failed, answered]),
    ]
}
