//! The chart of accounts.

use serde_json::json;
use web::Role;

use crate::books::{Books, posted};

#[tokio::test]
async fn the_default_chart_is_there_by_code() {
    let books = Books::new();
    let first = books.get("/accounting/accounts?limit=2").await.ok();
    assert_eq!(first["data"][0]["code"], "1000");
    assert_eq!(first["data"][0]["isHeader"], true);
    let cursor = first["nextCursor"].as_str().unwrap();
    let next = books.get(&format!("/accounting/accounts?limit=2&cursor={cursor}")).await.ok();
    assert_eq!(next["data"][0]["code"], "1020");
    let discounts = books.get("/accounting/accounts/4900").await.ok();
    assert_eq!((&discounts["type"], &discounts["normalBalance"]), (&json!("Revenue"), &json!("Debit")));
    assert_eq!(books.get("/accounting/accounts/9999").await.problem().0, 404);
}

#[tokio::test]
async fn an_account_is_opened_once_under_a_header_of_its_type() {
    let books = Books::new();
    let account = json!({"code": "6100", "name": "Travel", "type": "Expense", "parentCode": "6000"});
    let opened = books.post("/accounting/accounts", account.clone()).await.ok();
    assert_eq!((&opened["normalBalance"], &opened["status"]), (&json!("Debit"), &json!("Active")));
    assert_eq!(books.post("/accounting/accounts", account).await.problem().1, "STATE_CONFLICT");
    for (parent, kind) in [("1000", "Expense"), ("6020", "Expense"), ("7777", "Expense")] {
        let account = json!({"code": "6200", "name": "X", "type": kind, "parentCode": parent});
        assert_eq!(
            books.post("/accounting/accounts", account).await.problem(),
            (422, "VALIDATION_FAILED", "/parentCode"),
            "{parent}"
        );
    }
    let manager = json!({"code": "6300", "name": "X", "type": "Expense"});
    let refused = books.by(Role::Manager).post("/accounting/accounts", &manager).await;
    assert_eq!(refused.problem().0, 403);
}

#[tokio::test]
async fn an_account_with_a_balance_is_not_archived_and_a_stale_change_is_refused() {
    let books = Books::new();
    books.post("/accounting/journal-entries", posted("2026-11-20", "Dr 6020 5.00, Cr 1020 5.00")).await.ok();
    let change = |code: &str, status: &str, version: Option<&'static str>| {
        let (path, body) =
            (format!("/accounting/accounts/{code}"), json!({"name": "Rent", "status": status}));
        let books = &books;
        async move {
            let headers: Vec<(&str, &str)> =
                version.map(|version| ("if-match", version)).into_iter().collect();
            books.with(&headers).put(&path, &body).await
        }
    };
    assert_eq!(change("6020", "Archived", None).await.problem().1, "STATE_CONFLICT");
    assert_eq!(change("1010", "Inactive", None).await.problem().1, "STATE_CONFLICT");
    assert_eq!(change("6000", "Archived", None).await.problem().1, "STATE_CONFLICT");
    let inactive = change("6020", "Inactive", Some("\"1\"")).await;
    assert_eq!(inactive.etag(), Some("\"2\""));
    assert_eq!(change("6020", "Active", Some("\"1\"")).await.problem().0, 412);
    assert_eq!(change("6070", "Archived", None).await.status, 200);
    let entry = posted("2026-11-20", "Dr 6020 5.00, Cr 1020 5.00");
    let refused = books.post("/accounting/journal-entries", entry).await;
    assert_eq!(refused.problem(), (422, "ACCOUNT_NOT_POSTABLE", "/lines/0/accountCode"));
}

#[tokio::test]
async fn a_header_with_active_accounts_is_not_deactivated() {
    let books = Books::new();
    let header =
        json!({"code": "6700", "name": "Travel", "type": "Expense", "parentCode": "6000", "isHeader": true});
    let child = json!({"code": "6710", "name": "Trains", "type": "Expense", "parentCode": "6700"});
    for account in [&header, &child] {
        books.post("/accounting/accounts", account).await.ok();
    }
    let change = |code: &str, status: &str| {
        let (path, books) = (format!("/accounting/accounts/{code}"), &books);
        let body = json!({"name": "Travel", "status": status});
        async move { books.put(&path, body).await }
    };
    for status in ["Inactive", "Archived"] {
        assert_eq!(change("6700", status).await.problem().1, "STATE_CONFLICT", "{status}");
    }
    assert_eq!(change("6710", "Inactive").await.status, 200);
    assert_eq!(change("6700", "Inactive").await.status, 200);
    // Nothing under it becomes active without it.
    assert_eq!(change("6710", "Active").await.problem().1, "STATE_CONFLICT");
    let other = json!({"code": "6720", "name": "Planes", "type": "Expense", "parentCode": "6700"});
    assert_eq!(books.post("/accounting/accounts", other).await.problem().2, "/parentCode");
    assert_eq!(change("6700", "Active").await.status, 200);
    assert_eq!(change("6710", "Active").await.status, 200);
}
