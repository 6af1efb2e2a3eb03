//! Child processes that never outlive us: each runs in a process group of its own, and the whole group
//! is stopped when it is no longer wanted, whoever its members are.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How long a group may take to leave politely.
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

/// From here on, Ctrl-C and SIGTERM are noticed by [`interrupted`] instead of ending the process, so that
/// children can be stopped first. A second one ends it at once.
pub fn stop_on_signals() -> Result<()> {
    let flag = Arc::clone(STOP.get_or_init(|| Arc::new(AtomicBool::new(false))));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&flag))
            .context("cannot handle signals")?;
        signal_hook::flag::register(signal, Arc::clone(&flag)).context("cannot handle signals")?;
    }
    Ok(())
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

/// Waits, but not longer than until the user asks us to stop.
pub fn pause(duration: Duration) -> Result<()> {
    let end = Instant::now() + duration;
    while Instant::now() < end {
        check_interrupted()?;
        thread::sleep(Duration::from_millis(50).min(end.saturating_duration_since(Instant::now())));
    }
    check_interrupted()
}

/// A child and all its descendants that stayed in its process group. Dropping it stops them.
#[derive(Debug)]
pub struct Group {
    /// The leader.
    pub child: Child,
    id: Option<Pid>,
}

impl Group {
    /// Starts the command as the leader of a new group.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.process_group(0).spawn().with_context(|| format!("cannot start {program}"))?;
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        Ok(Self { child, id })
    }

    /// The leader's exit status, if it has left.
    pub fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks the group to leave and makes sure of it.
    pub fn stop(&mut self) {
        self.signal(Signal::TERM);
        let end = Instant::now() + PATIENCE;
        while self.alive() && Instant::now() < end {
            thread::sleep(Duration::from_millis(20));
        }
        self.kill();
    }

    /// Ends the group with SIGKILL: no member gets to tidy up.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.child.wait();
        let end = Instant::now() + PATIENCE;
        while self.alive() && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        // The number may be given to strangers from now on.
        self.id = None;
    }

    /// The living members whose program has this name, on systems that show them; else none.
    #[must_use]
    pub fn members(&self, program: &str) -> Vec<u32> {
        let members = self.id.and_then(|id| living_members(id.as_raw_pid())).unwrap_or_default();
        members.into_iter().filter(|(_, name)| name == program).map(|(id, _)| id).collect()
    }

    fn alive(&mut self) -> bool {
        // Reaps the leader: as a zombie it would count as alive for ever.
        let _ = self.child.try_wait();
        let Some(id) = self.id else { return false };
        // Orphans that have ended wait for init, which may take its time: they are gone for us.
        living_members(id.as_raw_pid())
            .map_or_else(|| test_kill_process_group(id).is_ok(), |members| !members.is_empty())
    }

    fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            let _ = kill_process_group(id, signal);
        }
    }
}

/// Process ids and program names of a group, without zombies; `None` where /proc does not tell.
fn living_members(group: i32) -> Option<Vec<(u32, String)>> {
    let stats = fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| {
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        // `pid (name) state parent group …`, and a name may contain anything.
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let (head, rest) = stat.rsplit_once(')')?;
        let (_, name) = head.split_once('(')?;
        let mut fields = rest.split_whitespace();
        let state = fields.next()?;
        let of: i32 = fields.nth(1)?.parse().ok()?;
        Some((of, state != "Z", id, name.to_owned()))
    });
    let all: Vec<_> = stats.collect();
    let ours = all.iter().filter(|(of, alive, ..)| *of == group && *alive);
    // Systems without a /proc like Linux's show nobody, not even us.
    (!all.is_empty()).then(|| ours.map(|(_, _, id, name)| (*id, name.clone())).collect())
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.id.is_some() {
            self.stop();
        }
    }
}
