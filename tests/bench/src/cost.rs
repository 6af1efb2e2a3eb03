//! What an operation costs: milliseconds of the processor, of all of a server's processes together. Rates and latencies
//! depend on what else the machine does; this hardly does.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use xtask::bench::Options;
use xtask::process::check_interrupted;

use crate::client::Client;
use crate::data_set;
use crate::load::{Load, Measured, Outcome, Pace, THINK, Until, number};
use crate::ours::{self, Ours};
use crate::report::{Table, median, short, shown};
use crate::scenario::Scenario;
use crate::server::Server;
use crate::usage;

const CLIENTS: usize = 16;
/// Of the widest title.
pub(crate) const WIDTH: usize = 55;
/// wasm runs unoptimized until its functions were called often enough.
const WARM_UP: Until = Until::Either(4000, Duration::from_secs(10));
/// Races of a round: one race uses too little of the processor to be measured.
const RACES: usize = 5;
const BUYERS: usize = 50;

/// One measurement.
pub(crate) struct Work {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    /// The scenario, here and in the other system's folder.
    pub(crate) scenario: &'static str,
    /// Added to the scenario's own name.
    note: &'static str,
    kind: Kind,
    clients: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    /// As the scenario, but without a token.
    Guest,
    /// Leaves messages behind, which are part of its cost.
    Write,
    Race,
}

const fn work(name: &'static str, scenario: &'static str, note: &'static str, kind: Kind) -> Work {
    Work { name, scenario, note, kind, clients: CLIENTS }
}

/// Everything, in this order.
pub(crate) const ALL: [Work; 11] = [
    work("w1", "w1", "", Kind::Read),
    work("w1-guest", "w1", ", as a guest", Kind::Guest),
    work("w2", "w2", "", Kind::Read),
    work("w2-guest", "w2", ", as a guest", Kind::Guest),
    work("w3", "w3", "", Kind::Read),
    work("w3-guest", "w3", ", as a guest", Kind::Guest),
    work("w4", "w4", "", Kind::Write),
    Work { clients: 1, ..work("w4-alone", "w4", ", one client", Kind::Write) },
    work("w5", "w5", "", Kind::Race),
    work("w6-post", "w6-post", "", Kind::Write),
    work("w6-trial", "w6-trial", "", Kind::Read),
];

/// One round.
pub(crate) struct Round {
    pub(crate) load: Measured,
    /// Of the processor, for each operation; none where /proc does not tell.
    pub(crate) cpu_ms: Option<f64>,
    /// Cores that others on the machine used meanwhile.
    others: Option<f64>,
    /// Why something failed, or a race went wrong.
    trouble: Vec<String>,
}

/// Rounds of the same work on the same server.
#[derive(Default)]
pub(crate) struct Rounds(pub(crate) Vec<Round>);

impl Rounds {
    pub(crate) fn cpu_ms(&self) -> Option<f64> {
        let all: Vec<f64> = self.0.iter().filter_map(|round| round.cpu_ms).collect();
        (!all.is_empty()).then(|| median(all))
    }

    pub(crate) fn of(&self, figure: impl Fn(&Measured) -> f64) -> f64 {
        median(self.0.iter().map(|round| figure(&round.load)))
    }

    pub(crate) fn failed(&self) -> usize {
        self.0.iter().map(|round| round.load.failed).sum()
    }

    fn others(&self) -> Option<f64> {
        let all: Vec<f64> = self.0.iter().filter_map(|round| round.others).collect();
        (!all.is_empty()).then(|| median(all))
    }

    /// Prints what went wrong.
    pub(crate) fn tell_trouble(&self, what: &str) {
        for trouble in self.0.iter().flat_map(|round| &round.trouble) {
            println!("{what}: {trouble}");
        }
    }
}

/// A work with its clients on one server. The clients stay, so that each round goes on where the last one ended.
pub(crate) struct Bench<'a> {
    server: &'a dyn Server,
    work: &'a Work,
    scenario: &'a Scenario,
    clients: Vec<Mutex<Client<'a>>>,
    pace: Pace,
}

impl<'a> Bench<'a> {
    pub(crate) fn open(server: &'a dyn Server, work: &'a Work, scenario: &'a Scenario) -> Result<Self> {
        let pace = scenario.think_ms.map_or(THINK, |ms| Pace::Think(Duration::from_secs_f64(ms / 1000.0)));
        let mut bench = Self { server, work, scenario, clients: Vec::new(), pace };
        let count = if work.kind == Kind::Race { 0 } else { work.clients };
        for number in 0..count {
            let mut client = bench.client(number);
            if client.prepare() != Outcome::Done {
                bail!("{}: {}", scenario.name, client.failure.unwrap_or_default());
            }
            bench.clients.push(Mutex::new(client));
        }
        Ok(bench)
    }

