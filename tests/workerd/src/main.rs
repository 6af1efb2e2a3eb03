//! `cargo xtask crash`: the crash test at full length.
#![allow(clippy::disallowed_methods, reason = "it says how long it took")]

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use house_simulation::wire::Doubling;
use house_workerd::crash::{Options, Report, run};
use house_workerd::fail_points;

#[derive(Parser)]
#[command(
    name = "cargo xtask crash",
    about = "Kill workerd under load, again and again, and look for what is lost"
)]
struct Arguments {
    /// How often workerd is killed
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// What the moments of the kills and the wishes of the clients come from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Instead stop at each point of each request, once
    #[arg(long)]
    fail_points: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let started = Instant::now();
    if arguments.fail_points {
        return stop_everywhere(started);
    }
    let options = Options { kills: arguments.kills, seed: arguments.seed, doubling: Doubling::Never };
    let report = run(options, |kill, counts| {
        if kill % 20 == 0 {
            println!(
                "{kill:>6} kills, {:>7} requests sent, {:>5} unanswered",
                counts.sent, counts.unanswered
            );
        }
    });
    print(&arguments, &report, started);
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print(arguments: &Arguments, report: &Report, started: Instant) {
    let (counts, found) = (report.outcome.counts, &report.found);
    println!(
        "seed          {:>10}   the moments of the kills; who is faster is nobody's choice",
        arguments.seed
    );
    println!("time          {:>10.1}   seconds", started.elapsed().as_secs_f64());
    println!("kills         {:>10}   with SIGKILL", arguments.kills);
    println!("              {:>10}   of them while requests were under way", report.kills_in_flight);
    println!(
        "restart       {:>10}   ms on the average, until workerd takes requests again",
        report.restart.as_millis()
    );
    println!("requests      {:>10}   sent", counts.sent);
    println!("unanswered    {:>10}   of them, sent again until answered", counts.unanswered);
    println!("              {:>10}   writes had taken effect when they were sent again", counts.had_effect);
    println!("              {:>10}   stood half-way", counts.half_way);
    println!("              {:>10}   had left nothing, or their answer does not say", counts.had_none);
    println!("acknowledged  {:>10}   writes, each looked for", found.acknowledged);
    for (kind, count) in &found.orders {
        println!("orders        {count:>10}   {kind}");
    }
    println!("movements     {:>10}   of stock", found.movements);
    println!("entries       {:>10}   in the journal", found.entries);
    for failure in report.failures.iter().take(30) {
        println!("  {failure}");
    }
    println!("failed        {:>10}", report.failures.len());
    if !report.failures.is_empty() {
        println!("\nagain: cargo xtask crash --kills {} --seed {}", arguments.kills, arguments.seed);
        println!(
            "the same seed is the same kills and wishes, but not the same race; the files are in {}",
            report.databases.display()
        );
    }
}

fn stop_everywhere(started: Instant) -> ExitCode {
    let report = fail_points::run(usize::MAX, |story, service, count| {
        println!("{count:>6} points of {service:<12} {story}");
    });
    let points: u32 = report.points.iter().map(|(.., count)| count).sum();
    println!("time          {:>10.1}   seconds", started.elapsed().as_secs_f64());
    println!("fail points   {points:>10}   each killed there with SIGKILL");
    for failure in report.failures.iter().take(30) {
        println!("  {failure}");
    }
    println!("failed        {:>10}", report.failures.len());
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
