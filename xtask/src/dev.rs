//! Runs the whole house on this machine: set-up, build, migrations, demo data, and one `wrangler dev` for
//! the Workers, watched until the user stops it.

mod folder;
pub mod server;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::process::{Interrupted, check_interrupted, pause};
use crate::runtime::{Runtime, RuntimeOptions};
use crate::setup::Tools;
use crate::ui::elapsed;
use crate::{build, paths, seed};
use server::Server;

/// Cron triggers do not fire automatically here. More often than each minute, because people are watching.
const CRON_INTERVAL: Duration = Duration::from_secs(10);
const RESTARTS_MAX: usize = 5;
const RESTARTS_COUNTED_FOR: Duration = Duration::from_secs(100);

/// The options of the command line.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port of the gateway.
    pub port: u16,
    /// Folder of databases and secrets.
    pub data: PathBuf,
    /// Delete the folder first.
    pub fresh: bool,
    /// No demo goods.
    pub empty: bool,
    /// Show every request and log line.
    pub verbose: bool,
}

/// The command `cargo xtask dev`.
pub fn run(options: &Options) -> Result<()> {
    let started = Instant::now();
    // Check this before minutes of work, not after them.
    ensure_port_is_free(options.port)?;
    let data = folder::prepare(&options.data, options.fresh)?;
    let tools = build::ready_to_try()?;
    prepare_databases(&data)?;
    check_interrupted()?;
    let url = format!("http://127.0.0.1:{}", options.port);
    let mut server = Server::start(&tools, &data, options.port, options.verbose)?;
    if !options.empty {
        seed::demo_goods(&url)?;
    }
    announce(&url, started);
    let outcome = watch(&mut server, &tools, &data, options);
    println!("stopping ...");
    server.stop();
    match outcome {
        Err(error) if !error.is::<Interrupted>() => Err(error),
        _ => Ok(()),
    }
}

fn ensure_port_is_free(port: u16) -> Result<()> {
    if TcpListener::bind(("127.0.0.1", port)).is_err() {
        bail!(
            "port {port} is in use, perhaps by another `cargo xtask dev`. Stop it, or choose one with --port"
        );
    }
    Ok(())
}

/// Migrations and users, before the Workers can answer requests.
fn prepare_databases(data: &Path) -> Result<()> {
    let started = Instant::now();
    let mut options = RuntimeOptions::new(data);
    options.only_databases = true;
    let mut databases = Runtime::start(options).context("cannot prepare the databases")?;
    seed::demo_users(&databases)?;
    databases.stop();
    folder::mark(data)?;
    println!("  migrate the databases: done in {}", elapsed(started));
    Ok(())
}

fn announce(url: &str, started: Instant) {
    println!("\nready {url}\n");
    println!("  the shop {url}/, in German {url}/de");
    println!("  the API {url}/docs/, the state of the house {url}/status/\n");
    println!("  sign in with the password {}", seed::PASSWORD);
    for role in seed::ROLES {
        println!("    {role}@demo.test");
    }
    println!("\n  mails stay here: {url}/dev/mail");
    println!("\n  started in {}. Ctrl-C stops everything.\n", elapsed(started));
}

/// Keeps the Workers running and fires their crons until the user stops us.
fn watch(server: &mut Server, tools: &Tools, data: &Path, options: &Options) -> Result<()> {
    let mut ticked = Instant::now();
    let mut restarted = Vec::new();
    loop {
        pause(Duration::from_millis(500))?;
        if ticked.elapsed() >= CRON_INTERVAL {
            ticked = Instant::now();
            server.fire_cron();
        }
        let Some(problem) = server.problem()? else { continue };
        check_interrupted()?;
        restarted.retain(|at: &Instant| at.elapsed() < RESTARTS_COUNTED_FOR);
        if restarted.len() >= RESTARTS_MAX {
            bail!("the Workers do not stay up: {problem}. See {}", paths_of_logs(data));
        }
        restarted.push(Instant::now());
        println!("{problem}: restarting the Workers ...");
        server.stop();
        *server = Server::start(tools, data, options.port, options.verbose)?;
        println!("running again at http://127.0.0.1:{}", options.port);
    }
}

fn paths_of_logs(data: &Path) -> String {
    let folder = data.join("logs");
    folder.strip_prefix(paths::root()).unwrap_or(&folder).display().to_string()
}
