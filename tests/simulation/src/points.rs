//! The points of a run: before and after each effect of a service, in the order in which they are reached. At
//! one of them it may be told to stop; `fail_points.rs` takes them one after the other.

use contracts::Service;

use crate::core::Owner;

/// Who stops at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The service that reaches it. Who called it hears nothing; the others go on.
    Service,
    /// All five at once, and what the queues held is gone: the process dies.
    House,
}

/// A point: whose, and before or after which kind of effect.
pub(crate) type Point = (Service, &'static str);

/// The points passed while somebody watches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Points {
    watching: bool,
    stop_at: Option<(usize, Halt)>,
    halting: Option<(Service, Halt)>,
    pub(crate) passed: Vec<Point>,
    pub(crate) halted: bool,
}

impl Points {
    /// Counts from here on; at the point with this index, from 0, the services stop.
    pub(crate) fn watch(&mut self, stop_at: Option<(usize, Halt)>) {
        *self = Self { watching: true, stop_at, ..Self::default() };
    }

    /// What follows is not counted.
    pub(crate) fn look_away(&mut self) {
        self.watching = false;
    }

    /// Whether whoever reaches this point goes no further. Clients do not stop.
    pub(crate) fn reach(&mut self, owner: Owner, what: &'static str) -> bool {
        let Some(service) = owner.filter(|_| self.watching) else { return false };
        let halt = self.stop_at.filter(|(index, _)| *index == self.passed.len()).map(|(_, halt)| halt);
        self.passed.push((service, what));
        if let Some(halt) = halt {
            (self.halting, self.halted, self.watching) = (Some((service, halt)), true, false);
        }
        halt.is_some()
    }

    /// The stop that was just reached.
    pub(crate) fn take_halt(&mut self) -> Option<(Service, Halt)> {
        self.halting.take()
    }
}
