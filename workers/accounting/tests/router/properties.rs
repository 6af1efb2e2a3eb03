//! Whatever is posted, the books stay in balance.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::books::{Books, Sale, TILL, entry, lines};

const ACCOUNTS: [&str; 8] = ["1010", "1020", "2010", "3010", "4200", "5100", "6020", "6030"];

/// An entry of 1 to 5 debits against one credit, on a day of two years, posted, drafted or voided.
#[derive(Debug, Clone)]
struct Step {
    debits: Vec<(usize, i64)>,
    credit: usize,
    month: u32,
    day: u32,
    fate: u8,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let debits = prop::collection::vec((0..ACCOUNTS.len(), 1_i64..1_000_000), 1..6);
    let step = (debits, 0..ACCOUNTS.len(), 1_u32..13, 1_u32..29, 0_u8..4)
        .prop_map(|(debits, credit, month, day, fate)| Step { debits, credit, month, day, fate });
    prop::collection::vec(step, 1..25)
}

/// Some days of the year, seldom whole months.
fn range() -> impl Strategy<Value = (String, String)> {
    let day = || (1_u32..13, 1_u32..29).prop_map(|(month, day)| format!("2026-{month:02}-{day:02}"));
    (day(), day()).prop_map(|(one, other)| if one <= other { (one, other) } else { (other, one) })
}

fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn body(step: &Step) -> Value {
    let debits =
        step.debits.iter().map(|(account, cents)| format!("Dr {} {}", ACCOUNTS[*account], amount(*cents)));
    let total: i64 = step.debits.iter().map(|(_, cents)| cents).sum();
    let credit = format!("Cr {} {}", ACCOUNTS[step.credit], amount(total));
    let text = debits.chain([credit]).collect::<Vec<_>>().join(", ");
    let mut body = entry(&format!("2026-{:02}-{:02}", step.month, step.day), "");
    body["lines"] = lines(&text);
    body["post"] = json!(step.fate > 0);
    body
}

async fn run(steps: Vec<Step>, ranges: Vec<(String, String)>) {
    let books = Books::new();
    for (number, step) in (100_u32..).zip(&steps) {
        let entry = books.post("/accounting/journal-entries", body(step)).await.ok();
        if step.fate == 3 {
            let path = format!("/accounting/journal-entries/{}/void", entry["id"].as_str().unwrap());
            books.post(&path, json!({"reason": "wrong"})).await.ok();
        }
        if step.fate == 2 {
            books.deliver_json(Sale { id: number, ..TILL }.event()).await;
        }
    }
    books.reconciled().await;
    let ledgers = ledgers(&books).await;
    let fixed = [("2026-01-01", "2026-12-31"), ("2026-03-15", "2026-09-10"), ("2026-01-31", "2026-03-01")];
    let fixed = fixed.map(|(from, to)| (from.to_owned(), to.to_owned()));
    for (from, to) in ranges.into_iter().chain(fixed) {
        reports_are_the_sums_of_the_lines(&books, &ledgers, &from, &to).await;
    }
}

/// A line of a ledger: its day, and its cents, debit positive.
type Line = (String, i64);

fn cents(value: &Value) -> i64 {
    value["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

/// Every line of every account, read in small pages, each of which begins where the last ended.
async fn ledgers(books: &Books) -> BTreeMap<String, Vec<Line>> {
    let accounts = books.get("/accounting/accounts?limit=100").await.ok();
    let mut ledgers = BTreeMap::new();
    for account in accounts["data"].as_array().unwrap() {
        let code = account["code"].as_str().unwrap();
        let first = format!("/accounting/ledger/{code}?to=9999-12-31&limit=3");
        let (mut lines, mut path, mut balance) = (Vec::new(), first.clone(), 0);
        loop {
            let page = books.get(&path).await.ok();
            assert_eq!(cents(&page["openingBalance"]), balance, "{path}");
            for row in page["data"].as_array().unwrap() {
                let debit = if row["direction"] == "Debit" { 1 } else { -1 };
                lines.push((row["entryDate"].as_str().unwrap().to_owned(), debit * cents(&row["amount"])));
                balance = cents(&row["balance"]);
            }
            let Some(cursor) = page["nextCursor"].as_str() else {
                assert_eq!(cents(&page["closingBalance"]), balance, "{path}");
                break;
            };
            path = format!("{first}&cursor={cursor}");
        }
        ledgers.insert(code.to_owned(), lines);
    }
    ledgers
}

/// The reports, which read balances, say what the lines say.
async fn reports_are_the_sums_of_the_lines(
    books: &Books,
    ledgers: &BTreeMap<String, Vec<Line>>,
    from: &str,
    to: &str,
) {
    let report = books.get(&format!("/accounting/reports/trial-balance?from={from}&to={to}")).await.ok();
    assert_eq!(report["balanced"], true, "{from} {to}: {report}");
    let rows = report["accounts"].as_array().unwrap();
    for (code, lines) in ledgers {
        let found = rows.iter().find(|row| row["accountCode"] == code.as_str()).map_or([0; 4], |row| {
            ["openingBalance", "debit", "credit", "closingBalance"].map(|field| cents(&row[field]))
        });
        let sum = |wanted: &dyn Fn(&Line) -> bool| -> i64 {
            lines.iter().filter(|line| wanted(line)).map(|(_, cents)| cents).sum()
        };
        let within = |day: &str| from <= day && day <= to;
        let expected = [
            sum(&|(day, _)| day.as_str() < from),
            sum(&|(day, cents)| within(day) && *cents > 0),
            -sum(&|(day, cents)| within(day) && *cents < 0),
            sum(&|(day, _)| day.as_str() <= to),
        ];
        assert_eq!(found, expected, "{code} {from} {to}");
        if lines.is_empty() {
            continue;
        }
        let ledger = books.get(&format!("/accounting/ledger/{code}?from={from}&to={to}")).await.ok();
        let side = if ledger["normalBalance"] == "Debit" { 1 } else { -1 };
        let found = [&ledger["openingBalance"], &ledger["closingBalance"]].map(cents);
        assert_eq!(found, [side * expected[0], side * expected[3]], "{code} {from} {to}");
    }
    let sheet = books.get(&format!("/accounting/reports/balance-sheet?asOf={to}")).await.ok();
    assert_eq!(sheet["balanced"], true, "{to}: {sheet}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn random_entries_keep_the_trial_balance_zero_and_balances_equal_to_lines(
        steps in steps(),
        ranges in prop::collection::vec(range(), 1..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(steps, ranges));
    }
}
