//! The statements.

use serde_json::{Value, json};
use web::Role;

use crate::books::{Books, Sale, TILL, posted, usd};

const ENTRIES: &str = "/accounting/journal-entries";

/// October: capital, rent. November: two sales, one refund, rent in the middle.
async fn year() -> Books {
    let books = Books::new();
    books.post(ENTRIES, posted("2026-10-01", "Dr 1020 1000.00, Cr 3010 1000.00")).await.ok();
    books.post(ENTRIES, posted("2026-10-31", "Dr 6020 100.00, Cr 1020 100.00")).await.ok();
    books.deliver_json(TILL.event()).await;
    let later = "2026-11-25T10:00:00Z";
    books
        .deliver_json(
            Sale {
                id: 3,
                channel: "RetailWeb",
                sold_at: later,
                payments: "Card 54.00",
                net: "50.00",
                tax: "4.00",
                cost: "20.00",
            }
            .event(),
        )
        .await;
    books.deliver_json(Sale { sold_at: later, ..TILL }.refund(60, Some(1))).await;
    books.post(ENTRIES, posted("2026-11-28", "Dr 2100 3.00, Cr 1020 3.00")).await.ok();
    books
}

#[tokio::test]
async fn the_trial_balance_splits_opening_movement_and_closing() {
    let books = year().await;
    let report = books.get("/accounting/reports/trial-balance?from=2026-11-01&to=2026-11-30").await.ok();
    assert_eq!((&report["balanced"], &report["difference"]), (&json!(true), &usd("0.00")));
    assert_eq!(report["totals"]["debit"], report["totals"]["credit"]);
    let bank =
        report["accounts"].as_array().unwrap().iter().find(|row| row["accountCode"] == "1020").unwrap();
    let of = |field: &str| bank[field]["amount"].as_str().unwrap().to_owned();
    assert_eq!(
        [of("openingBalance"), of("debit"), of("credit"), of("closingBalance")],
        ["900.00", "0.00", "3.00", "897.00"]
    );
    // A range that cuts months gives the same as one that does not, where nothing lies between.
    let cut = books.get("/accounting/reports/trial-balance?from=2026-10-15&to=2026-11-29").await.ok();
    let whole = books.get("/accounting/reports/trial-balance?from=2026-10-01&to=2026-11-30").await.ok();
    let closing = |report: &Value| {
        let rows = report["accounts"].as_array().unwrap().iter();
        rows.map(|row| (row["accountCode"].clone(), row["closingBalance"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(closing(&cut), closing(&whole));
}

#[tokio::test]
async fn profit_and_loss_of_a_month_and_of_some_days() {
    let books = year().await;
    for (range, revenue, cost, net) in [
        ("from=2026-11-01&to=2026-11-30", "50.00", "20.00", "30.00"),
        ("from=2026-11-01&to=2026-11-24", "10.00", "4.00", "6.00"),
        ("from=2026-11-21&to=2026-11-30", "40.00", "16.00", "24.00"),
        ("to=2026-12-31", "50.00", "20.00", "-70.00"),
        ("from=2026-12-01&to=2026-12-31", "0.00", "0.00", "0.00"),
    ] {
        let report = books.get(&format!("/accounting/reports/profit-and-loss?{range}")).await.ok();
        let found = [&report["revenue"]["total"], &report["costOfSales"]["total"], &report["netProfit"]];
        assert_eq!(found, [&usd(revenue), &usd(cost), &usd(net)], "{range}");
    }
    let report = books.get("/accounting/reports/profit-and-loss?from=2026-11-01&to=2026-11-30").await.ok();
    assert_eq!(
        report["revenue"]["accounts"][2],
        json!({"accountCode": "4800", "accountName": "Sales returns", "amount": usd("-10.00")})
    );
}

#[tokio::test]
async fn the_balance_sheet_balances_before_and_after_closing_the_year() {
    let books = year().await;
    let sheet = books.get("/accounting/reports/balance-sheet?asOf=2026-12-31").await.ok();
    assert_eq!((&sheet["balanced"], &sheet["currentEarnings"]), (&json!(true), &usd("-70.00")));
    assert_eq!(sheet["totalAssets"], sheet["totalLiabilitiesAndEquity"]);
    let middle = books.get("/accounting/reports/balance-sheet?asOf=2026-11-21").await.ok();
    assert_eq!((&middle["balanced"], &middle["currentEarnings"]), (&json!(true), &usd("-94.00")));
    let mut closing = posted(
        "2026-12-31",
        "Dr 4010 50.00, Dr 4030 10.00, Cr 4800 10.00, Cr 5010 20.00, Cr 6020 100.00, Dr 3200 70.00",
    );
    closing["entryType"] = json!("Closing");
    books.post(ENTRIES, closing).await.ok();
    let sheet = books.get("/accounting/reports/balance-sheet?asOf=2026-12-31").await.ok();
    assert_eq!((&sheet["balanced"], &sheet["currentEarnings"]), (&json!(true), &usd("0.00")));
    for to in ["2026-12-31", "2027-01-15"] {
        let report =
            books.get(&format!("/accounting/reports/profit-and-loss?from=2026-01-01&to={to}")).await.ok();
        assert_eq!(report["netProfit"], usd("-70.00"), "a closed year still shows what it earned");
    }
}

#[tokio::test]
async fn cash_flow_and_tax_follow_their_accounts() {
    let books = year().await;
    let report = books.get("/accounting/reports/cash-flow?from=2026-11-01&to=2026-11-30").await.ok();
    let of = |field: &str| report[field]["amount"].as_str().unwrap().to_owned();
    assert_eq!(
        [of("openingBalance"), of("operating"), of("other"), of("netChange"), of("closingBalance")],
        ["900.00", "54.00", "-3.00", "51.00", "951.00"]
    );
    let flows: Vec<_> =
        report["activities"].as_array().unwrap().iter().map(|flow| &flow["activity"]).collect();
    assert_eq!(flows, ["Manual", "Refund", "Sale"]);
    let report = books.get("/accounting/reports/tax?from=2026-10-01&to=2026-11-30").await.ok();
    let month = json!({"period": "2026-11", "collected": usd("4.80"), "refunded": usd("0.80"),
        "other": usd("-3.00"), "net": usd("1.00")});
    assert_eq!(report["periods"], json!([month]));
    assert_eq!(report["closingBalance"], usd("1.00"));
}

#[tokio::test]
async fn reports_answer_the_same_without_the_lines_of_the_journal() {
    let books = year().await;
    let mut paths = vec!["/internal/summary".to_owned()];
    for report in ["trial-balance", "profit-and-loss", "balance-sheet", "cash-flow", "tax"] {
        for range in ["", "?from=2026-10-15&to=2026-11-26", "?from=2026-11-21&to=2026-11-27"] {
            paths.push(format!("/accounting/reports/{report}{range}"));
        }
    }
    let before = answers(&books, &paths).await;
    let database = books.database();
    database.script("drop table journal_lines").unwrap();
    assert_eq!(answers(&books, &paths).await, before);
}

async fn answers(books: &Books, paths: &[String]) -> Vec<Value> {
    let mut answers = Vec::new();
    for path in paths {
        let role = if path.starts_with("/internal") { Role::System } else { Role::Accountant };
        answers.push(books.by(role).get(path).await.ok());
    }
    answers
}

#[tokio::test]
async fn a_range_that_makes_no_sense_is_refused() {
    let books = Books::new();
    for report in ["trial-balance", "profit-and-loss", "balance-sheet", "cash-flow", "tax"] {
        for (query, field) in [
            ("from=2026-12-01&to=2026-11-01", "from"),
            ("to=2026-13-01", "to"),
            ("to=2026-11-01&asOf=2026-11-01", "asOf"),
            ("until=2026-11-01", "until"),
        ] {
            let answer = books.get(&format!("/accounting/reports/{report}?{query}")).await;
            assert_eq!(answer.problem(), (422, "VALIDATION_FAILED", field), "{report} {query}");
        }
        assert_eq!(books.get(&format!("/accounting/reports/{report}")).await.status, 200, "{report}");
    }
}
