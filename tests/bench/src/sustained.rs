//! `--sustained`: so many till sales a second for minutes, whatever the answers do, while the cron fires each minute, and
//! whether everything that follows a sale keeps up with that.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use contracts::Service;
use house::{Answer, Api, Call, InProcess, User};
use xtask::bench::Options;
use xtask::process::{check_interrupted, interrupted, pause};

use crate::client::Client;
use crate::load::{Load, Outcome, Pace, Until};
use crate::ours::{self, Ours, waiting};
use crate::report::{Table, short};
use crate::server::Tokens;
use crate::{cost, data_set};

/// What a sale may take until it is in the books, and its message until it is confirmed, in seconds.
const BOOKED_MAX: f64 = 5.0;
const CONFIRMED_MAX: i64 = 60;
/// The peak of the last minute may be so much of that of the first one. More is growth.
const FLAT_PERCENT: i64 = 110;
const CLIENTS: usize = 64;
const SECOND: Duration = Duration::from_secs(1);
const CRON: Duration = Duration::from_mins(1);
const ROW: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_secs(1);
/// A sale that is not booked by then is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A house that goes on by itself.
trait Running: Api {
    /// The cron of every service fires.
    fn tick(&self) -> Result<()>;
    /// What a native house does not do by itself: time passes, queues deliver. Returns when it is over.
    fn live(&self, _over: &AtomicBool) {}
}

impl Running for Ours {
    fn tick(&self) -> Result<()> {
        self.tick()
    }
}

/// The house in this process. Its clock is set to go with that of the machine.
struct Native {
    house: InProcess,
    tokens: Tokens,
}

impl Api for Native {
    fn call(&self, call: &Call<'_>) -> Answer {
        let token = self.tokens.of(call.user, |login| self.house.call(login));
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = call.headers.to_vec();
        headers.extend(bearer.iter().map(|bearer| ("authorization", bearer.as_str())));
        self.house.call(&Call { user: User::Guest, headers: &headers, ..call.clone() })
    }

    fn settle(&self) {
        self.house.settle();
    }
}

impl Running for Native {
    fn tick(&self) -> Result<()> {
        Service::ALL.into_iter().for_each(|service| self.house.tick(service));
        Ok(())
    }

    fn live(&self, over: &AtomicBool) {
        let (house, executor) = (self.house.house(), tokio::runtime::Builder::new_current_thread().build());
        let executor = executor.unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut next = Instant::now() + SECOND;
                while sleep_until(next, over) {
                    house.advance_seconds(1);
                    let _ = house.take_log();
                    next += SECOND;
                }
            });
            while sleep_until(Instant::now() + Duration::from_millis(10), over) {
                executor.block_on(house.settle());
            }
        });
    }
}

/// What happened so far.
#[derive(Default)]
struct Seen {
    sold: AtomicUsize,
    failed: AtomicUsize,
    /// The newest sale and when it was answered.
    newest: Mutex<Option<(String, Instant)>>,
    /// Seconds from sale to entry, of the sales that were watched.
    booked: Mutex<Vec<f64>>,
    /// The most messages that waited, by minute.
    peaks: Mutex<Vec<i64>>,
    oldest_seconds: Mutex<i64>,
    failure: Mutex<Option<String>>,
}

/// Runs it.
pub(crate) fn measure(options: &Options, rate: f64) -> Result<()> {
    if options.native {
        return run(&Native { house: InProcess::open(), tokens: Tokens::default() }, rate, options.minutes);
    }
    run(&Ours::start(&ours::in_memory(), None)?, rate, options.minutes)
}

fn run(house: &dyn Running, rate: f64, minutes: u64) -> Result<()> {
    data_set::goods(house, data_set::PRODUCTS)?;
    let scenario = cost::scenario("w4")?;
    let clients: Vec<Mutex<Client>> =
        (0..CLIENTS).map(|number| Mutex::new(Client::new(house, &scenario, number))).collect();
    let time = Duration::from_secs(minutes * 60);
    println!("{} sales a second for {minutes} min; the cron fires each minute", short(rate));
    let (seen, over) = (Seen::default(), AtomicBool::new(false));
    thread::scope(|scope| {
        let _ends = OnDrop(&over);
        scope.spawn(|| house.live(&over));
        scope.spawn(|| watch_bookings(house, &seen, &over));
        let started = Instant::now();
        scope.spawn(|| fire_each_minute(house, &seen, &over));
        let load = scope.spawn(|| {
            let load = Load { clients: CLIENTS, pace: Pace::Rate(rate), until: Until::Time(time) };
            load.run(|client, _| sell(&mut clients[client].lock().unwrap(), &seen))
        });
        let headings: Vec<&str> = ["seconds", "offered", "sold", "failed"]
            .into_iter()
            .chain(Service::ALL.map(Service::name))
            .collect();
        let table = Table::begin(0, &[&headings[..], &["oldest s", "booked s"]].concat());
        let mut next_row = ROW;
        while !load.is_finished() {
            pause(LOOK)?;
            let row = look(house, &seen, started.elapsed())?;
            if started.elapsed() >= next_row {
                next_row += ROW;
                let offered = number_of(rate, started.elapsed().min(time));
                table.row(&[&[short_seconds(started.elapsed()), offered][..], &row].concat());
            }
        }
        let measured = load.join().unwrap_or_default();
        // The confirmations of the last minute.
        sleep_until(started + CRON * u32::try_from(minutes + 1).unwrap_or(u32::MAX), &over);
        look(house, &seen, started.elapsed())?;
        let (p50, p99) = (short(measured.percentile_ms(50)), short(measured.percentile_ms(99)));
        let offered = number_of(rate, time);
        println!(
            "\nsold what was offered: {} (sold {} of {offered}, {} failed; due to answered p50 {p50} ms, p99 {p99} ms)",
            yes(measured.done() + measured.done() / 100 >= offered.parse().unwrap_or_default()),
            measured.done(),
            measured.failed,
        );
        check_interrupted()
    })?;
    verdict(&seen, usize::try_from(minutes)?)
}

