//! A run of the reconciliation over as many sales as one likes, in the native process: how many slices it takes, how
//! long the longest is, and that one sale among all of them that was spoilt is found.

use std::time::{Duration, Instant};

use contracts::Service;
use house::scenarios::Shop;
use house::{Api, InProcess, User};
use serde_json::Value;

use crate::throughput::{AT_ONCE, run, sell as sell_one};

/// Sales of a day.
const DAY: usize = 10_000;
const RUNS: &str = "/ops/reconciliation/runs";
/// Spoils a sale behind the back of the rules that would refuse it.
const SPOIL: &str = "pragma writable_schema = on; delete from sqlite_schema where type = 'trigger';
    pragma writable_schema = reset; update payments set amount_minor = amount_minor - 1
    where id = (select id from payments limit 1 offset (select count(*) / 2 from payments));";

pub(crate) fn measure(sales: usize) {
    let api = InProcess::open();
    sell(&api, sales);
    let started = Instant::now();
    let look = api.get(User::Manager, "/ops/reconciliation").expect(200);
    println!(
        "one look: {:.2?}, {} sales, complete: {}, ok: {}",
        started.elapsed(),
        compared(&look),
        look["complete"],
        look["ok"]
    );
    report(&api, "as it is");
    api.house().database(Service::Order).unwrap().script(SPOIL).unwrap();
    report(&api, "with one payment spoilt");
}

/// Sells three lines each time, ten thousand a day, and lets all messages arrive.
fn sell(api: &InProcess, sales: usize) {
    let store = Shop::open(api);
    let skus: Vec<String> =
        (0..50).map(|n| store.stock(&format!("audit{n}"), "10.00", "4.00", 1_000_000)).collect();
    let started = Instant::now();
    let mut sold = 0;
    while sold < sales {
        let count = DAY.min(sales - sold);
        run(AT_ONCE, count, |n| sell_one(api, &store, "A", &skus, n));
        // Each cron run confirms some three thousand messages.
        (0..5).for_each(|_| api.settle());
        api.house().advance_seconds(86_400);
        sold += count;
    }
    println!("{sales} sales of three lines: {:.0?}", started.elapsed());
}

/// A run to its end; each slice is one tick of the gateway's clock.
fn report(api: &InProcess, what: &str) {
    let mut slices = Vec::new();
    let slice = |slices: &mut Vec<Duration>, work: &dyn Fn()| {
        let started = Instant::now();
        work();
        slices.push(started.elapsed());
    };
    let begun = Instant::now();
    let run = std::cell::RefCell::new(Value::Null);
    slice(&mut slices, &|| *run.borrow_mut() = api.post(User::Manager, RUNS, &Value::Null).expect(202));
    let path = format!("{RUNS}/{}", run.borrow()["id"].as_str().unwrap());
    let mut shown = api.get(User::Manager, &path).expect(200);
    while shown["finishedAt"].is_null() {
        slice(&mut slices, &|| api.tick(Service::Gateway));
        shown = api.get(User::Manager, &path).expect(200);
    }
    let failed: Vec<&Value> =
        shown["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false).collect();
    println!(
        "a run {what}: {:.1?}, {} slices, the longest {:.2?}; {} sales; ok: {}; failed: {failed:?}",
        begun.elapsed(),
        slices.len(),
        slices.iter().max().unwrap(),
        compared(&shown),
        shown["ok"],
    );
}

fn compared(report: &Value) -> i64 {
    let checks = report["checks"].as_array().unwrap();
    checks
        .iter()
        .find(|check| check["name"] == "sales.booked_once")
        .map_or(0, |check| check["checked"].as_i64().unwrap())
}
