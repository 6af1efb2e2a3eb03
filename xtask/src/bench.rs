//! `cargo xtask bench`: builds everything optimized, then runs the benchmark, which is a separate program because it
//! contains the five services.

use std::process::Command;

use anyhow::Result;

use crate::ui::Step;
use crate::{build, paths};

/// The command.
pub fn run(reconciliation: Option<u32>) -> Result<()> {
    if reconciliation.is_none() {
        build::ready()?;
    }
    let mut bench = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    bench
        .args(["run", "--quiet", "--profile", "bench-native", "--package", "house-bench"])
        .current_dir(paths::root());
    if let Some(sales) = reconciliation {
        bench.args(["--", "--reconciliation", &sales.to_string()]);
    }
    Step::new("measure", bench).show().run()
}
