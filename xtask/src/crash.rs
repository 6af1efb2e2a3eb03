//! `cargo xtask crash`: builds the Workers and kills them under load. The test is a separate program, because it
//! contains the clients and the checks of the simulation.

use std::process::Command;

use anyhow::Result;

use crate::ui::Step;
use crate::{build, paths};

/// What to try; the test chooses what is not given.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The number of times that workerd is killed.
    pub kills: Option<u32>,
    /// The seed for the moments of the kills.
    pub seed: Option<u64>,
    /// Instead, stop once at each point of each request, with Workers built for it.
    pub fail_points: bool,
}

/// The command.
pub fn run(options: &Options) -> Result<()> {
    if options.fail_points {
        build::stopping_workers()?;
    } else {
        build::ready()?;
    }
    let mut crash = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    crash
        .args(["run", "--quiet", "--package", "house-workerd", "--bin", "crash", "--"])
        .current_dir(paths::root());
    if let Some(kills) = options.kills {
        crash.args(["--kills", &kills.to_string()]);
    }
    if let Some(seed) = options.seed {
        crash.args(["--seed", &seed.to_string()]);
    }
    if options.fail_points {
        crash.arg("--fail-points");
    }
    Step::new("crash", crash).hint("the failures above name what was lost").show().run()
}
