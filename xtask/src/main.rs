//! `cargo xtask <command>`: parses the command line, nothing else. What a command does is in its module.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kernel::text::{Email, Name};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set up, build, run, test and deploy Countinghouse", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the other commands need: wasm target, build tools, Node, npm packages
    Setup,
    /// Build the Workers and print their sizes
    Build,
    /// Run everything on this machine, with demo data
    Dev {
        /// Port of the gateway
        #[arg(long, default_value_t = 8787)]
        port: u16,
        /// Folder that keeps the databases and the secrets
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// Start over: delete the folder first, if this command made it
        #[arg(long)]
        fresh: bool,
        /// Users and chart of accounts only, no demo goods
        #[arg(long)]
        empty: bool,
        /// Show every request and everything the Workers log
        #[arg(long)]
        verbose: bool,
    },
    /// Write the files that follow from the table of services
    Generate,
    /// Write the API's description: OpenAPI and AsyncAPI, from the code
    Openapi,
    /// Run every check and test, fast ones first
    Test,
    /// Feed a sales history through a running system, then compare every figure
    Replay {
        /// CSV in the columns of the UCI "Online Retail" data set
        file: PathBuf,
        /// The gateway
        #[arg(long, default_value = "http://127.0.0.1:8787")]
        url: String,
        /// Print the figures as one JSON object
        #[arg(long)]
        json: bool,
        /// Who does it: a user that may set prices and adjust stock
        #[arg(long, default_value = "admin@demo.test")]
        email: String,
        /// That user's password
        #[arg(long, default_value = xtask::seed::PASSWORD)]
        password: String,
    },
    /// Measure, natively and on workerd
    Bench(xtask::bench::Options),
    /// Simulate the house under faults, run after run; a failure shows how to repeat it
    Simulate {
        /// The first seed; each run takes the next one
        #[arg(long)]
        seed: Option<u64>,
        /// How many runs
        #[arg(long)]
        runs: Option<u64>,
        /// Clients in one run
        #[arg(long)]
        steps: Option<u64>,
        /// Simulate with this deliberate fault; `all` for each of them until it is found
        #[arg(long)]
        mutation: Option<String>,
        /// Instead of the house, sales of one article to 100,000 buyers, its stock divided into allotments
        #[arg(long)]
        flash_sale: bool,
    },
    /// Kill workerd under load, again and again, and check that nothing is lost
    Crash {
        /// How often
        #[arg(long)]
        kills: Option<u32>,
        /// The seed for the moments of the kills
        #[arg(long)]
        seed: Option<u64>,
        /// Instead, stop once at each point of each request
        #[arg(long, conflicts_with_all = ["kills", "seed"])]
        fail_points: bool,
    },
    /// Explore the model of the checkout exhaustively, and look for its mutants
    Model {
        /// Also explore the worlds that take minutes
        #[arg(long)]
        long: bool,
    },
    /// Run the fuzz targets of every decoder, guided by coverage
    Fuzz {
        /// Only this one
        target: Option<String>,
        /// How long each runs
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Send changed requests to every route and judge each answer
    Input {
        /// A running house; without it the Workers are built and started over an empty folder
        #[arg(long)]
        url: Option<String>,
        /// The house in one native process instead
        #[arg(long, conflicts_with = "url")]
        native: bool,
        /// The seed; the same seed sends the same requests
        #[arg(long)]
        seed: Option<u64>,
        /// How many requests
        #[arg(long)]
        requests: Option<u64>,
    },
    /// Fuzz the Workers by the API's description, and judge each answer by it
    Schemathesis {
        /// The gateway of a running house with demo data, instead of starting one
        #[arg(long)]
        url: Option<String>,
        /// Cases of each operation
        #[arg(long, default_value_t = 100)]
        cases: u32,
        /// The same seed makes the same cases
        #[arg(long, default_value_t = 1)]
        seed: u32,
        /// Follow one operation's answer to another's request too
        #[arg(long)]
        stateful: bool,
    },
    /// Create what is missing on your Cloudflare account, migrate, deploy
    Deploy {
        /// Print every step and package the Workers, but change nothing and ask for no account
        #[arg(long)]
        dry_run: bool,
        /// Replace the secrets of all Workers by new ones: everybody has to sign in again
        #[arg(long)]
        new_secrets: bool,
    },
    /// Print the SQL that adds an administrator to a deployed house, with a new password
    FirstAdmin {
        /// The e-mail with which they sign in
        #[arg(value_parser = Email::parse)]
        email: Email,
        /// Their name
        #[arg(long, default_value = "Administrator", value_parser = Name::parse)]
        name: Name,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = xtask::process::stop_on_signals().and_then(|()| match arguments.command {
        Command::Setup => xtask::setup::run(),
        Command::Build => xtask::build::run(),
        Command::Dev { port, data, fresh, empty, verbose } => {
            xtask::dev::run(&xtask::dev::Options { port, data, fresh, empty, verbose })
        }
        Command::Generate => xtask::generate::run(),
        Command::Openapi => xtask::openapi::run(),
        Command::Test => xtask::test::run(),
        Command::Replay { file, url, json, email, password } => {
            xtask::replay::run(&xtask::replay::Options { file, url, json, email, password })
        }
        Command::Bench(options) => xtask::bench::run(&options, std::env::args_os().skip(2)),
        Command::Simulate { seed, runs, steps, mutation, flash_sale } => {
            xtask::simulate::run(&xtask::simulate::Options { seed, runs, steps, mutation, flash_sale })
        }
        Command::Crash { kills, seed, fail_points } => {
            xtask::crash::run(&xtask::crash::Options { kills, seed, fail_points })
        }
        Command::Model { long } => xtask::model::run(long),
        Command::Fuzz { target, seconds } => xtask::fuzz::run(&xtask::fuzz::Options { target, seconds }),
        Command::Input { url, native, seed, requests } => {
            xtask::input::run(&xtask::input::Options { url, native, seed, requests })
        }
        Command::Schemathesis { url, cases, seed, stateful } => {
            xtask::schemathesis::run(&xtask::schemathesis::Options { url, cases, seed, stateful })
        }
        Command::Deploy { dry_run, new_secrets } => xtask::deploy::run(dry_run, new_secrets),
        Command::FirstAdmin { email, name } => xtask::first_admin::run(&email, &name),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<xtask::process::Interrupted>() => ExitCode::from(130),
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
