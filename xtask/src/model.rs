//! `cargo xtask model`: explores the model of the checkout, optimized. It is a separate program, because it contains
//! the order service.

use std::process::Command;

use anyhow::Result;

use crate::paths;
use crate::ui::Step;

/// The command; `long` adds the worlds that take minutes.
pub fn run(long: bool) -> Result<()> {
    let mut explore = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    explore
        .args(["run", "--quiet", "--profile", "bench-native", "--package", "house-model", "--bin", "explore"])
        .current_dir(paths::root());
    if long {
        explore.args(["--", "--long"]);
    }
    Step::new("explore", explore).hint("a history above shows what does not hold").show().run()
}
