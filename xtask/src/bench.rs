//! `cargo xtask bench`: builds everything optimized, then runs the benchmark, which is a separate program because it
//! contains the five services.

use std::process::Command;

use anyhow::Result;

use crate::ui::Step;
use crate::{build, paths};

/// The command.
pub fn run() -> Result<()> {
    build::ready()?;
    let mut bench = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    bench
        .args(["run", "--quiet", "--profile", "bench-native", "--package", "house-bench"])
        .current_dir(paths::root());
    Step::new("measure", bench).show().run()
}
