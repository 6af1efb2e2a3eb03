//! Debian's packages, for a machine without rustup or without a way to download from it.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::output_of;
use crate::system;
use crate::ui::Step;

/// Whether this is Debian, or a system based on it.
#[must_use]
pub fn here() -> bool {
    Path::new("/usr/bin/apt-get").is_file()
}

/// The package that a file belongs to.
#[must_use]
pub fn owner_of(file: &str) -> Option<String> {
    let answer = output_of(Command::new("dpkg").args(["-S", file]))?;
    answer.split_once(':').map(|(package, _)| package.to_owned())
}

/// Installs packages, as root or through sudo if that needs no password.
pub fn install(title: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    let hint = format!("run it yourself: sudo apt-get update && sudo apt-get install {list}");
    let root = system::is_root();
    if !root && output_of(Command::new("sudo").args(["-n", "true"])).is_none() {
        bail!("these Debian packages are missing: {list}\n  what you can do: {hint}");
    }
    let apt = || {
        let mut command = Command::new(if root { "apt-get" } else { "sudo" });
        if !root {
            command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let mut update = apt();
    update.arg("update");
    Step::new("read Debian's package lists", update).hint(&hint).run()?;
    let mut command = apt();
    command.args(["install", "-y", "--no-install-recommends"]).args(packages);
    Step::new(format!("{title}: {list}"), command).hint(&hint).run()
}

/// Installs what compiling the build tools needs besides Rust: a linker, and OpenSSL's headers.
pub fn ensure_native_build() -> Result<()> {
    let linker = output_of(Command::new("cc").arg("--version")).is_some();
    let openssl = output_of(Command::new("pkg-config").args(["--exists", "openssl"])).is_some();
    if here() && !(linker && openssl) {
        install("install a C compiler and OpenSSL", &["build-essential", "pkg-config", "libssl-dev"])?;
    }
    Ok(())
}
