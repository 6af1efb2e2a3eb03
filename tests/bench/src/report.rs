//! One line per measurement.

use crate::load::Measured;

pub(crate) fn header() {
    println!(
        "\n{:<8} {:<30} {:>10} {:>10} {:>10} {:>8} {:>8} {:>6}",
        "where", "what", "req/s", "p50 ms", "p99 ms", "queries", "batches", "calls"
    );
}

pub(crate) fn row(place: &str, what: &str, runs: &[Measured]) {
    #[allow(clippy::cast_precision_loss, reason = "a count for people")]
    let rate = median(runs.iter().map(|run| run.latencies.len() as f64 / run.seconds).collect());
    let percentile = |percent: usize| {
        median(
            runs.iter()
                .map(|run| {
                    let last = run.latencies.len().saturating_sub(1);
                    run.latencies[last * percent / 100].as_secs_f64() * 1000.0
                })
                .collect(),
        )
    };
    let timing = runs.last().map_or("", |run| run.timing.as_str());
    println!(
        "{place:<8} {what:<30} {rate:>10.0} {:>10.2} {:>10.2} {:>8} {:>8} {:>6}",
        percentile(50),
        percentile(99),
        total(timing, "queries="),
        total(timing, "batches="),
        total(timing, "calls=")
    );
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// Adds up what every service on the way says of itself.
fn total(timing: &str, name: &str) -> u32 {
    timing
        .split(name)
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok())
        .sum()
}
