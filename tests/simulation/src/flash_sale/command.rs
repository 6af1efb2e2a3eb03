//! `cargo xtask simulate --flash-sale`: calm sales of several sizes, then many with faults, on every core.
#![allow(clippy::disallowed_methods, reason = "the time that a run takes is measured")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use house_model::allotment::{Fault, Rules, Units};

use super::{Counts, Plan, SaleReport, run_plan, run_sale};

/// Sales after which a broken rule counts as not found.
const FAULT_RUNS_MAX: u64 = 1_000;
/// Buyers of a sale in which a broken rule is looked for.
const FAULT_BUYERS: u32 = 2_000;
/// Shards, and the most requests in one batch, of the calm sales.
const CALM: [(usize, usize); 7] = [(16, 1), (1, 100), (2, 100), (4, 100), (8, 100), (16, 100), (32, 100)];

/// What to simulate.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The first seed.
    pub seed: u64,
    /// How many sales.
    pub runs: u64,
    /// Buyers in one sale.
    pub buyers: u32,
    /// A broken rule, or `all`.
    pub fault: Option<&'a str>,
    /// Threads.
    pub threads: usize,
}

/// The command. Whether nothing failed; of a broken rule, whether it was found.
///
/// # Errors
/// When there is no such rule.
pub fn simulate(options: &Options<'_>) -> Result<bool, String> {
    match options.fault {
        Some("all") => Ok(find_all(options)),
        Some(name) => {
            let fault = Fault::parse(name).ok_or_else(|| format!("there is no deliberate fault {name}"))?;
            Ok(run_all(options, Rules { fault: Some(fault) }))
        }
        None => {
            let calm = show_calm(options);
            Ok(run_all(options, Rules::default()) && calm)
        }
    }
}

/// Sales in which nothing goes wrong: what more shards and larger batches change.
fn show_calm(options: &Options<'_>) -> bool {
    let stock = Units::try_from(options.buyers / 10).unwrap_or(Units::MAX);
    println!("{} buyers in 10 s, {stock} units, nothing goes wrong", options.buyers);
    println!(
        "{:>7}{:>7}{:>9}{:>15}{:>14}{:>10}{:>7}{:>8}{:>8}{:>11}",
        "shards",
        "batch",
        "granted",
        "shard batches",
        "pool batches",
        "messages",
        "moved",
        "p50 ms",
        "p99 ms",
        "longest ms"
    );
    let mut all_well = true;
    for (shards, batch) in CALM {
        let plan = Plan::calm(options.buyers, stock, shards, batch);
        let SaleReport { counts, waits, failures, .. } =
            run_plan(options.seed, plan, Rules::default(), false);
        println!(
            "{shards:>7}{batch:>7}{:>9}{:>15}{:>14}{:>10}{:>7}{:>8}{:>8}{:>11}",
            counts.granted,
            counts.shard_batches,
            counts.pool_batches,
            counts.messages,
            counts.moved,
            waits.p50,
            waits.p99,
            waits.longest
        );
        show(&failures);
        all_well &= failures.is_empty();
    }
    println!();
    all_well
}

fn show(lines: &[String]) {
    for line in lines {
        println!("  {line}");
    }
}

#[derive(Default)]
struct Sum {
    runs: u64,
    counts: Counts,
    hash: u64,
    failed: Option<SaleReport>,
}

/// Runs sales until one fails. The lowest seed of those that failed counts, whichever thread was faster.
fn run_until_failure(options: &Options<'_>, rules: Rules) -> Sum {
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let sum = Mutex::new(Sum::default());
    thread::scope(|scope| {
        for _ in 0..options.threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= options.runs || failed.load(Ordering::Relaxed) {
                        return;
                    }
                    let report = run_sale(options.seed.wrapping_add(number), options.buyers, rules, false);
                    failed.fetch_or(!report.failures.is_empty(), Ordering::Relaxed);
                    crate::core::lock(&sum).add(report);
                }
            });
        }
    });
    sum.into_inner().unwrap_or_default()
}

impl Sum {
    fn add(&mut self, report: SaleReport) {
        self.runs += 1;
        self.counts.add(&report.counts);
        self.hash ^= report.hash.rotate_left((report.seed % 64) as u32);
        let is_lower = self.failed.as_ref().is_none_or(|failed| report.seed < failed.seed);
        if !report.failures.is_empty() && is_lower {
            self.failed = Some(report);
        }
    }
}

fn run_all(options: &Options<'_>, rules: Rules) -> bool {
    let started = Instant::now();
    let sum = run_until_failure(options, rules);
    println!("sales         {:>12}   from seed {}, {} buyers each", sum.runs, options.seed, options.buyers);
    println!("time          {:>12.1}   seconds", started.elapsed().as_secs_f64());
    for (name, count) in sum.counts.named() {
        println!("              {count:>12}   {name}");
    }
    let Some(failed) = sum.failed else {
        println!("trace hash    {:016x}   over all sales", sum.hash);
        println!("failed        {:>12}", 0);
        return true;
    };
    let again = run_sale(failed.seed, options.buyers, rules, true);
    println!("\nseed {} fails: {:?}", again.seed, again.plan);
    show(&again.failures);
    println!("the last batches before that:");
    show(&again.trace);
    if again.hash != failed.hash {
        println!("the sale did not repeat itself: {:016x}, then {:016x}", failed.hash, again.hash);
    }
    let more = rules.fault.map(|fault| format!(" --mutation {}", fault.name())).unwrap_or_default();
    let Options { buyers, .. } = options;
    println!(
        "\nagain: cargo xtask simulate --flash-sale --seed {} --runs 1 --steps {buyers}{more}",
        again.seed
    );
    false
}

/// Each broken rule with the first seed that finds it.
fn find_all(options: &Options<'_>) -> bool {
    let options = Options { runs: FAULT_RUNS_MAX, buyers: FAULT_BUYERS, ..*options };
    let mut all = true;
    println!("{:<24} {:>6}  what it was found by", "deliberate fault", "seed");
    for fault in Fault::ALL {
        let sum = run_until_failure(&options, Rules { fault: Some(*fault) });
        let found = sum.failed.as_ref().and_then(|failed| Some((failed.seed, failed.failures.first()?)));
        all &= found.is_some();
        match found {
            Some((seed, what)) => {
                println!("{:<24} {seed:>6}  {}", fault.name(), what.chars().take(100).collect::<String>());
            }
            None => println!("{:<24} {:>6}  in {} sales", fault.name(), "NO", sum.runs),
        }
    }
    all
}
