//! "As of" a day means what was true at its end: every report equals the ledger of that day, whatever was dated back or
//! forward.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::books::{ACCOUNT, Books, Sale, usd, uuid};

#[tokio::test]
async fn ageing_shows_no_invoice_before_it_exists_and_no_payment_before_its_day() {
    let books = Books::new();
    books.deliver_json(ACCOUNT.event()).await;
    let total = |day: &str| {
        let (path, books) = (format!("/accounting/receivables/ageing?asOf={day}"), &books);
        async move { books.get(&path).await.ok()["totals"]["total"].clone() }
    };
    assert_eq!(total("2026-11-19").await, usd("0.00"), "the day before the invoice");
    assert_eq!(total("2026-11-20").await, usd("100.00"));
    let invoice = books.get("/accounting/invoices").await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    let tomorrow = json!({"amount": usd("40.00"), "method": "Cash", "paidAt": "2026-11-21T08:00:00Z"});
    books.post(&format!("/accounting/invoices/{invoice}/payments"), tomorrow).await.ok();
    assert_eq!(total("2026-11-20").await, usd("100.00"), "a payment dated tomorrow does not count");
    assert_eq!(total("2026-11-21").await, usd("60.00"));
    let summary = books.by(web::Role::System).get("/internal/summary").await.ok();
    assert_eq!(
        (&summary["receivables"], &summary["cash"]),
        (&usd("100.00"), &usd("0.00")),
        "nor on the dashboard"
    );
    // Money that came before its invoice is the customer's credit until then.
    let before = json!({"amount": usd("10.00"), "method": "Cash", "paidAt": "2026-11-18T08:00:00Z"});
    books.post(&format!("/accounting/invoices/{invoice}/payments"), before).await.ok();
    let early = books.get("/accounting/receivables/ageing?asOf=2026-11-18").await.ok();
    assert_eq!((&early["totals"]["total"], &early["unappliedCredits"]), (&usd("0.00"), &usd("10.00")));
    assert_eq!(total("2026-11-20").await, usd("90.00"));
    books.reconciled().await;
}

/// One thing that happens: its kind, its day of November (some are ahead of the clock), its amount, and a number that
/// chooses what it is done to.
type Step = (u8, u32, i64, usize);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0_u8..8, 1_u32..29, 100_i64..9_000, 0_usize..8), 4..28)
}

fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn day(day: u32) -> String {
    format!("2026-11-{day:02}")
}

async fn rows(books: &Books, path: &str) -> Vec<Value> {
    books.get(path).await.ok()["data"].as_array().unwrap().clone()
}

/// Does one thing, if there is something to do it to; a refusal changes nothing.
async fn act(books: &Books, number: u32, (kind, on, cents, choice): Step) {
    let (net, at) = (amount(cents), format!("{}T10:00:00Z", day(on)));
    let payments = format!("PurchaseOrder {net}");
    let sale = Sale { id: number, sold_at: &at, payments: &payments, net: &net, cost: "0", ..ACCOUNT };
    let invoices = rows(books, "/accounting/invoices?limit=100").await;
    let pick = |rows: &[Value]| (!rows.is_empty()).then(|| rows[choice % rows.len()].clone());
    match kind {
        0 | 1 => books.deliver_json(sale.event()).await,
        2 => {
            // A refund of an order, of the one to come, or a credit note.
            let orders = [Some(number + 1), None, Some(number.saturating_sub(2))];
            books.deliver_json(sale.refund(5_000 + number, orders[choice % 3])).await;
        }
        3 | 4 => {
            let Some(invoice) = pick(&invoices) else { return };
            let path = format!("/accounting/invoices/{}/payments", invoice["id"].as_str().unwrap());
            let paid_at = if on > 20 { "2026-11-21T08:00:00Z".to_owned() } else { at };
            let body = json!({"amount": usd(&net), "method": "BankTransfer", "paidAt": paid_at});
            books.post(&path, body).await.ok();
        }
        5 => {
            let credits = rows(books, "/accounting/credits?status=Open&limit=100").await;
            let (Some(credit), Some(invoice)) = (pick(&credits), pick(&invoices)) else { return };
            let path = format!("/accounting/credits/{}/applications", credit["id"].as_str().unwrap());
            let body = json!({"invoiceId": invoice["id"], "date": day(on)});
            let answer = books.post(&path, body).await;
            assert!([201, 409, 422].contains(&answer.status), "{}", answer.text);
        }
        6 => {
            let Some(credit) = pick(&rows(books, "/accounting/credits?status=Open&limit=100").await) else {
                return;
            };
            let path = format!("/accounting/credits/{}/payouts", credit["id"].as_str().unwrap());
            let answer = books.post(&path, json!({"method": "Cash", "paidAt": at})).await;
            assert!([201, 422].contains(&answer.status), "{}", answer.text);
        }
        _ => {
            let Some(payment) = pick(&rows(books, "/accounting/payments?limit=100").await) else { return };
            let path = format!("/accounting/payments/{}/reversals", payment["id"].as_str().unwrap());
            let answer = books.post(&path, json!({"reason": "bounced", "date": day(on)})).await;
            assert!([201, 409, 422].contains(&answer.status), "{}", answer.text);
        }
    }
}

