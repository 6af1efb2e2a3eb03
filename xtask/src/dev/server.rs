//! One `wrangler dev` that runs the Workers, and how to tell whether they are still alive.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::deploy::resource;
use crate::paths;
use crate::process::{Group, pause};
use crate::secrets;
use crate::setup::Tools;

const START_SECONDS_MAX: u64 = 120;
/// A sweep over a large backlog may take long.
const CRON_SECONDS_MAX: u64 = 60;
const CRON_FAILURES_MAX: u32 = 3;
const ATTEMPTS_AFTER_CHANGE: u32 = 3;

/// A running `wrangler dev`. Dropping it stops it and its children.
#[derive(Debug)]
pub struct Server {
    group: Group,
    url: String,
    /// Process ids of workerd, as seen when everything was up. Empty where that cannot be seen.
    runtimes: Vec<u32>,
    cron_failures: u32,
    /// The outcome of the cron run in progress: status or error.
    cron: Receiver<Result<u16>>,
    agent: ureq::Agent,
}

impl Server {
    /// Starts it and waits until the gateway answers.
    ///
    /// Only with `verbose` does wrangler log each request and print everything that the Workers log: that alone costs a
    /// third of the speed. Warnings and errors are always shown.
    pub fn start(tools: &Tools, data: &Path, port: u16, verbose: bool) -> Result<Self> {
        let mut command = tools.wrangler();
        command.arg("dev");
        // The first one is the public one.
        for worker in paths::WORKERS.iter().rev() {
            command.arg("-c").arg(paths::wrangler_file(worker));
        }
        command
            .args(["--ip", "127.0.0.1", "--port", &port.to_string(), "--inspector-port", "0"])
            .arg("--persist-to")
            .arg(data.join("state"))
            .arg("--env-file")
            .arg(secrets::file(data))
            .arg("--show-interactive-dev-session=false")
            .current_dir(paths::root())
            .env("CI", "1")
            .env("WRANGLER_LOG_PATH", data.join("logs"))
            .env("WRANGLER_LOG", if verbose { "log" } else { "warn" })
            // It would store every log line in a database of the data folder, permanently.
            .env("X_LOCAL_OBSERVABILITY", "false")
            // Other sessions on this machine may run Workers with the same names: do not find them.
            .env("WRANGLER_REGISTRY_PATH", data.join("registry"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut group = Group::spawn(&mut command)?;
        let startup = Arc::new(Mutex::new(Some(Vec::new())));
        if let Some(stdout) = group.child.stdout.take() {
            print_lines(stdout, Arc::clone(&startup));
        }
        if let Some(stderr) = group.child.stderr.take() {
            print_lines(stderr, Arc::clone(&startup));
        }
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let url = format!("http://127.0.0.1:{port}");
        let mut server =
            Self { group, url, runtimes: Vec::new(), cron_failures: 0, cron: mpsc::channel().1, agent };
        if let Err(error) = server.wait() {
            let lines = startup.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
            return Err(error.context(format!("wrangler dev did not start\n{}", lines.join("\n"))));
        }
        // From here on the output of wrangler and the Workers is shown.
        startup.lock().unwrap_or_else(PoisonError::into_inner).take();
        server.runtimes = server.group.members("workerd");
        Ok(server)
    }

    fn wait(&mut self) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        while Instant::now() < end {
            pause(Duration::from_millis(50))?;
            if let Some(status) = self.group.exited() {
                bail!("it ended with {status}");
            }
            if get(&self.agent, &self.url, "/health", 10).is_ok() {
                return Ok(());
            }
        }
        bail!("no answer in {START_SECONDS_MAX} s")
    }

    /// A problem, if there is one.
    ///
    /// wrangler restarts a workerd that died, but does not always get its port back. It also replaces workerd when a
    /// file changes. So a change is a reason to check, not to act.
    pub fn problem(&mut self) -> Result<Option<String>> {
        if let Some(status) = self.group.exited() {
            return Ok(Some(format!("wrangler dev ended with {status}")));
        }
        let runtimes = self.group.members("workerd");
        if runtimes != self.runtimes {
            for _ in 0..ATTEMPTS_AFTER_CHANGE {
                pause(Duration::from_secs(1))?;
                if get(&self.agent, &self.url, "/health", 5).is_ok() {
                    self.runtimes = self.group.members("workerd");
                    return Ok(None);
                }
            }
            return Ok(Some("workerd died".into()));
        }
        Ok((self.cron_failures >= CRON_FAILURES_MAX).then(|| "the Workers do not answer".into()))
    }

    /// Runs every Worker's scheduled handler in the background, unless the last run is still in progress.
    pub fn fire_cron(&mut self) {
        match self.cron.try_recv() {
            Ok(Ok(status)) => {
                self.cron_failures = 0;
                if status >= 500 {
                    println!("a Worker's cron handler failed; its log is shown above");
                }
            }
            Ok(Err(error)) => {
                self.cron_failures += 1;
                println!("the cron trigger did not answer: {error:#}");
            }
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => {}
        }
        let (sender, receiver) = mpsc::channel();
        self.cron = receiver;
        let (agent, url) = (self.agent.clone(), self.url.clone());
        thread::spawn(move || sender.send(fire_each(&agent, &url)));
    }

    /// Stops everything.
    pub fn stop(&mut self) {
        self.group.stop();
    }
}

/// Fires the cron of one Worker after the other and returns the worst status. `wrangler dev` fires the first Worker's
/// cron only at its own address; the others are reached through its explorer.
fn fire_each(agent: &ureq::Agent, url: &str) -> Result<u16> {
    let mut worst = 0;
    for worker in paths::WORKERS {
        let address = format!("{url}{SCHEDULED}?worker={}", resource(worker));
        let request = agent.post(&address).header("content-type", "application/json");
        let request = request.config().timeout_global(Some(Duration::from_secs(CRON_SECONDS_MAX)));
        let answer = request.build().send(BY_HAND)?;
        worst = worst.max(answer.status().as_u16());
    }
    Ok(worst)
}

/// Not the Workers' own cron, on which they wait half a minute for a second round: here the next one comes sooner.
const BY_HAND: &str = r#"{"cron":"by hand"}"#;

/// The path at which `wrangler dev` runs a Worker's scheduled handler.
const SCHEDULED: &str = "/cdn-cgi/local/explorer/api/local/scheduled";

fn get(agent: &ureq::Agent, url: &str, path: &str, seconds: u64) -> Result<u16> {
    let request =
        agent.get(format!("{url}{path}")).config().timeout_global(Some(Duration::from_secs(seconds)));
    Ok(request.build().call()?.status().as_u16())
}

/// Keeps the lines while the server starts, prints them afterwards.
fn print_lines(stream: impl Read + Send + 'static, startup: Arc<Mutex<Option<Vec<String>>>>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            match startup.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                Some(lines) => lines.push(line),
                None if line.trim().is_empty() || line.contains("/local/scheduled") => {}
                None => println!("{line}"),
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use contracts::CRON;
    use serde_json::Value;

    use super::*;

    /// On their own cron the Workers wait half a minute each: then nothing here would be swept for minutes.
    #[test]
    fn a_cron_that_is_fired_by_hand_is_not_the_workers_own() {
        let sent: Value = serde_json::from_str(BY_HAND).unwrap();
        assert_ne!(sent["cron"], CRON);
        assert_ne!(sent["cron"], "", "wrangler refuses an empty one");
    }
}
