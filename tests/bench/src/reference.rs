//! Another system beside ours. Its folder has `start.sh`, which prints the system's address and then keeps running,
//! `stop.sh` where that takes more than ending what was started, and `scenarios/*.json`. The ids of its processes are in
//! `$PEERS_WORK/<folder's name>.pid`.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use house::{Answer, Api, Call};
use xtask::process::{Group, check_interrupted};
use xtask::setup;

use crate::scenario::{Scenario, peers_work};
use crate::server::{Http, Server, wait_until_quiet};
use crate::usage;

const START_SECONDS_MAX: u64 = 60;

/// The other system, running.
pub(crate) struct Reference {
    pub(crate) name: String,
    folder: PathBuf,
    group: Group,
    http: Http,
    processes: Vec<u32>,
}

impl Reference {
    /// Starts it and waits for its address.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let folder =
            folder.canonicalize().with_context(|| format!("there is no folder {}", folder.display()))?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let errors = peers_work().join(format!("{name}.err"));
        // Our Node comes first in its PATH.
        let mut command = setup::ensure()?.with_node(&folder.join("start.sh"));
        command.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(File::create(&errors).with_context(|| format!("cannot write {}", errors.display()))?);
        let mut group = Group::spawn(&mut command)?;
        let output = group.child.stdout.take().context("it has no output")?;
        let url = address(output).with_context(|| {
            let text = fs::read_to_string(&errors).unwrap_or_default();
            format!("{name} did not start: {text:.2000}")
        })?;
        let file = peers_work().join(format!("{name}.pid"));
        let ids = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let processes: Vec<u32> = ids.split_whitespace().filter_map(|id| id.parse().ok()).collect();
        Ok(Self { name, folder, group, http: Http::to(&url), processes })
    }

    /// Its scenario of this name, if it has one.
    pub(crate) fn scenario(&self, name: &str) -> Result<Option<Scenario>> {
        let file = self.folder.join("scenarios").join(format!("{name}.json"));
        if file.exists() { Scenario::load(&file).map(Some) } else { Ok(None) }
    }

    /// The number of an article that was in no race yet: a file counts them, because its databases stay.
    pub(crate) fn next_hot(&self) -> usize {
        let file = peers_work().join(format!("{}.hot", self.name));
        let next = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        let _ = fs::write(file, format!("{}\n", next + 1));
        next
    }
}

/// The first line that is an address. Whatever follows is read and forgotten, or the pipe would fill up.
fn address(output: ChildStdout) -> Result<String> {
    let (sender, found) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if line.starts_with("http://") {
                let _ = sender.send(line);
            }
        }
    });
    for _ in 0..START_SECONDS_MAX * 10 {
        check_interrupted()?;
        match found.recv_timeout(Duration::from_millis(100)) {
            Ok(url) => return Ok(url),
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!("it ended"),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
    }
    Err(anyhow!("it printed no address in {START_SECONDS_MAX} s"))
}

impl Api for Reference {
    fn call(&self, call: &Call<'_>) -> Answer {
        self.http.send(call, None)
    }

    fn settle(&self) {
        let _ = wait_until_quiet(&self.processes);
    }
}

impl Server for Reference {
    fn cpu_seconds(&self) -> Option<f64> {
        usage::cpu_seconds(&self.processes)
    }

    fn finish(&self) -> Result<()> {
        wait_until_quiet(&self.processes)
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        let stop = self.folder.join("stop.sh");
        if stop.exists()
            && let Ok(tools) = setup::ensure()
        {
            let _ = tools.with_node(&stop).status();
        }
        self.group.stop();
    }
}
