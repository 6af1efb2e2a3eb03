//! The folder of databases and secrets: marked as ours, with the migrations that created it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::{paths, secrets};

/// Marks a folder as ours, so that `--fresh` never deletes anything else. Its later lines name the migrations that were
/// applied to the databases.
const MARKER: &str = ".countinghouse-data";
const HEADING: &str = "Made by `cargo xtask dev`, which may delete this folder with --fresh.";

/// Finds or makes the folder; deletes the old one first when `fresh`.
pub(super) fn prepare(folder: &Path, fresh: bool) -> Result<PathBuf> {
    let data = std::path::absolute(folder).context("cannot make sense of --data")?;
    let marker = data.join(MARKER);
    let occupied = fs::read_dir(&data).is_ok_and(|mut entries| entries.next().is_some());
    if occupied && !marker.is_file() {
        // Demo users must never be added to data that someone else put there.
        bail!("{} was not made by this command and is not empty. Choose another --data", data.display());
    }
    if fresh && occupied {
        fs::remove_dir_all(&data).with_context(|| format!("cannot delete {}", data.display()))?;
    } else if data.join("state").is_dir() {
        let known = fs::read_to_string(&marker).unwrap_or_default();
        if let Some(changed) = changed_since(&known, &migrations()?) {
            bail!(
                "the databases in {} were made when {changed} was another file: start over with --fresh, or choose another --data",
                data.display()
            );
        }
    }
    fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
    if !data.join("state").is_dir() {
        mark(&data)?;
    }
    secrets::ensure(&data)?;
    Ok(data)
}

/// Records the migrations that are applied, or are about to be applied, to the databases.
pub(super) fn mark(data: &Path) -> Result<()> {
    let mut text = format!("{HEADING}\n");
    for (name, hash) in migrations()? {
        writeln!(text, "{hash}  {name}")?;
    }
    let marker = data.join(MARKER);
    fs::write(&marker, text).with_context(|| format!("cannot write {}", marker.display()))
}

/// Every migration by name, with its hash.
fn migrations() -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    for worker in paths::WORKERS {
        let folder = paths::root().join("migrations").join(worker);
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let digest = Sha256::digest(fs::read(&path)?);
            let hash = digest.iter().take(16).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            all.push((format!("{worker}/{name}"), hash));
        }
    }
    all.sort();
    Ok(all)
}

/// The first recorded migration that has changed; new ones do not count. A marker without any is older than this check.
fn changed_since(marked: &str, now: &[(String, String)]) -> Option<String> {
    let mut known = marked.lines().filter_map(|line| line.split_once("  ")).peekable();
    if known.peek().is_none() {
        return Some("a migration".to_owned());
    }
    known
        .find(|(hash, name)| !now.iter().any(|(other, same)| other == name && same == hash))
        .map(|(_, name)| format!("migrations/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_that_was_edited_is_noticed_and_a_new_one_is_not() {
        let now = |second: &str| {
            vec![
                ("order/0001.sql".to_owned(), "aa".to_owned()),
                ("order/0002.sql".to_owned(), second.to_owned()),
            ]
        };
        let marked = format!("{HEADING}\naa  order/0001.sql\n");
        assert_eq!(changed_since(&marked, &now("bb")), None);
        let marked = format!("{marked}bb  order/0002.sql\n");
        assert_eq!(changed_since(&marked, &now("bb")), None);
        assert_eq!(changed_since(&marked, &now("cc")).as_deref(), Some("migrations/order/0002.sql"));
        assert!(changed_since(HEADING, &now("bb")).is_some(), "made before this was written down");
    }

    #[test]
    fn every_migration_is_known() {
        let all = migrations().unwrap();
        assert!(all.len() >= 10 && all.iter().all(|(_, hash)| hash.len() == 32), "{all:?}");
    }
}
