#![allow(warnings, clippy::all, clippy::pedantic, clippy::restriction)]
#[path = "router/books.rs"]
mod books;
use books::*;
use contracts::Service;
use platform::Platform;
use std::time::Instant;
use store::{Database, Statement};

async fn sql(books: &Books, text: String) {
    let world = books.house.world(Service::Accounting).unwrap();
    world.database().script(&text).unwrap();
}

async fn fill(books: &Books, lines: u32, month: &str, tag: &str) {
    // four lines an entry: cash, revenue, cogs, inventory; sums balance
    let entries = lines / 4;
    sql(books, format!("
      begin;
      insert into sequences (name, year, last) values ('JE', {y}, 0) on conflict do nothing;
      insert into journal_entries (id, entry_date, description, entry_type, source_id, source_total_minor, total_minor, created_by, created_at)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < {entries})
      select printf('0193e9a0-0000-7000-{tag}-%012d', i), '{month}-' || printf('%02d', 1 + i * 20 / ({entries} + 1)), 'Sale', 'System', 'order:{tag}-' || i, 1000, 1400, 'system', '2026-11-20T08:00:00.000Z' from n;
      insert into journal_lines (entry_id, line_number, account_code, entry_date, direction, amount_minor)
      select e.id, v.n, v.a, e.entry_date, v.d, v.m from journal_entries e,
        (select 1 as n, '1010' as a, 'Debit' as d, 1000 as m union all select 2, '4030', 'Credit', 1000 union all select 3, '5010', 'Debit', 400 union all select 4, '1200', 'Credit', 400) v
      where e.id like '%-{tag}-%';
      update journal_entries set status = 'Posted', posted_at = '2026-11-20T08:00:00.000Z',
        entry_number = 'JE-{y}-{tag}'  || substr(id, -6) where id like '%-{tag}-%';
      commit;", y = &month[..4])).await;
}

async fn median(books: &Books, path: &str) -> f64 {
    let mut times = Vec::new();
    for _ in 0..41 {
        let start = Instant::now();
        books.get(path).await.ok();
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times[20]
}

async fn posting(books: &Books, from: u32) -> f64 {
    let mut times = Vec::new();
    for id in from..from + 1000 {
        let start = Instant::now();
        books.deliver_json(Sale { id, ..TILL }.event()).await;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times[500]
}

#[tokio::test]
async fn measure() {
    let books = Books::new();
    println!("posting, empty books: {:.3} ms", posting(&books, 1).await);
    let start = Instant::now();
    fill(&books, 100_000, "2026-11", "9fff").await;
    println!("bulk posting of 25,000 entries {:?}", start.elapsed());
    for round in ["100,000 lines in this month", "and 120 months with 200 lines each"] {
        println!("--- {round}");
        println!(
            "posting: {:.3} ms",
            posting(&books, if round.starts_with('1') { 2000 } else { 4000 }).await
        );
        for path in [
            "/accounting/reports/trial-balance",
            "/accounting/reports/trial-balance?from=2026-11-05&to=2026-11-15",
            "/accounting/reports/profit-and-loss",
            "/accounting/reports/balance-sheet",
            "/accounting/reports/cash-flow",
            "/accounting/reports/tax",
            "/accounting/ledger/1010?from=2026-11-15&limit=50",
            "/internal/summary",
        ] {
            println!("{path}: {:.3} ms", median(&books, path).await);
        }
        if round.starts_with('1') {
            for m in 0..120 {
                let (y, mo) = (2016 + m / 12, 1 + m % 12);
                fill(&books, 200, &format!("{y}-{mo:02}"), &format!("a{m:03}")).await;
            }
        }
    }
    let start = Instant::now();
    books.reconciles_any().await;
    println!("reconciliation {:?}", start.elapsed());
}
impl Books {
    async fn reconciles_any(&self) {
        let report = self.ask(web::Role::System, "GET", "/internal/reconciliation", &[], None).await.ok();
        for c in report["checks"].as_array().unwrap() {
            if c["ok"] != true {
                println!("{}", c.to_string().chars().take(200).collect::<String>());
            }
        }
    }
}
