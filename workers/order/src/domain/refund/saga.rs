//! The saga of a refund: recorded, goods back, money back, completed. It only goes forward: a recorded refund is a
//! promise.

use contracts::terms::PaymentMethod;

/// The progress of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub enum RefundStatus {
    /// Recorded: it counts against the refundable amount.
    Pending,
    /// The goods are restocked, with their value; the money is not refunded yet.
    Restocked,
    /// Goods, money and books are done.
    Completed,
}

impl RefundStatus {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Restocked => "Restocked",
            Self::Completed => "Completed",
        }
    }
}

/// The facts that decide the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub status: RefundStatus,
    /// Whether any of its lines is restocked.
    pub has_goods: bool,
    /// The methods of the parts that are not refunded yet.
    pub unpaid: Vec<PaymentMethod>,
}

/// The next effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Restock the goods, then store their value.
    Restock,
    /// Refund cards through the provider, part by part, storing each result.
    PayBack,
    /// Complete it and publish it for the books. Recording is all that parts paid by hand need.
    Complete,
    /// Nothing is left to do.
    Done,
}

/// What to do next. Goods first: money leaves only when it is known which goods came back.
#[must_use]
pub fn next_step(progress: &Progress) -> Step {
    match progress.status {
        RefundStatus::Completed => Step::Done,
        RefundStatus::Pending if progress.has_goods => Step::Restock,
        _ if progress.unpaid.contains(&PaymentMethod::Card) => Step::PayBack,
        _ => Step::Complete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goods_then_cards_then_the_books() {
        use PaymentMethod::{Card, Cash};
        for (status, has_goods, unpaid, step) in [
            (RefundStatus::Pending, true, vec![Card, Cash], Step::Restock),
            (RefundStatus::Pending, true, vec![], Step::Restock),
            (RefundStatus::Pending, false, vec![Cash, Card], Step::PayBack),
            (RefundStatus::Pending, false, vec![Cash], Step::Complete),
            (RefundStatus::Restocked, true, vec![Card], Step::PayBack),
            (RefundStatus::Restocked, true, vec![Cash], Step::Complete),
            (RefundStatus::Restocked, true, vec![], Step::Complete),
            (RefundStatus::Completed, true, vec![Card], Step::Done),
        ] {
            let progress = Progress { status, has_goods, unpaid };
            assert_eq!(next_step(&progress), step, "{progress:?}");
        }
    }
}
