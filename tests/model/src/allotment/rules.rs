//! The protocol, whole or with one rule broken: to see that the simulation and the model find it. The faults are here,
//! around the protocol, so that none of them is in it.

use super::{Decision, Order, Pool, Reaction, Report, Shard, Terms, Units, is_closed};

macro_rules! faults {
    ($($(#[doc = $what:literal])+ $fault:ident = $name:literal;)*) => {
        /// A rule that is broken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Fault { $($(#[doc = $what])+ $fault),* }

        impl Fault {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$fault),*];

            /// Its name on the command line and in reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$fault => $name),* }
            }

            /// What it is, in a sentence.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Self::$fault => concat!($($what),+).trim_ascii_start()),* }
            }
        }
    };
}

faults! {
    /// A shard that gives units back also keeps them.
    CopyNotMove = "copy-not-move";
    /// A shard that runs dry refuses without asking the others.
    RefuseAlone = "refuse-alone";
    /// The first empty shard closes the sale.
    CloseAtFirstEmpty = "close-at-first-empty";
    /// A shard counts as empty although a unit is on its way to it.
    MovingUnitMissed = "moving-unit-missed";
    /// A shard that was empty still counts as empty after it was supplied.
    EmptyNotCleared = "empty-not-cleared";
    /// A shard does not recognise an order that it granted.
    RetryNotRecognised = "retry-not-recognised";
    /// A shard answers before its batch is stored, and stops in between.
    GrantLostInCrash = "grant-lost-in-crash";
    /// The pool sends units before its batch is stored, and stops in between.
    SupplyLostInCrash = "supply-lost-in-crash";
    /// Terms that arrive a second time supply units a second time.
    SuppliedTwice = "supplied-twice";
    /// A report that arrives a second time gives units a second time.
    GivenTwice = "given-twice";
    /// A report that was overtaken counts like a new one.
    OldReportBelieved = "old-report-believed";
    /// Units that were supplied and not confirmed are not sent again.
    SupplyNotRepeated = "supply-not-repeated";
    /// A shard obeys terms that were overtaken: it closes again.
    LateClose = "late-close";
    /// Units that came back are on sale before every shard knows that the sale is open.
    OpenUnheard = "open-unheard";
    /// A unit that came back stays in its shard, and the pool does not know.
    ReturnToShard = "return-to-shard";
    /// A unit comes back with each request to cancel.
    ReturnedTwice = "returned-twice";
    /// An order that gave its unit back is forgotten.
    ReturnForgotten = "return-forgotten";
    /// A refusal is forgotten.
    RefusalForgotten = "refusal-forgotten";
    /// An order that was cancelled before it arrived is forgotten.
    CancelForgotten = "cancel-forgotten";
    /// Each shard that sells its last unit announces that everything is sold.
    ShardAnnounces = "shard-announces";
    /// Each report of a closed sale announces again that everything is sold.
    AnnouncedAgain = "announced-again";
    /// The announcement is sent once and not kept until it has arrived.
    AnnouncementNotKept = "announcement-not-kept";
}

impl Fault {
    /// The fault of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name)
    }
}

/// The rules of the protocol, perhaps with one broken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// The broken one.
    pub fault: Option<Fault>,
}

