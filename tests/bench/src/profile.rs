//! `--profile`: where the time of each Worker goes while a scenario runs, by function. The Workers are built with names
//! for it; the profiler costs about a third of the speed.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use xtask::bench::{INSPECTOR_PORT, Options};
use xtask::{build, paths, setup};

use crate::cost::{ALL, Bench, scenario};
use crate::data_set;
use crate::ours::{self, Ours};
use crate::report::{Table, short};

/// Functions shown of each Worker.
const FUNCTIONS: usize = 25;
/// Workers that did less, in milliseconds, are left out.
const BUSY_MIN: f64 = 20.0;
const WIDTH: usize = 100;

#[derive(Deserialize)]
struct Recorded {
    worker: String,
    /// Milliseconds that each function used itself.
    functions: BTreeMap<String, f64>,
}

/// Records and prints.
pub(crate) fn measure(options: &Options, name: &str) -> Result<()> {
    let Some(work) = ALL.iter().find(|work| work.name == name) else { bail!("no scenario is called {name}") };
    let port = std::env::var(INSPECTOR_PORT).context("start this with `cargo xtask bench --profile`")?;
    let ours = Ours::start(&ours::in_memory(), Some(paths::target().join(build::NAMED)))?;
    data_set::load(&ours)?;
    let scenario = scenario(work.scenario)?;
    let bench = Bench::open(&ours, work, &scenario)?;
    bench.warm_up()?;
    let mut recorder = setup::ensure()?.node(&Path::new(env!("CARGO_MANIFEST_DIR")).join("profile.mjs"));
    recorder.arg(port).arg(options.seconds.to_string());
    let recorder = std::thread::spawn(move || recorder.output());
    // A little longer than it records.
    let round = bench.round(Duration::from_secs(options.seconds + 2), &mut || 0)?;
    let output = recorder.join().map_err(|_| anyhow::anyhow!("the recorder died"))??;
    if !output.status.success() {
        bail!("the recorder failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    println!(
        "{}, {} s under the profiler: {} a second, {} ms of the processor each",
        work.title(&scenario),
        options.seconds,
        short(round.load.per_second()),
        crate::report::shown(round.cpu_ms)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let read = |line| serde_json::from_str(line).context("the recorder printed something else");
    let mut all = text.lines().map(read).collect::<Result<Vec<Recorded>>>()?;
    all.sort_by(|one, other| one.worker.cmp(&other.worker));
    all.iter().for_each(print);
    Ok(())
}

/// One Worker's table; what is idle is left out.
fn print(recorded: &Recorded) {
    let mut functions: Vec<(&str, f64)> = recorded
        .functions
        .iter()
        .map(|(name, ms)| (name.as_str(), *ms))
        .filter(|(name, _)| !["(idle)", "(root)"].contains(name))
        .collect();
    functions.sort_by(|one, other| other.1.total_cmp(&one.1));
    let busy: f64 = functions.iter().map(|(_, ms)| ms).sum();
    if busy < BUSY_MIN {
        return;
    }
    let heading = format!("{}, busy {} ms", recorded.worker, short(busy));
    let table = Table::begin(WIDTH, &[&heading, "self ms", "% of busy"]);
    for (name, ms) in functions.into_iter().take(FUNCTIONS) {
        let name: String = name.chars().take(WIDTH).collect();
        table.row(&[name, short(ms), short(100.0 * ms / busy.max(0.001))]);
    }
}
