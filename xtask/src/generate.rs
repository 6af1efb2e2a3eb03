//! The files that follow from the table of services (`shared/contracts/src/services.rs`): the Workers' configuration,
//! the list that the local runtime reads, and the tables that every service has. The files are committed; a test fails
//! when one is stale.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use contracts::{CRON, Queue, Service};
use serde_json::json;

use crate::{paths, secrets};

/// The Workers run with the platform's behaviour of this day.
const COMPATIBILITY_DATE: &str = "2026-11-01";
/// The settings that every service has, and those of one.
const SETTINGS: &[(&str, Option<Service>)] = &[
    ("CURRENCY", None),
    ("TIME_ZONE", None),
    ("STEP_UP_MINUTES", None),
    ("STEP_UP_REFUND", None),
    ("CASH_WITHOUT_TILL", None),
    ("APPROVAL_REFUND", Some(Service::Order)),
    ("APPROVAL_CREDIT_NOTE", Some(Service::Order)),
    ("APPROVAL_CREDIT_LIMIT", Some(Service::Order)),
    ("APPROVAL_STOCK", None),
    ("APPROVAL_CREDIT_PAYOUT", Some(Service::Accounting)),
    ("APPROVAL_JOURNAL_ENTRY", Some(Service::Accounting)),
    ("APPROVAL_HOURS", Some(Service::Gateway)),
    ("BREACH_LIST_URL", Some(Service::Gateway)),
    ("CORS_ORIGINS", Some(Service::Gateway)),
    ("SECURITY_CONTACT", Some(Service::Gateway)),
    ("RATE_SIGN_IN", Some(Service::Gateway)),
    ("RATE_GUEST_READ", Some(Service::Gateway)),
    ("RATE_GUEST_WRITE", Some(Service::Gateway)),
    ("RATE_CALLER", Some(Service::Gateway)),
    ("BOT_CHECK_URL", Some(Service::Gateway)),
    ("PUBLIC_URL", None),
    ("SHOP_NAME", Some(Service::Order)),
    ("SHOP_NAME", Some(Service::Storefront)),
    ("LANGUAGE", Some(Service::Storefront)),
    ("SHOP_WAREHOUSE", Some(Service::Storefront)),
    ("SHOP_COLOUR", Some(Service::Storefront)),
    ("SHOP_HIDDEN_CATEGORIES", Some(Service::Storefront)),
    ("SHOP_IMPRINT", Some(Service::Storefront)),
    ("SHOP_TERMS", Some(Service::Storefront)),
    ("SHOP_PRIVACY", Some(Service::Storefront)),
    ("SHOP_RETURNS", Some(Service::Storefront)),
    ("SHOP_NAME", Some(Service::Mail)),
    ("LANGUAGE", Some(Service::Mail)),
    ("MAIL_FROM", Some(Service::Mail)),
    ("MAIL_DAYS", Some(Service::Mail)),
    ("SMTP_URL", Some(Service::Mail)),
    ("MAIL_API_URL", Some(Service::Mail)),
    ("UNPAID_MINUTES", Some(Service::Order)),
    ("PAYMENT_ATTEMPTS", Some(Service::Order)),
    ("PAYMENT_ATTEMPTS_CARD", Some(Service::Order)),
    ("PAYMENT_ATTEMPTS_BUYER", Some(Service::Order)),
    ("TILL_KEY_REQUIRED", Some(Service::Order)),
    ("OFFLINE_PRICE_PERCENT_MAX", Some(Service::Order)),
    ("OFFLINE_DISCOUNT_PERCENT_MAX", Some(Service::Order)),
    ("OFFLINE_SHORTAGE_UNITS_MAX", Some(Service::Order)),
];

/// The command `cargo xtask generate`.
pub fn run() -> Result<()> {
    for (path, text) in files()? {
        if fs::read_to_string(&path).is_ok_and(|found| found == text) {
            continue;
        }
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("  wrote {}", path.strip_prefix(paths::root()).unwrap_or(&path).display());
    }
    Ok(())
}

