//! The JavaScript parts besides the Workers: the page that shows the API's description, the linter of the descriptions,
//! and the TypeScript client.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::paths;
use crate::setup::{self, Tools};
use crate::ui::Step;

/// The API's reference page needs one script, which is not committed: it comes from its npm package.
pub fn reference_page() -> Result<()> {
    const SCRIPT: &str = "redoc.standalone.js";
    let from = paths::root().join("tools/node_modules/redoc/bundles").join(SCRIPT);
    let to = paths::root().join("frontend/public/docs").join(SCRIPT);
    let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(&to).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    fs::write(&to, bytes).with_context(|| format!("cannot write {}", to.display()))
}

/// Both descriptions, against the rules of `redocly.yaml`.
pub fn lint_descriptions(tools: &Tools) -> Result<()> {
    let mut redocly = tools.node(&paths::root().join("tools/node_modules/@redocly/cli/bin/cli.js"));
    redocly.arg("lint").current_dir(paths::root());
    redocly.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    Step::new("lint the API's descriptions", redocly).hint("redocly.yaml has the rules").run()
}

fn client() -> PathBuf {
    paths::root().join("frontend/client")
}

/// Checks types, style, tests, the client's size, and that its types match the description.
pub fn check_client(tools: &Tools) -> Result<()> {
    tools.ensure_packages(&client(), "install what the client is built with from npm")?;
    tools
        .ensure_packages(&client().join("generate"), "install what its types are generated with from npm")?;
    for (script, hint) in [
        ("check-generated", "run `npm run generate` in frontend/client"),
        ("check", "the findings of the compiler and the linter are shown above"),
        ("test", "the failing tests are named above"),
        ("build", "the compiler's findings are shown above"),
        ("size", "something that the client includes has grown"),
    ] {
        run(tools, script, hint)?;
    }
    Ok(())
}

/// The client against a running house with demo data.
pub fn test_client_at(tools: &Tools, url: &str) -> Result<()> {
    tools.ensure_packages(&client(), "install what the client is built with from npm")?;
    let mut npm = command(tools, "test:e2e")?;
    npm.env("COUNTINGHOUSE_URL", url);
    Step::new("client: test it on the Workers", npm).hint("the failing tests are named above").run()
}

/// What people see, in a browser, at a running house with demo data. Pictures of the main pages are in
/// `tests/browser/screens` afterwards.
pub fn test_pages_at(tools: &Tools, url: &str) -> Result<()> {
    let browser = setup::ensure_browser(tools)?;
    for (script, hint) in [
        ("check", "the findings of the compiler and the linter are shown above"),
        ("test", "the failing tests are named above; tests/browser/screens has the pages as they were"),
    ] {
        let mut npm = tools.npm()?;
        npm.args(["run", "--silent", script]).current_dir(setup::browser::tests());
        npm.env("COUNTINGHOUSE_URL", url).env("NO_COLOR", "1");
        browser.give_to(&mut npm);
        Step::new(format!("browser: {script}"), npm).hint(hint).run()?;
    }
    Ok(())
}

fn run(tools: &Tools, script: &str, hint: &'static str) -> Result<()> {
    Step::new(format!("client: {script}"), command(tools, script)?).hint(hint).run()
}

fn command(tools: &Tools, script: &str) -> Result<Command> {
    let mut npm = tools.npm()?;
    npm.args(["run", "--silent", script]).current_dir(client());
    Ok(npm)
}
