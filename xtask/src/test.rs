//! Every check and test, fast ones first. It stops at the first stage that fails.

use std::env;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::process::Interrupted;
use crate::setup::{self, debian};
use crate::ui::{Step, elapsed};
use crate::{build, frontend, paths};

/// The package of the tests that need the built Workers.
const WORKERD_TESTS: &str = "house-workerd";

/// The command `cargo xtask test`.
pub fn run() -> Result<()> {
    let started = Instant::now();
    let mut passed = Vec::new();
    let mut current = "";
    let outcome = stages(&mut passed, &mut current);
    println!();
    for (stage, time) in &passed {
        println!("  passed  {stage:<24}{time:>12}");
    }
    match outcome {
        Ok(()) => {
            println!("test result: all {} stages passed in {}", passed.len(), elapsed(started));
            Ok(())
        }
        Err(error) if error.is::<Interrupted>() => Err(error),
        Err(error) => {
            eprintln!("{error:#}");
            Err(anyhow::anyhow!("test result: stage \"{current}\" failed, after {}", elapsed(started)))
        }
    }
}

fn stages(passed: &mut Vec<(&'static str, String)>, current: &mut &'static str) -> Result<()> {
    let mut stage = |name: &'static str, work: &mut dyn FnMut() -> Result<()>| -> Result<()> {
        println!("\n== {name}");
        *current = name;
        let started = Instant::now();
        work()?;
        passed.push((name, elapsed(started)));
        Ok(())
    };
    let mut tools = None;
    stage("set-up", &mut || {
        tools = Some(setup::ensure()?);
        ensure_component("rustfmt", "fmt", "rustfmt-web")?;
        ensure_component("clippy", "clippy", "rust-web-clippy")
    })?;
    stage("format", &mut || {
        let command = cargo(&["fmt", "--all", "--check", "--", "--color", "never"]);
        Step::new("check the format", command).hint("cargo fmt --all").run()
    })?;
    stage("lints", &mut || {
        let command = cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
        Step::new("run clippy", command)
            .hint("fix it, or `#[expect(lint, reason = …)]` with a good reason")
            .run()
    })?;
    stage("native tests", &mut || {
        let command = cargo(&["test", "--workspace", "--exclude", WORKERD_TESTS]);
        Step::new("test on this machine", command).hint("the failing tests are named above").show().run()
    })?;
    let Some(tools) = tools else { return Ok(()) };
    stage("descriptions", &mut || frontend::lint_descriptions(&tools))?;
    stage("client", &mut || frontend::check_client(&tools))?;
    stage("build the Workers", &mut || {
        build::workers(&tools)?;
        build::print_sizes()
    })?;
    stage("tests on workerd", &mut || {
        let command = cargo(&["test", "-p", WORKERD_TESTS, "--", "--test-threads=2"]);
        Step::new("test the real Workers", command)
            .hint("each test's data folder has a runtime.log with what the Workers wrote")
            .show()
            .run()
    })
}

fn cargo(arguments: &[&str]) -> Command {
    // The toolchain that runs us, if it says so: a `cargo` found in PATH may be another one.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(paths::root()).env("CARGO_TERM_COLOR", "never");
    command
}

/// rustfmt and clippy are separate downloads with rustup's minimal profile, separate packages on Debian.
fn ensure_component(component: &str, subcommand: &str, package: &str) -> Result<()> {
    let there = || cargo(&[subcommand, "--version"]).output().is_ok_and(|output| output.status.success());
    if there() {
        return Ok(());
    }
    if Command::new("rustup").args(["which", "rustc"]).output().is_ok_and(|output| output.status.success()) {
        let mut command = Command::new("rustup");
        command.args(["component", "add", component]);
        Step::new(format!("add {component} with rustup"), command).hint("check the connection").run()
    } else if debian::owner_of("/usr/bin/cargo").is_some_and(|owner| owner == "cargo-web") {
        debian::install(&format!("install {component}"), &[package])
    } else {
        let package = package.replace("-web", "");
        debian::install(&format!("install {component}"), &[&package])
    }
}
