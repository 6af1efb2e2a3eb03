//! `cargo xtask replay FILE.csv`: feeds a sales history through the running system over HTTP, as a user of
//! the API would, then compares every figure of the file with the orders and the books.
//!
//! The same file gives the same ids and keys: an interrupted replay is started again and continues, and a second replay
//! changes nothing.

mod bar;
mod compare;
mod figures;
mod history;
mod run;

use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use kernel::Currency;

use crate::client::Client;

/// What to replay, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The file.
    pub file: PathBuf,
    /// The gateway.
    pub url: String,
    /// Print the figures as one JSON object and nothing else on standard output.
    pub json: bool,
    /// The user who does it; must be allowed to set prices and adjust stock.
    pub email: String,
    /// That user's password.
    pub password: String,
}

/// The command. Fails when any figure differs.
pub fn run(options: &Options) -> Result<()> {
    let content =
        std::fs::read(&options.file).with_context(|| format!("cannot read {}", options.file.display()))?;
    let client = Client::sign_in(&options.url, &options.email, &options.password)?;
    // The currency is the system's: the file names none.
    let dashboard = client.get("/dashboard")?.accepted("read the dashboard")?;
    let currency =
        dashboard["today"]["total"]["currency"].as_str().context("the dashboard names no currency")?;
    let currency = Currency::parse(currency).context("the dashboard's currency")?;
    let history = history::read(File::open(&options.file)?, currency)?;
    let figures = run::replay(&client, &history, &content, currency, options.json)?;
    if options.json {
        println!("{}", figures.to_json());
    } else {
        figures.print();
    }
    if figures.ok() {
        Ok(())
    } else {
        bail!("the replay does not reconcile: see the figures marked as different")
    }
}
