//! `cargo xtask simulate`: many runs on every core; a failure is shown with how to repeat it.
#![allow(clippy::disallowed_methods, reason = "runs a second are measured")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use clap::Parser;
use house_simulation::{Fault, House, Mutation, Report, flash_sale, run};

/// Runs after which a deliberate fault counts as not found.
const MUTATION_RUNS_MAX: u64 = 2_000;

#[derive(Parser)]
#[command(name = "cargo xtask simulate", about = "Simulate the house under faults, run after run")]
struct Arguments {
    /// The first seed; each run takes the next one
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many runs: 10,000, or 100 flash sales
    #[arg(long)]
    runs: Option<u64>,
    /// Clients that come in one run: 16, or 100,000 buyers of a flash sale
    #[arg(long)]
    steps: Option<u64>,
    /// Simulate with this deliberate fault; `all` for each of them until it is found
    #[arg(long)]
    mutation: Option<String>,
    /// Threads; each has a house of its own
    #[arg(long)]
    threads: Option<usize>,
    /// Instead, sales of one article whose stock is divided into allotments
    #[arg(long)]
    flash_sale: bool,
}

impl Arguments {
    fn runs(&self) -> u64 {
        self.runs.unwrap_or(if self.flash_sale { 100 } else { 10_000 })
    }

    fn steps(&self) -> u64 {
        self.steps.unwrap_or(if self.flash_sale { 100_000 } else { 16 })
    }

    fn threads(&self) -> usize {
        self.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.mutation.as_deref() {
        fault if arguments.flash_sale => sell(&arguments, fault),
        Some("all") => find_all(&arguments),
        Some(name) => Mutation::parse(name)
            .ok_or_else(|| format!("there is no deliberate fault {name}"))
            .and_then(|mutation| simulate(&arguments, Some(mutation))),
        None => simulate(&arguments, None),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn sell(arguments: &Arguments, fault: Option<&str>) -> Result<bool, String> {
    flash_sale::command::simulate(&flash_sale::command::Options {
        seed: arguments.seed,
        runs: arguments.runs(),
        buyers: u32::try_from(arguments.steps()).map_err(|error| error.to_string())?,
        fault,
        threads: arguments.threads(),
    })
}

#[derive(Default)]
struct Sum {
    runs: u64,
    effects: u64,
    turns: u64,
    orders: u64,
    hash: u64,
    faults: BTreeMap<Fault, u64>,
    failed: Option<Report>,
}

impl Sum {
    fn add(&mut self, report: Report) {
        self.runs += 1;
        self.effects += report.effects;
        self.turns += report.turns;
        self.orders += report.orders;
        self.hash ^= report.hash.rotate_left((report.seed % 64) as u32);
        for (fault, count) in &report.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
        // The lowest seed of those that failed: the same whichever thread was faster.
        if !report.failures.is_empty() && self.failed.as_ref().is_none_or(|failed| report.seed < failed.seed)
        {
            self.failed = Some(report);
        }
    }
}

/// Runs all seeds, on all threads, until one fails.
fn run_all(arguments: &Arguments, mutation: Option<Mutation>, runs: u64) -> Result<Sum, String> {
    let threads = arguments.threads();
    let (next, failed, sum) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::new(Sum::default()));
    let work = || -> Result<(), String> {
        let house = House::open(mutation)?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= runs || failed.load(Ordering::Relaxed) {
                return Ok(());
            }
            let report = run(&house, arguments.seed.wrapping_add(number), arguments.steps(), false)?;
            failed.fetch_or(!report.failures.is_empty(), Ordering::Relaxed);
            sum.lock().map_err(|error| error.to_string())?.add(report);
        }
    };
    thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .try_for_each(|handle| handle.join().map_err(|_| "a thread panicked".to_owned())?)
    })?;
    sum.into_inner().map_err(|error| error.to_string())
}

fn simulate(arguments: &Arguments, mutation: Option<Mutation>) -> Result<bool, String> {
    let started = Instant::now();
    let sum = run_all(arguments, mutation, arguments.runs())?;
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "runs          {:>12}   from seed {}, {} clients each",
        sum.runs,
        arguments.seed,
        arguments.steps()
    );
    #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
    let per_minute = sum.runs as f64 / seconds * 60.0;
    println!("time          {seconds:>12.1}   seconds, {per_minute:.0} runs a minute");
    println!("turns         {:>12}   of the scheduler", sum.turns);
    println!("effects       {:>12}   calls, database calls, messages", sum.effects);
    println!("orders        {:>12}", sum.orders);
    for (fault, count) in &sum.faults {
        println!("fault         {count:>12}   {}", fault.name());
    }
    let Some(failed) = sum.failed else {
        println!("trace hash    {:016x}   over all runs", sum.hash);
        println!("failed        {:>12}", 0);
        return Ok(true);
    };
    show(arguments, mutation, &failed)?;
    Ok(false)
}

/// A failed run, once more and in words.
fn show(arguments: &Arguments, mutation: Option<Mutation>, failed: &Report) -> Result<(), String> {
    let report = run(&House::open(mutation)?, failed.seed, arguments.steps(), true)?;
    println!("\nseed {} fails after {} turns and {} effects:", report.seed, report.turns, report.effects);
    for failure in report.failures.iter().take(20) {
        println!("  {failure}");
    }
    println!("the last effects that it names:");
    for line in &report.trace {
        println!("  {line}");
    }
    if report.hash != failed.hash {
        println!("the run did not repeat itself: {:016x}, then {:016x}", failed.hash, report.hash);
    }
    let more = mutation.map(|mutation| format!(" --mutation {}", mutation.name())).unwrap_or_default();
    println!(
        "\nagain: cargo xtask simulate --seed {} --runs 1 --steps {}{more}",
        report.seed,
        arguments.steps()
    );
    Ok(())
}

/// Each deliberate fault with the first seed that finds it.
fn find_all(arguments: &Arguments) -> Result<bool, String> {
    let mut all = true;
    println!("{:<26} {:>8}  what it was found by", "deliberate fault", "seed");
    for mutation in Mutation::ALL {
        let sum = run_all(arguments, Some(*mutation), MUTATION_RUNS_MAX)?;
        match sum.failed {
            Some(failed) => {
                let what: String =
                    failed.failures.first().map(|what| what.chars().take(110).collect()).unwrap_or_default();
                println!("{:<26} {:>8}  {what}", mutation.name(), failed.seed);
            }
            None => {
                all = false;
                println!("{:<26} {:>8}  in {} runs", mutation.name(), "NOT FOUND", sum.runs);
            }
        }
    }
    Ok(all)
}
