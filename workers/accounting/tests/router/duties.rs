//! Money outside a till: who records it, and how.

use serde_json::json;
use web::Role;

use crate::books::{Books, usd, uuid};

#[tokio::test]
async fn cash_needs_a_till_and_a_transfer_who_may_record_it() {
    let books = Books::new();
    books.house.set("CASH_WITHOUT_TILL", "false");
    let invoice = format!("/accounting/invoices/{}/payments", uuid(1));
    let payout = format!("/accounting/credits/{}/payouts", uuid(2));
    for (role, method, refusal) in [
        (Role::Accountant, "Cash", Some((422, "VALIDATION_FAILED", "/method"))),
        (Role::Manager, "Cash", Some((422, "VALIDATION_FAILED", "/method"))),
        (Role::Cashier, "Cash", Some((422, "VALIDATION_FAILED", "/method"))),
        (Role::Cashier, "BankTransfer", Some((403, "FORBIDDEN", "/method"))),
        (Role::Cashier, "CardTerminal", None),
        (Role::Accountant, "BankTransfer", None),
        (Role::Manager, "BankTransfer", None),
    ] {
        let body = json!({ "amount": usd("1.00"), "method": method });
        for path in [&invoice, &payout] {
            let answer = books.by(role).post(path, &body).await;
            // Neither the invoice nor the credit exists: who gets so far may record it.
            assert_eq!(
                answer.problem(),
                refusal.unwrap_or((404, "NOT_FOUND", "")),
                "{role:?} {method} {path}"
            );
        }
    }
    books.house.set("CASH_WITHOUT_TILL", "true");
    let body = json!({ "amount": usd("1.00"), "method": "Cash" });
    assert_eq!(books.post(&invoice, &body).await.status, 404);
}