impl Rules {
    /// Whether this one is broken.
    #[must_use]
    pub fn lack(self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// A buyer wants a unit.
    pub fn buy(self, shard: &mut Shard, order: Order) -> Reaction {
        let known = shard.decisions.get(&order).copied();
        match self.fault {
            Some(Fault::RetryNotRecognised) if known == Some(Decision::Granted) => {
                shard.decisions.remove(&order);
            }
            Some(Fault::RefuseAlone) if known.is_none() && shard.free() == 0 => {
                shard.decisions.insert(order, Decision::Refused);
            }
            _ => {}
        }
        let reaction = shard.buy(order);
        self.forget(shard, &reaction);
        reaction
    }

    /// A buyer no longer wants one.
    pub fn cancel(self, shard: &mut Shard, order: Order) -> Reaction {
        let known = shard.decisions.get(&order).copied();
        if self.lack(Fault::ReturnedTwice) && known == Some(Decision::Returned) {
            shard.decisions.insert(order, Decision::Granted);
        }
        let reaction = shard.cancel(order);
        match self.fault {
            Some(Fault::ReturnToShard) if reaction.report => {
                shard.returned -= 1;
                shard.sold -= 1;
            }
            Some(Fault::ReturnForgotten) if reaction.report => {
                shard.decisions.remove(&order);
            }
            Some(Fault::CancelForgotten) if known.is_none() => {
                shard.decisions.remove(&order);
            }
            _ => {}
        }
        reaction
    }

    /// A shard receives terms.
    pub fn take_terms(self, shard: &mut Shard, terms: Terms) -> Reaction {
        match self.fault {
            Some(Fault::SuppliedTwice) if terms.supplied == shard.supplied && terms.supplied > 0 => {
                shard.sold -= 1;
            }
            Some(Fault::LateClose) => shard.epoch = shard.epoch.min(terms.epoch),
            _ => {}
        }
        let given = shard.given;
        let reaction = shard.take(terms);
        if self.lack(Fault::CopyNotMove) {
            shard.sold -= shard.given - given;
        }
        self.forget(shard, &reaction);
        reaction
    }

    /// The pool receives a report.
    pub fn take_report(self, pool: &mut Pool, shard: usize, mut report: Report) {
        let supplied: Vec<_> = pool.accounts.iter().map(|account| account.supplied).collect();
        let account = &mut pool.accounts[shard];
        match self.fault {
            Some(Fault::GivenTwice) if report.given > 0 && report.given <= account.given => {
                pool.reserve += 1;
            }
            Some(Fault::OldReportBelieved) => account.given = account.given.min(report.given),
            Some(Fault::MovingUnitMissed) => report.supplied = account.supplied,
            Some(Fault::CloseAtFirstEmpty) if report.free == 0 && report.waiting > 0 && pool.reserve == 0 => {
                pool.accounts.iter_mut().for_each(|account| account.empty = true);
            }
            Some(Fault::AnnouncedAgain) if is_closed(pool.epoch) => {
                let again = pool.announcements.iter().max().copied().unwrap_or(pool.epoch) + 100;
                pool.announcements.push(again);
            }
            _ => {}
        }
        pool.take(shard, report);
        match self.fault {
            Some(Fault::EmptyNotCleared) => {
                let accounts = pool.accounts.iter_mut().zip(supplied);
                accounts
                    .filter(|(account, before)| account.supplied > *before)
                    .for_each(|(account, _)| account.empty = true);
            }
            Some(Fault::OpenUnheard) if !is_closed(pool.epoch) => {
                pool.reserve += std::mem::take(&mut pool.held);
            }
            _ => {}
        }
    }

    /// The shards whose terms are sent again.
    #[must_use]
    pub fn pending(self, pool: &Pool) -> Vec<usize> {
        let mut pending: Vec<usize> = pool.pending().collect();
        if self.lack(Fault::SupplyNotRepeated) {
            pending.retain(|shard| {
                let account = &pool.accounts[*shard];
                account.received == account.supplied
            });
        }
        pending
    }

    /// The announcement that a shard makes on its own, which had sold so many before.
    #[must_use]
    pub fn announced_by(self, number: usize, sold: Units, shard: &Shard) -> Option<u32> {
        let last_unit = shard.sold > sold && shard.free() == 0;
        (self.lack(Fault::ShardAnnounces) && last_unit)
            .then(|| 1_000_000 * (1 + u32::try_from(number).unwrap_or_default()) + shard.sold.unsigned_abs())
    }

    fn forget(self, shard: &mut Shard, reaction: &Reaction) {
        if self.lack(Fault::RefusalForgotten) {
            for (order, _) in &reaction.answers {
                if shard.decisions.get(order) == Some(&Decision::Refused) {
                    shard.decisions.remove(order);
                }
            }
        }
    }
}
