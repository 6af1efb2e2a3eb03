//! The five real Workers on workerd, started from Rust: for tests, measurements and seeding.
//!
//! ```no_run
//! use xtask::runtime::{Runtime, RuntimeOptions};
//! # fn main() -> anyhow::Result<()> {
//! let mut runtime = Runtime::start(RuntimeOptions::new("/tmp/shop"))?;
//! println!("{}/health", runtime.gateway_url());
//! let rows = runtime.sql("order", "select count(*) as n from orders")?;
//! runtime.kill(); // as if the power had failed
//! runtime.restart()?;
//! # Ok(()) }
//! ```
//!
//! The work is done by `tools/runtime.mjs`; this starts it, talks to it and makes sure that it ends. The
//! Workers must have been built: `cargo xtask test` and `cargo xtask dev` do that first.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};

use crate::process::{Group, check_interrupted};
use crate::setup::{self, Tools};
use crate::{paths, secrets};

/// Long enough for a slow machine that compiles at the same time.
const START_SECONDS_MAX: u64 = 120;
const ANSWER_SECONDS_MAX: u64 = 60;

/// What to start, and where.
#[derive(Debug, Clone)]
pub struct RuntimeOptions {
    /// Folder of databases and secrets, made if missing.
    pub data: PathBuf,
    /// Port of the gateway; 0 takes a free one.
    pub port: u16,
    /// Further Workers to reach directly, each on a free port.
    pub expose: Vec<&'static str>,
    /// Whether the gateway serves the front end too. Without it no JavaScript stands before the gateway.
    pub assets: bool,
    /// Start the databases alone, migrated, without any Worker.
    pub only_databases: bool,
}

impl RuntimeOptions {
    /// Everything, on a free port.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into(), port: 0, expose: Vec::new(), assets: true, only_databases: false }
    }

    /// Further Workers to reach directly.
    #[must_use]
    pub fn expose(mut self, workers: &[&'static str]) -> Self {
        self.expose = workers.to_vec();
        self
    }

    /// Leaves out the static front end.
    #[must_use]
    pub fn without_assets(mut self) -> Self {
        self.assets = false;
        self
    }
}

/// Running Workers. Dropping this stops them.
#[derive(Debug)]
pub struct Runtime {
    options: RuntimeOptions,
    running: Option<Running>,
    urls: BTreeMap<String, String>,
    /// How long the Workers took to be ready, migrations included.
    pub start: Duration,
}

#[derive(Debug)]
struct Running {
    group: Group,
    pipe: Mutex<Pipe>,
}

#[derive(Debug)]
struct Pipe {
    commands: ChildStdin,
    answers: Receiver<Value>,
    id: u64,
}

impl Runtime {
    /// Starts the Workers over a data folder and waits until they answer.
    pub fn start(options: RuntimeOptions) -> Result<Self> {
        let mut runtime = Self { options, running: None, urls: BTreeMap::new(), start: Duration::ZERO };
        runtime.restart()?;
        Ok(runtime)
    }

