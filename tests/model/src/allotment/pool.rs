//! The pool: the units that no shard has, and what it knows of each shard.
//!
//! An empty shard stays empty until the pool supplies it. So the pool need not stop the world to find out that
//! everything is sold: it collects, one by one, the reports that say "empty" and know of every unit ever supplied.

use super::{Report, Terms, Units, is_closed};

/// What the pool knows of one shard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Account {
    /// Units supplied to it since the beginning.
    pub supplied: Units,
    /// Of these, units that it says it has received.
    pub received: Units,
    /// Units it has given back since the beginning.
    pub given: Units,
    /// Units its buyers have given back since the beginning.
    pub returned: Units,
    /// How often it was asked to give units back.
    pub recalls: u32,
    /// The last of these that it has answered.
    pub answered: u32,
    /// The last change of the sale that it knows.
    pub epoch: u32,
    /// It had no unit left after it had received all that was supplied.
    pub empty: bool,
    /// The same for few units.
    pub short: bool,
    /// The most buyers who waited since it was last supplied.
    pub waiting: Units,
}

/// The pool of one article. All of it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Pool {
    /// Units on sale that no shard has.
    pub reserve: Units,
    /// Units that came back after everything was sold: on sale when every shard knows that the sale is open again.
    pub held: Units,
    /// How often the sale closed and opened again.
    pub epoch: u32,
    /// The shards.
    pub accounts: Vec<Account>,
    /// Epochs in which everything was sold, and whose announcement has not been confirmed: the outbox.
    pub announcements: Vec<u32>,
    /// A shard that has so many units left, or fewer, gets more from a large reserve.
    pub low: Units,
}

impl Pool {
    /// A pool that has supplied its shards with these units and keeps the others.
    #[must_use]
    pub fn open(reserve: Units, allotments: &[Units], low: Units) -> Self {
        let account = |units: &Units| {
            let mut account = Account { empty: true, short: true, ..Account::default() };
            account.supply(*units);
            account
        };
        let mut pool =
            Self { reserve, low, accounts: allotments.iter().map(account).collect(), ..Self::default() };
        pool.settle();
        pool
    }

    /// A shard's report.
    pub fn take(&mut self, shard: usize, report: Report) {
        let closed = is_closed(self.epoch) || self.held > 0;
        let account = &mut self.accounts[shard];
        let given = (report.given - account.given).max(0);
        let returned = (report.returned - account.returned).max(0);
        account.given += given;
        account.returned += returned;
        account.received = account.received.max(report.supplied);
        account.answered = account.answered.max(report.recalls);
        account.epoch = account.epoch.max(report.epoch);
        // Of what the shard holds, only a report counts that knows of every unit supplied.
        if report.supplied == account.supplied {
            account.empty |= report.free == 0;
            account.short |= report.free <= self.low;
            if report.epoch == self.epoch {
                account.waiting = account.waiting.max(report.waiting);
            }
        }
        self.reserve += given;
        if closed {
            self.held += returned;
        } else {
            self.reserve += returned;
        }
        self.settle();
    }

    /// Does what follows from what it knows.
    fn settle(&mut self) {
        self.open_again();
        if is_closed(self.epoch) || self.held > 0 {
            return;
        }
        self.supply();
        if self.reserve > 0 {
            return;
        }
        if self.accounts.iter().all(|account| account.empty) {
            self.epoch += 1;
            self.announcements.push(self.epoch);
            self.accounts.iter_mut().for_each(|account| account.waiting = 0);
        } else if self.accounts.iter().any(|account| account.waiting > 0) {
            self.accounts.iter_mut().for_each(Account::recall);
        }
    }

    /// Units that came back go on sale when every shard knows that the sale is open: until then some still refuse.
    fn open_again(&mut self) {
        if self.held == 0 {
            return;
        }
        if is_closed(self.epoch) {
            self.epoch += 1;
        }
        if self.accounts.iter().all(|account| account.epoch == self.epoch) {
            self.reserve += std::mem::take(&mut self.held);
        }
    }

    /// Supplies those whose buyers wait; then, from a large reserve, those that are short.
    fn supply(&mut self) {
        let share = self.share();
        for waits in [true, false] {
            for account in &mut self.accounts {
                let wanted = if waits { account.waiting } else { 0 };
                if waits && wanted == 0 || !waits && !account.short {
                    continue;
                }
                let units = wanted.max(share).min(self.reserve);
                if units > 0 {
                    account.supply(units);
                    self.reserve -= units;
                }
            }
        }
    }

    /// A shard's share of half of the reserve: the rest is for those that sell faster.
    fn share(&self) -> Units {
        self.reserve / (2 * Units::try_from(self.accounts.len()).unwrap_or(Units::MAX))
    }

    /// The terms of a shard.
    #[must_use]
    pub fn terms(&self, shard: usize) -> Terms {
        let account = &self.accounts[shard];
        Terms { supplied: account.supplied, recalls: account.recalls, epoch: self.epoch }
    }

    /// The shards that have not confirmed their terms: they are sent again until they are confirmed.
    pub fn pending(&self) -> impl Iterator<Item = usize> {
        let waits = |account: &Account| {
            account.received < account.supplied
                || account.answered < account.recalls
                || account.epoch < self.epoch
        };
        self.accounts.iter().enumerate().filter(move |(_, account)| waits(account)).map(|(shard, _)| shard)
    }

    /// The announcement that everything was sold has reached its reader.
    pub fn confirm(&mut self, epoch: u32) {
        self.announcements.retain(|waiting| *waiting != epoch);
    }
}

impl Account {
    fn supply(&mut self, units: Units) {
        if units > 0 {
            self.supplied += units;
            (self.empty, self.short, self.waiting) = (false, false, 0);
        }
    }

    /// Asks for units, unless there are none, or an earlier question is not answered.
    fn recall(&mut self) {
        if !self.empty && self.received == self.supplied && self.answered == self.recalls {
            self.recalls += 1;
        }
    }
}
