//! `cargo xtask model`: explores every world of the checkout and of the sale by allotments, then looks for each mutant,
//! and prints what was found.
//! With `--long` also the worlds that take minutes.

use std::fmt::Debug;
use std::process::ExitCode;

use house_model::allotment::{Fault, Rules};
use house_model::bounds::{Bounds, Faults, LONG_WORLDS, WORLDS};
use house_model::explore::{Explored, explore, explore_all, search};
use house_model::flash_sale::{self, FlashSale, World};
use house_model::house::House;
use house_model::mutant::Mutant;

fn main() -> ExitCode {
    println!("checkouts: three orders on two units, every history within the faults");
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
    let sales = show_sales(long);
    if failed == 0 && caught == Mutant::ALL.len() && sales { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Explores the sales by allotments and looks for each broken rule; whether everything is as it must be.
fn show_sales(long: bool) -> bool {
    println!("\nsales by allotments: every history, whatever the network does");
    println!("{:<43}{:>10}{:>11}{:>7}{:>9}  result", "world", "states", "steps", "depth", "time");
    let worlds = flash_sale::WORLDS.iter().chain(flash_sale::LONG_WORLDS.iter().filter(|_| long));
    let worlds: Vec<&World> = worlds.collect();
    let failed = worlds.iter().filter(|world| !show_sale(world)).count();
    println!("\nbroken rules of it, and a short history that shows each");
    println!("{:<26}{:>9}{:>7}{:>9}  violates", "rule", "states", "steps", "time");
    let find = |fault: &Fault| {
        let found = search(FlashSale { world: fault.world(), rules: Rules { fault: Some(*fault) } });
        show_found(fault.name(), &found)
    };
    let caught = Fault::ALL.iter().filter(|fault| find(fault)).count();
    println!(
        "\n{} worlds, {failed} failed; {} broken rules, {caught} caught",
        worlds.len(),
        Fault::ALL.len()
    );
    failed == 0 && caught == Fault::ALL.len()
}

/// Explores one sale; whether everything holds.
fn show_sale(world: &World) -> bool {
    let found = explore_all(FlashSale { world: *world, rules: Rules::default() });
    let holds = found.violated.is_empty() && found.impossible.is_empty();
    println!(
        "{:<43}{:>10}{:>11}{:>7}{:>8.1}s  {}",
        world.name,
        found.states,
        found.steps,
        found.depth,
        found.time.as_secs_f64(),
        if holds { "holds" } else { "FAILS" }
    );
    show_failures(&found);
    holds
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

fn show_failures<Action: Debug>(found: &Explored<Action>) {
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
    show_found(&format!("{mutant:?}"), &found)
}

/// Shows what a search found; whether it found anything.
fn show_found<Action>(name: &str, found: &Explored<Action>) -> bool {
    let time = found.time.as_secs_f64();
    let Some((property, history)) = found.violated.first() else {
        println!("{name:<26}{:>9}{:>7}{time:>8.1}s  NOTHING", found.states, "");
        return false;
    };
    println!("{name:<26}{:>9}{:>7}{time:>8.1}s  {property}", found.states, history.len());
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
