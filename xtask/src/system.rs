//! Everything here that depends on Unix: process groups, signals, permissions, links.
//!
//! Linux has all of it. So has macOS, except /proc: there the names of a group's members are not visible, and the
//! kernel is asked whether the group is alive. Windows has none of it, so there everything runs in WSL, which is Linux.
//! To port the commands to Windows itself, port this file (job objects, console events, access lists); no other file
//! depends on Unix.

#[cfg(not(unix))]
compile_error!("these commands need Unix: on Windows, run them in WSL");

use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustix::process::{Pid, Signal, geteuid, kill_process_group, test_kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// A process and all its descendants that stayed in its group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProcessGroup(Pid);

impl ProcessGroup {
    /// Makes the process that this command starts the leader of a new group.
    pub(crate) fn lead(command: &mut Command) -> &mut Command {
        command.process_group(0)
    }

    /// The group of a leader.
    pub(crate) fn of(leader: &Child) -> Option<Self> {
        i32::try_from(leader.id()).ok().and_then(Pid::from_raw).map(Self)
    }

    /// Asks all members to end.
    pub(crate) fn ask_to_leave(self) {
        let _ = kill_process_group(self.0, Signal::TERM);
    }

    /// Ends all members with SIGKILL.
    pub(crate) fn kill(self) {
        let _ = kill_process_group(self.0, Signal::KILL);
    }

    /// Whether any member is alive. The leader counts until its parent has waited for it.
    pub(crate) fn alive(self) -> bool {
        // Orphans that have ended wait for init, which may take long: we treat them as ended.
        living_members(self.0.as_raw_pid())
            .map_or_else(|| test_kill_process_group(self.0).is_ok(), |members| !members.is_empty())
    }

    /// The living members whose program has this name, on systems that show them; otherwise empty.
    pub(crate) fn members(self, program: &str) -> Vec<u32> {
        let members = living_members(self.0.as_raw_pid()).unwrap_or_default();
        members.into_iter().filter(|(_, name)| name == program).map(|(id, _)| id).collect()
    }
}

/// Process ids and program names of a group, without zombies; `None` without /proc.
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
    // Systems without a /proc like Linux's show no process, not even ours.
    (!all.is_empty()).then(|| ours.map(|(_, _, id, name)| (*id, name.clone())).collect())
}

/// Ctrl-C, SIGTERM and the end of the terminal set the flag. A second one ends the process at once.
pub(crate) fn set_on_signals(set: &Arc<AtomicBool>) -> io::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register_conditional_shutdown(signal, 130, Arc::clone(set))?;
        flag::register(signal, Arc::clone(set))?;
    }
    Ok(())
}

/// Whether we may install packages without sudo.
pub(crate) fn is_root() -> bool {
    geteuid().is_root()
}

/// Makes a new file with these options readable only by its owner.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Makes a file executable.
pub(crate) fn make_executable(file: &Path) -> io::Result<()> {
    fs::set_permissions(file, Permissions::from_mode(0o755))
}

/// Makes a symbolic link to a file or folder.
pub(crate) fn link(original: &Path, link: &Path) -> io::Result<()> {
    symlink(original, link)
}

#[cfg(test)]
pub(crate) fn is_private(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|data| data.permissions().mode() & 0o777 == 0o600)
}
