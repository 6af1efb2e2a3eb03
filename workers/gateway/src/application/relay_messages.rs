//! Lets every service sweep, and hands over the messages that their queues have not: this makes the
//! queues a mere hint. One service that fails does not stop the others.

use contracts::ops::{SweepReport, WaitingMessage};
use contracts::{Queue, Service};
use kernel::Failure;

use super::ports::Mail;

/// Pages of one outbox handed over in one round of the clock; the next round goes on.
const PAGES_MAX: usize = 20;
/// Bytes of messages in one hand-over, before JSON escapes them: what a reader takes, with room to spare.
const HANDED_OVER_BYTES_MAX: usize = 256 * 1024;

/// What became of one service's outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relayed {
    /// The service.
    pub owner: Service,
    /// Things its own sweep resumed.
    pub resumed: u32,
    /// Messages that waited.
    pub waiting: usize,
    /// Messages that need no further delivery now.
    pub settled: usize,
    /// What failed.
    pub failures: Vec<String>,
}

/// Sweeps and relays, service by service.
pub async fn relay_messages(mail: &impl Mail) -> Vec<Relayed> {
    let mut all = Vec::with_capacity(Service::ALL.len());
    for owner in Service::ALL {
        all.push(relay_outbox(mail, owner).await);
    }
    all
}

async fn relay_outbox(mail: &impl Mail, owner: Service) -> Relayed {
    let mut relayed = Relayed { owner, resumed: 0, waiting: 0, settled: 0, failures: Vec::new() };
    for _ in 0..PAGES_MAX {
        let report = match mail.sweep(owner).await {
            Ok(report) => report,
            Err(failure) => {
                relayed.failures.push(failure.to_string());
                break;
            }
        };
        relayed.resumed = relayed.resumed.saturating_add(report.resumed);
        relayed.waiting = relayed.waiting.saturating_add(report.waiting.len());
        let full = report.waiting.len() >= SweepReport::WAITING_MAX;
        let settled = relay_page(mail, owner, report.waiting, &mut relayed.failures).await;
        relayed.settled = relayed.settled.saturating_add(settled);
        // A page of which nothing was taken would be the same page again.
        if !full || settled == 0 {
            break;
        }
    }
    relayed
}

/// Hands over one page, reader by reader; how many messages are settled.
async fn relay_page(
    mail: &impl Mail,
    owner: Service,
    waiting: Vec<WaitingMessage>,
    failures: &mut Vec<String>,
) -> usize {
    let mut settled = 0_usize;
    for queue in Queue::ALL {
        let messages: Vec<_> = waiting.iter().filter(|m| m.queue == queue.name()).cloned().collect();
        // A part that its reader refuses must not keep the others back.
        for part in parts(messages) {
            match relay_queue(mail, owner, queue, part).await {
                Ok(count) => settled = settled.saturating_add(count),
                Err(failure) => failures.push(format!("{}: {failure}", queue.name())),
            }
        }
    }
    settled
}

/// The messages in order, in parts that a reader takes at once; a message that is larger goes alone.
fn parts(messages: Vec<WaitingMessage>) -> Vec<Vec<WaitingMessage>> {
    let mut parts: Vec<Vec<WaitingMessage>> = Vec::new();
    let mut bytes = 0_usize;
    for message in messages {
        bytes = bytes.saturating_add(message.body.len());
        match parts.last_mut() {
            Some(part) if bytes <= HANDED_OVER_BYTES_MAX => part.push(message),
            _ => {
                bytes = message.body.len();
                parts.push(vec![message]);
            }
        }
    }
    parts
}

async fn relay_queue(
    mail: &impl Mail,
    owner: Service,
    queue: Queue,
    messages: Vec<WaitingMessage>,
) -> Result<usize, Failure> {
    let ids = mail.deliver(queue.reader(), messages).await?;
    let count = ids.len();
    if count > 0 {
        mail.mark_delivered(owner, queue.name(), ids).await?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by replaying a history with invoices of 600 lines: 200 of its messages were more than a
    /// reader takes, so none was ever handed over.
    #[test]
    fn large_messages_are_handed_over_in_parts() {
        let message = |id: &str, kib: usize| WaitingMessage {
            id: id.to_owned(),
            queue: "accounting-inbox".to_owned(),
            body: "x".repeat(kib * 1024),
        };
        let all =
            vec![message("a", 100), message("b", 100), message("c", 100), message("d", 900), message("e", 1)];
        let parts: Vec<Vec<String>> =
            parts(all).into_iter().map(|part| part.into_iter().map(|m| m.id).collect()).collect();
        assert_eq!(parts, [vec!["a", "b"], vec!["c"], vec!["d"], vec!["e"]]);
    }
}
