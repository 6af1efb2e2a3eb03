//! The saga of a refund: recorded, goods back, money back, done. It only goes forward: what was
//! recorded has been promised.

use contracts::terms::PaymentMethod;

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub enum RefundStatus {
    /// Recorded: it counts against what can be refunded.
    Pending,
    /// The goods are in stock again, with their value; the money is not back yet.
    Restocked,
    /// Goods, money and the books have it.
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

/// What decides the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub status: RefundStatus,
    /// Whether any of its lines goes back into stock.
    pub has_goods: bool,
    /// The methods of the parts that have not gone back yet.
    pub unpaid: Vec<PaymentMethod>,
}

/// The next effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Put the goods into stock, then store their value.
    Restock,
    /// Have the provider give cards their money back, part by part, each result stored.
    PayBack,
    /// Complete and tell the books. Parts paid by hand are done by being recorded.
    Complete,
    /// Nothing is left to do.
    Done,
}

/// What to do next. Goods first: money leaves only when it is known what came back.
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
