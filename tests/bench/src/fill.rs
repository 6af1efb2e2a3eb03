//! `--fill`: what a sale and the trial balance cost after a thousand sales and after as many as one likes, to see
//! whether the cost grows with history.

use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use house::{Api as _, User};
use xtask::bench::Options;
use xtask::ui::elapsed;

use crate::client::Client;
use crate::cost::{ALL, Bench, Rounds, WIDTH, scenario};
use crate::data_set;
use crate::history::{self, Times};
use crate::load::{Load, Measured, Outcome, THINK, Until};
use crate::ours::{self, Ours};
use crate::report::{Table, short, shown};
use crate::server::Server as _;

/// The history before the long one.
const SHORT: usize = 1000;
/// Sales made through the door, which the others are copies of.
const TEMPLATES: usize = 100;
const WORKS: [&str; 2] = ["w4", "w6-trial"];
/// The history is so long.
const DAYS: i64 = 300;
const DAY_MS: i64 = 86_400_000;

/// Fills, measures, fills up, measures again.
pub(crate) fn measure(options: &Options, sales: usize) -> Result<()> {
    if sales <= SHORT {
        bail!("more than {SHORT} sales are needed to compare");
    }
    // So much history does not belong into memory.
    let mut ours = Ours::start(&ours::on_disk(), None)?;
    data_set::goods(&ours, data_set::PRODUCTS)?;
    let orders = sell(&ours)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let now_ms = i64::try_from(now).context("the clock is wrong")?;
    let times = Times { first_ms: now_ms - DAYS * DAY_MS, now_ms, copies: sales };
    let mut all = Vec::new();
    for part in [0..SHORT, SHORT..sales] {
        let (from, to, since) = (part.start, part.end, Instant::now());
        ours.stopped(|folder| history::write(folder, &orders, part, times))?;
        println!("{} sales written in {}", to - from, elapsed(since));
        let report = ours.get(User::Admin, "/ops/reconciliation").json_or_null();
        println!("after {to} sales the house finds itself in order: {}", report["ok"]);
        all.push(costs(options, &ours)?);
    }
    let headings =
        ["on workerd", "CPU ms/op, 1,000", "CPU ms/op, all", "all / 1,000", "p50 ms, 1,000", "p50 ms, all"];
    println!(
        "\nafter {SHORT} sales and after {sales}, {} rounds of {} s, medians",
        options.rounds, options.seconds
    );
    let table = Table::begin(WIDTH, &headings);
    for (place, name) in WORKS.iter().enumerate() {
        let [few, many] = [&all[0][place], &all[1][place]];
        let ratio = many.cpu_ms().zip(few.cpu_ms()).map(|(many, few)| many / few);
        let p50 = |rounds: &Rounds| short(rounds.of(|load| load.percentile_ms(50)));
        let title = if *name == "w4" { scenario(name)?.name } else { "W6b trial balance".to_owned() };
        table.row(&[title, shown(few.cpu_ms()), shown(many.cpu_ms()), shown(ratio), p50(few), p50(many)]);
    }
    Ok(())
}

/// Sells through the door, and waits until all is booked and confirmed.
fn sell(ours: &Ours) -> Result<Vec<String>> {
    let scenario = scenario("w4")?;
    let client = Mutex::new(Client::new(ours, &scenario, 0));
    let orders = Mutex::new(Vec::new());
    let load = Load { clients: 1, pace: THINK, until: Until::Count(TEMPLATES) };
    let Measured { failed, .. } = load.run(|_, _| {
        let mut client = client.lock().unwrap();
        let outcome = client.repeat();
        if outcome == Outcome::Done {
            orders.lock().unwrap().extend(client.value("order").map(str::to_owned));
        }
        outcome
    });
    if failed > 0 {
        bail!("{failed} sales failed: {:?}", client.into_inner().unwrap().failure);
    }
    ours.finish()?;
    Ok(orders.into_inner().unwrap())
}

fn costs(options: &Options, ours: &Ours) -> Result<Vec<Rounds>> {
    let mut all = Vec::new();
    for name in WORKS {
        let work = ALL.iter().find(|work| work.name == name).context("no such work")?;
        let scenario = scenario(work.scenario)?;
        let bench = Bench::open(ours, work, &scenario)?;
        bench.warm_up()?;
        let mut rounds = Rounds::default();
        for _ in 0..options.rounds {
            rounds.0.push(bench.round(Duration::from_secs(options.seconds), &mut || 0)?);
        }
        rounds.tell_trouble(name);
        all.push(rounds);
    }
    Ok(all)
}
