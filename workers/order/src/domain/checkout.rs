//! The checkout saga as a pure state machine: which effect comes next, and what undoes it.
//!
//! The order is: authorise the payment, deduct stock, capture, complete. The deduction is the pivot:
//! before it everything is undone, after it everything goes forward. A state is stored before the
//! effect it names, each effect may be repeated without harm (the provider knows the payment id,
//! inventory the order id), so a checkout that stopped anywhere is resumed from its state alone. Who
//! resumes it stores the state first: that is a new version, and a run that was only slow is overtaken
//! before it can store what it decides.
//!
//! Architecture invariant: nothing here performs anything, waits, or knows the time.

/// Who takes the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tender {
    /// The payment provider: authorised first, captured when the stock is ours.
    Provider,
    /// By hand, or on account: recorded, nothing to ask for.
    Hand,
}

/// What follows an authorisation that is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AfterVoid {
    /// The stock is gone: the order ends.
    Cancel,
    /// Only the attempt to pay failed: the order waits for another.
    Retry,
}

/// Where a checkout stands. The ones in the middle are stored on the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nothing was done yet.
    Offered(Tender),
    /// The provider is being asked to set the money aside.
    Authorising,
    /// Inventory is being asked for the goods.
    Deducting(Tender),
    /// The goods are ours; the provider is being asked for the money.
    Capturing,
    /// The provider is being asked to let the money go.
    Voiding(AfterVoid),
    /// The sale is made.
    Completed,
    /// The order ended without a sale.
    Cancelled,
    /// The attempt failed, the order waits for another.
    Refused,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A customer pays.
    PaymentOffered,
    /// The money is set aside.
    Authorised,
    /// The provider refuses.
    Declined,
    /// The provider never heard of the payment.
    PaymentUnknown,
    /// The goods are ours.
    Deducted,
    /// There are too few of them; none was taken.
    OutOfStock,
    /// The money is ours.
    Captured,
    /// The money is let go.
    Voided,
    /// Whoever was asked did not answer.
    NoAnswer,
    /// The checkout had stopped and is taken up again.
    Resumed,
}

/// What to do, in the order given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// Store the new state, before the effect that follows.
    Store,
    /// Ask the provider to set the money aside.
    Authorise,
    /// Ask the provider what became of the payment.
    Inquire,
    /// Ask inventory for the goods.
    Deduct,
    /// Ask the provider for the money.
    Capture,
    /// Ask the provider to let the money go, or never to take it.
    Void,
    /// Store the sale and tell the world.
    Complete,
    /// Store the end without a sale and tell the customer.
    Cancel,
    /// Store that the provider refused the attempt.
    Decline,
    /// Store that the attempt came to nothing.
    Abandon,
    /// Store that nobody knows what became of the attempt.
    Doubt,
}

/// The next state and what to do. An event that does not belong to the state changes nothing.
#[must_use]
#[expect(clippy::match_same_arms, reason = "a table: one row per state and event")]
pub fn advance(state: State, event: Event) -> (State, Vec<Command>) {
    use Command as Do;
    use {Event as E, State as S};
    let (next, commands): (State, &[Command]) = match (state, event) {
        (S::Offered(Tender::Provider), E::PaymentOffered) => (S::Authorising, &[Do::Store, Do::Authorise]),
        (S::Offered(Tender::Hand), E::PaymentOffered) => {
            (S::Deducting(Tender::Hand), &[Do::Store, Do::Deduct])
        }

        (S::Authorising, E::Authorised) => (S::Deducting(Tender::Provider), &[Do::Store, Do::Deduct]),
        (S::Authorising, E::Declined) => (S::Refused, &[Do::Decline]),
        (S::Authorising, E::NoAnswer) => (S::Authorising, &[Do::Doubt]),
        // A late request may still reach the provider: it is told never to take the money.
        (S::Authorising, E::PaymentUnknown) => (S::Voiding(AfterVoid::Retry), &[Do::Store, Do::Void]),
        (S::Authorising, E::Resumed) => (S::Authorising, &[Do::Store, Do::Inquire]),

        (S::Deducting(Tender::Provider), E::Deducted) => (S::Capturing, &[Do::Store, Do::Capture]),
        (S::Deducting(Tender::Hand), E::Deducted) => (S::Completed, &[Do::Complete]),
        (S::Deducting(Tender::Provider), E::OutOfStock) => {
            (S::Voiding(AfterVoid::Cancel), &[Do::Store, Do::Void])
        }
        (S::Deducting(Tender::Hand), E::OutOfStock) => (S::Cancelled, &[Do::Cancel]),
        (S::Deducting(_), E::Resumed) => (state, &[Do::Store, Do::Deduct]),

        (S::Capturing, E::Captured) => (S::Completed, &[Do::Complete]),
        (S::Capturing, E::Resumed) => (S::Capturing, &[Do::Store, Do::Capture]),

        (S::Voiding(AfterVoid::Cancel), E::Voided) => (S::Cancelled, &[Do::Cancel]),
        (S::Voiding(AfterVoid::Retry), E::Voided) => (S::Refused, &[Do::Abandon]),
        (S::Voiding(_), E::Resumed) => (state, &[Do::Store, Do::Void]),

        _ => (state, &[]),
    };
    (next, commands.to_vec())
}

/// The step of a stored state, as the database names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Step {
    /// [`State::Authorising`].
    Authorising,
    /// [`State::Deducting`].
    Deducting,
    /// [`State::Capturing`].
    Capturing,
    /// [`State::Voiding`].
    Voiding,
}

impl Step {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorising => "Authorising",
            Self::Deducting => "Deducting",
            Self::Capturing => "Capturing",
            Self::Voiding => "Voiding",
        }
    }

    /// The state that was stored, with what else is known of the order: who takes the money, and
    /// whether inventory refused.
    #[must_use]
    pub const fn state(self, tender: Tender, out_of_stock: bool) -> State {
        match self {
            Self::Authorising => State::Authorising,
            Self::Deducting => State::Deducting(tender),
            Self::Capturing => State::Capturing,
            Self::Voiding if out_of_stock => State::Voiding(AfterVoid::Cancel),
            Self::Voiding => State::Voiding(AfterVoid::Retry),
        }
    }
}

impl State {
    /// The step to store; none for a state that is not in the middle.
    #[must_use]
    pub const fn step(self) -> Option<Step> {
        match self {
            Self::Authorising => Some(Step::Authorising),
            Self::Deducting(_) => Some(Step::Deducting),
            Self::Capturing => Some(Step::Capturing),
            Self::Voiding(_) => Some(Step::Voiding),
            Self::Offered(_) | Self::Completed | Self::Cancelled | Self::Refused => None,
        }
    }

    /// Whether the checkout is over.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Refused)
    }
}

#[cfg(test)]
mod tests;
