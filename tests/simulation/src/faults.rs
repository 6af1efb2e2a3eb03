//! What goes wrong, how often, and how often it did.

use std::collections::BTreeMap;

use crate::random::Random;

/// How an effect fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A database call fails before anything happened.
    DatabaseBefore,
    /// A database call takes effect; its answer is lost.
    DatabaseAfter,
    /// A call to another service, or a client's request, never arrives.
    CallBefore,
    /// It arrives and is done; nobody waits for the answer.
    CallAbandoned,
    /// It is done, and the answer is lost.
    CallAfter,
    /// A queue does not take messages.
    QueueRefused,
    /// A message vanishes.
    MessageLost,
    /// A message comes twice.
    MessageDoubled,
    /// Messages overtake each other, or wait.
    MessageReordered,
    /// What was to be done after the answer is not.
    DeferredLost,
    /// A service stops between two effects and starts anew.
    ServiceStopped,
    /// The clock jumps forward.
    ClockJumped,
    /// The provider declines, or does not answer (its test tokens).
    Provider,
    /// A message that makes no sense.
    MessageMalformed,
}

impl Fault {
    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DatabaseBefore => "database call fails before its effect",
            Self::DatabaseAfter => "database call fails after its effect",
            Self::CallBefore => "call fails before its effect",
            Self::CallAbandoned => "caller gives up while the call runs",
            Self::CallAfter => "answer of a call is lost",
            Self::QueueRefused => "queue refuses messages",
            Self::MessageLost => "message lost",
            Self::MessageDoubled => "message doubled",
            Self::MessageReordered => "message overtaken or delayed",
            Self::DeferredLost => "deferred work lost",
            Self::ServiceStopped => "service stopped and started",
            Self::ClockJumped => "clock jumped",
            Self::Provider => "provider declines or times out",
            Self::MessageMalformed => "malformed message",
        }
    }
}

/// How often each happens, in thousandths; drawn anew for each run, so that some runs are calm and others
/// suffer from one thing only.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Intensity {
    pub(crate) database: u64,
    pub(crate) call: u64,
    pub(crate) queue_loss: u64,
    pub(crate) queue_double: u64,
    pub(crate) deferred_loss: u64,
    pub(crate) stop: u64,
    pub(crate) jump: u64,
    /// How eager the queues are: low means late.
    pub(crate) delivery: u64,
    pub(crate) malformed: u64,
}

impl Intensity {
    pub(crate) fn draw(random: &mut Random) -> Self {
        if random.chance(80) {
            return Self { delivery: 300, ..Self::default() };
        }
        Self {
            database: *random.pick(&[0, 5, 15, 40]),
            call: *random.pick(&[0, 10, 30, 80]),
            queue_loss: *random.pick(&[0, 50, 300, 1000]),
            queue_double: *random.pick(&[0, 100, 400]),
            deferred_loss: *random.pick(&[0, 0, 50]),
            stop: *random.pick(&[0, 2, 6, 15]),
            jump: *random.pick(&[0, 1, 4]),
            delivery: *random.pick(&[20, 150, 400]),
            malformed: *random.pick(&[0, 0, 1]),
        }
    }
}

/// The faults of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    pub(crate) intensity: Intensity,
    pub(crate) counts: BTreeMap<Fault, u64>,
}

impl Faults {
    pub(crate) fn new(intensity: Intensity) -> Self {
        Self { intensity, counts: BTreeMap::new() }
    }

    /// Nothing fails any more.
    pub(crate) fn end(&mut self) {
        self.intensity = Intensity { delivery: 1000, ..Intensity::default() };
    }

    pub(crate) fn count(&mut self, fault: Fault) -> Fault {
        *self.counts.entry(fault).or_default() += 1;
        fault
    }

    fn one_of(&mut self, random: &mut Random, per_mille: u64, faults: &[Fault]) -> Option<Fault> {
        random.chance(per_mille).then(|| *random.pick(faults)).map(|fault| self.count(fault))
    }

    pub(crate) fn of_database(&mut self, random: &mut Random, writes: bool) -> Option<Fault> {
        let both = [Fault::DatabaseBefore, Fault::DatabaseAfter];
        let faults = if writes { &both[..] } else { &both[..1] };
        self.one_of(random, self.intensity.database, faults)
    }

    pub(crate) fn of_call(&mut self, random: &mut Random) -> Option<Fault> {
        self.one_of(random, self.intensity.call, &[Fault::CallBefore, Fault::CallAbandoned, Fault::CallAfter])
    }

    pub(crate) fn of_send(&mut self, random: &mut Random) -> Option<Fault> {
        self.one_of(random, self.intensity.call, &[Fault::QueueRefused])
    }

    pub(crate) fn of_message(&mut self, random: &mut Random) -> Option<Fault> {
        let lost = self.one_of(random, self.intensity.queue_loss, &[Fault::MessageLost]);
        lost.or_else(|| self.one_of(random, self.intensity.queue_double, &[Fault::MessageDoubled]))
    }

    pub(crate) fn of_deferred(&mut self, random: &mut Random) -> Option<Fault> {
        self.one_of(random, self.intensity.deferred_loss, &[Fault::DeferredLost])
    }
}