/// Ends the other threads, also when the run fails.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn fire_each_minute(house: &dyn Running, seen: &Seen, over: &AtomicBool) {
    let mut next = Instant::now() + CRON;
    while sleep_until(next, over) {
        if let Err(error) = house.tick() {
            *seen.failure.lock().unwrap() = Some(format!("cron: {error:#}"));
        }
        next += CRON;
    }
}

fn sell(client: &mut Client<'_>, seen: &Seen) -> Outcome {
    let outcome = client.repeat();
    if outcome == Outcome::Done {
        seen.sold.fetch_add(1, Ordering::Relaxed);
        let order = client.value("order").unwrap_or_default().to_owned();
        *seen.newest.lock().unwrap() = Some((order, Instant::now()));
    } else {
        seen.failed.fetch_add(1, Ordering::Relaxed);
        *seen.failure.lock().unwrap() = client.failure.take();
    }
    outcome
}

/// Watches one sale after the other until it is booked.
fn watch_bookings(api: &dyn Api, seen: &Seen, over: &AtomicBool) {
    while sleep_until(Instant::now() + Duration::from_millis(500), over) {
        let Some((order, sold)) = seen.newest.lock().unwrap().take() else { continue };
        let path = format!("/accounting/journal-entries?sourceId=order:{order}");
        let booked = || api.get(User::Accountant, &path).text.contains(&order);
        while !booked()
            && sold.elapsed() < PATIENCE
            && sleep_until(Instant::now() + Duration::from_millis(100), over)
        {}
        seen.booked.lock().unwrap().push(sold.elapsed().as_secs_f64());
    }
}

/// Looks at the outboxes; answers the cells of a row.
fn look(api: &dyn Api, seen: &Seen, since: Duration) -> Result<Vec<String>> {
    let outboxes = waiting(api)?;
    let all = outboxes.iter().map(|outbox| outbox.messages).sum();
    let oldest = outboxes.iter().map(|outbox| outbox.oldest_seconds).max().unwrap_or_default();
    let minute = usize::try_from(since.as_secs() / CRON.as_secs()).unwrap_or_default();
    let mut peaks = seen.peaks.lock().unwrap();
    if peaks.len() <= minute {
        peaks.resize(minute + 1, 0);
    }
    peaks[minute] = peaks[minute].max(all);
    let mut most = seen.oldest_seconds.lock().unwrap();
    *most = (*most).max(oldest);
    let booked = seen.booked.lock().unwrap().iter().copied().fold(0.0, f64::max);
    let counts = [&seen.sold, &seen.failed].map(|count| count.load(Ordering::Relaxed).to_string());
    let messages = outboxes.iter().map(|outbox| outbox.messages.to_string());
    Ok(counts.into_iter().chain(messages).chain([oldest.to_string(), short(booked)]).collect())
}

fn verdict(seen: &Seen, minutes: usize) -> Result<()> {
    let peaks = seen.peaks.lock().unwrap();
    let peak = |minute: usize| peaks.get(minute).copied().unwrap_or_default();
    let (first, last) = (peak(0), peak(minutes - 1));
    let booked = seen.booked.lock().unwrap();
    let longest = booked.iter().copied().fold(0.0, f64::max);
    let oldest = *seen.oldest_seconds.lock().unwrap();
    println!(
        "outboxes flat: {} (most messages waiting in the first minute {first}, in the last {last})",
        yes(last <= first * FLAT_PERCENT / 100)
    );
    println!(
        "booked within {BOOKED_MAX} s: {} (the longest of {} sales took {} s)",
        yes(longest <= BOOKED_MAX && !booked.is_empty()),
        booked.len(),
        short(longest)
    );
    println!(
        "confirmed within {CONFIRMED_MAX} s: {} (the oldest message waited {oldest} s)",
        yes(oldest <= CONFIRMED_MAX)
    );
    if let Some(failure) = &*seen.failure.lock().unwrap() {
        println!("the last failure: {failure}");
    }
    if booked.is_empty() { bail!("no sale was watched until it was booked") } else { Ok(()) }
}

fn yes(fact: bool) -> &'static str {
    if fact { "yes" } else { "NO" }
}

fn number_of(rate: f64, time: Duration) -> String {
    format!("{:.0}", rate * time.as_secs_f64())
}

fn short_seconds(time: Duration) -> String {
    format!("{:.0}", time.as_secs_f64())
}

/// Whether the time came before everything was over.
fn sleep_until(time: Instant, over: &AtomicBool) -> bool {
    while Instant::now() < time {
        if over.load(Ordering::Relaxed) || interrupted() {
            return false;
        }
        thread::sleep(time.saturating_duration_since(Instant::now()).min(Duration::from_millis(50)));
    }
    !over.load(Ordering::Relaxed)
}