/// Every generated file, with the text that it should have.
pub fn files() -> Result<Vec<(PathBuf, String)>> {
    let root = paths::root();
    let settings = settings(&root.join("settings.toml"))?;
    let mut files = vec![(root.join("tools/services.json"), runtime_list()?)];
    for service in Service::ALL {
        files.push((paths::wrangler_file(service.name()), configuration(service, &settings)?));
        files.extend(plumbing(&root.join("migrations"), service)?);
    }
    Ok(files)
}

/// `NAME = "value"` lines, without comments.
fn settings(file: &Path) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            let value = value.trim().strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            match value {
                Some(value) => Ok((name.trim().to_owned(), value.to_owned())),
                None => bail!("{}: {line} is not NAME = \"value\"", file.display()),
            }
        })
        .collect()
}

/// The list for the local runtime.
fn runtime_list() -> Result<String> {
    let names: Vec<&str> = Service::ALL.map(Service::name).into();
    Ok(serde_json::to_string_pretty(&json!({ "workers": names }))? + "\n")
}

/// The scripts that every service has, as copies in its folder: wrangler reads one folder for each.
fn plumbing(migrations: &Path, service: Service) -> Result<Vec<(PathBuf, String)>> {
    let folder = migrations.join("plumbing");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let source = entry?.path();
        let text =
            fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
        let name = source.file_name().unwrap_or_default();
        files.push((migrations.join(service.name()).join(name), text));
    }
    files.sort();
    Ok(files)
}

/// A Worker's wrangler file, for development and deployment alike.
fn configuration(service: Service, settings: &[(String, String)]) -> Result<String> {
    let name = service.name();
    let mut text = String::new();
    let is_door = service == Service::Gateway;
    let _ = write!(
        text,
        "# {purpose}\n\
         # Written by `cargo xtask generate` from shared/contracts/src/services.rs and settings.toml. No account id and no\n\
         # database id stands here: `cargo xtask deploy` resolves them on your account.\n\
         name = \"countinghouse-{name}\"\n\
         main = \"../{folder}/build/index.js\"\n\
         compatibility_date = \"{COMPATIBILITY_DATE}\"\n\
         # Only the gateway has a public route; the others are reached by service bindings and queues.\n\
         workers_dev = {is_door}\n\
         preview_urls = false\n\
         # `cargo xtask build` already made one JavaScript file and one wasm file: nothing is left to bundle.\n\
         no_bundle = true\n\
         find_additional_modules = true\n\
         rules = [\n  \
           {{ type = \"ESModule\", globs = [\"index.js\"], fallthrough = false }},\n  \
           {{ type = \"CompiledWasm\", globs = [\"index_bg.wasm\"], fallthrough = false }},\n\
         ]\n\n",
        purpose = service.entry().purpose.trim(),
        folder = service.folder(),
    );
    variables(&mut text, service, settings)?;
    let secrets = secrets::of(service);
    let _ = write!(text, "[secrets]\nrequired = {}\n\n", json!(secrets));
    let _ = write!(
        text,
        "[[d1_databases]]\n\
         binding = \"DB\"\n\
         database_name = \"countinghouse-{name}\"\n\
         # The name of the local database. Without it every local binding called DB would be one and the same.\n\
         preview_database_id = \"countinghouse-{name}\"\n\
         migrations_dir = \"../migrations/{name}\"\n\n",
    );
    if is_door {
        text.push_str(ASSETS);
        limiters(&mut text, settings);
    }
    let _ = write!(
        text,
        "[triggers]\n# Each minute it resumes what stopped half-way and hands over what a queue has lost.\ncrons = [\"{CRON}\"]\n\n"
    );
    bindings(&mut text, service);
    text.push_str(OBSERVABILITY);
    Ok(text)
}

const ASSETS: &str = r#"[assets]
directory = "../frontend/public"
html_handling = "auto-trailing-slash"
not_found_handling = "none"
run_worker_first = ["/api/*", "/dev/mail", "/dev/mail/*", "!/api/v1/openapi.json", "!/api/v1/asyncapi.json", "!/api/openapi.json", "!/api/asyncapi.json", "/health", "/metrics", "/.well-known/security.txt"]

