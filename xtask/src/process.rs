//! Child processes that never outlive us: each runs in its own process group, and the whole group is stopped when it is
//! no longer needed.

use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use crate::system::{self, ProcessGroup};

/// How long a group may take to end after it was asked to.
const PATIENCE: Duration = Duration::from_secs(5);

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// The user asked us to stop.
#[derive(Debug)]
pub struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("stopped by a signal")
    }
}

impl std::error::Error for Interrupted {}

/// From here on, Ctrl-C and SIGTERM are noticed by [`interrupted`] instead of ending the process, so that children can
/// be stopped first. A second signal ends the process at once.
pub fn stop_on_signals() -> Result<()> {
    system::set_on_signals(stop_flag()).context("cannot handle signals")
}

/// Whether the user asked us to stop.
#[must_use]
pub fn interrupted() -> bool {
    STOP.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// Fails with [`Interrupted`] once the user asked us to stop.
pub fn check_interrupted() -> Result<()> {
    if interrupted() { Err(Interrupted.into()) } else { Ok(()) }
}

/// Waits, but only until the user asks us to stop.
pub fn pause(duration: Duration) -> Result<()> {
    let end = Instant::now() + duration;
    while Instant::now() < end {
        check_interrupted()?;
        thread::sleep(Duration::from_millis(50).min(end.saturating_duration_since(Instant::now())));
    }
    check_interrupted()
}

/// Does two things in parallel. When one fails, the other is stopped as if the user had asked for it, so that the
/// failure is reported now and not minutes later.
pub fn at_once<First: Send, Second>(
    first: impl FnOnce() -> Result<First> + Send,
    second: impl FnOnce() -> Result<Second>,
) -> Result<(First, Second)> {
    let first = || first().inspect_err(|_| stop_everything());
    let (first, second) = thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second().inspect_err(|_| stop_everything());
        (first.join().unwrap_or_else(|_| Err(anyhow!("a thread died"))), second)
    });
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(error), Err(other)) if error.is::<Interrupted>() => Err(other),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

fn stop_everything() {
    stop_flag().store(true, Ordering::Relaxed);
}

fn stop_flag() -> &'static Arc<AtomicBool> {
    STOP.get_or_init(|| Arc::new(AtomicBool::new(false)))
}

/// A child and all its descendants that stayed in its process group. Dropping it stops them.
#[derive(Debug)]
pub struct Group {
    /// The leader.
    pub child: Child,
    group: Option<ProcessGroup>,
}

impl Group {
    /// Starts the command as the leader of a new group.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let started = ProcessGroup::lead(command).spawn();
        let child = started.with_context(|| format!("cannot start {program}"))?;
        let group = ProcessGroup::of(&child);
        Ok(Self { child, group })
    }

    /// The leader's exit status, if it has ended.
    pub fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks the group to end, and makes sure that it does.
    pub fn stop(&mut self) {
        if let Some(group) = self.group {
            group.ask_to_leave();
        }
        let end = Instant::now() + PATIENCE;
        while self.alive() && Instant::now() < end {
            thread::sleep(Duration::from_millis(20));
        }
        self.kill();
    }

    /// Ends the group with SIGKILL: no member can clean up.
    pub fn kill(&mut self) {
        if let Some(group) = self.group {
            group.kill();
        }
        let _ = self.child.wait();
        let end = Instant::now() + PATIENCE;
        while self.alive() && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        // The number may be given to other processes from now on.
        self.group = None;
    }

    /// The living members whose program has this name, on systems that show them; otherwise empty.
    #[must_use]
    pub fn members(&self, program: &str) -> Vec<u32> {
        self.group.map(|group| group.members(program)).unwrap_or_default()
    }

    fn alive(&mut self) -> bool {
        // Reaps the leader: as a zombie it would count as alive permanently.
        let _ = self.child.try_wait();
        self.group.is_some_and(ProcessGroup::alive)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.group.is_some() {
            self.stop();
        }
    }
}
