//! Internal requests for operations: messages handed over, dead letters, health, and the reconciliation's queries.

use kernel::ids::{MessageId, OrderId, RefundId};
use kernel::{Cursor, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `POST /internal/events`: messages handed over directly, because a queue may have lost them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliverMessages {
    /// Envelopes as JSON text, so that one broken body does not affect the others.
    pub messages: Vec<WaitingMessage>,
}

/// `POST /internal/events/settled`: which of these messages need no further delivery? Only their ids are sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindSettled {
    /// Outbox ids; the relay asks about at most 5,000 at once.
    pub ids: Vec<String>,
}

/// The ids that need no further delivery: processed now or before, or stored as dead letters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessagesDelivered {
    /// Outbox ids.
    pub settled: Vec<String>,
}

/// A message in an outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitingMessage {
    /// The outbox id.
    pub id: String,
    /// The queue it is for.
    pub queue: String,
    /// The envelope as JSON.
    pub body: String,
}

/// `POST /internal/events/replay`: a dead letter, to be taken in again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplayMessage {
    /// The envelope as JSON, as it was stored.
    pub body: String,
}

/// How a replay ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageReplayed {
    /// Whether the message is processed, now or before.
    pub settled: bool,
    /// Why not.
    pub error: Option<String>,
}

/// `POST /internal/outbox/dead-letters`: the gateway says what it has stored, and asks for the next page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FetchDeadLetters {
    /// Outbox ids of the page before that are stored now.
    pub stored: Vec<String>,
    /// The last outbox id of that page; empty for the first page.
    pub after: String,
}

/// Dead letters that the gateway has not stored yet, the oldest first; empty when there are no more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadLettersPage {
    /// With their outbox ids.
    pub waiting: Vec<WaitingMessage>,
}

/// What waits in the outbox of a service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutboxStatus {
    /// Messages whose reader has not confirmed them.
    pub waiting: i64,
    /// When the oldest of them was written.
    pub oldest: Option<Timestamp>,
}

/// What a service has read and not processed yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InboxStatus {
    /// Messages that failed, will be retried, and are not dead letters yet.
    pub failing: i64,
}

/// Units of work of one kind that take several steps: started and not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SagaStatus {
    /// `checkout`, `refund`.
    pub kind: String,
    /// How many are started and not finished.
    pub in_flight: i64,
    /// How many of them have taken longer than they should.
    pub stuck: i64,
    /// Since when the oldest of them has not changed.
    pub oldest: Option<Timestamp>,
}

/// A server outside that has failed since it last answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CircuitStatus {
    /// Its name: `stripe`.
    pub server: String,
    /// How often in a row.
    pub failures: i64,
    /// Until when nothing is sent to it; none while it is still tried.
    pub open_until: Option<Timestamp>,
}

/// `GET /health` of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceHealth {
    /// `ok`; a service that is unhealthy answers with a problem.
    pub status: String,
    /// Its name.
    pub service: String,
    /// What its outbox still has to deliver.
    pub outbox: OutboxStatus,
    /// What it has received from the others.
    #[serde(default)]
    pub inbox: InboxStatus,
    /// What it has started; empty where every use case is one batch.
    #[serde(default)]
    pub sagas: Vec<SagaStatus>,
    /// Servers outside that do not answer it; empty when all is well.
    #[serde(default)]
    pub circuits: Vec<CircuitStatus>,
}

/// A message that could not be processed; the body of the `dead-letters` queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// The id of the message, or a new one when it had none.
    pub id: MessageId,
    /// The queue it came from.
    pub queue: String,
    /// Why.
    pub reason: String,
    /// The number of attempts.
    pub attempts: i64,
    /// The body as it was received.
    pub body: String,
}

/// One check of the reconciliation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// A stable name.
    pub name: String,
    /// Whether nothing failed.
    pub ok: bool,
    /// How many items were checked.
    pub checked: i64,
    /// What failed, one sentence each with its ids; at most 100.
    pub failures: Vec<String>,
}

impl Check {
    /// The most failures that are listed. Any more only make the check fail.
    pub const FAILURES_MAX: usize = 100;

