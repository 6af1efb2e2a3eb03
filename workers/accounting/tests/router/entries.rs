//! Entries by hand: written, posted, voided, read.

use serde_json::{Value, json};
use store::{Database, Sql};
use web::Role;

use crate::books::{Books, entry, posted, usd};

const PATH: &str = "/accounting/journal-entries";
const GOOD: &str = "Dr 6020 100.00, Cr 1020 100.00";

#[tokio::test]
async fn a_draft_is_in_no_balance_until_it_is_posted() {
    let books = Books::new();
    let draft = books.post(PATH, entry("2026-11-20", GOOD)).await;
    assert_eq!(draft.status, 201);
    assert_eq!((&draft.json()["status"], &draft.json()["entryNumber"]), (&json!("Draft"), &Value::Null));
    assert_eq!(books.balances().await, "");
    let id = draft.json()["id"].as_str().unwrap();
    let done = books.post(&format!("{PATH}/{id}/post"), json!({})).await.ok();
    assert_eq!((&done["status"], &done["entryNumber"]), (&json!("Posted"), &json!("JE-2026-000001")));
    assert_eq!(books.balances().await, "1020 -100.00, 6020 100.00");
    assert_eq!(books.get(&format!("{PATH}/{id}")).await.ok(), done);
    let again = books.post(&format!("{PATH}/{id}/post"), json!({})).await;
    assert_eq!(again.problem().1, "STATE_CONFLICT");
    books.reconciled().await;
}

#[tokio::test]
async fn a_wrong_entry_is_refused_with_its_code_and_field() {
    let books = Books::new();
    let mut foreign = entry("2026-11-20", GOOD);
    foreign["lines"][1]["amount"]["currency"] = json!("EUR");
    let mut system = entry("2026-11-20", GOOD);
    system["entryType"] = json!("System");
    let mut unknown = entry("2026-11-20", GOOD);
    unknown["lines"][0]["memo"] = json!("x");
    let many = json!({"entryDate": "2026-11-20", "description": "x", "lines": vec![crate::books::lines(GOOD)[0].clone(); 1001]});
    for (body, problem) in [
        (entry("2026-11-20", "Dr 6020 100.00, Cr 1020 99.99"), (422, "UNBALANCED_ENTRY", "/lines")),
        (entry("2026-11-20", "Dr 6020 100.00"), (422, "UNBALANCED_ENTRY", "/lines")),
        (entry("2026-11-20", ""), (422, "UNBALANCED_ENTRY", "/lines")),
        (entry("2026-11-20", "Dr 6020 0, Cr 1020 0"), (422, "VALIDATION_FAILED", "/lines/0/amount")),
        (entry("2026-11-20", "Dr 6020 -5.00, Cr 1020 -5.00"), (422, "VALIDATION_FAILED", "/lines/0/amount")),
        (entry("2026-11-20", "Dr 6020 5.001, Cr 1020 5.00"), (422, "VALIDATION_FAILED", "/lines/0/amount")),
        (
            entry("2026-11-20", "Dr 6020 100000000000.01, Cr 1020 100000000000.01"),
            (422, "VALIDATION_FAILED", "/lines/0/amount"),
        ),
        (
            entry("2026-11-20", "Dr 6020 5.00, Cr 1000 5.00"),
            (422, "ACCOUNT_NOT_POSTABLE", "/lines/1/accountCode"),
        ),
        (
            entry("2026-11-20", "Dr 6020 5.00, Cr 7000 5.00"),
            (422, "ACCOUNT_NOT_POSTABLE", "/lines/1/accountCode"),
        ),
        (
            entry("2026-11-20", "Dr 1200 5.00, Cr 1020 5.00"),
            (422, "ACCOUNT_NOT_POSTABLE", "/lines/0/accountCode"),
        ),
        (entry("2026-02-30", GOOD), (422, "VALIDATION_FAILED", "/entryDate")),
        (json!({"entryDate": "2026-11-20", "lines": []}), (422, "VALIDATION_FAILED", "/description")),
        (foreign, (422, "VALIDATION_FAILED", "/lines/1/amount")),
        (system, (422, "VALIDATION_FAILED", "/entryType")),
        (unknown, (422, "VALIDATION_FAILED", "/lines/0/memo")),
        (many, (422, "VALIDATION_FAILED", "/lines")),
    ] {
        for post in [false, true] {
            let mut body = body.clone();
            body["post"] = json!(post);
            assert_eq!(books.post(PATH, body.clone()).await.problem(), problem, "{body}");
        }
    }
    assert_eq!(books.get(PATH).await.ok()["data"], json!([]));
    let refused = books.by(Role::Cashier).post(PATH, &entry("2026-11-20", GOOD)).await;
    assert_eq!(refused.problem().0, 403);
}

