//! Fiscal periods.

use serde_json::{Value, json};

use crate::books::{Books, TILL, entry, posted};

const PATH: &str = "/accounting/fiscal-periods";
const ENTRIES: &str = "/accounting/journal-entries";

fn period(name: &str, start: &str, end: &str) -> Value {
    json!({"name": name, "startDate": start, "endDate": end})
}

#[tokio::test]
async fn a_period_is_of_whole_months_and_shares_no_days() {
    let books = Books::new();
    books.post(PATH, period("Q4", "2026-10-01", "2026-12-31")).await.ok();
    for (body, problem) in [
        (period("A", "2026-01-02", "2026-01-31"), (422, "VALIDATION_FAILED", "/startDate")),
        (period("A", "2026-01-01", "2026-01-30"), (422, "VALIDATION_FAILED", "/endDate")),
        (period("A", "2026-02-01", "2026-01-31"), (422, "VALIDATION_FAILED", "/endDate")),
        (period("A", "2026-12-01", "2027-01-31"), (409, "STATE_CONFLICT", "")),
        (period("Q4", "2027-01-01", "2027-01-31"), (409, "STATE_CONFLICT", "")),
    ] {
        assert_eq!(books.post(PATH, body.clone()).await.problem(), problem, "{body}");
    }
    books.post(PATH, period("Q3", "2026-07-01", "2026-09-30")).await.ok();
    let list = books.get(PATH).await.ok();
    let names: Vec<_> = list["data"].as_array().unwrap().iter().map(|period| &period["name"]).collect();
    // The months that nobody has declared are there by themselves.
    assert_eq!(names, ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "Q3", "Q4"]);
}

#[tokio::test]
async fn a_day_without_a_fiscal_period_is_closed_and_the_current_year_is_open_by_itself() {
    let books = Books::new();
    let lines = "Dr 6020 1.00, Cr 1020 1.00";
    books.post(ENTRIES, posted("2026-01-01", lines)).await.ok();
    for day in ["2025-12-31", "2027-01-01", "2020-05-01"] {
        let refused = books.post(ENTRIES, posted(day, lines)).await;
        assert_eq!(refused.problem(), (422, "PERIOD_CLOSED", "/entryDate"), "{day}");
    }
    let list = books.get(PATH).await.ok();
    assert_eq!(list["data"].as_array().unwrap().len(), 12, "{list}");
    assert_eq!(list["data"][11]["endDate"], "2026-12-31");
    // A month that exists by itself can be closed, and then it cannot be declared.
    let january = format!("{PATH}/{}/close", list["data"][0]["id"].as_str().unwrap());
    assert_eq!(books.post(&january, json!({})).await.ok()["status"], "Closed");
    let year = books.post(PATH, period("2026", "2026-01-01", "2026-12-31")).await;
    assert_eq!(year.problem(), (409, "STATE_CONFLICT", ""));
    // A history opens what it needs.
    books.post(PATH, period("2020", "2020-01-01", "2020-12-31")).await.ok();
    books.post(ENTRIES, posted("2020-05-01", lines)).await.ok();
    // What happened on a closed day is booked on the first open one, and says so.
    for (id, sold_at, booked_on, moved) in [
        (71, "2020-05-01T10:00:00Z", "2020-05-01", false),
        (72, "2019-05-01T10:00:00Z", "2020-01-01", true),
        (73, "2026-01-15T10:00:00Z", "2026-02-01", true),
        (74, "2027-03-15T10:00:00Z", "2027-03-15", true),
    ] {
        books.deliver_json(crate::books::Sale { id, sold_at, ..TILL }.event()).await;
        let booked = books.get(&format!("{ENTRIES}?sourceId=order:{}", crate::books::uuid(id))).await.ok();
        assert_eq!(booked["data"][0]["entryDate"], booked_on, "{sold_at}");
        let description = booked["data"][0]["description"].as_str().unwrap();
        assert_eq!(description.contains("whose period is closed"), moved, "{booked}");
    }
    books.reconciled().await;
}

#[tokio::test]
async fn nothing_posts_into_a_closed_period_but_no_sale_is_lost() {
    let books = Books::new();
    let draft = books.post(ENTRIES, entry("2026-11-10", "Dr 6020 1.00, Cr 1020 1.00")).await.ok();
    let mut ids = Vec::new();
    for (name, start, end) in [
        ("Nov", "2026-11-01", "2026-11-30"),
        ("Dec", "2026-12-01", "2026-12-31"),
        ("Oct", "2026-10-01", "2026-10-31"),
    ] {
        let id = books.post(PATH, period(name, start, end)).await.ok()["id"].as_str().unwrap().to_owned();
        ids.push(id);
    }
    for id in &ids[..2] {
        let closed = books.post(&format!("{PATH}/{id}/close"), json!({})).await.ok();
        assert_eq!(closed["status"], "Closed");
    }
    assert_eq!(
        books.post(&format!("{PATH}/{}/close", ids[0]), json!({})).await.problem().1,
        "STATE_CONFLICT"
    );
    let lines = "Dr 6020 1.00, Cr 1020 1.00";
    for body in [entry("2026-11-30", lines), posted("2026-12-01", lines)] {
        assert_eq!(books.post(ENTRIES, body).await.problem(), (422, "PERIOD_CLOSED", "/entryDate"));
    }
    let post = format!("{ENTRIES}/{}/post", draft["id"].as_str().unwrap());
    assert_eq!(books.post(&post, json!({})).await.problem(), (422, "PERIOD_CLOSED", "/entryDate"));
    books.post(ENTRIES, posted("2026-10-31", lines)).await.ok();
    // The sale of a closed day goes to the next open one, and says so.
    books.deliver_json(TILL.event()).await;
    let booked = books.get(&format!("{ENTRIES}?sourceId=order:{}", crate::books::uuid(1))).await.ok();
    let booked = &booked["data"][0];
    assert_eq!(
        (&booked["entryDate"], &booked["entryNumber"]),
        (&json!("2027-01-01"), &json!("JE-2027-000001"))
    );
    assert_eq!(booked["description"], "Sale ORD-2026-000001 (of 2026-11-20, whose period is closed)");
    books.reconciled().await;
}
