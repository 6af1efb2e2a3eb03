//! What waits for one reader. The relay asks the reader about thousands of ids in one call: what the queue delivered
//! needs no more than that. The bodies of the others are handed over, in parts.

use std::collections::{HashSet, VecDeque};

use contracts::Queue;
use contracts::ops::{DeliverMessages, FindSettled, MessagesDelivered, WaitingMessage};
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use store::{DatabaseError, Rows, Statement, plumbing, values};

use super::{BODIES, Relayed, before, mark_delivered, waiting};
use crate::Context;
use crate::context::PeerFailure;

/// How many messages a reader is asked about at once. An id is a UUID, so this is a text of 200 KB. After a full page,
/// more may be waiting.
const PAGE: usize = 5_000;
/// Bytes of messages in one hand-over, before JSON escapes them: what a reader accepts, with room to spare.
const HANDED_OVER_BYTES_MAX: usize = 256 * 1024;
/// A reader that fails this often in a row is down: the rest of its lane waits for the next minute.
const FAILURES_IN_A_ROW_MAX: u32 = 3;

/// What waits for one reader.
pub(super) struct Lane {
    queue: Queue,
    /// A page of ids about which the reader is still to be asked.
    page: Vec<String>,
    /// Where the next page starts, when there may be one.
    after: Option<After>,
    /// Ids that the reader does not have, and whose bodies are still to be read.
    missing: VecDeque<String>,
    /// Messages to hand over, in parts that the reader takes at once.
    parts: VecDeque<Vec<WaitingMessage>>,
    /// A reader of an earlier release cannot be asked: it gets everything.
    knows_the_question: bool,
    failures_in_a_row: u32,
}

/// A message as the place after which a page starts.
#[derive(Default)]
struct After {
    created_at: String,
    id: String,
}

#[derive(Deserialize)]
struct PageRow {
    ids: String,
    last_at: Option<String>,
}

/// The oldest messages of a queue.
pub(super) fn first_page(context: &Context, queue: Queue) -> Statement {
    page(context, queue, &After::default())
}

fn page(context: &Context, queue: Queue, after: &After) -> Statement {
    let After { created_at, id } = after;
    plumbing::LIST_UNDELIVERED_IDS.bind(values![queue.name(), before(context), created_at, id, PAGE])
}

impl Lane {
    /// A lane that starts with a page.
    pub(super) fn of(queue: Queue, rows: Rows, relayed: &mut Relayed) -> Result<Self, DatabaseError> {
        let mut lane = Self {
            queue,
            page: Vec::new(),
            after: None,
            missing: VecDeque::new(),
            parts: VecDeque::new(),
            knows_the_question: true,
            failures_in_a_row: 0,
        };
        lane.load(rows, relayed)?;
        Ok(lane)
    }

    fn load(&mut self, rows: Rows, relayed: &mut Relayed) -> Result<(), DatabaseError> {
        let Some(PageRow { ids, last_at }) = rows.first()? else { return Ok(()) };
        let ids: Vec<String> =
            serde_json::from_str(&ids).map_err(|error| DatabaseError::Shape(error.to_string()))?;
        relayed.waiting = relayed.waiting.saturating_add(ids.len());
        let last = ids.last().filter(|_| ids.len() >= PAGE);
        self.after = last.zip(last_at).map(|(id, created_at)| After { created_at, id: id.clone() });
        if self.knows_the_question {
            self.page = ids;
        } else {
            self.missing = ids.into();
        }
        Ok(())
    }

    pub(super) fn goes_on(&self) -> bool {
        let is_done = self.page.is_empty() && self.missing.is_empty() && self.parts.is_empty();
        !is_done || self.after.is_some()
    }

    fn stop(&mut self) {
        self.page.clear();
        self.missing.clear();
        self.parts.clear();
        self.after = None;
    }

    /// Makes at most one call. Then one batch marks what is settled and reads what comes next. What the reader does not
    /// have is handed over before it is asked about the next page. Every message is offered once, even if those before
    /// it failed.
    pub(super) async fn take_turn(mut self, context: &Context) -> (Self, Relayed) {
        let mut turn = Relayed::default();
        let settled = if let Some(part) = self.parts.pop_front() {
            self.hand_over(context, part, &mut turn).await
        } else if self.page.is_empty() {
            Vec::new()
        } else {
            self.ask(context, &mut turn).await
        };
        if let Err(error) = self.mark_and_read(context, &settled, &mut turn).await {
            turn.failures.push(self.told(&error));
            self.stop();
        }
        (self, turn)
    }

