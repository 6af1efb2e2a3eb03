//! Builds the Workers, each into `build` in the folder of its crate.
//!
//! One cargo build compiles all of them, so that shared code is compiled once, with one set of features. At the same
//! time another build compiles the program that bundles them (`xtask/bundle`). That program then turns each Worker
//! whose wasm changed into the form that workerd runs.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::Write as _;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::frontend;
use crate::paths::{self, WORKERS};
use crate::process::at_once;
use crate::setup::wasm_target::{TARGET, Toolchain};
use crate::setup::{self, Tools};
use crate::ui::{Step, elapsed};

/// The folder, inside cargo's, of the Workers with fail points.
pub const FAIL_POINTS: &str = "fail-points";
/// The folder, inside cargo's, of the Workers whose functions have names.
pub const NAMED: &str = "named";

/// The size of a built Worker.
#[derive(Debug, Clone)]
pub struct Size {
    /// The Worker.
    pub worker: &'static str,
    /// Bytes of its wasm file.
    pub wasm_bytes: usize,
    /// Bytes of its wasm file, compressed as it is uploaded.
    pub wasm_gzip_bytes: usize,
    /// Bytes of its JavaScript, compressed.
    pub javascript_gzip_bytes: usize,
}

/// The command `cargo xtask build`.
pub fn run() -> Result<()> {
    let started = Instant::now();
    ready()?;
    print_sizes()?;
    println!("built in {}", elapsed(started));
    Ok(())
}

/// Installs and builds what is missing or has changed, in parallel where possible.
pub fn ready() -> Result<Tools> {
    ready_by(&Build::USUAL)
}

/// The same for trying things out: changed Workers are optimized only a little, in a quarter of the time.
pub fn ready_to_try() -> Result<Tools> {
    ready_by(&Build::TO_TRY)
}

fn ready_by(build: &Build) -> Result<Tools> {
    let tools = setup::ensure_while(|toolchain| compile(toolchain, build))?;
    bundle(&tools, build)?;
    frontend::reference_page()?;
    Ok(tools)
}

/// Builds what changed.
pub fn workers(tools: &Tools) -> Result<()> {
    compile(tools.toolchain(), &Build::USUAL)?;
    bundle(tools, &Build::USUAL)?;
    frontend::reference_page()
}

/// Builds what is deployed: without what is only for development. In place of the usual Workers, which the next command
/// that needs them builds again.
pub fn ready_to_deploy() -> Result<Tools> {
    ready_by(&Build::DEPLOYED)
}

/// Builds the Workers with fail points, next to the normal ones.
pub fn stopping_workers() -> Result<()> {
    let tools = setup::ensure_while(|toolchain| compile(toolchain, &Build::STOPPING))?;
    bundle(&tools, &Build::STOPPING)
}

/// Builds the Workers with the names of their functions, next to the normal ones: for a profile. wasm-opt would drop the
/// names, so they are what the compiler made of them.
pub fn named_workers() -> Result<()> {
    ready_by(&Build::NAMED).map(drop)
}

/// One way to build the Workers.
struct Build {
    title: &'static str,
    /// Cargo's arguments, in addition to the Workers' names.
    arguments: &'static [&'static str],
    /// The folder inside cargo's for the finished Workers, and for what cargo compiles if its arguments differ.
    beside: Option<&'static str>,
    /// The folder inside cargo's for what cargo compiles, if only that is apart.
    apart: Option<&'static str>,
    /// How wasm-opt optimizes, the best level last: a Worker already built at a later level is good enough. Empty: not
    /// at all.
    levels: &'static [&'static str],
}

impl Build {
    const USUAL: Self =
        Self { title: "compile the Workers", arguments: &[], beside: None, apart: None, levels: &["-O"] };
    const DEPLOYED: Self =
        Self { arguments: &["--no-default-features"], apart: Some("deployed"), ..Self::USUAL };
    const TO_TRY: Self = Self { levels: &["-O1", "-O"], ..Self::USUAL };
    const STOPPING: Self = Self {
        title: "compile the Workers with fail points",
        arguments: &["-p", "edge", "--features", "edge/fail-points"],
        beside: Some(FAIL_POINTS),
        apart: None,
        levels: &[],
    };
    const NAMED: Self = Self { beside: Some(NAMED), levels: &[], ..Self::USUAL };

    /// Cargo's folder.
    fn target(&self) -> PathBuf {
        let own = self.beside.or(self.apart).filter(|_| !self.arguments.is_empty());
        own.map_or_else(paths::target, |folder| paths::target().join(folder))
    }

    /// Cargo's output for a Worker.
    fn compiled(&self, worker: &str) -> PathBuf {
        self.target().join(TARGET).join("release").join(format!("{worker}.wasm"))
    }

