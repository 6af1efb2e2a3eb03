//! Our Workers on workerd, in a data folder of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use contracts::Service;
use house::{Answer, Api, Call, User};
use xtask::process;
use xtask::runtime::{Runtime, RuntimeOptions};

use crate::server::{Http, Server, Tokens, wait_until_quiet};
use crate::usage;

/// How often the cron may have to fire until nothing waits: one run confirms some thousand messages.
const ROUNDS_MAX: u32 = 500;

/// The Workers.
pub(crate) struct Ours {
    runtime: Runtime,
    folder: PathBuf,
    http: Http,
    processes: Vec<u32>,
    tokens: Tokens,
}

/// What waits in the outbox of a service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waiting {
    pub(crate) messages: i64,
    pub(crate) oldest_seconds: i64,
}

/// A folder in memory where there is one: otherwise the disk would be measured.
pub(crate) fn in_memory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_path_buf() } else { on_disk() }
}

pub(crate) fn on_disk() -> PathBuf {
    xtask::paths::root().join("target/tmp")
}

impl Ours {
    /// Starts them over an empty folder, with the demo users.
    pub(crate) fn start(place: &Path, workers: Option<PathBuf>) -> Result<Self> {
        let folder = place.join(format!("countinghouse-bench-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let before = usage::children();
        let runtime =
            Runtime::start(RuntimeOptions { workers, ..RuntimeOptions::new(&folder).without_assets() })?;
        xtask::seed::demo_users(&runtime)?;
        let http = Http::to(runtime.gateway_url());
        let mut ours = Self { runtime, folder, http, processes: Vec::new(), tokens: Tokens::default() };
        ours.processes = started_since(&before);
        Ok(ours)
    }

    /// Stops the Workers while `work` has their databases.
    pub(crate) fn stopped(&mut self, work: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        self.runtime.stop();
        work(&self.folder.join("state/v3/d1/miniflare-D1DatabaseObject"))?;
        let before = usage::children();
        self.runtime.restart()?;
        self.processes = started_since(&before);
        Ok(())
    }

    /// How long they took to be ready.
    pub(crate) fn start_time(&self) -> Duration {
        self.runtime.start
    }

    /// Fires the cron of every Worker.
    pub(crate) fn tick(&self) -> Result<()> {
        self.runtime.scheduled()
    }

    /// Fires the cron until every message is confirmed.
    fn confirm(&self) -> Result<()> {
        let mut trouble = None;
        for _ in 0..ROUNDS_MAX {
            if waiting(self).is_ok_and(|all| all.iter().all(|outbox| outbox.messages == 0)) {
                return Ok(());
            }
            // On a machine that does something else it may take too long; the next one goes on.
            trouble = self.tick().err().or(trouble);
            process::pause(Duration::from_millis(500))?;
        }
        bail!("messages still wait in an outbox: {:?}, {trouble:?}", waiting(self)?)
    }
}

fn started_since(before: &[u32]) -> Vec<u32> {
    let mut now = usage::children();
    now.retain(|process| !before.contains(process));
    now
}

/// What waits in each service, as the house itself says it.
pub(crate) fn waiting(api: &dyn Api) -> Result<Vec<Waiting>> {
    let answer = api.get(User::Manager, "/metrics");
    if answer.status != 200 {
        bail!("the metrics are missing: {} {}", answer.status, answer.text);
    }
    let figure = |name: &str, service: Service| {
        let label = format!("{name}{{service=\"{service}\"}} ");
        answer.text.lines().find_map(|line| line.strip_prefix(&label)?.parse().ok())
    };
    let services = Service::ALL.into_iter();
    let each = services.map(|service| Waiting {
        messages: figure("outbox_waiting", service).unwrap_or(0),
        oldest_seconds: figure("outbox_oldest_age_seconds", service).unwrap_or(0),
    });
    Ok(each.collect())
}

impl Api for Ours {
    fn call(&self, call: &Call<'_>) -> Answer {
        let token = self.tokens.of(call.user, |login| self.http.send(login, None));
        self.http.send(call, token.as_deref())
    }

    fn settle(&self) {
        self.confirm().unwrap();
    }
}

impl Server for Ours {
    fn cpu_seconds(&self) -> Option<f64> {
        usage::cpu_seconds(&self.processes)
    }

    /// First the queues deliver; then the cron confirms, as it does each minute.
    fn finish(&self) -> Result<()> {
        wait_until_quiet(&self.processes)?;
        self.confirm()
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        self.runtime.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
