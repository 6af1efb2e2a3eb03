//! A Rust toolchain with a standard library for wasm32-unknown-unknown.
//!
//! The active toolchain, if it has this library or rustup can add it. Otherwise, on Debian, the distribution's own
//! packages: its compiler has no wasm library, so the library is built once from its source, into a folder of the cache
//! that looks like a toolchain. Nothing outside the cache changes, except for installed packages.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};

use super::{debian, make_folder, output_of, path_with};
use crate::process::check_interrupted;
use crate::system::{link, make_executable};
use crate::ui::Step;

/// The target for which the Workers are compiled.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// Variables in our environment from another toolchain's cargo, which runs us.
const FOREIGN: [&str; 3] = ["LD_LIBRARY_PATH", "RUSTUP_TOOLCHAIN", "CARGO"];

/// The compiler of the wasm builds.
#[derive(Debug, Clone)]
pub enum Toolchain {
    /// The active toolchain.
    Active,
    /// Debian's compiler, with the library in this folder.
    Debian(PathBuf),
}

impl fmt::Display for Toolchain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Active => formatter.write_str("of the active toolchain"),
            Self::Debian(folder) => write!(formatter, "built from Debian's source, {}", folder.display()),
        }
    }
}

impl Toolchain {
    /// Its cargo, with the environment that building Workers needs.
    #[must_use]
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new("cargo");
        cargo
            // JavaScript's asynchronous operations are awaited through js-sys, as in Cloudflare's own builds.
            .env("WASM_BINDGEN_USE_JS_SYS", "1")
            // It would override the flags of .cargo/config.toml.
            .env_remove("RUSTFLAGS");
        let Self::Debian(folder) = self else { return cargo };
        let bin = folder.join("bin");
        cargo.env("RUSTC", bin.join("rustc")).env("PATH", path_with([bin]));
        for inherited in FOREIGN {
            cargo.env_remove(inherited);
        }
        if let Some(id) = folder.file_name().and_then(OsStr::to_str) {
            // A rebuilt std must not be combined with code that was compiled against the old one.
            let flags = format!("--cfg getrandom_backend=\"wasm_js\" --cfg std_from=\"{id}\"");
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
        }
        cargo
    }
}

/// Finds or creates it. `COUNTINGHOUSE_RUST=debian` skips the active toolchain.
pub fn ensure(cache: &Path) -> Result<Toolchain> {
    let forced = env::var("COUNTINGHOUSE_RUST").is_ok_and(|value| value == "debian");
    if !forced && active_has_it() {
        return Ok(Toolchain::Active);
    }
    if let Some(folder) = built_before(cache) {
        return Ok(Toolchain::Debian(folder));
    }
    let mut refusals = Vec::new();
    if !forced {
        for add in [add_with_rustup, add_with_apt] {
            match add() {
                Ok(()) if active_has_it() => return Ok(Toolchain::Active),
                Ok(()) => {}
                Err(error) => {
                    check_interrupted()?;
                    println!("    that did not work; trying another way");
                    refusals.push(error);
                }
            }
        }
    }
    match build_from_source(cache) {
        Ok(folder) => Ok(Toolchain::Debian(folder)),
        Err(error) => {
            for refusal in refusals {
                eprintln!("{refusal:#}");
            }
            Err(error)
        }
    }
}

fn active_has_it() -> bool {
    output_of(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| has_std(Path::new(&folder)))
}

