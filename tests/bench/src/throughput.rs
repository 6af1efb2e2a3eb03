//! Requests per second, latencies and trips to the database: fixed counts, several runs, the same requests through the
//! same public door in the native process and on workerd.

use std::sync::Mutex;
use std::time::Duration;

use house::scenarios::{Shop, shop};
use house::{Answer, Api, User};
use serde_json::{Value, json};

use crate::load::{Load, Measured, Outcome, Pace, Until};
use crate::report::{Table, median, short};

/// Runs of each measurement; the median is printed.
const RUNS: usize = 5;
const CLIENTS: usize = 8;
const WIDTH: usize = 40;
/// Journal lines under the trial balance.
const JOURNAL_LINES: usize = 100_000;

pub(crate) fn table() -> Table {
    println!("{RUNS} runs of fixed counts, medians, {CLIENTS} clients");
    Table::begin(WIDTH, &["what", "req/s", "p50 ms", "p99 ms", "queries", "batches", "calls"])
}

/// Every measurement, on one house.
pub(crate) fn measure(place: &str, api: &dyn Api, pace: Pace, table: &Table) {
    let store = Shop::open(api);
    let skus: Vec<String> =
        (0..50).map(|n| store.stock(&format!("bench{n}"), "10.00", "4.00", 100_000)).collect();
    let get = |user, path: &str| api.get(user, path);
    let run = |count, request: &(dyn Fn(usize) -> Answer + Sync)| run(pace, count, request);
    let show = |what: &str, once: &mut dyn FnMut() -> (Measured, String)| {
        let all: Vec<(Measured, String)> = (0..RUNS).map(|_| once()).collect();
        table.row(&row(place, what, &all));
    };
    show("product list, 50 rows", &mut || run(400, &|_| get(User::Guest, "/products?limit=50")));
    show("SKU lookup", &mut || {
        run(800, &|n| get(User::Guest, &format!("/products/sku/{}", skus[n % skus.len()])))
    });
    show("POS sale, 3 lines", &mut || run(400, &|n| sell(api, &store, "B", &skus, n)));
    api.settle();
    let mut race = 0;
    show("race: 200 buyers, 10 units", &mut || {
        race += 1;
        let sku = store.stock(&format!("race{race}"), "9.99", "4.00", 10);
        let orders: Vec<Value> = (0..200).map(|_| store.order(&sku, 1)).collect();
        let (measured, _) = run(200, &|n| store.pay(&orders[n], "tok_approve"));
        assert_eq!((measured.done(), store.on_hand(&sku)), (10, 0), "the last unit is sold once");
        // Two kinds of answers have no common count.
        (measured, String::new())
    });
    api.settle();
    journal(api);
    show("trial balance, 100,000 lines", &mut || {
        run(100, &|_| get(User::Accountant, "/accounting/reports/trial-balance"))
    });
}

/// A till's sale of three lines, the goods in turn.
pub(crate) fn sell(api: &dyn Api, store: &Shop<'_>, till: &str, skus: &[String], number: usize) -> Answer {
    let items: Vec<Value> =
        (0..3).map(|k| json!({ "sku": skus[(number * 3 + k) % skus.len()], "quantity": 1 })).collect();
    let body = json!({
        "terminalId": format!("{till}{}", store.tag), "warehouseId": store.warehouse, "items": items,
        "payments": [{ "method": "Cash", "amount": shop::usd("30.00") }],
    });
    api.post(User::Cashier, "/orders/pos", &body)
}

/// No pause between requests: for the native process, which needs none.
pub(crate) const AT_ONCE: Pace = Pace::Think(Duration::ZERO);

/// Sends `count` requests. Also answers the `Server-Timing` of the last one.
pub(crate) fn run(pace: Pace, count: usize, request: impl Fn(usize) -> Answer + Sync) -> (Measured, String) {
    let timing = Mutex::new(String::new());
    let load = Load { clients: CLIENTS, pace, until: Until::Count(count) };
    let measured = load.run(|_, number| {
        let answer = request(number);
        *timing.lock().unwrap() = answer.header("server-timing").unwrap_or_default().to_owned();
        match answer.status {
            200..300 => Outcome::Done,
            409 => Outcome::Refused,
            status => panic!("{status} {}", answer.text),
        }
    });
    (measured, timing.into_inner().unwrap())
}

fn row(place: &str, what: &str, runs: &[(Measured, String)]) -> Vec<String> {
    let of = |figure: &dyn Fn(&Measured) -> f64| median(runs.iter().map(|(measured, _)| figure(measured)));
    let timing = runs.last().map_or("", |(_, timing)| timing.as_str());
    let total = |name| if timing.is_empty() { String::new() } else { total(timing, name).to_string() };
    vec![
        format!("{place}, {what}"),
        short(of(&Measured::per_second)),
        short(of(&|measured| measured.percentile_ms(50))),
        short(of(&|measured| measured.percentile_ms(99))),
        total("queries="),
        total("batches="),
        total("calls="),
    ]
}

/// Adds up what every service on the way says of itself.
fn total(timing: &str, name: &str) -> u32 {
    timing
        .split(name)
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok())
        .sum()
}

/// Fills the journal, 500 lines an entry.
fn journal(api: &dyn Api) {
    const LINES: usize = 500;
    let lines: Vec<Value> = (0..LINES)
        .map(|n| {
            let (code, direction) = if n % 2 == 0 { ("1020", "Debit") } else { ("3100", "Credit") };
            json!({ "accountCode": code, "direction": direction, "amount": shop::usd("1.00") })
        })
        .collect();
    for entry in 0..JOURNAL_LINES / LINES {
        let month = entry % 10 + 1;
        let body = json!({
            "entryDate": format!("2026-{month:02}-15"), "description": "Benchmark", "entryType": "Manual",
            "lines": lines, "post": true,
        });
        let answer = api.post(User::Accountant, "/accounting/journal-entries", &body);
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
}
