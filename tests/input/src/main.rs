//! `cargo xtask input`: changed requests against a running house; a failure is shown with how to repeat it.

#![allow(clippy::disallowed_methods, reason = "requests a second are measured")]

use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::Parser;
use house_input::door::{Door, Native, Remote};
use house_input::{Options, Report, run};
use xtask::runtime::{Runtime, RuntimeOptions};

#[derive(Parser)]
#[command(name = "cargo xtask input", about = "Send changed requests to every route, and judge each answer")]
struct Arguments {
    /// The house; without it the built Workers are started over an empty folder
    #[arg(long)]
    url: Option<String>,
    /// The house in this process instead
    #[arg(long, conflicts_with = "url")]
    native: bool,
    /// The seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many requests
    #[arg(long, default_value_t = 20_000)]
    requests: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match start(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &Arguments) -> Result<bool, String> {
    if arguments.native {
        return Ok(measure(&Native::open(), arguments));
    }
    if let Some(url) = &arguments.url {
        return Ok(measure(&Remote::new(url, None), arguments));
    }
    let folder = xtask::paths::root().join("target/tmp").join(format!("input-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let failed = |error: anyhow::Error| format!("{error:#}");
    let runtime = Runtime::start(RuntimeOptions::new(&folder).without_assets()).map_err(failed)?;
    xtask::seed::demo_users(&runtime).map_err(failed)?;
    let runtime = std::sync::Mutex::new(runtime);
    let cron = || {
        let runtime = runtime.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Err(error) = runtime.scheduled() {
            eprintln!("the cron did not run: {error:#}");
        }
    };
    let url = runtime.lock().unwrap_or_else(std::sync::PoisonError::into_inner).gateway_url().to_owned();
    Ok(measure(&Remote::new(&url, Some(&cron)), arguments))
}

fn measure(door: &dyn Door, arguments: &Arguments) -> bool {
    let since = Instant::now();
    // A house that runs on has seen other runs: the names must be new.
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let tag = if arguments.native { "n".to_owned() } else { format!("{seconds:x}") };
    let report = run(door, &Options { seed: arguments.seed, requests: arguments.requests, tag });
    print(&report, since.elapsed().as_secs_f64());
    report.failed == 0
}

fn print(report: &Report, seconds: f64) {
    let statuses: Vec<String> =
        report.statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
    println!("requests: {} in {seconds:.1} s, and {} examples", report.requests, report.examples);
    println!("routes:   {}", report.routes.len());
    println!("answers:  {}", statuses.join(", "));
    println!("seed:     {}", report.seed);
    for failure in &report.failures {
        println!(
            "\nrequest {} of seed {}, {}: {}",
            failure.number, report.seed, failure.route, failure.reason
        );
        println!("  {}", failure.curl);
        println!("  {}", failure.answer);
    }
    println!("failed:   {}", report.failed);
}
