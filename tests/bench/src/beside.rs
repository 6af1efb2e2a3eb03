//! `--against`: the same kinds of work on another system and on ours, in alternating rounds, with the same driver.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use xtask::bench::Options;

use crate::cost::{Bench, Rounds, WIDTH, chosen, scenario};
use crate::data_set;
use crate::load::Measured;
use crate::ours::{self, Ours};
use crate::reference::Reference;
use crate::report::{Table, short, shown};

/// Starts both and compares them.
pub(crate) fn measure(options: &Options, folder: &Path) -> Result<()> {
    let ours = Ours::start(&ours::in_memory(), None)?;
    data_set::load(&ours)?;
    let reference = Reference::start(folder)?;
    let name = reference.name.as_str();
    println!(
        "\n{name} and ours in {} alternating rounds of {} s after a warm-up, medians",
        options.rounds, options.seconds
    );
    let figures = ["CPU ms/op", "op/s", "p99 ms", "failed"];
    let columns =
        figures.into_iter().flat_map(|figure| [format!("{figure} {name}"), format!("{figure} ours")]);
    let headings: Vec<String> =
        std::iter::once("work".to_owned()).chain(columns).chain([format!("{name} / ours")]).collect();
    let table = Table::begin(WIDTH, &headings);
    let mut hot = 0..data_set::HOT;
    let mut all = Vec::new();
    for work in chosen(options)? {
        let own = scenario(work.scenario)?;
        let Some(other) = reference.scenario(work.scenario)? else { continue };
        let title = work.title(&own);
        let (first, second) = (Bench::open(&reference, work, &other)?, Bench::open(&ours, work, &own)?);
        first.warm_up()?;
        second.warm_up()?;
        let (mut theirs, mut mine) = (Rounds::default(), Rounds::default());
        let time = Duration::from_secs(options.seconds);
        for round in 0..options.rounds {
            // Each goes first as often as the other.
            for turn in [round % 2, (round + 1) % 2] {
                if turn == 0 {
                    theirs.0.push(first.round(time, &mut || reference.next_hot())?);
                } else {
                    mine.0.push(second.round(time, &mut || hot.next().unwrap_or_default())?);
                }
            }
        }
        let ratio = theirs.cpu_ms().zip(mine.cpu_ms()).map(|(theirs, mine)| theirs / mine);
        let both = cells(&theirs).into_iter().zip(cells(&mine)).flat_map(|(theirs, mine)| [theirs, mine]);
        let row: Vec<String> = std::iter::once(title.clone()).chain(both).chain([shown(ratio)]).collect();
        table.row(&row);
        all.push((title, theirs, mine));
    }
    for (title, theirs, mine) in &all {
        theirs.tell_trouble(&format!("{title}, {name}"));
        mine.tell_trouble(&format!("{title}, ours"));
    }
    Ok(())
}

/// The figures of the headings.
fn cells(rounds: &Rounds) -> [String; 4] {
    [
        shown(rounds.cpu_ms()),
        short(rounds.of(Measured::per_second)),
        short(rounds.of(|load| load.percentile_ms(99))),
        rounds.failed().to_string(),
    ]
}
