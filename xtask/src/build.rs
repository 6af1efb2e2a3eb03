//! Builds the five Workers into `workers/<name>/build`.
//!
//! One cargo build compiles all of them, so that what they share is compiled once, with one set of
//! features. worker-build then finds everything fresh and only binds and optimizes; and only for Workers
//! whose wasm changed.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::Write as _;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::paths::{self, WORKERS};
use crate::setup::{self, Tools, cargo_tools, node};
use crate::ui::{Step, elapsed};

const TARGET: &str = "wasm32-unknown-unknown";
/// The folder, in cargo's, of the Workers that stop where they are told.
pub const FAIL_POINTS: &str = "fail-points";

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
    let tools = setup::ensure()?;
    workers(&tools)?;
    print_sizes()?;
    println!("built in {}", elapsed(started));
    Ok(())
}

/// Builds the Workers with points at which a test may stop them, beside the others.
pub fn stopping_workers(tools: &Tools) -> Result<()> {
    let mut packages = vec!["-p", "edge", "--features", "edge/fail-points"];
    for worker in WORKERS {
        packages.extend(["-p", worker]);
    }
    let target = paths::target().join(FAIL_POINTS);
    let mut cargo = tools.wasm("cargo");
    cargo.args(["build", "--lib", "--release", "--target", TARGET]).args(&packages);
    cargo.current_dir(paths::root()).env("CARGO_TARGET_DIR", &target);
    Step::new("compile the five Workers with fail points", cargo).run()?;
    for worker in WORKERS {
        let mut command = tools.worker_build();
        // worker-build takes a folder relative to the crate.
        let folder = Path::new("../../target").join(FAIL_POINTS).join(worker);
        command.args([".", "--release", "--no-opt", "--out-dir"]).arg(folder).arg("--").args(&packages);
        command.current_dir(paths::worker(worker)).env("CARGO_TARGET_DIR", &target);
        Step::new(format!("bind {worker} with fail points"), command).run()?;
    }
    Ok(())
}

/// Builds what changed.
pub fn workers(tools: &Tools) -> Result<()> {
    let mut packages = Vec::new();
    for worker in WORKERS {
        packages.extend(["-p", worker]);
    }
    let mut cargo = tools.wasm("cargo");
    cargo.args(["build", "--lib", "--release", "--target", TARGET]).args(&packages);
    cargo.current_dir(paths::root());
    Step::new("compile the five Workers", cargo)
        .hint("fix what the compiler says; it is the same code that runs natively in the tests")
        .run()?;
    // worker-build uses about one core and spends a second waiting for itself.
    let next = AtomicUsize::new(0);
    let threads = available_parallelism().map_or(1, NonZero::get).min(WORKERS.len());
    thread::scope(|scope| {
        let bind_next = || -> Result<()> {
            while let Some(worker) = WORKERS.get(next.fetch_add(1, Ordering::Relaxed)) {
                bind(tools, worker, &packages)?;
            }
            Ok(())
        };
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(bind_next)).collect();
        handles
            .into_iter()
            .try_for_each(|handle| handle.join().map_err(|_| anyhow!("a build thread died"))?)
    })
}

/// Turns one compiled Worker into JavaScript and optimized wasm, if it changed.
fn bind(tools: &Tools, worker: &str, packages: &[&str]) -> Result<()> {
    let folder = paths::worker(worker);
    let stamp = folder.join("build/.built-from");
    let wanted = fingerprint(worker)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let mut command = tools.worker_build();
    command.args([".", "--release", "--"]).args(packages).current_dir(&folder);
    Step::new(format!("bind and optimize {worker}"), command)
        .hint("if a tool is missing or broken, delete the cache folder that `cargo xtask setup` names")
        .run()?;
    drop_names(tools, worker)?;
    fs::write(&stamp, &wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// The names of functions are a sixth of what is uploaded, and a panic says its file and line without them.
fn drop_names(tools: &Tools, worker: &str) -> Result<()> {
    let wasm = paths::worker(worker).join("build/index_bg.wasm");
    let mut command = tools.wasm(node::package_binary("wasm-opt"));
    command.arg("--all-features").arg("--strip-debug").arg(&wasm).arg("-o").arg(&wasm);
    Step::new(format!("drop the function names of {worker}"), command)
        .hint("if wasm-opt is missing, delete tools/node_modules and try again")
        .run()
}

/// What the built files depend on: the compiled wasm and the tools that turn it into a Worker.
fn fingerprint(worker: &str) -> Result<String> {
    let file = paths::target().join(TARGET).join("release").join(format!("{worker}.wasm"));
    let wasm = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&wasm);
    // A change of the steps above is a change of the tools.
    let tools = ["names dropped", cargo_tools::WORKER_BUILD_VERSION, cargo_tools::WASM_BINDGEN_VERSION];
    Ok(format!("{:016x} {}\n", hasher.finish(), tools.join(" ")))
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
