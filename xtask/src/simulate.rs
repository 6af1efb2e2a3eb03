//! `cargo xtask simulate`: builds the simulation optimized and runs it. It is a separate program, because it contains
//! the services.

use std::process::Command;

use anyhow::Result;

use crate::paths;
use crate::ui::Step;

/// What to simulate; the simulation chooses what is not given.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The first seed.
    pub seed: Option<u64>,
    /// How many runs.
    pub runs: Option<u64>,
    /// Clients in one run.
    pub steps: Option<u64>,
    /// A deliberate fault, or `all`.
    pub mutation: Option<String>,
    /// Sales of one article whose stock is divided into allotments, instead of the house.
    pub flash_sale: bool,
}

/// The command.
pub fn run(options: &Options) -> Result<()> {
    let mut simulate = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    simulate
        .args([
            "run",
            "--quiet",
            "--profile",
            "simulation",
            "--package",
            "house-simulation",
            "--bin",
            "simulate",
            "--",
        ])
        .current_dir(paths::root());
    for (name, value) in [("--seed", options.seed), ("--runs", options.runs), ("--steps", options.steps)] {
        if let Some(value) = value {
            simulate.args([name, &value.to_string()]);
        }
    }
    if options.flash_sale {
        simulate.arg("--flash-sale");
    }
    if let Some(mutation) = &options.mutation {
        simulate.args(["--mutation", mutation]);
    }
    Step::new("simulate", simulate).hint("the failure above says how to repeat it").show().run()
}
