//! The books, and what runs the house.

use house::User;
use native::client::usd;
use serde_json::{Value, json};

use super::{Recorder, text};

pub(super) fn record(recorder: &mut Recorder<'_>) -> Result<(), String> {
    accounts(recorder)?;
    journal(recorder)?;
    periods(recorder)?;
    for report in [
        "/accounting/reports/trial-balance",
        "/accounting/reports/profit-and-loss",
        "/accounting/reports/balance-sheet",
        "/accounting/reports/cash-flow",
        "/accounting/reports/tax",
    ] {
        let _ = recorder.get(User::Accountant, report, &[], "")?;
    }
    operations(recorder)
}

fn accounts(recorder: &mut Recorder<'_>) -> Result<(), String> {
    let code = format!("X{}", recorder.tag);
    let account = json!({ "code": code, "name": "Petty cash", "type": "Asset", "isCash": true });
    let _ = recorder.post(User::Accountant, "/accounting/accounts", &[], &account, 201)?;
    let _ = recorder.get(User::Accountant, "/accounting/accounts", &[], "")?;
    let _ = recorder.get(User::Accountant, "/accounting/accounts/{code}", &[&code], "")?;
    let renamed = json!({ "name": "Petty cash, kitchen", "status": "Active" });
    let _ = recorder.put(User::Accountant, "/accounting/accounts/{code}", &[&code], &renamed)?;
    let _ = recorder.get(User::Accountant, "/accounting/ledger/{code}", &["1010"], "?limit=1")?;
    Ok(())
}

fn journal(recorder: &mut Recorder<'_>) -> Result<(), String> {
    let line = |code: &str, direction: &str| json!({ "accountCode": code, "direction": direction, "amount": usd("10.00") });
    let entry = json!({
        "entryDate": "2026-11-20", "description": "Rent", "reference": "R-1", "entryType": "Manual",
        "lines": [line("1020", "Debit"), line("3100", "Credit")],
    });
    let entries = "/accounting/journal-entries";
    let id = text(&recorder.post(User::Accountant, entries, &[], &entry, 201)?, "id")?;
    let _ = recorder.get(User::Accountant, entries, &[], "?status=Posted&from=2026-01-01&limit=1")?;
    let _ = recorder.get(User::Accountant, "/accounting/journal-entries/{id}", &[&id], "")?;
    let _ =
        recorder.post(User::Accountant, "/accounting/journal-entries/{id}/post", &[&id], &json!({}), 200)?;
    let reason = json!({ "reason": "Wrong month" });
    let _ = recorder.post(User::Accountant, "/accounting/journal-entries/{id}/void", &[&id], &reason, 200)?;
    Ok(())
}

/// A month long ago, another for each recording.
fn periods(recorder: &mut Recorder<'_>) -> Result<(), String> {
    let known = recorder.get(User::Accountant, "/accounting/fiscal-periods", &[], "?limit=100")?;
    let starts: Vec<&str> = known["data"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|period| period["startDate"].as_str())
        .collect();
    let free = (1900 + 80..2020).flat_map(|year| (1..=12).map(move |month| (year, month)));
    let days = |year: i32, month: i32| {
        (format!("{year}-{month:02}-01"), format!("{year}-{month:02}-{}", length(year, month)))
    };
    let mut last = Err("every month has a period".to_owned());
    for (year, month) in free {
        let (start, end) = days(year, month);
        if starts.contains(&start.as_str()) {
            continue;
        }
        let period = json!({ "name": format!("{year}-{month:02} {}", recorder.tag), "startDate": start, "endDate": end });
        last = recorder.post(User::Accountant, "/accounting/fiscal-periods", &[], &period, 201);
        if last.is_ok() {
            break;
        }
    }
    let id = text(&last?, "id")?;
    let _ =
        recorder.post(User::Accountant, "/accounting/fiscal-periods/{id}/close", &[&id], &json!({}), 200)?;
    // Nothing is booked in the period of today once it is closed.
    recorder.last(|example| example.its_own = true);
    Ok(())
}

fn length(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn operations(recorder: &mut Recorder<'_>) -> Result<(), String> {
    let _ = recorder.get(User::Manager, "/dashboard", &[], "")?;
    let _ = recorder.get(User::Manager, "/ops/reconciliation", &[], "")?;
    let run = recorder.post(User::Manager, "/ops/reconciliation/runs", &[], &json!({}), 202)?;
    let _ = recorder.get(User::Manager, "/ops/reconciliation/runs", &[], "?limit=1")?;
    let _ = recorder.get(User::Manager, "/ops/reconciliation/runs/{id}", &[&text(&run, "id")?], "")?;
    let _ = recorder.get(User::Manager, "/ops/dead-letters", &[], "?status=New&limit=1")?;
    // Nothing has died here: of a letter that is not there, everything is refused.
    let nobody = uuid::Uuid::nil().to_string();
    let letter = "/ops/dead-letters/{id}";
    recorder.send(User::Manager, "GET", letter, &[&nobody], "", &Value::Null, 404)?;
    recorder.send(User::Admin, "POST", "/ops/dead-letters/{id}/replay", &[&nobody], "", &json!({}), 404)?;
    let reason = json!({ "reason": "Not ours" });
    recorder.send(User::Admin, "POST", "/ops/dead-letters/{id}/discard", &[&nobody], "", &reason, 404)?;
    Ok(())
}