fn cents(value: &Value) -> i64 {
    value["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

async fn run(steps: Vec<Step>, closed: bool) {
    let books = Books::new();
    let period = json!({"name": "Oct", "startDate": "2026-10-01", "endDate": "2026-10-31"});
    books.post("/accounting/fiscal-periods", period).await.ok();
    if closed {
        let id = rows(&books, "/accounting/fiscal-periods").await[0]["id"].as_str().unwrap().to_owned();
        books.post(&format!("/accounting/fiscal-periods/{id}/close"), json!({})).await.ok();
    }
    // One of October, which is booked in November when October is closed.
    let late = Sale { id: 99, sold_at: "2026-10-30T10:00:00Z", ..ACCOUNT };
    books.deliver_json(late.event()).await;
    for (number, step) in (100_u32..).step_by(2).zip(steps) {
        act(&books, number, step).await;
    }
    books.reconciled().await;
    let ledger = books.get("/accounting/ledger/1100?to=9999-12-31&limit=100").await.ok();
    let lines: Vec<(String, i64)> = ledger["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let side = if row["direction"] == "Debit" { 1 } else { -1 };
            (row["entryDate"].as_str().unwrap().to_owned(), side * cents(&row["amount"]))
        })
        .collect();
    assert!(ledger["nextCursor"].is_null(), "every line is read");
    let days = (25..32).map(|day| format!("2026-10-{day:02}")).chain((1..31).map(day));
    for day in days.chain(["9999-12-31".to_owned()]) {
        let booked: i64 = lines.iter().filter(|(on, _)| *on <= day).map(|(_, cents)| cents).sum();
        let ageing = books.get(&format!("/accounting/receivables/ageing?asOf={day}")).await.ok();
        let (total, credits) = (cents(&ageing["totals"]["total"]), cents(&ageing["unappliedCredits"]));
        assert_eq!(total - credits, booked, "{day}: {ageing}");
        assert!(total >= 0 && credits >= 0, "{day}: {ageing}");
        let buckets = ["current", "days1To30", "days31To60", "days61To90", "over90"];
        assert_eq!(buckets.iter().map(|name| cents(&ageing["totals"][*name])).sum::<i64>(), total, "{day}");
        let trial = books.get(&format!("/accounting/reports/trial-balance?asOf={day}")).await.ok();
        let row = trial["accounts"].as_array().unwrap().iter().find(|row| row["accountCode"] == "1100");
        assert_eq!(row.map_or(0, |row| cents(&row["closingBalance"])), booked, "{day}");
        let sheet = books.get(&format!("/accounting/reports/balance-sheet?asOf={day}")).await.ok();
        assert_eq!(sheet["balanced"], true, "{day}");
    }
    let open: i64 =
        rows(&books, "/accounting/invoices?limit=100").await.iter().map(|row| cents(&row["open"])).sum();
    let left: i64 =
        rows(&books, "/accounting/credits?limit=100").await.iter().map(|row| cents(&row["left"])).sum();
    let end = books.get("/accounting/receivables/ageing?asOf=9999-12-31").await.ok();
    assert_eq!((cents(&end["totals"]["total"]), cents(&end["unappliedCredits"])), (open, left));
    assert_eq!(
        end["customers"].as_array().map_or(0, Vec::len),
        usize::from(open != 0 || left != 0),
        "{}",
        uuid(900)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_report_as_of_a_day_equals_the_ledger_of_that_day(steps in steps(), closed in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(steps, closed));
    }
}
