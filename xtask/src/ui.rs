//! What a person sees while steps run: a line when a step starts, a sign of life while it runs, and its duration. On
//! failure: the step, the command, its last lines, and what to do.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::process::{Group, Interrupted, interrupted};

/// How often a long step shows that it is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// How many lines of a failed command's output are repeated.
const LINES_KEPT_MAX: usize = 60;

/// Seconds, as people read them.
#[must_use]
pub fn elapsed(since: Instant) -> String {
    let seconds = since.elapsed().as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let whole = since.elapsed().as_secs();
    format!("{} min {:02} s", whole / 60, whole % 60)
}

/// One command that is a step of something longer.
pub struct Step {
    title: String,
    command: Command,
    hint: String,
    show: bool,
}

impl Step {
    /// Titles are imperative: "install wrangler".
    pub fn new(title: impl Into<String>, command: Command) -> Self {
        Self { title: title.into(), command, hint: String::new(), show: false }
    }

    /// What a user can do when the step fails.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Prints the command's output immediately, instead of keeping it for a failure.
    #[must_use]
    pub fn show(mut self) -> Self {
        self.show = true;
        self
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Result<()> {
        let started = Instant::now();
        println!("  {} ...", self.title);
        let mut last = VecDeque::new();
        let outcome = self.execute(started, &mut last);
        match outcome {
            Ok(true) => {
                println!("  {}: done in {}", self.title, elapsed(started));
                Ok(())
            }
            Ok(false) => Err(self.failure(started, &last, "it failed")),
            Err(error) if error.is::<Interrupted>() => Err(error),
            Err(error) => Err(self.failure(started, &last, &format!("{error:#}"))),
        }
    }

    fn execute(&mut self, started: Instant, last: &mut VecDeque<String>) -> Result<bool> {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = Group::spawn(&mut self.command)?;
        let (sender, lines) = mpsc::channel();
        if let Some(stdout) = group.child.stdout.take() {
            forward(stdout, sender.clone());
        }
        if let Some(stderr) = group.child.stderr.take() {
            forward(stderr, sender.clone());
        }
        drop(sender);
        let mut shown = Instant::now();
        let mut status = None;
        let mut drained_by = None;
        loop {
            if interrupted() {
                group.stop();
                return Err(Interrupted.into());
            }
            match lines.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => self.keep(line, last),
                Err(RecvTimeoutError::Disconnected) if status.is_some() => break,
                Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(5)),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if !self.show && shown.elapsed() >= SIGN_OF_LIFE {
                shown = Instant::now();
                let now = last.back().map_or("", |line| line.trim());
                // Several steps may run at once.
                println!("    {}, {}: {now}", self.title, elapsed(started));
            }
            if status.is_none() {
                status = group.exited();
                // A process that the command left behind may hold the pipes open permanently.
                drained_by = status.map(|_| Instant::now() + Duration::from_secs(1));
            }
            if drained_by.is_some_and(|end| Instant::now() > end) {
                break;
            }
        }
        Ok(status.is_some_and(|status| status.success()))
    }

    fn keep(&self, line: String, last: &mut VecDeque<String>) {
        if self.show {
            println!("    {line}");
        } else if !line.trim().is_empty() {
            if last.len() == LINES_KEPT_MAX {
                last.pop_front();
            }
            last.push_back(line);
        }
    }

    fn failure(&self, started: Instant, last: &VecDeque<String>, what: &str) -> anyhow::Error {
        let mut text = format!("step \"{}\": {what} after {}\n", self.title, elapsed(started));
        let _ = writeln!(text, "  command: {}", describe(&self.command));
        if !last.is_empty() {
            text.push_str("  its last lines:\n");
            for line in last {
                let _ = writeln!(text, "    {line}");
            }
        }
        if !self.hint.is_empty() {
            let _ = writeln!(text, "  what you can do: {}", self.hint);
        }
        anyhow!(text)
    }
}

/// The command as a user would type it.
#[must_use]
pub fn describe(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let _ = write!(text, " {}", argument.to_string_lossy());
    }
    text
}

fn forward(stream: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            match reader.read_until(b'\n', &mut bytes) {
                Ok(0) | Err(_) => return,
                Ok(_) => {
                    let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
                    if lines.send(line).is_err() {
                        return;
                    }
                }
            }
        }
    });
}
