//! The fuzzer of the API's description, a Python program, in its own environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{debian, make_folder, output_of};
use crate::paths;
use crate::ui::Step;

const SCHEMATHESIS_VERSION: &str = "4.32.5";

/// Installs Schemathesis if it is missing, with exactly the packages of `xtask/python-tools.txt`; returns its Python.
pub fn ensure_schemathesis(cache: &Path) -> Result<PathBuf> {
    let folder = cache.join(format!("schemathesis-{SCHEMATHESIS_VERSION}"));
    let python = folder.join("bin/python");
    if folder.is_dir() {
        return Ok(python);
    }
    let module = |name: &str| output_of(Command::new("python3").args(["-m", name, "--help"])).is_some();
    if debian::here() && !(module("venv") && module("ensurepip")) {
        debian::install("install Python", &["python3", "python3-venv"])?;
    }
    make_folder(&folder, |unfinished| {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(unfinished);
        Step::new("make an environment for Python", venv).hint("Python 3.10 or newer is needed").run()?;
        let mut pip = Command::new(unfinished.join("bin/python"));
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--requirement",
        ]);
        pip.arg(paths::root().join("xtask/python-tools.txt"));
        Step::new(format!("install Schemathesis {SCHEMATHESIS_VERSION} from PyPI"), pip)
            .hint("check the connection to PyPI, then run this again")
            .run()
    })?;
    Ok(python)
}