    /// Starts them again over the same data, on the same ports, after [`Self::kill`] or [`Self::stop`].
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        let started = Instant::now();
        let data = &self.options.data;
        fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
        secrets::ensure(data)?;
        let (mut group, commands, answers) = spawn(&self.options)?;
        let ready = match receive(&answers, Duration::from_secs(START_SECONDS_MAX)) {
            Ok(ready) if ready["ready"] == true => ready,
            Ok(refused) => bail!("{}", refused["error"].as_str().unwrap_or("the runtime did not start")),
            Err(error) => {
                group.stop();
                return Err(error.context(format!("the runtime did not start\n{}", tail(&self.log()))));
            }
        };
        for worker in paths::WORKERS {
            if let Some(url) = ready[worker].as_str() {
                self.urls.insert(worker.to_owned(), url.to_owned());
            }
        }
        if let Some(port) = self.urls.get("gateway").and_then(|url| url.rsplit(':').next()?.parse().ok()) {
            self.options.port = port;
        }
        self.running = Some(Running { group, pipe: Mutex::new(Pipe { commands, answers, id: 0 }) });
        self.start = started.elapsed();
        Ok(())
    }

    /// `http://127.0.0.1:PORT` of the gateway.
    #[must_use]
    pub fn gateway_url(&self) -> &str {
        self.url("gateway").unwrap_or_default()
    }

    /// The address of a Worker, if it was exposed.
    #[must_use]
    pub fn url(&self, worker: &str) -> Option<&str> {
        self.urls.get(worker).map(String::as_str)
    }

    /// The file with what the Workers wrote to their console.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.options.data.join("runtime.log")
    }

    /// Runs SQL on the database of a Worker as one batch; the rows of its last statement.
    pub fn sql(&self, worker: &str, sql: &str) -> Result<Vec<Value>> {
        self.sql_with(worker, sql, &[])
    }

    /// Runs one statement with parameters.
    pub fn sql_with(&self, worker: &str, sql: &str, params: &[Value]) -> Result<Vec<Value>> {
        let answer = self.ask(json!({"cmd": "sql", "worker": worker, "sql": sql, "params": params}))?;
        Ok(answer["rows"].as_array().cloned().unwrap_or_default())
    }

    /// Fires the gateway's cron trigger and waits for its end.
    pub fn scheduled(&self) -> Result<()> {
        self.ask(json!({"cmd": "scheduled"})).map(drop)
    }

    /// Ends everything with SIGKILL, as a power failure would. [`Self::restart`] starts it again.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.group.kill();
        }
    }

    /// Stops the Workers in good order.
    pub fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.group.stop();
        }
    }

    fn ask(&self, mut command: Value) -> Result<Value> {
        let running = self.running.as_ref().context("the runtime is not running")?;
        let mut pipe = running.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        pipe.id += 1;
        command["id"] = json!(pipe.id);
        writeln!(pipe.commands, "{command}").context("the runtime is gone")?;
        loop {
            let answer = receive(&pipe.answers, Duration::from_secs(ANSWER_SECONDS_MAX))?;
            if answer["id"] != command["id"] {
                continue;
            }
            if answer["ok"] == true {
                return Ok(answer);
            }
            bail!("{}: {}", command["cmd"], answer["error"].as_str().unwrap_or("failed"));
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop();
    }
}

fn spawn(options: &RuntimeOptions) -> Result<(Group, ChildStdin, Receiver<Value>)> {
    let mut command = tools()?.node(&paths::root().join("tools/runtime.mjs"));
    command.arg("--data").arg(&options.data).arg("--port").arg(options.port.to_string());
    for worker in &options.expose {
        command.args(["--expose", worker]);
    }
    if !options.assets {
        command.arg("--no-assets");
    }
    if options.only_databases {
        command.arg("--only-databases");
    }
    let log = File::options().create(true).append(true).open(options.data.join("runtime.log"))?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
    let mut group = Group::spawn(&mut command)?;
    let commands = group.child.stdin.take().context("the runtime has no stdin")?;
    let output = group.child.stdout.take().context("the runtime has no stdout")?;
    Ok((group, commands, read_lines(output)))
}

fn read_lines(output: ChildStdout) -> Receiver<Value> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let Ok(value) = serde_json::from_str(&line) else { continue };
            if sender.send(value).is_err() {
                return;
            }
        }
    });
    receiver
}

fn receive(answers: &Receiver<Value>, patience: Duration) -> Result<Value> {
    let end = Instant::now() + patience;
    loop {
        check_interrupted()?;
        match answers.recv_timeout(Duration::from_millis(100)) {
            Ok(value) => return Ok(value),
            Err(RecvTimeoutError::Disconnected) => return Err(anyhow!("the runtime ended unexpectedly")),
            Err(RecvTimeoutError::Timeout) if Instant::now() > end => {
                return Err(anyhow!("no answer from the runtime in {} s", patience.as_secs()));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// The end of a log, for an error message.
fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// Looked up once per process: tests start many runtimes.
fn tools() -> Result<&'static Tools> {
    static TOOLS: OnceLock<Tools> = OnceLock::new();
    if let Some(tools) = TOOLS.get() {
        return Ok(tools);
    }
    let tools = setup::ensure()?;
    Ok(TOOLS.get_or_init(|| tools))
}