    /// Where the finished Worker goes.
    fn folder(&self, worker: &str) -> PathBuf {
        let usual = || paths::worker(worker).join("build");
        self.beside.map_or_else(usual, |folder| paths::target().join(folder).join(worker))
    }
}

/// Compiles the Workers and the program that bundles them.
fn compile(toolchain: &Toolchain, build: &Build) -> Result<()> {
    let mut workers = toolchain.cargo();
    workers.args(["build", "--lib", "--release", "--target", TARGET]).args(build.arguments);
    for worker in WORKERS {
        workers.args(["-p", worker]);
    }
    workers.current_dir(paths::root()).env("CARGO_TARGET_DIR", build.target());
    let workers = Step::new(build.title, workers)
        .hint("fix what the compiler says; it is the same code that runs natively in the tests");
    // Uses the toolchain and the profile that run us, so that shared dependencies are already compiled.
    let mut bundler = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    bundler.args(["build", "--package", "bundle"]).current_dir(paths::root());
    bundler.env("CARGO_TARGET_DIR", paths::target());
    let bundler = Step::new("compile what bundles them", bundler)
        .hint("check the connection to the crate registry, then run this again");
    at_once(|| bundler.run(), || workers.run()).map(|_| ())
}

fn bundler() -> PathBuf {
    paths::target().join("debug/bundle")
}

/// Turns the compiled Workers into JavaScript and wasm for workerd.
fn bundle(tools: &Tools, build: &Build) -> Result<()> {
    let made_by = made_by()?;
    // Each uses about one core.
    let next = AtomicUsize::new(0);
    let threads = available_parallelism().map_or(1, NonZero::get).min(WORKERS.len());
    thread::scope(|scope| {
        let bundle_next = || -> Result<()> {
            while let Some(worker) = WORKERS.get(next.fetch_add(1, Ordering::Relaxed)) {
                bundle_one(tools, build, worker, made_by)?;
            }
            Ok(())
        };
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(bundle_next)).collect();
        handles
            .into_iter()
            .try_for_each(|handle| handle.join().map_err(|_| anyhow!("a build thread died"))?)
    })
}

/// Bundles one Worker, if it or its tools have changed.
fn bundle_one(tools: &Tools, build: &Build, worker: &str, made_by: u64) -> Result<()> {
    let (compiled, folder) = (build.compiled(worker), build.folder(worker));
    let stamp = folder.join(".built-from");
    let from = format!("{:016x} {made_by:016x}", hash_of(&[&compiled])?);
    let level = build.levels.first().copied().unwrap_or_default();
    let wanted = format!("{from} {level}\n");
    let there = fs::read_to_string(&stamp).unwrap_or_default();
    if there == wanted || build.levels.iter().any(|better| there == format!("{from} {better}\n")) {
        return Ok(());
    }
    // A half-finished new build must not be taken for the old one.
    let _ = fs::remove_file(&stamp);
    let mut command = tools.with_node(&bundler());
    command.arg(&compiled).arg(&folder);
    command.args(build.levels.first());
    Step::new(format!("bundle {worker}"), command)
        .hint("if wasm-opt or esbuild is missing or broken, delete tools/node_modules and try again")
        .run()?;
    fs::write(&stamp, &wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Identifies the tools that turn wasm into Workers: our program, and the versions of npm packages.
fn made_by() -> Result<u64> {
    hash_of(&[&bundler(), &paths::root().join("tools/package-lock.json")])
}

fn hash_of(files: &[&Path]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(&fs::read(file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(hasher.finish())
}

/// The sizes of the Workers as built.
pub fn sizes() -> Result<Vec<Size>> {
    let mut sizes = Vec::new();
    for worker in WORKERS {
        let folder = paths::worker(worker).join("build");
        let (wasm_bytes, wasm_gzip_bytes) = measure(&folder.join("index_bg.wasm"))?;
        let (_, javascript_gzip_bytes) = measure(&folder.join("index.js"))?;
        sizes.push(Size { worker, wasm_bytes, wasm_gzip_bytes, javascript_gzip_bytes });
    }
    Ok(sizes)
}

fn measure(file: &Path) -> Result<(usize, usize)> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&bytes)?;
    Ok((bytes.len(), encoder.finish()?.len()))
}

/// Prints them as a table.
pub fn print_sizes() -> Result<()> {
    println!("\n  {:<12}{:>12}{:>12}{:>12}", "Worker", "wasm KB", "gzip KB", "js gzip KB");
    for size in sizes()? {
        println!(
            "  {:<12}{:>12}{:>12}{:>12}",
            size.worker,
            kilobytes(size.wasm_bytes),
            kilobytes(size.wasm_gzip_bytes),
            kilobytes(size.javascript_gzip_bytes)
        );
    }
    println!();
    Ok(())
}

fn kilobytes(bytes: usize) -> String {
    format!("{}.{}", bytes / 1000, bytes % 1000 / 100)
}