"#;

const OBSERVABILITY: &str = "[observability]\nenabled = true\n\n[observability.logs]\nenabled = true\n\
     invocation_logs = true\nhead_sampling_rate = 1\n";

/// The platform's limiters: their bindings, and the settings with their limits.
const LIMITERS: [(&str, &str); 3] = [
    ("LIMIT_SIGN_IN", "RATE_SIGN_IN"),
    ("LIMIT_GUEST_READ", "RATE_GUEST_READ"),
    ("LIMIT_GUEST_WRITE", "RATE_GUEST_WRITE"),
];
/// The first number of our limiters on the account.
const LIMITERS_FROM: usize = 7_101;

fn limiters(text: &mut String, settings: &[(String, String)]) {
    for (place, (binding, setting)) in LIMITERS.iter().enumerate() {
        let limit =
            settings.iter().find(|(known, _)| known == setting).map_or("0", |(_, value)| value.trim());
        if limit == "0" || limit.is_empty() {
            continue;
        }
        let _ = write!(
            text,
            "[[ratelimits]]\nname = \"{binding}\"\nnamespace_id = \"{}\"\nsimple = {{ limit = {limit}, period = 60 }}\n\n",
            LIMITERS_FROM + place,
        );
    }
}

fn variables(text: &mut String, service: Service, settings: &[(String, String)]) -> Result<()> {
    text.push_str("[vars]\n");
    for (name, owner) in SETTINGS {
        if owner.is_some_and(|owner| owner != service) {
            continue;
        }
        let value = settings.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        let value = value.with_context(|| format!("settings.toml lacks {name}"))?;
        let _ = writeln!(text, "{name} = {}", json!(value));
    }
    text.push('\n');
    Ok(())
}

fn bindings(text: &mut String, service: Service) {
    for peer in service.reaches() {
        let (binding, peer) = (peer.binding(), peer.name());
        let _ = write!(text, "[[services]]\nbinding = \"{binding}\"\nservice = \"countinghouse-{peer}\"\n\n");
    }
    for queue in service.sends_to() {
        let (binding, queue) = (queue.binding(), queue.name());
        let _ = write!(
            text,
            "[[queues.producers]]\nbinding = \"{binding}\"\nqueue = \"countinghouse-{queue}\"\n\n"
        );
    }
    let Some(inbox) = Queue::of_reader(service) else { return };
    let _ = write!(
        text,
        "[[queues.consumers]]\nqueue = \"countinghouse-{}\"\nmax_batch_size = 100\nmax_batch_timeout = 1\n",
        inbox.name()
    );
    text.push_str(if inbox == Queue::DeadLetters {
        "# There is nowhere left to send these, so they are retried as long as the platform allows.\n\
         max_retries = 100\nretry_delay = 60\n\n"
    } else {
        "# The consumer counts attempts itself and parks what keeps failing. This is the net below it, for a\n\
         # consumer that cannot even start: its messages end up with the dead letters, not nowhere.\n\
         max_retries = 20\nretry_delay = 5\ndead_letter_queue = \"countinghouse-dead-letters\"\n\n"
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_files_follow_from_the_table() {
        for (path, text) in files().unwrap() {
            let found = fs::read_to_string(&path).unwrap_or_default();
            assert!(found == text, "{} is stale: run `cargo xtask generate`", path.display());
        }
    }

    #[test]
    fn a_setting_that_is_missing_is_named() {
        let all_but_one = SETTINGS.iter().filter(|(name, _)| *name != "SHOP_NAME");
        let known: Vec<_> = all_but_one.map(|(name, _)| ((*name).to_owned(), "x".to_owned())).collect();
        let error = configuration(Service::Order, &known).unwrap_err();
        assert_eq!(error.to_string(), "settings.toml lacks SHOP_NAME");
    }
}
