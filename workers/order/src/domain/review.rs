//! A completed sale that a person should review, and a sale that was refused.

use contracts::terms::ReviewOutcome;
use kernel::Timestamp;
use kernel::ids::OrderId;
use kernel::text::{Code, ShortText};

use super::order::Deviation;

/// A sale to review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub order_id: OrderId,
    /// `ORD-2026-000001`.
    pub order_number: String,
    pub terminal_id: Option<Code>,
    pub cashier_id: Option<String>,
    pub recorded_by: Option<String>,
    pub reason: String,
    /// What is on the suspense accounts until it is settled; none for a sale within the shop's limits.
    pub deviation: Option<Deviation>,
    pub opened_at: Timestamp,
    pub settled: Option<Settled>,
}

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub outcome: ReviewOutcome,
    pub note: ShortText,
    pub by: String,
    pub at: Timestamp,
}

/// What a till handed in and was refused, because it is not a sale.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct RefusedSale {
    pub id: String,
    pub terminal_id: Code,
    /// Its sequence number, as far as it is known.
    pub terminal_sequence: Option<i64>,
    /// The bytes as they came.
    pub body: String,
    pub reason: String,
    /// Who sent it first.
    pub sent_by: String,
    pub refused_at: Timestamp,
    pub note: Option<ShortText>,
    pub settled_by: Option<String>,
    pub settled_at: Option<Timestamp>,
}
