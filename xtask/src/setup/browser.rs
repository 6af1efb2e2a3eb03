//! The browser that the tests drive: Chromium with the libraries and the fonts that it needs, from its npm package. So
//! every machine has the same version and draws the same letters, and nobody has to be root.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{Tools, make_folder};
use crate::paths;
use crate::ui::Step;

/// A Chromium and the folder of what it needs beside it.
#[derive(Debug, Clone)]
pub struct Browser {
    program: PathBuf,
    folder: Option<PathBuf>,
}

impl Browser {
    /// Tells a command where the browser is.
    pub fn give_to(&self, command: &mut Command) {
        command.env("CHROME_PATH", &self.program);
        if let Some(folder) = &self.folder {
            command
                .env("LD_LIBRARY_PATH", folder.join("al2023/lib"))
                .env("FONTCONFIG_PATH", folder.join("fonts"));
        }
    }
}

/// The folder of the tests in the browser, with their packages.
#[must_use]
pub fn tests() -> PathBuf {
    paths::root().join("tests/browser")
}

/// Unpacks the browser of `tests/browser` if that has not been done. `CHROME_PATH` names another one, which a machine
/// needs for which the package has none.
pub fn ensure(tools: &Tools, cache: &Path) -> Result<Browser> {
    tools.ensure_packages(&tests(), "install the browser and its tests from npm")?;
    if let Some(program) = env::var_os("CHROME_PATH") {
        return Ok(Browser { program: program.into(), folder: None });
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!("set CHROME_PATH to a Chromium or Chrome: the package of the tests is for Linux on x86-64");
    }
    let package = tests().join("node_modules/@sparticuz/chromium/package.json");
    let text = fs::read_to_string(&package).with_context(|| format!("cannot read {}", package.display()))?;
    let version = serde_json::from_str::<Value>(&text)?["version"].as_str().unwrap_or_default().to_owned();
    let folder = cache.join(format!("chromium-{version}"));
    if !folder.is_dir() {
        make_folder(&folder, |unfinished| {
            let mut unpack = tools.node(&tests().join("support/unpack.mjs"));
            // The package unpacks itself there, with its libraries where it believes to be in this environment.
            unpack.env("TMPDIR", unfinished).env("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs22.x");
            Step::new(format!("unpack Chromium {version}"), unpack)
                .hint(
                    "is there a gigabyte of free space? Then remove tests/browser/node_modules and try again",
                )
                .run()?;
            // The package's own looks for the fonts in fixed places of the system.
            let fonts = folder.join("fonts/fonts");
            let text = format!(
                "<?xml version=\"1.0\"?>\n<fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>\n",
                fonts.display(),
                folder.join("fonts/cache").display()
            );
            fs::write(unfinished.join("fonts/fonts.conf"), text).context("cannot write fonts.conf")
        })?;
    }
    Ok(Browser { program: folder.join("chromium"), folder: Some(folder) })
}
