//! `cargo xtask model`: explores every world, then looks for each mutant, and prints what was found.
//! With `--long` also the worlds that take minutes.

use std::process::ExitCode;

use house_model::bounds::{Bounds, Faults, LONG_WORLDS, WORLDS};
use house_model::explore::{Explored, explore, search};
use house_model::house::House;
use house_model::mutant::Mutant;

fn main() -> ExitCode {
    println!("worlds: three orders on two units, every history within the faults");
    println!(
        "{:<31}{:<44}{:>10}{:>11}{:>7}{:>9}  result",
        "world", "faults", "states", "steps", "depth", "time"
    );
    let long = std::env::args().skip(1).any(|argument| argument == "--long");
    let worlds: Vec<Bounds> = WORLDS.into_iter().chain(LONG_WORLDS.into_iter().filter(|_| long)).collect();
    let failed = worlds.iter().filter(|bounds| !show_world(bounds)).count();
    println!("\nmutants: one rule left out, and a short history that shows it");
    println!("{:<26}{:>9}{:>7}{:>9}  violates", "mutant", "states", "steps", "time");
    let caught = Mutant::ALL.into_iter().filter(|mutant| show_mutant(*mutant)).count();
    println!("\n{} worlds, {failed} failed; {} mutants, {caught} caught", worlds.len(), Mutant::ALL.len());
    if failed == 0 && caught == Mutant::ALL.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Explores one world; whether everything holds.
fn show_world(bounds: &Bounds) -> bool {
    let found = explore(House { bounds: *bounds, mutant: None });
    let holds = found.violated.is_empty() && found.impossible.is_empty();
    println!(
        "{:<31}{:<44}{:>10}{:>11}{:>7}{:>8.1}s  {}",
        bounds.name,
        faults(&bounds.faults),
        found.states,
        found.steps,
        found.depth,
        found.time.as_secs_f64(),
        if holds { "holds" } else { "FAILS" }
    );
    show_failures(&found);
    holds
}

fn show_failures(found: &Explored) {
    for (property, history) in &found.violated {
        println!("  violated: {property}");
        for action in history {
            println!("    {action:?}");
        }
    }
    for property in &found.impossible {
        println!("  never seen: {property}");
    }
}

/// Looks for one mutant; whether it is caught.
fn show_mutant(mutant: Mutant) -> bool {
    let found = search(House { bounds: mutant.world(), mutant: Some(mutant) });
    let name = format!("{mutant:?}");
    let Some((property, history)) = found.violated.first() else {
        println!("{name:<26}{:>9}{:>7}{:>8.1}s  NOTHING", found.states, "", found.time.as_secs_f64());
        return false;
    };
    println!(
        "{name:<26}{:>9}{:>7}{:>8.1}s  {property}",
        found.states,
        history.len(),
        found.time.as_secs_f64()
    );
    true
}

/// The faults that there are, in words.
fn faults(faults: &Faults) -> String {
    let named = [
        (faults.crashes, "crash"),
        (faults.silences, "silent"),
        (faults.overtakes, "slow"),
        (faults.lost, "lost"),
        (faults.doubled, "doubled"),
        (faults.declines, "declined"),
        (faults.cancels, "cancelled"),
        (faults.deliveries, "delivery"),
    ];
    let named: Vec<String> =
        named.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
    if named.is_empty() { "none".to_owned() } else { named.join(", ") }
}
