//! Lets every service sweep, and hands over the messages that their queues have not: this makes the
//! queues a mere hint. Each queue of each service is a lane of its own: a reader that fails, a message that
//! fails and a service that cannot sweep stop nobody else.

use std::collections::VecDeque;

use contracts::ops::{SweepReport, WaitingMessage};
use contracts::{Queue, Service};
use futures_util::future::join_all;

use super::ports::Mail;

/// Calls of one round of the clock, beside one for each service's sweep: Cloudflare lets one event call other
/// Workers 32 times. What they do not suffice for waits for the next round.
pub const CALLS_MAX: u32 = 26;
/// A turn is two calls at least: one to the reader, one to the owner.
const TURN_CALLS_MIN: u32 = 2;
/// Bytes of messages in one hand-over, before JSON escapes them: what a reader takes, with room to spare.
const HANDED_OVER_BYTES_MAX: usize = 256 * 1024;
/// A reader that fails so often in a row is down: the rest of its lane waits for the next round.
const FAILURES_IN_A_ROW_MAX: u32 = 3;

/// What became of one service's outbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relayed {
    /// Things its own sweep resumed.
    pub resumed: u32,
    /// Messages that waited.
    pub waiting: usize,
    /// Messages that need no further delivery now.
    pub settled: usize,
    /// What failed.
    pub failures: Vec<String>,
}

impl Relayed {
    fn add(&mut self, other: Self) {
        self.resumed = self.resumed.saturating_add(other.resumed);
        self.waiting = self.waiting.saturating_add(other.waiting);
        self.settled = self.settled.saturating_add(other.settled);
        self.failures.extend(other.failures);
    }
}

/// Sweeps and relays. The lanes take turns of one page each and share the calls evenly, so that neither a
/// long one nor one that fails uses up what is for the others.
pub async fn relay_messages(mail: &impl Mail) -> Vec<(Service, Relayed)> {
    let sweeps = join_all(Service::ALL.map(|owner| async move { (owner, mail.sweep(owner).await) })).await;
    let mut lanes = VecDeque::new();
    let mut all = Vec::with_capacity(sweeps.len());
    for (owner, answer) in sweeps {
        let mut relayed = Relayed::default();
        match answer {
            Ok(report) => {
                relayed.resumed = report.resumed;
                relayed.failures.extend(report.failure.iter().map(|cause| format!("sweep: {cause}")));
                lanes.extend(Queue::ALL.map(|queue| Lane::of(owner, queue, &report, &mut relayed)));
            }
            Err(failure) => relayed.failures.push(failure.to_string()),
        }
        all.push((owner, relayed));
    }
    lanes.retain(Lane::goes_on);
    let mut calls = CALLS_MAX;
    while !lanes.is_empty() && calls >= TURN_CALLS_MIN {
        let count = lanes.len().min(usize::try_from(calls.div_euclid(TURN_CALLS_MIN)).unwrap_or(usize::MAX));
        let share = calls.checked_div(u32::try_from(count).unwrap_or(u32::MAX)).unwrap_or_default();
        let turns = join_all(lanes.drain(..count).map(|lane| lane.take_turn(mail, share))).await;
        for (lane, relayed, used) in turns {
            calls = calls.saturating_sub(used);
            if let Some((_, sum)) = all.iter_mut().find(|(owner, _)| *owner == lane.owner) {
                sum.add(relayed);
            }
            if lane.goes_on() {
                lanes.push_back(lane);
            }
        }
    }
    all
}

/// What one service has for one reader.
struct Lane {
    owner: Service,
    queue: Queue,
    /// What of the page is not offered yet, in parts that the reader takes at once.
    parts: VecDeque<Vec<WaitingMessage>>,
    /// The last message of the page, when more may wait behind it.
    after: Option<String>,
    failures_in_a_row: u32,
}

impl Lane {
    fn of(owner: Service, queue: Queue, report: &SweepReport, relayed: &mut Relayed) -> Self {
        let mut lane = Self { owner, queue, parts: VecDeque::new(), after: None, failures_in_a_row: 0 };
        let page = report.waiting.iter().filter(|message| message.queue == queue.name());
        lane.load(page.cloned().collect(), relayed);
        lane
    }

    fn load(&mut self, page: Vec<WaitingMessage>, relayed: &mut Relayed) {
        relayed.waiting = relayed.waiting.saturating_add(page.len());
        let full = page.len() >= SweepReport::WAITING_MAX;
        self.after = page.last().filter(|_| full).map(|message| message.id.clone());
        self.parts = parts(page).into();
    }

    fn goes_on(&self) -> bool {
        !self.parts.is_empty()
    }

    fn stop(&mut self) {
        self.parts.clear();
        self.after = None;
    }

    /// Hands over what its share of the calls suffices for, tells the owner, and takes the next page when
    /// this one is through: every message is offered once, whatever became of those before it. The lane as it
    /// is then, what happened, and the calls used.
    async fn take_turn(mut self, mail: &impl Mail, share: u32) -> (Self, Relayed, u32) {
        let mut relayed = Relayed::default();
        let mut used = 0_u32;
        let mut settled = Vec::new();
        // One call is left for telling the owner.
        while used.saturating_add(1) < share {
            let Some(part) = self.parts.pop_front() else { break };
            used = used.saturating_add(1);
            match mail.deliver(self.queue.reader(), part.clone()).await {
                Ok(ids) => {
                    settled.extend(ids);
                    self.failures_in_a_row = 0;
                }
                Err(failure) => {
                    relayed.failures.push(format!("{}: {failure}", self.queue.name()));
                    self.offer_in_halves(part);
                }
            }
        }
        let after = self.after.take_if(|_| self.parts.is_empty());
        if settled.is_empty() && after.is_none() {
            return (self, relayed, used);
        }
        let (count, wants_next) = (settled.len(), after.is_some());
        match mail.mark_delivered(self.owner, self.queue, settled, after).await {
            Ok(next) => {
                relayed.settled = count;
                if wants_next {
                    self.load(next, &mut relayed);
                }
            }
            Err(failure) => {
                relayed.failures.push(format!("{}: {failure}", self.queue.name()));
                self.stop();
            }
        }
        (self, relayed, used.saturating_add(1))
    }

    /// A part that the reader fails on is offered again in halves, after the others: so a message that brings
    /// its reader down is alone in the end, and keeps nobody back. A reader that fails again and again is down.
    fn offer_in_halves(&mut self, mut part: Vec<WaitingMessage>) {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        if self.failures_in_a_row >= FAILURES_IN_A_ROW_MAX {
            self.stop();
        } else if part.len() > 1 {
            let second = part.split_off(part.len().div_euclid(2));
            self.parts.extend([part, second]);
        }
    }
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
