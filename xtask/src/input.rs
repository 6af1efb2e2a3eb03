//! `cargo xtask input`: builds the fuzzer of the API optimized and runs it. It is a separate program, because it
//! contains the services.

use std::process::Command;

use anyhow::Result;

use crate::ui::Step;
use crate::{build, paths};

/// What to try; the fuzzer chooses what is not given.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A running house.
    pub url: Option<String>,
    /// The house in one native process.
    pub native: bool,
    /// The seed.
    pub seed: Option<u64>,
    /// How many requests.
    pub requests: Option<u64>,
}

/// The command.
pub fn run(options: &Options) -> Result<()> {
    if options.url.is_none() && !options.native {
        build::ready()?;
    }
    let mut input = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    input
        .args([
            "run",
            "--quiet",
            "--profile",
            "simulation",
            "--package",
            "house-input",
            "--bin",
            "input",
            "--",
        ])
        .current_dir(paths::root());
    if let Some(url) = &options.url {
        input.args(["--url", url]);
    }
    if options.native {
        input.arg("--native");
    }
    for (name, value) in [("--seed", options.seed), ("--requests", options.requests)] {
        if let Some(value) = value {
            input.args([name, &value.to_string()]);
        }
    }
    Step::new("send changed requests", input)
        .hint("each failure above has the command that repeats it")
        .show()
        .run()
}