#[tokio::test]
async fn a_void_posts_the_reverse_once() {
    let books = Books::new();
    let id = books.post(PATH, posted("2026-10-05", GOOD)).await.ok()["id"].as_str().unwrap().to_owned();
    let path = format!("{PATH}/{id}/void");
    let voided = books.post(&path, json!({"reason": "twice"})).await.ok();
    assert_eq!(voided["status"], "Voided");
    let reverse = voided["reversedByEntryId"].as_str().unwrap();
    let reverse = books.get(&format!("{PATH}/{reverse}")).await.ok();
    assert_eq!(reverse["description"], "Void of JE-2026-000001: twice");
    assert_eq!((&reverse["entryNumber"], &reverse["status"]), (&json!("JE-2026-000002"), &json!("Posted")));
    assert_eq!((&reverse["reversesEntryId"], &reverse["entryDate"]), (&json!(id), &json!("2026-10-05")));
    assert_eq!(reverse["lines"][0]["direction"], "Credit");
    assert_eq!(books.balances().await, "");
    assert_eq!(books.post(&path, json!({"reason": "again"})).await.problem().1, "STATE_CONFLICT");
    let reverse = format!("{PATH}/{}/void", reverse["id"].as_str().unwrap());
    assert_eq!(books.post(&reverse, json!({"reason": "no"})).await.problem().1, "STATE_CONFLICT");
    // A draft is given up without a trace in the balances, and cannot be posted then.
    let draft = books.post(PATH, entry("2026-10-05", GOOD)).await.ok()["id"].as_str().unwrap().to_owned();
    books.post(&format!("{PATH}/{draft}/void"), json!({"reason": "wrong"})).await.ok();
    assert_eq!(books.post(&format!("{PATH}/{draft}/post"), json!({})).await.problem().1, "STATE_CONFLICT");
    books.reconciled().await;
}

