//! The real Workers on workerd, started from Rust: for tests, measurements and seeding.
//!
//! ```no_run
//! use xtask::runtime::{Runtime, RuntimeOptions};
//! # fn main() -> anyhow::Result<()> {
//! let mut runtime = Runtime::start(RuntimeOptions::new("/tmp/shop"))?;
//! println!("{}/health", runtime.gateway_url());
//! let rows = runtime.sql("order", "select count(*) as n from orders")?;
//! runtime.crash()?; // SIGKILL, and another workerd over the same files
//! # Ok(()) }
//! ```
//!
//! `tools/runtime.mjs` does the work; this starts it, talks to it and makes sure that it ends. The Workers must have
//! been built: `cargo xtask test` and `cargo xtask dev` do that first.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
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
    /// Other Workers to reach directly, each on a free port.
    pub expose: Vec<&'static str>,
    /// Whether the gateway also serves the front end. Without it no JavaScript runs in front of the gateway.
    pub assets: bool,
    /// Start the databases alone, migrated, without any Worker.
    pub only_databases: bool,
    /// Other Workers than the usual ones: a folder with a subfolder for each.
    pub workers: Option<PathBuf>,
}

impl RuntimeOptions {
    /// Everything, on a free port.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            port: 0,
            expose: Vec::new(),
            assets: true,
            only_databases: false,
            workers: None,
        }
    }

    /// Other Workers to reach directly.
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
    commands: Mutex<ChildStdin>,
    waiting: Arc<Mutex<Waiting>>,
    asked: AtomicU64,
}

/// The receivers of answers, by id. Several may wait: a running cron must not delay a crash.
type Waiting = HashMap<u64, Sender<Value>>;

impl Runtime {
    /// Starts the Workers over a data folder and waits until they answer.
    pub fn start(options: RuntimeOptions) -> Result<Self> {
        let mut runtime = Self { options, running: None, urls: BTreeMap::new(), start: Duration::ZERO };
        runtime.restart()?;
        Ok(runtime)
    }

    /// Starts them again over the same data, on the same ports, after [`Self::stop`].
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        let started = Instant::now();
        let data = &self.options.data;
        fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
        secrets::ensure(data)?;
        let (mut running, first) = spawn(&self.options)?;
        let ready = match receive(&first, Duration::from_secs(START_SECONDS_MAX)) {
            Ok(ready) if ready["ready"] == true => ready,
            Ok(refused) => bail!("{}", refused["error"].as_str().unwrap_or("the runtime did not start")),
            Err(error) => {
                running.group.stop();
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
        self.running = Some(running);
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

    /// Runs SQL on the database of a Worker as one batch. Returns the rows of its last statement.
    pub fn sql(&self, worker: &str, sql: &str) -> Result<Vec<Value>> {
        self.sql_with(worker, sql, &[])
    }

    /// Runs one statement with parameters.
    pub fn sql_with(&self, worker: &str, sql: &str, params: &[Value]) -> Result<Vec<Value>> {
        let answer = self.ask(json!({"cmd": "sql", "worker": worker, "sql": sql, "params": params}))?;
        Ok(answer["rows"].as_array().cloned().unwrap_or_default())
    }

    /// Fires the gateway's cron trigger and waits until it has finished.
    pub fn scheduled(&self) -> Result<()> {
        self.ask(json!({"cmd": "scheduled"})).map(drop)
    }

    /// Sends a message as JSON, not as text, to the queue of a Worker's binding, as a foreign program might.
    pub fn send(&self, worker: &str, binding: &str, body: &Value) -> Result<()> {
        self.ask(json!({"cmd": "send", "worker": worker, "binding": binding, "body": body})).map(drop)
    }

    /// Ends workerd with SIGKILL in the middle of its work, and waits until another one runs over the same files, on
    /// the same ports. Everything in memory is lost, including the queues.
    pub fn crash(&self) -> Result<()> {
        self.ask(json!({"cmd": "crash"})).map(drop)
    }

    /// Stops the Workers in an orderly way.
    pub fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.group.stop();
        }
    }

    fn ask(&self, mut command: Value) -> Result<Value> {
        let running = self.running.as_ref().context("the runtime is not running")?;
        let id = running.asked.fetch_add(1, Ordering::Relaxed);
        command["id"] = json!(id);
        let (sender, answers) = mpsc::channel();
        lock(&running.waiting).insert(id, sender);
        writeln!(lock(&running.commands), "{command}").context("the runtime is gone")?;
        let answer = receive(&answers, Duration::from_secs(ANSWER_SECONDS_MAX));
        lock(&running.waiting).remove(&id);
        let answer = answer?;
        if answer["ok"] == true {
            return Ok(answer);
        }
        bail!("{}: {}", command["cmd"], answer["error"].as_str().unwrap_or("failed"))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts the process. Its first line will be sent to the receiver.
fn spawn(options: &RuntimeOptions) -> Result<(Running, Receiver<Value>)> {
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
    if let Some(workers) = &options.workers {
        command.arg("--workers").arg(workers);
    }
    let log = File::options().create(true).append(true).open(options.data.join("runtime.log"))?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
    let mut group = Group::spawn(&mut command)?;
    let commands = group.child.stdin.take().context("the runtime has no stdin")?;
    let output = group.child.stdout.take().context("the runtime has no stdout")?;
    let waiting: Arc<Mutex<Waiting>> = Arc::default();
    let first = read_lines(output, Arc::clone(&waiting));
    let running = Running { group, commands: Mutex::new(commands), waiting, asked: AtomicU64::new(1) };
    Ok((running, first))
}

/// Hands every answer to its receiver, and the line about the start to the start's receiver.
fn read_lines(output: ChildStdout, waiting: Arc<Mutex<Waiting>>) -> Receiver<Value> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let Ok(value) = serde_json::from_str::<Value>(&line) else { continue };
            let _ = match value["id"].as_u64() {
                Some(id) => lock(&waiting).remove(&id).map(|waits| waits.send(value)),
                None if value["event"].is_null() => Some(sender.send(value)),
                None => None,
            };
        }
        // No more answers will come: all receivers are told by closing their channels.
        lock(&waiting).clear();
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
