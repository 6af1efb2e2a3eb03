//! Deploys the house to the user's Cloudflare account: creates what is missing, migrates, deploys.
//!
//! Every step first checks, and changes only what is missing. So a deployment that stopped half-way is finished by
//! running it again. Account and database ids never enter the repository: the wrangler files are completed with them in
//! `target/deploy`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, anyhow, bail};
use contracts::{Queue, Service};
use serde_json::Value;

use crate::paths::{self, WORKERS};
use crate::process::check_interrupted;
use crate::setup::Tools;
use crate::ui::Step;
use crate::{build, secrets, system};

/// The placeholder for a database id in a dry run.
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";
/// The code in Cloudflare's answer about a Worker that was never deployed.
const NO_SUCH_WORKER: &str = "code: 10007";
const SIGN_IN: &str = "sign in with `npx wrangler login` in the folder tools, or set CLOUDFLARE_API_TOKEN; with several \
                       accounts set CLOUDFLARE_ACCOUNT_ID too (docs/deploy.md says which permissions are needed)";

/// The command `cargo xtask deploy`.
pub fn run(dry_run: bool, new_secrets: bool) -> Result<()> {
    let tools = build::ready_to_deploy()?;
    build::print_sizes()?;
    let account = Account { tools: &tools, dry_run };
    let ids = account.databases()?;
    account.queues()?;
    let existing = account.existing()?;
    let secrets = account.secrets(&existing, new_secrets)?;
    let configure = |worker: &str, absent: &[&str]| {
        configure(worker, ids.get(&resource(worker)).map_or(NO_ID, String::as_str), absent)
    };
    for worker in WORKERS {
        configure(worker, &[])?;
    }
    // New tables and columns must exist before the code that uses them; docs/deploy.md has the rule.
    for worker in WORKERS {
        account.migrate(worker)?;
    }
    let passes = passes(&existing.keys().copied().collect());
    for (worker, absent) in &passes {
        check_interrupted()?;
        configure(worker, absent)?;
        account.deploy(worker, secrets.get(worker))?;
    }
    for round in account.rotation(&existing, new_secrets)? {
        for (worker, secrets) in round {
            check_interrupted()?;
            account.set_secrets(worker, &secrets)?;
        }
    }
    if dry_run {
        println!("\ndry run complete: nothing was changed");
    } else {
        println!("\ndeployed. The address of the gateway is shown above; GET /health shows all services");
    }
    Ok(())
}

/// Names on the account start with the product's name, because an account is shared with other things.
pub(crate) fn resource(name: &str) -> String {
    format!("countinghouse-{name}")
}

fn folder() -> PathBuf {
    paths::root().join("target/deploy")
}

fn configuration(worker: &str) -> PathBuf {
    folder().join(format!("{worker}.toml"))
}

/// Each Worker to deploy, in order, with the Workers that it calls and that do not exist yet. A binding to a Worker
/// that does not exist is refused, and some Workers call each other. So on the first deployment such a Worker is
/// deployed first without that binding, and again when all exist. Its messages to the missing Worker wait in its
/// outbox.
fn passes(existing: &BTreeSet<&'static str>) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut there = existing.clone();
    let mut passes = Vec::new();
    let mut again = Vec::new();
    for service in Service::ALL {
        there.insert(service.name());
        let called = service.reaches().into_iter().map(Service::name);
        let absent: Vec<_> = called.filter(|name| !there.contains(name)).collect();
        if !absent.is_empty() {
            again.push((service.name(), Vec::new()));
        }
        passes.push((service.name(), absent));
    }
    passes.extend(again);
    passes
}

/// The Worker's wrangler file, with the id of its database, with paths that fit its new place, and without bindings to
/// Workers that do not exist yet.
fn configure(worker: &str, database_id: &str, absent: &[&str]) -> Result<()> {
    let source = paths::wrangler_file(worker);
    let text = fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    let completed = complete(&text, database_id, absent).with_context(|| source.display().to_string())?;
    fs::create_dir_all(folder())?;
    let target = configuration(worker);
    fs::write(&target, completed).with_context(|| format!("cannot write {}", target.display()))
}

