//! The checkout saga as a pure state machine: which effect comes next, and how it is undone.
//!
//! The order is: authorise the payment, deduct stock, capture, complete. The deduction is the pivot: before it
//! everything is undone, after it everything goes forward. A state is stored before the effect that it names, and each
//! effect may be repeated without harm (the provider knows the payment id, inventory the order id). So a checkout that
//! stopped anywhere is resumed from its state alone. The run that resumes it stores the state first. That makes a new
//! version, so a slow older run is overtaken before it can store its result.
//!
//! Architecture invariant: nothing here performs anything, waits, or knows the time.

/// Who takes the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tender {
    /// The payment provider: authorised first, captured after the stock is deducted.
    Provider,
    /// By hand, or on account: recorded, without a provider.
    Hand,
}

/// What follows after an authorisation is voided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AfterVoid {
    /// Out of stock: the order ends.
    Cancel,
    /// Only the payment attempt failed: the order waits for another.
    Retry,
}

/// The state of a checkout. The intermediate states are stored on the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nothing was done yet.
    Offered(Tender),
    /// The provider is asked to reserve the money.
    Authorising,
    /// Inventory is asked to deduct the goods.
    Deducting(Tender),
    /// The goods are deducted; the provider is asked to take the money.
    Capturing,
    /// The provider is asked to release the money.
    Voiding(AfterVoid),
    /// The sale is made.
    Completed,
    /// The order ended without a sale.
    Cancelled,
    /// The attempt failed; the order waits for another.
    Refused,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A customer pays.
    PaymentOffered,
    /// The money is reserved.
    Authorised,
    /// The provider declines.
    Declined,
    /// The provider does not know the payment.
    PaymentUnknown,
    /// The provider waits for the buyer, who has to confirm the payment with their bank.
    BuyerAsked,
    /// The buyer did not confirm it in time, or pays in another way.
    GivenUp,
    /// The goods are deducted.
    Deducted,
    /// There is too little stock; nothing was deducted.
    OutOfStock,
    /// The money is taken.
    Captured,
    /// The money is released.
    Voided,
    /// The provider or inventory did not answer.
    NoAnswer,
    /// The checkout had stopped and is resumed.
    Resumed,
}

/// What to do, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// Store the new state, before the effect that follows.
    Store,
    /// Ask the provider to reserve the money.
    Authorise,
    /// Ask the provider for the status of the payment.
    Inquire,
    /// Ask inventory to deduct the goods.
    Deduct,
    /// Ask the provider to take the money.
    Capture,
    /// Ask the provider to release the money, or never to take it.
    Void,
    /// Store the sale and publish it.
    Complete,
    /// Store the cancellation and the notice to the customer.
    Cancel,
    /// Store that the provider declined the attempt.
    Decline,
    /// Store that the attempt failed.
    Abandon,
    /// Store that the result of the attempt is unknown.
    Doubt,
    /// Send the buyer to their bank. Nothing is stored: the attempt goes on when somebody asks for it.
    AskBuyer,
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
        (S::Authorising, E::BuyerAsked) => (S::Authorising, &[Do::AskBuyer]),
        // A late request, or a late buyer, may still reach the provider: the void makes sure that it never takes the
        // money.
        (S::Authorising, E::PaymentUnknown | E::GivenUp) => {
            (S::Voiding(AfterVoid::Retry), &[Do::Store, Do::Void])
        }
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

    /// The stored state, with what else is known about the order: who takes the money, and whether inventory refused.
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
    /// The step to store; none for a state that is not intermediate.
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