    fn client(&self, number: usize) -> Client<'a> {
        Client::new(self.server, self.scenario, number).guest(self.work.kind == Kind::Guest)
    }

    fn load(&self, until: Until) -> Measured {
        let load = Load { clients: self.clients.len(), pace: self.pace, until };
        load.run(|client, _| self.clients[client].lock().unwrap().repeat())
    }

    pub(crate) fn warm_up(&self) -> Result<()> {
        if self.work.kind != Kind::Race {
            self.load(WARM_UP);
            self.failures();
        }
        self.finish()
    }

    /// Why requests failed since the last time.
    fn failures(&self) -> Vec<String> {
        self.clients.iter().filter_map(|client| client.lock().unwrap().failure.take()).collect()
    }

    fn finish(&self) -> Result<()> {
        check_interrupted()?;
        if matches!(self.work.kind, Kind::Write | Kind::Race) { self.server.finish() } else { Ok(()) }
    }

    /// One round; `hot` gives the number of an article that was in no race yet.
    pub(crate) fn round(&self, time: Duration, hot: &mut dyn FnMut() -> usize) -> Result<Round> {
        let before = (self.server.cpu_seconds(), usage::cpu_seconds(&[std::process::id()]));
        let (machine, started) = (usage::machine_seconds(), Instant::now());
        let mut trouble = Vec::new();
        let load = if self.work.kind == Kind::Race {
            let mut all = Measured::default();
            for _ in 0..RACES {
                all.add(self.race(hot(), &mut trouble)?);
            }
            all
        } else {
            self.load(Until::Time(time))
        };
        self.finish()?;
        let used = |before: Option<f64>, after: Option<f64>| Some(after? - before?);
        let server = used(before.0, self.server.cpu_seconds());
        // This process and its children: the driver, and every server that it has started.
        let own = used(before.1, usage::cpu_seconds(&[std::process::id()]));
        let others = used(machine, usage::machine_seconds())
            .zip(own)
            .map(|(all, own)| ((all - own) / started.elapsed().as_secs_f64()).max(0.0));
        let answered = number(load.answered().max(1));
        trouble.extend(self.failures());
        trouble.truncate(3);
        Ok(Round { load, cpu_ms: server.map(|seconds| seconds * 1000.0 / answered), others, trouble })
    }

    /// All buyers want the same article at once.
    fn race(&self, hot: usize, trouble: &mut Vec<String>) -> Result<Measured> {
        let ready = |number| {
            let mut client = self.client(number);
            client.set("hot", &hot.to_string());
            if client.prepare() == Outcome::Done {
                return Ok(client);
            }
            bail!("{}: {}", self.scenario.name, client.failure.unwrap_or_default())
        };
        let mut watcher = ready(0)?;
        if watcher.play(&self.scenario.before) != Outcome::Done {
            bail!("{}: {}", self.scenario.name, watcher.failure.unwrap_or_default());
        }
        let buyers = (0..BUYERS).map(|number| ready(number).map(Mutex::new)).collect::<Result<Vec<_>>>()?;
        let load = Load { clients: BUYERS, pace: self.pace, until: Until::Count(BUYERS) };
        let measured = load.run(|client, _| buyers[client].lock().unwrap().repeat());
        let failures = buyers.iter().filter_map(|buyer| buyer.lock().unwrap().failure.take());
        trouble.extend(failures);
        watcher.play(&self.scenario.after);
        let (before, after) = (watcher.value("stock_before"), watcher.value("stock_after"));
        let units = data_set::HOT_UNITS.to_string();
        if (before, after, measured.done()) != (Some(&units), Some("0"), BUYERS.min(10)) {
            trouble.push(format!(
                "not exact: {} sold, stock {before:?} before, {after:?} after",
                measured.done()
            ));
        }
        Ok(measured)
    }
}

/// Our scenario of this name.
pub(crate) fn scenario(name: &str) -> Result<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    Scenario::load(&folder.join(format!("{name}.json")))
}

impl Work {
    pub(crate) fn title(&self, scenario: &Scenario) -> String {
        format!("{}{}", scenario.name, self.note)
    }
}

/// The works that were asked for.
pub(crate) fn chosen(options: &Options) -> Result<Vec<&'static Work>> {
    if let Some(unknown) = options.only.iter().find(|name| ALL.iter().all(|work| work.name != **name)) {
        let known: Vec<&str> = ALL.iter().map(|work| work.name).collect();
        bail!("no scenario is called {unknown}; there are {}", known.join(", "));
    }
    let wanted = |work: &&Work| options.only.is_empty() || options.only.iter().any(|name| name == work.name);
    Ok(ALL.iter().filter(wanted).collect())
}

/// Prints the costs of ours.
pub(crate) fn measure(options: &Options) -> Result<()> {
    let works = chosen(options)?;
    let ours = Ours::start(&ours::in_memory(), None)?;
    data_set::load(&ours)?;
    let mut hot = 0..data_set::HOT;
    println!(
        "\n{} rounds of {} s after a warm-up, medians, {CLIENTS} clients",
        options.rounds, options.seconds
    );
    let headings = ["on workerd", "CPU ms/op", "op/s", "p50 ms", "p99 ms", "failed", "others' cores"];
    let table = Table::begin(WIDTH, &headings);
    let mut all = Vec::new();
    for work in works {
        let scenario = scenario(work.scenario)?;
        let title = work.title(&scenario);
        let bench = Bench::open(&ours, work, &scenario)?;
        bench.warm_up()?;
        let mut rounds = Rounds::default();
        for _ in 0..options.rounds {
            rounds
                .0
                .push(bench.round(Duration::from_secs(options.seconds), &mut || hot.next().unwrap_or(0))?);
        }
        table.row(&row(&title, &rounds));
        all.push((title, rounds));
    }
    all.iter().for_each(|(title, rounds)| rounds.tell_trouble(title));
    Ok(())
}

fn row(title: &str, rounds: &Rounds) -> Vec<String> {
    vec![
        title.to_owned(),
        shown(rounds.cpu_ms()),
        short(rounds.of(Measured::per_second)),
        short(rounds.of(|load| load.percentile_ms(50))),
        short(rounds.of(|load| load.percentile_ms(99))),
        rounds.failed().to_string(),
        shown(rounds.others()),
    ]
}
