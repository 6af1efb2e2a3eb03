//! `cargo xtask bench`: builds everything optimized, then runs the benchmark, which is a separate program because it
//! contains the services. Both read the same options.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::ui::Step;
use crate::{build, paths};

/// What to measure; without an option everything, natively and on workerd.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Only a run of the reconciliation over so many sales, natively
    #[arg(long, value_name = "SALES", group = "what")]
    pub reconciliation: Option<usize>,
    /// Beside another system, in alternating rounds: the folder with its `start.sh` and `scenarios/*.json`
    #[arg(long, value_name = "FOLDER", group = "what")]
    pub against: Option<PathBuf>,
    /// Offer so many sales a second for minutes, and tell whether everything keeps up
    #[arg(long, value_name = "RATE", group = "what", value_parser = rate)]
    pub sustained: Option<f64>,
    /// How long: at least two, to see what grows
    #[arg(long, default_value_t = 3, requires = "sustained", value_parser = clap::value_parser!(u64).range(2..))]
    pub minutes: u64,
    /// The house in one native process instead
    #[arg(long, requires = "sustained")]
    pub native: bool,
    /// What a sale and the trial balance cost after a thousand sales, and after so many
    #[arg(long, value_name = "SALES", group = "what")]
    pub fill: Option<usize>,
    /// Where the time of each Worker goes, by function, while one scenario runs
    #[arg(long, value_name = "NAME", group = "what", num_args = 0..=1, default_missing_value = "w4")]
    pub profile: Option<String>,
    /// Only these scenarios, such as `w4,w6-trial`
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub only: Vec<String>,
    /// Rounds of each scenario; the median is printed
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// Seconds of a round
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub seconds: u64,
}

/// The variable that makes the runtime open the inspector of the Workers, and at which port.
pub const INSPECTOR_PORT: &str = "COUNTINGHOUSE_INSPECTOR_PORT";

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().map_err(|_| "not a number")?;
    if (0.1..=100_000.0).contains(&rate) { Ok(rate) } else { Err("not from 0.1 to 100,000".to_owned()) }
}

/// The command, with its options as they were given.
pub fn run(options: &Options, given: impl Iterator<Item = OsString>) -> Result<()> {
    if options.profile.is_some() {
        build::named_workers()?;
    } else if options.reconciliation.is_none() && !options.native {
        build::ready()?;
    }
    let mut bench = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // In the folder of the caller, to which paths among the options are relative.
    bench
        .args(["run", "--quiet", "--profile", "bench-native", "--package", "house-bench", "--manifest-path"])
        .arg(paths::root().join("Cargo.toml"))
        .arg("--")
        .args(given);
    if options.profile.is_some() {
        bench.env(INSPECTOR_PORT, free_port()?.to_string());
    }
    Step::new("measure", bench).show().run()
}
