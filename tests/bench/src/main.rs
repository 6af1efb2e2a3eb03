//! `cargo xtask bench`: several rounds, the median of each figure; the same requests through the same public door in
//! the native process and on workerd, without the development proxy.
//!
//! The numbers compare one thing with another on one machine in one run. They are not limits: nothing
//! here fails because it was slow.
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod beside;
mod client;
mod cost;
mod data_set;
mod fill;
mod history;
mod load;
mod ours;
mod pattern;
mod profile;
mod reconciliation;
mod reference;
mod report;
mod scenario;
mod server;
mod sustained;
mod throughput;
mod usage;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use house::InProcess;
use xtask::bench::Options;

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "Measure, natively and on workerd")]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let options = Arguments::parse().options;
    match xtask::process::stop_on_signals().and_then(|()| measure(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<()> {
    if let Some(sales) = options.reconciliation {
        reconciliation::measure(sales);
        return Ok(());
    }
    if let Some(rate) = options.sustained {
        return sustained::measure(options, rate);
    }
    if let Some(sales) = options.fill {
        return fill::measure(options, sales);
    }
    if let Some(name) = &options.profile {
        return profile::measure(options, name);
    }
    if let Some(folder) = &options.against {
        return beside::measure(options, folder);
    }
    if options.only.is_empty() {
        throughput_and_sizes()?;
    }
    cost::measure(options)
}

/// Requests per second in both places, starting and sizes.
fn throughput_and_sizes() -> Result<()> {
    let table = throughput::table();
    throughput::measure("native", &InProcess::open(), throughput::AT_ONCE, &table);
    let ours = ours::Ours::start(&ours::in_memory(), None)?;
    throughput::measure("workerd", &ours, load::THINK, &table);
    println!(
        "\nstart of all Workers on an empty data folder, migrations included: {:.2?}",
        ours.start_time()
    );
    xtask::build::print_sizes()
}