fn complete(text: &str, database_id: &str, absent: &[&str]) -> Result<String> {
    let mut replaced = 0;
    let mut lines = Vec::new();
    let names_absent = |part: &&str| {
        part.starts_with("[[services]]")
            && absent.iter().any(|name| part.contains(&format!("service = \"{}\"", resource(name))))
    };
    let parts: Vec<&str> = text.split("\n\n").filter(|part| !names_absent(part)).collect();
    for line in parts.join("\n\n").lines() {
        if line.starts_with("preview_database_id") {
            replaced += 1;
            lines.push(format!("database_id = \"{database_id}\""));
        } else {
            lines.push(line.replace("\"../", "\"../../"));
        }
    }
    if replaced != 1 {
        bail!("expected one database, found {replaced}");
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

struct Account<'tools> {
    tools: &'tools Tools,
    dry_run: bool,
}

impl Account<'_> {
    fn wrangler(&self, arguments: &[&str]) -> Command {
        let mut command = self.tools.wrangler();
        // No confirmation: the user said "deploy".
        command.args(arguments).current_dir(paths::root()).env("CI", "1");
        command
    }

    /// Runs a step that changes the account, or prints what it would do.
    fn change(&self, title: &str, arguments: &[&str]) -> Result<()> {
        if self.dry_run {
            println!("  would {title}: wrangler {}", arguments.join(" "));
            return Ok(());
        }
        Step::new(title, self.wrangler(arguments)).hint(SIGN_IN).run()
    }

    fn databases(&self) -> Result<BTreeMap<String, String>> {
        if self.dry_run {
            for worker in WORKERS {
                let name = resource(worker);
                self.change(&format!("create the database {name} if missing"), &["d1", "create", &name])?;
            }
            return Ok(BTreeMap::new());
        }
        let mut found = self.list_databases()?;
        for worker in WORKERS {
            let name = resource(worker);
            if !found.contains_key(&name) {
                self.change(&format!("create the database {name}"), &["d1", "create", &name])?;
            }
        }
        if WORKERS.iter().any(|worker| !found.contains_key(&resource(worker))) {
            found = self.list_databases()?;
        }
        for worker in WORKERS {
            if !found.contains_key(&resource(worker)) {
                bail!(
                    "the database {} is not listed after it was created; try again in a minute",
                    resource(worker)
                );
            }
        }
        Ok(found)
    }

    fn list_databases(&self) -> Result<BTreeMap<String, String>> {
        let list = self.ask(&["d1", "list", "--json"]).map_err(|error| {
            anyhow!("cannot list the databases of your account: {error:#}\n  what you can do: {SIGN_IN}")
        })?;
        let pairs = list.as_array().into_iter().flatten().filter_map(|database| {
            Some((database["name"].as_str()?.to_owned(), database["uuid"].as_str()?.to_owned()))
        });
        Ok(pairs.collect())
    }

    fn queues(&self) -> Result<()> {
        for queue in Queue::ALL {
            let name = resource(queue.name());
            if self.dry_run || self.output(&["queues", "info", &name]).is_err() {
                self.change(&format!("create the queue {name} if missing"), &["queues", "create", &name])?;
            }
        }
        Ok(())
    }

    /// The Workers that are already deployed, each with the names of its secrets. A dry run makes no calls.
    fn existing(&self) -> Result<BTreeMap<&'static str, BTreeSet<String>>> {
        let mut existing = BTreeMap::new();
        for worker in WORKERS.into_iter().filter(|_| !self.dry_run) {
            if let Some(secrets) = self.existing_secrets(worker)? {
                existing.insert(worker, secrets);
            }
        }
        Ok(existing)
    }

    /// The secrets for each Worker. A secret that several Workers share cannot be read back, so if one of them lacks
    /// it, all get a new one. Only the gateway has the key of the access tokens, so it is renewed at once.
    fn secrets(
        &self,
        existing: &BTreeMap<&'static str, BTreeSet<String>>,
        renew: bool,
    ) -> Result<BTreeMap<&'static str, Secrets>> {
        let mut given: BTreeMap<_, Secrets> = BTreeMap::new();
        for name in secrets::names() {
            let readers: Vec<&str> = readers(&name).collect();
            if self.dry_run {
                println!("  would make {name} for {} unless they have it", readers.join(", "));
            } else if lacks(existing, &name) || renew && name == secrets::ACCESS_TOKEN_KEY {
                let value = secrets::random()?;
                for worker in readers {
                    given.entry(worker).or_default().insert(name.clone(), value.clone());
                }
            }
        }
        // Cards are refused, and mails wait, until you choose a provider; an earlier choice stays.
        let each = secrets::PROVIDERS.into_iter().flat_map(|(provider, _)| {
            WORKERS
                .into_iter()
                .filter(move |worker| requires(worker, provider))
                .map(move |worker| (worker, provider))
        });
        for (worker, provider) in each {
            if self.dry_run {
                println!("  would set {provider} of {worker} to none unless it has one");
            } else if !existing.get(worker).is_some_and(|has| has.contains(provider)) && !renew {
                given.entry(worker).or_default().insert(provider.to_owned(), "none".to_owned());
            }
        }
        Ok(given)
    }

    /// New keys for the tokens between services, where all had them before. Each round is a list of Workers and what
    /// they get.
    fn rotation(
        &self,
        existing: &BTreeMap<&'static str, BTreeSet<String>>,
        renew: bool,
    ) -> Result<Vec<Vec<(&'static str, Secrets)>>> {
        if self.dry_run || !renew {
            return Ok(Vec::new());
        }
        let mut keys = Vec::new();
        for service in Service::ALL.into_iter().filter(|service| !lacks(existing, &service.token_key())) {
            keys.push((service, secrets::random()?));
        }
        Ok(rounds(&keys).into())
    }

    fn set_secrets(&self, worker: &'static str, secrets: &Secrets) -> Result<()> {
        let held = SecretsFile::write(worker, secrets)?;
        let (path, name) = (held.0.to_string_lossy().into_owned(), resource(worker));
        self.change(&format!("renew the keys of {worker}"), &["secret", "bulk", &path, "--name", &name])
    }

    /// None if the Worker was never deployed. Any other failure stops us: if it were taken for "none", it would replace
    /// secrets that are in use.
    fn existing_secrets(&self, worker: &str) -> Result<Option<BTreeSet<String>>> {
        let name = resource(worker);
        let list = match self.ask(&["secret", "list", "--name", &name, "--format", "json"]) {
            Ok(list) => list,
            Err(error) if format!("{error:#}").contains(NO_SUCH_WORKER) => return Ok(None),
            Err(error) => return Err(error.context(format!("cannot list the secrets of {worker}"))),
        };
        let names = list.as_array().into_iter().flatten();
        Ok(Some(names.filter_map(|secret| secret["name"].as_str().map(str::to_owned)).collect()))
    }

    fn migrate(&self, worker: &str) -> Result<()> {
        let file = configuration(worker);
        let file = file.to_string_lossy();
        let arguments = ["d1", "migrations", "apply", &resource(worker), "--remote", "-c", &*file];
        self.change(&format!("migrate the database of {worker}"), &arguments)
    }

    fn deploy(&self, worker: &str, secrets: Option<&Secrets>) -> Result<()> {
        let file = configuration(worker);
        let file = file.to_string_lossy();
        let mut arguments = vec!["deploy", "-c", &*file];
        if self.dry_run {
            arguments.push("--dry-run");
        }
        let held = secrets.map(|secrets| SecretsFile::write(worker, secrets)).transpose()?;
        let path = held.as_ref().map(|held| held.0.to_string_lossy().into_owned());
        if let Some(path) = &path {
            arguments.extend(["--secrets-file", path]);
        }
        let title = if self.dry_run { format!("package {worker}") } else { format!("deploy {worker}") };
        Step::new(title, self.wrangler(&arguments)).hint(SIGN_IN).show().run()
    }

    fn ask(&self, arguments: &[&str]) -> Result<Value> {
        let text = self.output(arguments)?;
        // Notices may come before it.
        let start = text.find(['[', '{']).unwrap_or_default();
        serde_json::from_str(text.get(start..).unwrap_or_default()).context("wrangler did not answer in JSON")
    }

    fn output(&self, arguments: &[&str]) -> Result<String> {
        let output =
            self.wrangler(arguments).stdin(Stdio::null()).output().context("cannot start wrangler")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!("wrangler {}\n{text}{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(text)
    }
}