#[tokio::test]
async fn a_void_is_dated_by_choice() {
    let books = Books::new();
    for (name, start, end) in [("March", "2026-03-01", "2026-03-31"), ("April", "2026-04-01", "2026-04-30")] {
        let period = json!({"name": name, "startDate": start, "endDate": end});
        books.post("/accounting/fiscal-periods", period).await.ok();
    }
    let mut ids = Vec::new();
    for _ in 0..6 {
        let entry = books.post(PATH, posted("2026-03-31", GOOD)).await.ok();
        ids.push(entry["id"].as_str().unwrap().to_owned());
    }
    let void = |id: &str, date: Option<&str>| {
        let mut body = json!({"reason": "wrong"});
        if let Some(date) = date {
            body["date"] = json!(date);
        }
        let (path, books) = (format!("{PATH}/{id}/void"), &books);
        async move { books.post(&path, body).await }
    };
    let dated = |answer: native::client::Answer| {
        let books = &books;
        async move {
            let id = answer.ok()["reversedByEntryId"].as_str().unwrap().to_owned();
            books.get(&format!("{PATH}/{id}")).await.ok()["entryDate"].as_str().unwrap().to_owned()
        }
    };
    // While March is open: like the entry, or as the caller says, but never before it.
    assert_eq!(dated(void(&ids[0], None).await).await, "2026-03-31");
    assert_eq!(dated(void(&ids[1], Some("2026-05-17")).await).await, "2026-05-17");
    assert_eq!(void(&ids[2], Some("2026-03-30")).await.problem(), (422, "VALIDATION_FAILED", "/date"));
    // Once March and April are closed: on the first open day after it.
    let periods = books.get("/accounting/fiscal-periods").await.ok();
    let declared = ["March", "April"];
    for period in
        periods["data"].as_array().unwrap().iter().filter(|p| declared.contains(&p["name"].as_str().unwrap()))
    {
        let path = format!("/accounting/fiscal-periods/{}/close", period["id"].as_str().unwrap());
        books.post(&path, json!({})).await.ok();
    }
    assert_eq!(void(&ids[2], Some("2026-04-02")).await.problem(), (422, "PERIOD_CLOSED", "/date"));
    assert_eq!(dated(void(&ids[2], None).await).await, "2026-05-01");
    assert_eq!(dated(void(&ids[3], Some("2026-06-01")).await).await, "2026-06-01");
    let march = books.get("/accounting/reports/trial-balance?asOf=2026-03-31").await.ok();
    let bank = march["accounts"].as_array().unwrap().iter().find(|row| row["accountCode"] == "1020").unwrap();
    assert_eq!(bank["closingBalance"], usd("-500.00"), "one of six was taken back in March");
    // The schema keeps the rule, too.
    let early = "insert into journal_entries (id, entry_date, description, entry_type, total_minor, created_by, created_at, \
        reverses_entry_id) select 'x', '2026-02-27', 'early', 'Manual', 1, 'x', 'x', id from journal_entries \
        where status = 'Posted' and reverses_entry_id is null limit 1";
    let early = Sql { name: "early", text: early, scan: None };
    let refused = books.database().query(early.bind([])).await.expect_err("before the entry");
    assert_eq!(refused.rule(), Some("entries_void_not_before"));
    books.reconciled().await;
}

#[tokio::test]
async fn a_posted_entry_cannot_be_changed_by_any_statement() {
    let books = Books::new();
    books.deliver_json(crate::books::ACCOUNT.event()).await;
    books.post(PATH, posted("2026-11-20", GOOD)).await.ok();
    let database = books.database();
    for (text, rule) in [
        ("update journal_entries set entry_date = '2026-12-01'", "entries_posted_is_final"),
        ("update journal_entries set total_minor = 1", "entries_posted_is_final"),
        ("update journal_entries set status = 'Draft'", "entries_posted_is_final"),
        ("update journal_entries set entry_number = 'JE-2026-000009'", "entries_posted_is_final"),
        ("update journal_entries set status = 'Voided' where source_id is null", "entries_void_is_reversed"),
        ("delete from journal_entries", "entries_append_only"),
        ("update journal_lines set amount_minor = 1", "lines_append_only"),
        ("delete from journal_lines", "lines_append_only"),
        (
            "insert into journal_lines select id, 3, '1020', entry_date, 'Debit', 5 from journal_entries",
            "lines_posted_is_final",
        ),
        (
            "insert into journal_lines select id, 1, '1020', entry_date, 'Debit', 5 from journal_entries",
            "lines_posted_is_final",
        ),
        (
            "insert or replace into journal_entries (id, entry_date, description, entry_type, total_minor, created_by, created_at)
             select id, entry_date, 'other', 'Manual', 1, 'x', 'x' from journal_entries",
            "entries_append_only",
        ),
        (
            "insert or replace into journal_entries (id, entry_date, description, entry_type, total_minor, created_by, created_at, source_id)
             select 'x', entry_date, 'other', 'System', 1, 'x', 'x', source_id from journal_entries where source_id is not null",
            "journal_entries.source_id",
        ),
        ("delete from invoices", "invoices_append_only"),
        ("update invoices set total_minor = 1", "invoices_append_only"),
        ("update invoices set paid_minor = total_minor + 1", "invoices_not_overpaid"),
        ("insert into journal_lines select 'x', line_number, account_code, entry_date, direction, 5 from journal_lines", "lines_posted_is_final"),
        (
            "insert into journal_entries (id, entry_date, description, entry_type, status, total_minor, created_by, created_at)
             values ('x', '2026-11-20', 'x', 'Manual', 'Posted', 0, 'x', 'x')",
            "entries_begin_as_drafts",
        ),
    ] {
        let sql = Sql { name: "ATTACK", text, scan: None };
        let error = database.batch(vec![sql.bind([])]).await.unwrap_err();
        assert_eq!(error.rule(), Some(rule), "{text}: {error}");
    }
}

