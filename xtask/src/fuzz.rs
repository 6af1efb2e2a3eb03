//! `cargo xtask fuzz`: builds the fuzz targets and runs each for a while, from the corpus in the tree.
//!
//! cargo-fuzz with the stable toolchain: the coverage that guides libFuzzer needs no nightly feature. Only the
//! sanitizers do, and there is no unsafe code for them to check. What a run learns is stored under `target/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::process::{Group, pause};
use crate::ui::Step;
use crate::{paths, setup};

/// An input that takes longer, in seconds, is a failure.
const INPUT_SECONDS_MAX: u32 = 20;
/// Longer inputs find nothing that shorter ones do not find.
const INPUT_BYTES_MAX: u32 = 8_192;

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Only this target; all targets if none is given.
    pub target: Option<String>,
    /// How long each runs.
    pub seconds: u64,
}

/// The command.
pub fn run(options: &Options) -> Result<()> {
    let mut targets = targets()?;
    if let Some(one) = &options.target {
        if !targets.contains(one) {
            bail!("there is no fuzz target {one}, but {}", targets.join(", "));
        }
        targets.retain(|target| target == one);
    }
    let folder = paths::target().join("fuzz");
    let programs = build(&folder)?;
    println!("{:<12}{:>12}{:>10}{:>9}", "target", "executions", "edges", "failed");
    let mut failed = Vec::new();
    for target in &targets {
        let (status, log) = fuzz(&folder, &programs, target, options.seconds)?;
        let failures = u8::from(!status.success());
        println!(
            "{target:<12}{:>12}{:>10}{failures:>9}",
            last_after(&log, "stat::number_of_executed_units:"),
            last_after(&log, " cov:")
        );
        if !status.success() {
            failed.push((target, log));
        }
    }
    for (target, log) in &failed {
        let told = log.lines().filter(|line| line.contains("panicked at") || line.contains("ERROR:"));
        println!("\n{target}: {}", told.collect::<Vec<_>>().join("\n  "));
        println!("  the input is in {}", folder.join("artifacts").join(target).display());
        println!("  the whole output is {}", folder.join(format!("{target}.log")).display());
    }
    if failed.is_empty() { Ok(()) } else { bail!("{} of {} targets failed", failed.len(), targets.len()) }
}

fn targets() -> Result<Vec<String>> {
    let folder = paths::root().join("tests/fuzz/fuzz_targets");
    let files = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let name = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut names: Vec<String> = files.flatten().filter_map(|file| name(file.path())).collect();
    names.sort();
    Ok(names)
}

/// Builds all targets and returns the folder of the programs.
fn build(folder: &Path) -> Result<PathBuf> {
    let host = host()?;
    let mut command = Command::new(setup::ensure_cargo_fuzz()?);
    command
        .args(["fuzz", "build", "--fuzz-dir", "tests/fuzz", "--features", "libfuzzer", "--sanitizer", "none"])
        .args(["--target", &host, "--target-dir"])
        .arg(folder)
        .current_dir(paths::root())
        // With the settings of the Workers, linking each of them would take minutes.
        .env("CARGO_PROFILE_RELEASE_LTO", "false")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "2")
        .env_remove("RUSTFLAGS");
    Step::new("build the fuzz targets", command)
        .hint("it needs a C++ compiler: Debian's package g++")
        .run()?;
    Ok(folder.join(host).join("release"))
}

fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say for which machine it builds")?.to_owned())
}

/// Runs a target; returns how it ended, and its output.
fn fuzz(folder: &Path, programs: &Path, target: &str, seconds: u64) -> Result<(ExitStatus, String)> {
    let (found, artifacts) = (folder.join("corpus").join(target), folder.join("artifacts").join(target));
    for folder in [&found, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let path = folder.join(format!("{target}.log"));
    let log = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    let mut command = Command::new(programs.join(target));
    command
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg("-print_final_stats=1")
        // New inputs are written into the first folder.
        .args([&found, &paths::root().join("tests/fuzz/corpus").join(target)])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    let mut group = Group::spawn(&mut command)?;
    let status = loop {
        if let Some(status) = group.exited() {
            break status;
        }
        pause(Duration::from_millis(100))?;
    };
    Ok((status, String::from_utf8_lossy(&fs::read(&path)?).into_owned()))
}

/// The word after the last occurrence of a label.
fn last_after<'a>(log: &'a str, label: &str) -> &'a str {
    log.rsplit_once(label).and_then(|(_, rest)| rest.split_whitespace().next()).unwrap_or("0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_the_end_of_the_log() {
        let log = "#2 INITED cov: 10 ft: 11\n#9 DONE   cov: 350 ft: 764\nstat::number_of_executed_units: 11148277\n";
        assert_eq!(last_after(log, " cov:"), "350");
        assert_eq!(last_after(log, "stat::number_of_executed_units:"), "11148277");
        assert_eq!(last_after("", " cov:"), "0");
    }

    #[test]
    fn every_target_has_a_name() {
        assert!(targets().unwrap().contains(&"money".to_owned()));
    }
}
