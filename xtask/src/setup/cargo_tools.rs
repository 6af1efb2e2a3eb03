//! The tools for the fuzzer, which cargo compiles.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{debian, make_folder};
use crate::ui::Step;

const CARGO_FUZZ_VERSION: &str = "0.13.2";

/// Installs cargo-fuzz if it is missing; returns its path.
pub fn ensure_cargo_fuzz(cache: &Path) -> Result<PathBuf> {
    let folder = install(cache, "cargo-fuzz", CARGO_FUZZ_VERSION, "about one minute")?;
    Ok(folder.join("bin/cargo-fuzz"))
}

fn install(cache: &Path, name: &str, version: &str, duration: &str) -> Result<PathBuf> {
    let folder = cache.join(format!("{name}-{version}"));
    if folder.is_dir() {
        return Ok(folder);
    }
    debian::ensure_native_build()?;
    make_folder(&folder, |unfinished| {
        let mut command = Command::new("cargo");
        command
            .args(["install", "--locked", "--root"])
            .arg(unfinished)
            .arg(format!("{name}@{version}"))
            // Not the checkout's folder: other commands may hold its lock.
            .env("CARGO_TARGET_DIR", cache.join("cargo-tools-build"))
            .env_remove("RUSTFLAGS");
        Step::new(format!("install {name} {version} ({duration} on two cores, once)"), command)
            .hint(
                "cargo compiles it: check the connection; on Debian the packages \
                 build-essential, pkg-config and libssl-dev are needed. Then run the command again, \
                 it continues where it stopped",
            )
            .run()
    })?;
    Ok(folder)
}
