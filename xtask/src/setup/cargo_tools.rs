//! The build tools that cargo compiles, and the fuzzer's.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{debian, make_folder};
use crate::ui::Step;

/// Must match the `worker` crate of the workspace.
pub const WORKER_BUILD_VERSION: &str = "0.8.7";
/// Must be exactly the version of the `wasm-bindgen` crate in the workspace.
pub const WASM_BINDGEN_VERSION: &str = "0.2.129";

const CARGO_FUZZ_VERSION: &str = "0.13.2";

/// Installs cargo-fuzz if it is missing; its path.
pub fn ensure_cargo_fuzz(cache: &Path) -> Result<PathBuf> {
    let folder = install(cache, "cargo-fuzz", CARGO_FUZZ_VERSION, "about one minute")?;
    Ok(folder.join("bin/cargo-fuzz"))
}

/// Installs what is missing; the paths of worker-build and wasm-bindgen.
pub fn ensure(cache: &Path) -> Result<(PathBuf, PathBuf)> {
    let worker_build = install(cache, "worker-build", WORKER_BUILD_VERSION, "about four minutes")?;
    let wasm_bindgen = install(cache, "wasm-bindgen-cli", WASM_BINDGEN_VERSION, "about two minutes")?;
    Ok((worker_build.join("bin/worker-build"), wasm_bindgen.join("bin/wasm-bindgen")))
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
            // Not the checkout's folder, whose lock others may hold, and one for both: they share crates.
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
