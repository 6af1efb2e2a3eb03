//! `cargo xtask schemathesis`: sends requests that the API's description allows, and requests that it does not, to the
//! Workers, and checks that each answer is described.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::client::Client;
use crate::paths;
use crate::seed::{DemoHouse, PASSWORD};
use crate::ui::Step;
use crate::{build, secrets, setup};

/// Refusals that depend on the data are not faults: a valid order of goods that do not exist is refused. Each request
/// has a valid API key, so a bad token in the same request does not make the caller unknown. And an empty query
/// parameter is read as if it were left out, which the fuzzer takes for bad input that was accepted; `cargo xtask
/// input` judges bad input.
const CHECKS_LEFT_OUT: &str = "positive_data_acceptance,ignored_auth,negative_data_rejection";

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The gateway of a house with demo data; without one, a house is started for the run.
    pub url: Option<String>,
    /// Cases of each operation and phase.
    pub cases: u32,
    /// The same seed makes the same cases.
    pub seed: u32,
    /// Also follow links from one operation's answer to another's request; it takes longer.
    pub stateful: bool,
}

/// The command.
pub fn run(options: &Options) -> Result<()> {
    if let Some(url) = &options.url {
        return fuzz(url, options);
    }
    build::ready()?;
    let house = DemoHouse::start("schemathesis")?;
    fuzz(house.url(), options)
}

fn fuzz(url: &str, options: &Options) -> Result<()> {
    let python = setup::ensure_schemathesis()?;
    let key = api_key(url)?;
    let mut command = Command::new(python);
    command.args(["-m", "schemathesis.cli", "--config-file"]).arg(paths::root().join("schemathesis.toml"));
    command.arg("run").arg(description());
    command.args(["--url", url, "--header", &format!("X-API-Key: {key}")]);
    command.args(["--max-examples", &options.cases.to_string(), "--seed", &options.seed.to_string()]);
    command.args(["--checks", "all", "--exclude-checks", CHECKS_LEFT_OUT, "--continue-on-failure"]);
    command.args([
        "--phases",
        if options.stateful { "examples,coverage,fuzzing,stateful" } else { "examples,coverage,fuzzing" },
    ]);
    // One worker: on Python 3.11 two that parse Python at once can end with "AST constructor recursion depth mismatch".
    command.args(["--workers", "1", "--warnings", "off", "--suppress-health-check", "all", "--no-color"]);
    command.current_dir(paths::target());
    Step::new("send what the description allows, and what it does not", command)
        .hint("each finding has a curl command that repeats it")
        .show()
        .run()
}

fn description() -> PathBuf {
    paths::root().join("frontend/public/api/v1/openapi.json")
}

/// A key of the demo administrator: a token would expire during a long run.
fn api_key(url: &str) -> Result<String> {
    let client = Client::sign_in(url, "admin@demo.test", PASSWORD)?;
    let me = client.get("/auth/me")?.accepted("who am I")?;
    let id = me["id"].as_str().context("the user has no id")?;
    let name = format!("schemathesis-{}", secrets::random()?);
    let body = json!({ "name": name });
    let made = client.post(&format!("/users/{id}/api-keys"), &name, &body)?.accepted("make an API key")?;
    Ok(made["key"].as_str().context("the answer has no key")?.to_owned())
}
