//! `cargo xtask bench`: fixed counts, several runs, the median of each figure; the same requests through
//! the same public door in the native process and on workerd, without the development proxy.
//!
//! The numbers compare one thing with another on one machine in one run. They are not limits: nothing
//! here fails because it was slow.
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod load;
mod reconciliation;
mod report;

use house::scenarios::{Shop, shop};
use house::{Api, InProcess, User};
use house_workerd::Workerd;
use serde_json::{Value, json};

use load::{Measured, run};

/// Runs of each measurement; the median is printed.
const RUNS: usize = 5;
/// Journal lines under the trial balance.
const JOURNAL_LINES: usize = 100_000;

fn main() {
    if let [_, flag, sales] = std::env::args().collect::<Vec<_>>().as_slice()
        && flag == "--reconciliation"
    {
        return reconciliation::measure(sales.parse().expect("a number of sales"));
    }
    println!("{RUNS} runs of each, medians; {} threads", load::THREADS);
    report::header();
    let native = InProcess::open();
    measure("native", &native);
    let workerd = Workerd::start("bench");
    measure("workerd", &workerd);
    println!(
        "\nstart of all five Workers on an empty data folder, migrations included: {:.2?}",
        workerd.start_time()
    );
    if let Err(error) = xtask::build::print_sizes() {
        println!("sizes: {error:#}");
    }
}

/// Every measurement, on one house.
fn measure(place: &str, api: &dyn Api) {
    let store = Shop::open(api);
    let skus: Vec<String> =
        (0..50).map(|n| store.stock(&format!("bench{n}"), "10.00", "4.00", 100_000)).collect();
    let get = |user, path: &str| {
        let answer = api.get(user, path);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    };
    show(place, "product list, 50 rows", RUNS, || run(400, |_| get(User::Guest, "/products?limit=50")));
    show(place, "SKU lookup", RUNS, || {
        run(800, |n| get(User::Guest, &format!("/products/sku/{}", skus[n % skus.len()])))
    });
    show(place, "POS sale, 3 lines", RUNS, || {
        run(400, |n| {
            let items: Vec<Value> =
                (0..3).map(|k| json!({ "sku": skus[(n * 3 + k) % skus.len()], "quantity": 1 })).collect();
            let body = json!({
                "terminalId": format!("B{}", store.tag), "warehouseId": store.warehouse, "items": items,
                "payments": [{ "method": "Cash", "amount": shop::usd("30.00") }],
            });
            let answer = api.post(User::Cashier, "/orders/pos", &body);
            assert_eq!(answer.status, 201, "{}", answer.text);
            answer
        })
    });
    api.settle();
    let mut race = 0;
    show(place, "race: 200 buyers, 10 units", RUNS, || {
        race += 1;
        let sku = store.stock(&format!("race{race}"), "9.99", "4.00", 10);
        let orders: Vec<Value> = (0..200).map(|_| store.order(&sku, 1)).collect();
        let measured = run(200, |n| store.pay(&orders[n], "tok_approve"));
        let sold = measured.statuses.iter().filter(|status| **status == 200).count();
        assert_eq!((sold, store.on_hand(&sku)), (10, 0), "the last unit is sold once");
        measured
    });
    api.settle();
    journal(api);
    show(place, "trial balance, 100,000 lines", RUNS, || {
        run(100, |_| get(User::Accountant, "/accounting/reports/trial-balance"))
    });
}

fn show(place: &str, what: &str, runs: usize, mut once: impl FnMut() -> Measured) {
    let all: Vec<Measured> = (0..runs).map(|_| once()).collect();
    report::row(place, what, &all);
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
