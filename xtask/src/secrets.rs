//! The secrets of a local data folder. They are random, different for each folder, and readable only by their owner.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use contracts::Service;

use crate::system;

/// The key of the users' access tokens.
pub const ACCESS_TOKEN_KEY: &str = "ACCESS_TOKEN_KEY";

/// The key that the tokens of guests' orders are made with.
pub const GUEST_TOKEN_KEY: &str = "GUEST_TOKEN_KEY";

/// The secrets that one Worker has alone. Those for mail are replaced by what the provider gives.
const OWN: [&str; 4] = [ACCESS_TOKEN_KEY, GUEST_TOKEN_KEY, "MAIL_SECRET", "MAIL_WEBHOOK_KEY"];

/// The keys that the Workers need, each once.
#[must_use]
pub fn names() -> Vec<String> {
    let keys = Service::ALL.map(Service::token_key);
    keys.into_iter().chain(OWN.map(str::to_owned)).collect()
}

/// The secrets of a Worker: the key of the tokens made for it, those of the services that it calls, and its own others.
#[must_use]
pub fn of(service: Service) -> Vec<String> {
    let keys = std::iter::once(service).chain(service.reaches()).map(Service::token_key);
    keys.chain(service.entry().secrets.iter().map(|name| (*name).to_owned())).collect()
}

/// The providers for cards and for mail, each with the one of a development machine: one that approves `tok_approve`, and
/// a mailbox that nothing leaves. They are among the secrets because a provider needs one.
pub const PROVIDERS: [(&str, &str); 2] = [("PAYMENT_PROVIDER", "test"), ("MAIL_PROVIDER", "mailbox")];

/// The file inside a data folder.
#[must_use]
pub fn file(data: &Path) -> PathBuf {
    data.join("secrets.env")
}

/// Adds the missing secrets. Existing ones stay: tokens and sessions depend on them.
pub fn ensure(data: &Path) -> Result<()> {
    let file = file(data);
    let existing = fs::read_to_string(&file).unwrap_or_default();
    let mut added = String::new();
    for name in names() {
        if !existing.lines().any(|line| line.starts_with(&format!("{name}="))) {
            let _ = writeln!(added, "{name}={}", random()?);
        }
    }
    for (name, provider) in PROVIDERS {
        if !existing.lines().any(|line| line.starts_with(&format!("{name}="))) {
            let _ = writeln!(added, "{name}={provider}");
        }
    }
    if added.is_empty() {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    let opened = system::private(&mut options).open(&file);
    let mut handle = opened.with_context(|| format!("cannot write {}", file.display()))?;
    handle.write_all(added.as_bytes()).with_context(|| format!("cannot write {}", file.display()))
}

/// Random bytes, fit for secrets.
pub fn random_bytes<const COUNT: usize>() -> Result<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no randomness from the system: {error}"))?;
    Ok(bytes)
}

/// 256 random bits in hexadecimal.
pub fn random() -> Result<String> {
    Ok(random_bytes::<32>()?.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package that is not known by the hash of its bytes could be another one tomorrow.
    #[test]
    fn every_locked_package_has_its_integrity() {
        for lock in ["tools", "frontend/client", "tests/browser"] {
            let text = fs::read_to_string(crate::paths::root().join(lock).join("package-lock.json")).unwrap();
            let lock: serde_json::Value = serde_json::from_str(&text).unwrap();
            for (name, package) in lock["packages"].as_object().unwrap() {
                let is_ours = name.is_empty() || package["link"] == true;
                assert!(is_ours || package["integrity"].is_string(), "{name}");
            }
        }
    }

    #[test]
    fn secrets_are_private_and_kept() {
        let folder = std::env::temp_dir().join(format!("countinghouse-secrets-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        ensure(&folder).unwrap();
        let first = fs::read_to_string(file(&folder)).unwrap();
        assert_eq!(first.lines().count(), names().len() + PROVIDERS.len());
        assert!(system::is_private(&file(&folder)));
        ensure(&folder).unwrap();
        assert_eq!(fs::read_to_string(file(&folder)).unwrap(), first);
        fs::remove_dir_all(&folder).unwrap();
    }
}
