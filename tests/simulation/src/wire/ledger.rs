//! What the clients were told, held against the files that the house has left behind: they are opened by another
//! SQLite than the one that wrote them, after the house has gone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contracts::Service;
use serde::Deserialize;
use store::Sqlite;

use super::Counts;
use crate::check::check;
use crate::core::Core;
use crate::inspect::{number, rows};
use crate::model::{Model, Told};
use crate::shop::Shop;
use crate::world::{Builder, Residence};

/// What the clients were told.
pub struct Outcome {
    pub(super) model: Model,
    pub(super) shop: Arc<Shop>,
    /// What became of their requests.
    pub counts: Counts,
}

/// What is in the files.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// What is not as it was told, or not as it must be; empty when all is well.
    pub failures: Vec<String>,
    /// Orders by channel and status.
    pub orders: Vec<(String, u64)>,
    /// Posted entries of the journal.
    pub entries: u64,
    /// Movements of stock.
    pub movements: u64,
    /// Acknowledged writes that were looked for.
    pub acknowledged: u64,
}

#[derive(Deserialize)]
struct Channel {
    name: String,
    n: u64,
}

impl Outcome {
    /// Compares the databases in this folder.
    ///
    /// # Errors
    /// When a database is missing.
    pub fn check(&self, folder: &Path) -> Result<Found, String> {
        let residence = open(folder)?;
        let failures =
            check(&residence, &self.shop, &self.model).into_iter().map(|fault| fault.what).collect();
        let order = residence.database(Service::Order);
        let channels: Vec<Channel> = rows(
            order,
            "select sales_channel || ' ' || status as name, count(*) as n from orders group by 1 order by 1",
        );
        let count = |service, text| number(residence.database(service), text).unsigned_abs();
        Ok(Found {
            failures,
            orders: channels.into_iter().map(|row| (row.name, row.n)).collect(),
            entries: count(
                Service::Accounting,
                "select count(*) as n from journal_entries where status <> 'Draft'",
            ),
            movements: count(Service::Inventory, "select count(*) as n from movements"),
            acknowledged: self.acknowledged(),
        })
    }

    /// Writes with a definite answer that says they were made.
    fn acknowledged(&self) -> u64 {
        let model = &self.model;
        let told = |told: Told| !matches!(told, Told::Nothing | Told::Refused);
        let orders = model.orders.values().filter(|order| told(order.told)).count();
        let deeds = [&model.refunds, &model.entries, &model.voids, &model.invoice_payments];
        let deeds: usize =
            deeds.into_iter().map(|deeds| deeds.values().filter(|deed| deed.done).count()).sum();
        let adjustments = model.adjustments.values().filter(|(deed, ..)| deed.done).count();
        let transfers: usize =
            model.transfers.values().map(|seen| usize::from(seen.shipped) + usize::from(seen.received)).sum();
        (orders + deeds + adjustments + transfers) as u64
    }
}

/// Damages the database of a service: its triggers are gone, and the script is run.
///
/// # Errors
/// When the database is missing, or the script is wrong.
pub fn damage(folder: &Path, service: Service, script: &str) -> Result<(), String> {
    let database = find(folder, service)?;
    #[derive(Deserialize)]
    struct Trigger {
        name: String,
    }
    let triggers: Vec<Trigger> = rows(&database, "select name from sqlite_master where type = 'trigger'");
    let drops: String = triggers.iter().map(|trigger| format!("drop trigger {};", trigger.name)).collect();
    let script = format!("pragma foreign_keys = off; {drops} {script};");
    database.script(&script).map_err(|error| error.to_string())
}

/// A table that only this service has; none for one that has only what all have.
const fn mark(service: Service) -> Option<&'static str> {
    match service {
        Service::Gateway => Some("users"),
        Service::Product => Some("variants"),
        Service::Inventory => Some("stock"),
        Service::Order => Some("orders"),
        Service::Accounting => Some("journal_entries"),
        Service::Mail => Some("mails"),
        Service::Storefront => None,
    }
}

/// The files are named by what the runtime makes of their ids; their tables say whose they are.
fn find(folder: &Path, service: Service) -> Result<Sqlite, String> {
    #[derive(Deserialize)]
    struct Table {
        name: String,
    }
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|kind| kind == "sqlite"));
    for file in files {
        let database = Sqlite::in_file(&file, &[]).map_err(|error| error.to_string())?;
        let tables: Vec<Table> = rows(&database, "select name from sqlite_master where type = 'table'");
        let has = |name: &str| tables.iter().any(|table| table.name == name);
        let is_its = match mark(service) {
            Some(mark) => has(mark),
            None => has("outbox") && !Service::ALL.into_iter().filter_map(mark).any(has),
        };
        if is_its {
            return Ok(database);
        }
    }
    Err(format!("no file in {} is the database of {service}", folder.display()))
}

fn open(folder: &Path) -> Result<Residence, String> {
    let mut builder = Builder::new();
    for service in Service::ALL {
        builder = builder.with(service, find(folder, service)?);
    }
    Ok(builder.build(Core::new(), None))
}
