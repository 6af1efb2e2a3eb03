//! `cargo xtask openapi`: the API's description, from the code.

use std::process::Command;

use anyhow::Result;

use crate::paths;
use crate::ui::Step;

/// Writes `frontend/public/api/v1/openapi.json` and `asyncapi.json`.
pub fn run() -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "-p", "description"]).current_dir(paths::root());
    Step::new("write the API's description", command)
        .hint("the error above says which route lacks what")
        .run()
}
