//! Deliberate faults of the design, to see that the properties bite: each is one rule left out.

use order::domain::checkout::{Command, Event, State, Tender, advance};

use crate::bounds::{Bounds, CALM, Faults, THREE_ON_TWO};

/// One rule that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// Inventory takes what is not there.
    DeductUnchecked,
    /// Inventory takes again when it is asked again.
    DeductUnkeyed,
    /// The stock is gone, and the money stays set aside.
    VoidForgotten,
    /// A step is stored after the effect it names.
    EffectBeforeStore,
    /// The first step is not stored at all: nobody knows that an attempt has begun.
    BeginNotStored,
    /// What was read is written over whatever was written since.
    VersionUnchecked,
    /// Nobody takes up what has stopped.
    SweeperOff,
    /// Whoever takes up a payment pays anew, under another id.
    PaymentIdNotKept,
    /// No answer from the provider counts as a refusal.
    SilenceIsRefusal,
    /// The provider forgets that a payment it never heard of must not be taken.
    VoidNotRemembered,
    /// The sale is made as soon as the money is set aside.
    CompleteBeforeDeduct,
    /// The money is taken before the goods.
    CaptureBeforeDeduct,
    /// The sale is made without taking the money.
    CaptureForgotten,
    /// A customer cancels an order that is being paid.
    CancelInFlight,
    /// Goods that ran out cancel an order that is being paid.
    DepletionCancelsInFlight,
    /// The sale is told of before it is stored.
    PublishBeforeCommit,
    /// The sale is stored, its message goes to the queue only.
    OutboxForgotten,
    /// A message counts as delivered when it was sent.
    DeliveredWhenSent,
    /// Nobody hands over what the queues lost.
    RelayOff,
    /// A reader does not look whether it has the message already.
    InboxUnchecked,
    /// Inventory forgets that it refused an order.
    RefusalForgotten,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::DeductUnchecked,
        Self::DeductUnkeyed,
        Self::VoidForgotten,
        Self::EffectBeforeStore,
        Self::BeginNotStored,
        Self::VersionUnchecked,
        Self::SweeperOff,
        Self::PaymentIdNotKept,
        Self::SilenceIsRefusal,
        Self::VoidNotRemembered,
        Self::CompleteBeforeDeduct,
        Self::CaptureBeforeDeduct,
        Self::CaptureForgotten,
        Self::CancelInFlight,
        Self::DepletionCancelsInFlight,
        Self::PublishBeforeCommit,
        Self::OutboxForgotten,
        Self::DeliveredWhenSent,
        Self::RelayOff,
        Self::InboxUnchecked,
        Self::RefusalForgotten,
    ];

    /// The faults that bring it to light: few, so that the history it is caught by is a short one. In the
    /// same world the whole model holds.
    const fn faults(self) -> Faults {
        match self {
            Self::DeductUnchecked
            | Self::VoidForgotten
            | Self::CompleteBeforeDeduct
            | Self::CaptureBeforeDeduct
            | Self::CaptureForgotten
            | Self::DepletionCancelsInFlight
            | Self::RelayOff
            | Self::InboxUnchecked
            | Self::PublishBeforeCommit => CALM,
            Self::DeductUnkeyed
            | Self::EffectBeforeStore
            | Self::BeginNotStored
            | Self::SweeperOff
            | Self::PaymentIdNotKept => Faults { crashes: 1, ..CALM },
            Self::SilenceIsRefusal => Faults { silences: 1, ..CALM },
            Self::VersionUnchecked | Self::VoidNotRemembered => Faults { overtakes: 1, ..CALM },
            Self::CancelInFlight => Faults { cancels: 1, ..CALM },
            Self::OutboxForgotten | Self::DeliveredWhenSent => Faults { lost: 1, ..CALM },
            Self::RefusalForgotten => Faults { overtakes: 1, deliveries: 1, ..CALM },
        }
    }

    /// The world it is looked for in.
    #[must_use]
    pub const fn world(self) -> Bounds {
        Bounds { name: "a mutant's", faults: self.faults(), ..THREE_ON_TWO }
    }
}

/// What comes next: the service's own table, unless the mutant is one of the table.
pub(crate) fn next(mutant: Option<Mutant>, state: State, event: Event) -> (State, Vec<Command>) {
    let by_provider = State::Deducting(Tender::Provider);
    match (mutant, state, event) {
        (Some(Mutant::VoidForgotten), State::Deducting(Tender::Provider), Event::OutOfStock) => {
            (State::Cancelled, vec![Command::Cancel])
        }
        (Some(Mutant::CompleteBeforeDeduct), State::Authorising, Event::Authorised) => {
            (State::Completed, vec![Command::Complete])
        }
        (Some(Mutant::CaptureForgotten), State::Deducting(_), Event::Deducted) => {
            (State::Completed, vec![Command::Complete])
        }
        (Some(Mutant::CaptureBeforeDeduct), State::Authorising, Event::Authorised) => {
            (State::Capturing, vec![Command::Store, Command::Capture])
        }
        (Some(Mutant::CaptureBeforeDeduct), State::Capturing, Event::Captured) => {
            (by_provider, vec![Command::Store, Command::Deduct])
        }
        (Some(Mutant::CaptureBeforeDeduct), State::Deducting(Tender::Provider), Event::Deducted) => {
            (State::Completed, vec![Command::Complete])
        }
        (Some(Mutant::SilenceIsRefusal), State::Authorising, Event::NoAnswer) => {
            (State::Refused, vec![Command::Decline])
        }
        (Some(Mutant::PaymentIdNotKept), State::Authorising, Event::Resumed) => {
            (State::Authorising, vec![Command::Store, Command::Authorise])
        }
        (Some(Mutant::EffectBeforeStore), ..) => {
            let (next, mut commands) = advance(state, event);
            commands.reverse();
            (next, commands)
        }
        _ => advance(state, event),
    }
}
