//! Installs what the other commands need. Does nothing, quickly, when everything is installed.
//!
//! Expensive things are in [`paths::cache`], in folders named by version: an upgrade makes new ones, and a second
//! checkout finds the existing ones. Each is created under another name and renamed when complete, so that an
//! interrupted installation is never taken for a finished one. Only `tools/node_modules` is in the checkout.

pub mod browser;
pub mod cargo_tools;
pub mod debian;
pub mod node;
pub mod python;
pub mod wasm_target;

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::paths;
use crate::process::at_once;
use crate::ui::elapsed;
use wasm_target::Toolchain;

/// Everything that was installed, and the environments in which to run it.
#[derive(Debug, Clone)]
pub struct Tools {
    toolchain: Toolchain,
    node: PathBuf,
}

/// The command `cargo xtask setup`.
pub fn run() -> Result<()> {
    let started = Instant::now();
    let tools = ensure()?;
    println!("wasm target   {}", tools.toolchain);
    println!("Node          {}", tools.node.display());
    println!("cache         {}", paths::cache().display());
    println!("set-up complete in {}", elapsed(started));
    Ok(())
}

/// Installs what is missing.
pub fn ensure() -> Result<Tools> {
    ensure_while(|_| Ok(()))
}

/// Installs what is missing. While npm waits for the network, it does some work that needs only the compiler.
pub fn ensure_while(work: impl FnOnce(&Toolchain) -> Result<()>) -> Result<Tools> {
    let cache = paths::cache();
    let lock = lock(&cache)?;
    let toolchain = wasm_target::ensure(&cache)?;
    let install = || {
        let _held = lock;
        node::ensure(&cache)
    };
    let (node, ()) = at_once(install, || work(&toolchain))?;
    Ok(Tools { toolchain, node })
}

/// Installs cargo-fuzz if it is missing; returns its path. It is not part of [`Tools`], because nothing else needs it.
pub fn ensure_cargo_fuzz() -> Result<PathBuf> {
    let cache = paths::cache();
    let _lock = lock(&cache)?;
    cargo_tools::ensure_cargo_fuzz(&cache)
}

/// Installs Schemathesis if it is missing; returns the Python that has it.
pub fn ensure_schemathesis() -> Result<PathBuf> {
    let cache = paths::cache();
    let _lock = lock(&cache)?;
    python::ensure_schemathesis(&cache)
}

/// Installs the browser of the tests if it is missing.
pub fn ensure_browser(tools: &Tools) -> Result<browser::Browser> {
    let cache = paths::cache();
    let _lock = lock(&cache)?;
    browser::ensure(tools, &cache)
}

/// Held during an installation: otherwise two commands started at once would install everything twice.
fn lock(cache: &Path) -> Result<File> {
    fs::create_dir_all(cache).with_context(|| format!("cannot create {}", cache.display()))?;
    let lock = File::create(cache.join("lock")).context("cannot create the cache's lock")?;
    if lock.try_lock().is_err() {
        println!("  waiting for another command that is installing ...");
        lock.lock().context("cannot lock the cache")?;
    }
    Ok(lock)
}

/// Only Node and the npm packages of the tools, for tests that talk to a server written for Node.
pub fn ensure_node() -> Result<PathBuf> {
    let cache = paths::cache();
    let _lock = lock(&cache)?;
    node::ensure(&cache)
}

impl Tools {
    /// The compiler of the Workers.
    #[must_use]
    pub fn toolchain(&self) -> &Toolchain {
        &self.toolchain
    }

    /// A program that runs npm tools.
    #[must_use]
    pub fn with_node(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("WASM_OPT_BIN", node::package_binary("wasm-opt"))
            .env("ESBUILD_BIN", node::package_binary("esbuild"))
            .env("PATH", path_with(self.node.parent().map(Path::to_path_buf)));
        command
    }

    /// npm, with our Node.
    pub fn npm(&self) -> Result<Command> {
        node::npm_with(&self.node)
    }

    /// Installs the npm packages of a folder, if they are missing.
    pub fn ensure_packages(&self, folder: &Path, title: &str) -> Result<()> {
        node::ensure_packages(&self.node, folder, title)
    }

    /// Node with a script.
    #[must_use]
    pub fn node(&self, script: &Path) -> Command {
        let mut command = Command::new(&self.node);
        command
            .arg(script)
            .env("PATH", path_with(self.node.parent().map(Path::to_path_buf)))
            .env("WRANGLER_SEND_METRICS", "false")
            .env("WRANGLER_HIDE_BANNER", "true");
        command
    }

    /// The installed wrangler.
    #[must_use]
    pub fn wrangler(&self) -> Command {
        self.node(&paths::root().join("tools/node_modules/wrangler/bin/wrangler.js"))
    }
}

/// PATH with folders in front.
fn path_with(folders: impl IntoIterator<Item = PathBuf>) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> = folders.into_iter().chain(env::split_paths(&path)).collect();
    env::join_paths(all).unwrap_or(path)
}

/// What a command prints, if it runs and succeeds.
fn output_of(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Creates a folder with `fill`, which works under another name, and moves it into place.
fn make_folder(folder: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unfinished = folder.with_file_name(format!(".unfinished-{name}"));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).with_context(|| format!("cannot remove {}", unfinished.display()))?;
    }
    fs::create_dir_all(&unfinished).with_context(|| format!("cannot create {}", unfinished.display()))?;
    fill(&unfinished)?;
    fs::rename(&unfinished, folder).with_context(|| format!("cannot move {} into place", folder.display()))
}