    fn told(&self, failure: &impl std::fmt::Display) -> String {
        format!("{}: {failure}", self.queue.name())
    }

    async fn call(
        &self,
        context: &Context,
        path: &str,
        request: &impl Serialize,
    ) -> Result<Vec<String>, PeerFailure> {
        let reader = self.queue.reader();
        let answer: MessagesDelivered = context.ask_as_system(reader, Method::POST, path, request).await?;
        Ok(answer.settled)
    }

    /// Asks the reader about the page. Returns what it has; the rest is missing.
    async fn ask(&mut self, context: &Context, turn: &mut Relayed) -> Vec<String> {
        let request = FindSettled { ids: std::mem::take(&mut self.page) };
        match self.call(context, "/internal/events/settled", &request).await {
            Ok(settled) => {
                self.failures_in_a_row = 0;
                let settled: HashSet<String> = settled.into_iter().collect();
                let (settled, missing): (Vec<String>, Vec<String>) =
                    request.ids.into_iter().partition(|id| settled.contains(id));
                self.missing = missing.into();
                settled
            }
            Err(PeerFailure::Refused { status, .. }) if status == StatusCode::NOT_FOUND => {
                self.knows_the_question = false;
                self.missing = request.ids.into();
                Vec::new()
            }
            Err(failure) => {
                turn.failures.push(self.told(&failure));
                self.page = request.ids;
                self.fail();
                Vec::new()
            }
        }
    }

    /// Hands messages over. Returns those that need no further delivery.
    async fn hand_over(
        &mut self,
        context: &Context,
        messages: Vec<WaitingMessage>,
        turn: &mut Relayed,
    ) -> Vec<String> {
        let request = DeliverMessages { messages };
        match self.call(context, "/internal/events", &request).await {
            Ok(settled) => {
                self.failures_in_a_row = 0;
                turn.handed_over = request.messages.len();
                settled
            }
            Err(failure) => {
                turn.failures.push(self.told(&failure));
                self.offer_in_halves(request.messages);
                self.fail();
                Vec::new()
            }
        }
    }

    /// A part on which the reader fails is offered again in halves, after the others. So a message that crashes its
    /// reader is alone in the end and holds up no other.
    fn offer_in_halves(&mut self, mut part: Vec<WaitingMessage>) {
        if part.len() > 1 {
            let second = part.split_off(part.len().div_euclid(2));
            self.parts.extend([part, second]);
        }
    }

    /// A reader that keeps failing is down.
    fn fail(&mut self) {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        if self.failures_in_a_row >= FAILURES_IN_A_ROW_MAX {
            self.stop();
        }
    }

    /// Marks what is settled, and reads in the same round trip: the bodies of what is missing, and after those the next
    /// page.
    async fn mark_and_read(
        &mut self,
        context: &Context,
        settled: &[String],
        turn: &mut Relayed,
    ) -> Result<(), DatabaseError> {
        let mut unit = context.unit();
        if !settled.is_empty() {
            unit.push(mark_delivered(context, self.queue, settled));
        }
        let idle = self.page.is_empty() && self.parts.is_empty();
        let count = if idle { self.missing.len().min(BODIES) } else { 0 };
        let bodies: Vec<String> = self.missing.drain(..count).collect();
        let after = self.after.take_if(|_| idle && count == 0);
        let read = if count > 0 {
            Some(plumbing::LIST_BODIES.bind(values![self.queue.name(), store::json(&bodies)]))
        } else {
            after.as_ref().map(|after| page(context, self.queue, after))
        };
        let read = read.map(|statement| unit.push(statement));
        if unit.is_empty() {
            return Ok(());
        }
        let mut rows = context.commit(unit).await?.into_iter();
        turn.settled = settled.len();
        let Some(rows) = read.and_then(|index| rows.nth(index)) else { return Ok(()) };
        if after.is_some() {
            return self.load(rows, turn);
        }
        self.parts = parts(waiting(self.queue, rows)?).into();
        Ok(())
    }
}

/// The messages in order, in parts that a reader takes at once; a larger message goes alone.
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

    /// Found by replaying a history with invoices of 600 lines: 200 of its messages were more than a reader accepts, so
    /// none was ever handed over.
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
