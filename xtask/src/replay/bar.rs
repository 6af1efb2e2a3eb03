//! Progress for people: a bar on a terminal, one line per step elsewhere, nothing when quiet.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// A progress bar on standard error; lines when that is not a terminal, nothing when quiet.
pub(crate) struct Bar {
    what: String,
    total: usize,
    done: AtomicUsize,
    quiet: bool,
    since: Instant,
}

impl Bar {
    pub(crate) fn new(what: &str, total: usize, quiet: bool) -> Self {
        Self { what: what.to_owned(), total, done: AtomicUsize::new(0), quiet, since: Instant::now() }
    }

    pub(crate) fn add(&self, count: usize) {
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        if self.quiet {
            return;
        }
        let seconds = self.since.elapsed().as_secs_f64();
        let mut out = std::io::stderr().lock();
        if out.is_terminal() {
            let width = 30 * done / self.total.max(1);
            let bar = format!("{}{}", "#".repeat(width), ".".repeat(30 - width));
            let _ = write!(out, "\r  {:<14} [{bar}] {done}/{} {seconds:.1} s ", self.what, self.total);
        }
        if done == self.total {
            let _ = writeln!(out, "\r  {:<14} {done} in {seconds:.1} s{:40}", self.what, "");
        }
    }
}