#[tokio::test]
async fn the_schema_refuses_to_post_what_does_not_balance() {
    let books = Books::new();
    let database = books.database();
    let header = "insert into journal_entries (id, entry_date, description, entry_type, total_minor, created_by, created_at)
        values ('x', '2026-11-20', 'x', 'Manual', 5, 'x', '2026-11-20')";
    let post =
        "update journal_entries set status = 'Posted', posted_at = 'x', entry_number = 'JE-1' where id = 'x'";
    for (lines, rule) in [
        ("('x', 1, '6020', '2026-11-20', 'Debit', 5)", "entries_two_lines"),
        (
            "('x', 1, '6020', '2026-11-20', 'Debit', 5), ('x', 2, '1020', '2026-11-20', 'Credit', 4)",
            "entries_balanced",
        ),
        (
            "('x', 1, '6020', '2026-11-20', 'Debit', 6), ('x', 2, '1020', '2026-11-20', 'Credit', 6)",
            "entries_balanced",
        ),
        (
            "('x', 1, '6000', '2026-11-20', 'Debit', 5), ('x', 2, '1020', '2026-11-20', 'Credit', 5)",
            "lines_header_account",
        ),
        (
            "('x', 1, '1200', '2026-11-20', 'Debit', 5), ('x', 2, '1020', '2026-11-20', 'Credit', 5)",
            "lines_control_account",
        ),
        ("('x', 1, '6020', '2026-11-20', 'Debit', 0)", "journal_lines_amount"),
        ("('x', 1, '6020', '2026-11-21', 'Debit', 5)", "lines_posted_is_final"),
    ] {
        let insert: &'static str =
            Box::leak(format!("insert into journal_lines values {lines}").into_boxed_str());
        let batch = [header, insert, post].map(|text| Sql { name: "ATTACK", text, scan: None }.bind([]));
        let error = database.batch(batch.into()).await.unwrap_err();
        assert_eq!(error.rule(), Some(rule), "{lines}: {error}");
    }
}

#[tokio::test]
async fn a_repeated_create_answers_the_same_bytes() {
    let books = Books::new();
    let key = [("idempotency-key", "k1")];
    let (body, other) = (posted("2026-11-20", GOOD), posted("2026-11-21", GOOD));
    let first = books.with(&key).post(PATH, &body).await;
    let second = books.with(&key).post(PATH, &body).await;
    assert_eq!((first.status, first.text.as_str()), (second.status, second.text.as_str()));
    assert_eq!(first.json()["entryNumber"], "JE-2026-000001");
    assert!(second.replayed());
    assert_eq!(books.with(&key).post(PATH, &other).await.problem().0, 422);
    assert_eq!(books.balances().await, "1020 -100.00, 6020 100.00");
    let draft = books.post(PATH, entry("2026-11-20", GOOD)).await.ok();
    let path = format!("{PATH}/{}/post", draft["id"].as_str().unwrap());
    let first = books.with(&key).send("POST", &path, "").await;
    let second = books.with(&key).send("POST", &path, "").await;
    assert_eq!((first.status, first.text.as_str()), (200, second.text.as_str()));
    assert_eq!(first.json()["entryNumber"], "JE-2026-000002");
}

