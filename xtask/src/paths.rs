//! Where things are, and the names of the Workers.

use std::env;
use std::path::{Path, PathBuf};

use contracts::Service;

/// The Workers, each after those that it calls: the order in which they are deployed.
pub const WORKERS: [&str; Service::ALL.len()] = {
    let mut names = [""; Service::ALL.len()];
    let mut place = 0;
    while place < names.len() {
        names[place] = Service::ALL[place].name();
        place += 1;
    }
    names
};

/// The folder that holds the workspace.
#[must_use]
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

/// The folder for everything that is expensive to build and the same for every checkout. It may be deleted at any time;
/// the commands create it again.
#[must_use]
pub fn cache() -> PathBuf {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("COUNTINGHOUSE_CACHE").unwrap_or_else(|| {
        folder("XDG_CACHE_HOME")
            .or_else(|| folder("HOME").map(|home| home.join(".cache")))
            .unwrap_or_else(env::temp_dir)
            .join("countinghouse")
    })
}

/// Cargo's target folder.
#[must_use]
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The crate of a Worker.
#[must_use]
pub fn worker(name: &str) -> PathBuf {
    root().join(Service::parse(name).map_or_else(|| format!("workers/{name}"), Service::folder))
}

/// The wrangler file of a Worker.
#[must_use]
pub fn wrangler_file(name: &str) -> PathBuf {
    root().join("wrangler").join(format!("{name}.toml"))
}