/// Secrets by name.
type Secrets = BTreeMap<String, String>;

/// The Workers that have a secret.
fn readers(name: &str) -> impl Iterator<Item = &'static str> {
    WORKERS.into_iter().filter(move |worker| requires(worker, name))
}

/// Whether a Worker that needs a secret has none.
fn lacks(existing: &BTreeMap<&'static str, BTreeSet<String>>, name: &str) -> bool {
    readers(name).any(|worker| !existing.get(worker).is_some_and(|has| has.contains(name)))
}

/// Replaces the keys of tokens without a pause: (1) each service also accepts tokens with its next key. (2) Those that
/// call it sign with it. (3) The next key is its key; the one before is no longer accepted.
fn rounds(keys: &[(Service, String)]) -> [Vec<(&'static str, Secrets)>; 3] {
    let by_worker = |given: &dyn Fn(&'static str, Service) -> Option<String>| {
        let of = |worker: &'static str| {
            let named =
                keys.iter().filter_map(|(service, key)| Some((given(worker, *service)?, key.clone())));
            (worker, named.collect::<Secrets>())
        };
        WORKERS.into_iter().map(of).filter(|(_, secrets)| !secrets.is_empty()).collect()
    };
    let is_own = |worker: &str, service: Service| worker == service.name();
    [
        by_worker(&|worker, service| {
            is_own(worker, service).then(|| format!("{}_NEXT", service.token_key()))
        }),
        by_worker(&|worker, service| {
            let name = service.token_key();
            (!is_own(worker, service) && requires(worker, &name)).then_some(name)
        }),
        by_worker(&|worker, service| is_own(worker, service).then(|| service.token_key())),
    ]
}

fn requires(worker: &str, secret: &str) -> bool {
    let text = fs::read_to_string(paths::wrangler_file(worker)).unwrap_or_default();
    text.lines().any(|line| line.starts_with("required") && line.contains(&format!("\"{secret}\"")))
}

/// Secrets to pass to wrangler. The file is private, and deleted when this is dropped.
struct SecretsFile(PathBuf);

impl SecretsFile {
    fn write(worker: &str, secrets: &Secrets) -> Result<Self> {
        let path = folder().join(format!("{worker}.secrets.json"));
        remove(&path);
        let file = system::private(OpenOptions::new().write(true).create_new(true)).open(&path);
        let mut file = file.with_context(|| format!("cannot write {}", path.display()))?;
        let held = Self(path);
        file.write_all(serde_json::to_string(secrets)?.as_bytes())?;
        Ok(held)
    }
}

impl Drop for SecretsFile {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

#[cfg(test)]
mod tests;