#[tokio::test]
async fn entries_are_listed_newest_first_by_status_and_date() {
    let books = Books::new();
    for (day, post) in
        [("2026-11-01", true), ("2026-11-03", false), ("2026-11-02", true), ("2026-12-01", true)]
    {
        let mut body = entry(day, GOOD);
        body["post"] = json!(post);
        books.post(PATH, body).await.ok();
    }
    let days = |answer: &Value| {
        let days = answer["data"].as_array().unwrap().iter();
        days.map(|entry| entry["entryDate"].as_str().unwrap().split('-').next_back().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (query, expected) in [
        ("", "01 03 02 01"),
        ("?from=2026-11-02&to=2026-11-30", "03 02"),
        ("?status=Draft", "03"),
        ("?status=Posted&to=2026-11-30", "02 01"),
    ] {
        assert_eq!(days(&books.get(&format!("{PATH}{query}")).await.ok()), expected, "{query}");
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = books.get(&format!("{PATH}?limit=3&cursor={cursor}")).await.ok();
        seen.push(days(&page));
        let Some(next) = page["nextCursor"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    assert_eq!(seen, ["01 03 02", "01"]);
    for query in ["?status=Lost", "?limit=0", "?cursor=x", "?from=today", "?colour=red"] {
        assert_eq!(books.get(&format!("{PATH}{query}")).await.problem().0, 422, "{query}");
    }
    assert_eq!(books.get(&format!("{PATH}/not-an-id")).await.problem().0, 404);
}

#[tokio::test]
async fn a_ledger_runs_its_balance_across_pages_and_months() {
    let books = Books::new();
    for (day, amount) in
        [("2026-09-10", "1.00"), ("2026-10-05", "2.00"), ("2026-10-20", "4.00"), ("2026-11-01", "8.00")]
    {
        books.post(PATH, posted(day, &format!("Dr 6020 {amount}, Cr 1020 {amount}"))).await.ok();
    }
    books.post(PATH, entry("2026-10-21", "Dr 6020 50.00, Cr 1020 50.00")).await.ok();
    let shown = |page: &Value| {
        let rows = page["data"].as_array().unwrap().iter();
        let rows = rows.map(|row| {
            format!(
                "{} {}",
                row["amount"]["amount"].as_str().unwrap(),
                row["balance"]["amount"].as_str().unwrap()
            )
        });
        let (opening, closing) = (&page["openingBalance"]["amount"], &page["closingBalance"]["amount"]);
        format!(
            "{} [{}] {}",
            opening.as_str().unwrap(),
            rows.collect::<Vec<_>>().join(", "),
            closing.as_str().unwrap()
        )
    };
    for (query, expected) in [
        ("6020", "0.00 [1.00 1.00, 2.00 3.00, 4.00 7.00, 8.00 15.00] 15.00"),
        ("6020?from=2026-10-01&to=2026-10-31", "1.00 [2.00 3.00, 4.00 7.00] 7.00"),
        ("6020?from=2026-10-06&to=2026-10-19", "3.00 [] 3.00"),
        ("1020?from=2026-10-20&to=2026-11-30", "-3.00 [4.00 -7.00, 8.00 -15.00] -15.00"),
    ] {
        let page = books.get(&format!("/accounting/ledger/{query}")).await.ok();
        assert_eq!(shown(&page), expected, "{query}");
    }
    let first = books.get("/accounting/ledger/6020?limit=3&to=2026-11-30").await.ok();
    assert_eq!(shown(&first), "0.00 [1.00 1.00, 2.00 3.00, 4.00 7.00] 15.00");
    let cursor = first["nextCursor"].as_str().unwrap();
    let next =
        books.get(&format!("/accounting/ledger/6020?limit=3&to=2026-11-30&cursor={cursor}")).await.ok();
    assert_eq!(shown(&next), "7.00 [8.00 15.00] 15.00");
    assert_eq!(next["nextCursor"], Value::Null);
    assert_eq!(next["data"][0]["amount"], usd("8.00"));
    assert_eq!(books.get("/accounting/ledger/9999").await.problem().0, 404);
}
