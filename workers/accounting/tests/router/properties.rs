//! Whatever is posted, the books stay in balance.

use proptest::prelude::*;
use serde_json::json;

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

fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn body(step: &Step) -> serde_json::Value {
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

async fn run(steps: Vec<Step>) {
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
    books.reconciles().await;
    for (from, to) in
        [("2026-01-01", "2026-12-31"), ("2026-03-15", "2026-09-10"), ("2026-05-02", "2026-05-20")]
    {
        let report = books.get(&format!("/accounting/reports/trial-balance?from={from}&to={to}")).await.ok();
        assert_eq!(report["balanced"], true, "{from} {to}: {report}");
        for row in report["accounts"].as_array().unwrap() {
            let code = row["accountCode"].as_str().unwrap();
            let ledger = books.get(&format!("/accounting/ledger/{code}?from={from}&to={to}")).await.ok();
            let sign = |value: &serde_json::Value| {
                value["amount"].as_str().unwrap().trim_start_matches('-').to_owned()
            };
            assert_eq!(sign(&ledger["closingBalance"]), sign(&row["closingBalance"]), "{code} {from} {to}");
            assert_eq!(sign(&ledger["openingBalance"]), sign(&row["openingBalance"]), "{code} {from} {to}");
        }
        let sheet = books.get(&format!("/accounting/reports/balance-sheet?asOf={to}")).await.ok();
        assert_eq!(sheet["balanced"], true, "{to}: {sheet}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn random_entries_keep_the_trial_balance_zero_and_balances_equal_to_lines(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(steps));
    }
}