    /// Nothing checked yet.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self::of(name, 0, [])
    }

    /// A number of items checked, and what is wrong with them.
    #[must_use]
    pub fn of(name: &str, checked: i64, failures: impl IntoIterator<Item = String>) -> Self {
        let mut check = Self { name: name.to_owned(), ok: true, checked, failures: Vec::new() };
        failures.into_iter().for_each(|failure| check.fail(failure));
        check
    }

    /// Adds one checked item, and what is wrong with it.
    pub fn note(&mut self, failure: Option<String>) {
        self.note_all(1, failure);
    }

    /// Adds a number of items checked together, and what is wrong with them.
    pub fn note_all(&mut self, count: i64, failure: Option<String>) {
        self.checked = self.checked.saturating_add(count);
        if let Some(failure) = failure {
            self.fail(failure);
        }
    }

    /// Adds a failure without a checked item.
    pub fn fail(&mut self, failure: String) {
        self.ok = false;
        if self.failures.len() < Self::FAILURES_MAX {
            self.failures.push(failure);
        }
    }

    /// Adds what the same check found elsewhere.
    pub fn add(&mut self, more: Self) {
        self.ok &= more.ok;
        self.checked = self.checked.saturating_add(more.checked);
        more.failures.into_iter().for_each(|failure| self.fail(failure));
    }
}

/// `GET /internal/reconciliation?cursor=&limit=` of a service: what it can check alone, starting at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceReconciliation {
    /// The checks of this page.
    pub checks: Vec<Check>,
    /// Where to continue; none when everything was checked.
    #[serde(default)]
    pub next_cursor: Option<Cursor>,
}

/// `GET /internal/reconciliation/sales?cursor=&limit=&before=`: a page of the order service's sales and refunds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SalesPage {
    /// Orders of any state and refunds, by id.
    pub sales: Vec<SaleDigest>,
    /// The next page.
    pub next_cursor: Option<Cursor>,
}

/// What the order service knows about an order or a refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaleDigest {
    /// The order or refund.
    pub reference: SaleReference,
    /// Whether it is a completed order or a completed refund. Otherwise it must hold neither stock nor money.
    pub completed: bool,
    /// Units of goods moved in stock.
    pub units: i64,
    /// Their cost.
    pub cost: Option<Money>,
    /// The total booked.
    pub total: Money,
    /// The sum of the payments that hold money, and of the receivables.
    pub settled: Money,
}

/// An order or a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SaleReference {
    /// An order.
    Order(OrderId),
    /// A refund or credit note.
    Refund(RefundId),
}

impl SaleReference {
    /// The id as text.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Order(id) => id.to_string(),
            Self::Refund(id) => id.to_string(),
        }
    }
}

/// `POST /internal/reconciliation/lookup` of inventory and accounting: what they know about these sales.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LookupSales {
    /// Order and refund ids.
    pub ids: Vec<String>,
}

/// What inventory or accounting knows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SalesFound {
    /// One per id that is known at all.
    pub found: Vec<SaleFound>,
}

/// One sale as another service knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaleFound {
    /// The order or refund id.
    pub id: String,
    /// How many deductions, restocks or posted entries there are: exactly one is correct.
    pub count: i64,
    /// Units moved (inventory) or 0 (accounting).
    pub units: i64,
    /// Minor units: the cost moved (inventory), or the entry's total of the sale (accounting).
    pub amount_minor: i64,
}

/// `GET /internal/summary` of inventory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockSummary {
    /// SKUs at or below their reorder point.
    pub low_stock: i64,
    /// SKUs with nothing left.
    pub out_of_stock: i64,
    /// The value of all stock at cost, in minor units.
    pub valuation_minor: i64,
    /// The currency of the value.
    pub currency: String,
}

/// `GET /internal/summary` of accounting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BooksSummary {
    /// What customers owe.
    pub receivables: Money,
    /// Cash and bank.
    pub cash: Money,
    /// The inventory account.
    pub inventory: Money,
}

/// `GET /internal/summary` of the order service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SalesSummary {
    /// Completed today, by channel.
    pub today: Vec<ChannelSales>,
    /// Orders that wait for payment.
    pub open_orders: i64,
}

/// A channel's sales of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelSales {
    /// The channel.
    pub sales_channel: crate::terms::SalesChannel,
    /// Completed orders.
    pub orders: i64,
    /// Their totals.
    pub total: Money,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_named_up_to_a_hundred_and_counted_in_the_verdict_beyond() {
        let mut check = Check::new("x");
        for number in 0..150 {
            check.note(Some(number.to_string()));
        }
        assert_eq!((check.ok, check.checked, check.failures.len()), (false, 150, Check::FAILURES_MAX));
    }

    #[test]
    fn what_one_check_found_in_two_places_is_one_check() {
        let mut check = Check::of("x", 3, []);
        check.add(Check::of("x", 4, ["one is wrong".to_owned()]));
        check.add(Check::of("x", 5, []));
        assert_eq!(
            check,
            Check { name: "x".to_owned(), ok: false, checked: 12, failures: vec!["one is wrong".to_owned()] }
        );
    }
}