fn has_std(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries
        .flatten()
        .any(|entry| is_library(&entry.path()) && entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn is_library(file: &Path) -> bool {
    file.extension().is_some_and(|end| end == "rlib")
}

fn add_with_rustup() -> Result<()> {
    if output_of(Command::new("rustup").args(["which", "rustc"])).is_none() {
        return Ok(());
    }
    let mut command = Command::new("rustup");
    command.args(["target", "add", TARGET]);
    Step::new("add the wasm target with rustup", command)
        .hint("check the connection, then run this again")
        .run()
}

/// Newer Debian releases package the library for their default compiler.
fn add_with_apt() -> Result<()> {
    const PACKAGE: &str = "libstd-rust-dev-wasm32";
    let ours =
        output_of(Command::new("rustc").args(["--print", "sysroot"])).is_some_and(|root| root == "/usr");
    if ours && debian::owner_of("/usr/bin/rustc").is_some_and(|package| package == "rustc") {
        debian::install("install the wasm library of Debian's Rust", &[PACKAGE])?;
    }
    Ok(())
}

/// Identifies Debian's compiler.
fn debian_compiler() -> Option<String> {
    output_of(Command::new("/usr/bin/rustc").arg("--version").env_remove("LD_LIBRARY_PATH"))
}

fn built_before(cache: &Path) -> Option<PathBuf> {
    let compiler = debian_compiler()?;
    let folders = fs::read_dir(cache).ok()?.flatten().map(|entry| entry.path());
    folders
        .filter(|folder| folder.join("built-for").is_file() && folder.join("bin/rustc").is_file())
        .find(|folder| fs::read_to_string(folder.join("built-for")).is_ok_and(|built| built == compiler))
        .filter(|folder| !folder.to_string_lossy().contains("/.unfinished-"))
}

fn build_from_source(cache: &Path) -> Result<PathBuf> {
    if !debian::here() {
        bail!(
            "the active Rust toolchain has no standard library for {TARGET}.\n  \
             what you can do: install Rust with rustup and run `rustup target add {TARGET}`"
        );
    }
    let source = Path::new("/usr/lib/rustlib/src/rust/library/std/Cargo.toml");
    if !source.is_file() || !Path::new("/usr/bin/rust-lld").is_symlink() {
        let packages = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];
        debian::install("install Debian's Rust with its source", &packages)?;
    }
    // rust-lld is a link to the only linker version that fits, and nothing depends on that version's package.
    let linker = fs::read_link("/usr/bin/rust-lld").context("Debian's Rust brings no rust-lld")?;
    let package = linker.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if !Path::new("/usr/bin").join(&linker).exists() {
        debian::install("install the linker", &[&package])?;
    }
    let compiler = debian_compiler().context("/usr/bin/rustc does not run")?;
    let version = compiler.split(' ').nth(1).unwrap_or("unknown").to_owned();
    // The time makes the name, and so the flags of every build, new after a rebuild.
    let id = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let folder = cache.join(format!("debian-rust-{version}-{id}"));
    make_folder(&folder, |unfinished| fill(unfinished, &folder, &linker, &compiler))?;
    Ok(folder)
}

fn fill(folder: &Path, finally: &Path, linker: &Path, compiler: &str) -> Result<()> {
    let project = folder.join("build");
    fs::create_dir_all(project.join("src"))?;
    fs::write(project.join("src/lib.rs"), "")?;
    let manifest = "[package]\nname = \"wasm_std\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
                    [profile.release]\npanic = \"abort\"\n\n[workspace]\n";
    fs::write(project.join("Cargo.toml"), manifest)?;
    let mut command = Command::new("/usr/bin/cargo");
    command
        .args(["build", "--release", "-Zbuild-std=std,panic_abort", "--target", TARGET])
        .current_dir(&project)
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        // Without it, link-time optimization finds nothing to work on.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", project.join("target"));
    for inherited in FOREIGN {
        command.env_remove(inherited);
    }
    Step::new("build the wasm standard library from Debian's source (about 40 s, once)", command)
        .hint("check the connection to the crate registry, then run this again")
        .run()?;

    let libraries = folder.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&libraries)?;
    for entry in fs::read_dir(project.join("target").join(TARGET).join("release/deps"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_library(&entry.path()) && !name.starts_with("libwasm_std") {
            fs::copy(entry.path(), libraries.join(name))?;
        }
    }
    fs::remove_dir_all(&project)?;
    // Links the rest of a toolchain, so that everything that asks rustc for its location finds both halves here.
    for entry in fs::read_dir("/usr/lib/rustlib")?.flatten() {
        link(&entry.path(), &folder.join("lib/rustlib").join(entry.file_name()))?;
    }
    let bin = folder.join("bin");
    fs::create_dir_all(&bin)?;
    link(Path::new("/usr/bin/cargo"), &bin.join("cargo"))?;
    link(&Path::new("/usr/bin").join(linker), &bin.join("rust-lld"))?;
    let rustc = bin.join("rustc");
    fs::write(&rustc, format!("#!/bin/sh\nexec /usr/bin/rustc --sysroot '{}' \"$@\"\n", finally.display()))?;
    make_executable(&rustc)?;
    fs::write(folder.join("built-for"), compiler)?;
    Ok(())
}
