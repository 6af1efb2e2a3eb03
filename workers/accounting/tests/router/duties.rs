//! Money outside a till: who records it, and how.

use serde_json::json;
use web::Role;

use crate::books::{ACCOUNT, Books, Sale, usd, uuid};

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

/// What was paid out of a credit before counts, too: nobody gets around the limit in small steps.
#[tokio::test]
async fn a_payout_above_the_limit_needs_somebody_else() {
    let books = Books::new();
    let sale = Sale { id: 10, payments: "PurchaseOrder 89.00", net: "89.00", cost: "50.00", ..ACCOUNT };
    books.deliver_json(sale.event()).await;
    let invoices = books.get("/accounting/invoices").await.ok();
    let pay = format!("/accounting/invoices/{}/payments", invoices["data"][0]["id"].as_str().unwrap());
    let paid = books.post(&pay, json!({ "amount": usd("109.00"), "method": "BankTransfer" })).await.ok();
    let payouts = format!("/accounting/credits/{}/payouts", paid["id"].as_str().unwrap());
    books.house.set("APPROVAL_CREDIT_PAYOUT", "10.00");
    let out = |amount: Option<&str>| match amount {
        Some(amount) => json!({ "amount": usd(amount), "method": "BankTransfer" }),
        None => json!({ "method": "BankTransfer" }),
    };
    books.post(&payouts, out(None)).await.refused(403, "APPROVAL_REQUIRED");
    books.post(&payouts, out(Some("6.00"))).await.ok();
    let refused = books.post(&payouts, out(Some("6.00"))).await;
    assert_eq!(refused.problem(), (403, "APPROVAL_REQUIRED", "/amount"));
    let needed = &refused.json()["approval"];
    assert_eq!(
        (&needed["action"], &needed["amount"], &needed["limit"]),
        (&json!("credit-payout"), &usd("12.00"), &usd("10.00"))
    );
    assert_eq!(needed["what"], "Pay 6.00 USD of a credit of 20.00 USD out");
    assert_eq!(needed["customerId"], uuid(900));
    let too_much = books.post(&payouts, out(Some("14.01"))).await;
    assert_eq!(too_much.problem(), (422, "VALIDATION_FAILED", "/amount"), "nobody has to decide about it");
    books.post(&payouts, out(Some("4.00"))).await.ok();
    books.house.set("APPROVAL_CREDIT_PAYOUT", "");
    books.post(&payouts, out(None)).await.ok();
    books.reconciled().await;
}

#[tokio::test]
async fn with_a_limit_of_zero_every_entry_needs_somebody_else() {
    let books = Books::new();
    let entry = crate::books::posted("2026-11-20", "Dr 6020 1.00, Cr 1020 1.00");
    books.house.set("APPROVAL_JOURNAL_ENTRY", "0");
    books.post("/accounting/journal-entries", &entry).await.refused(403, "APPROVAL_REQUIRED");
    books.house.set("APPROVAL_JOURNAL_ENTRY", "1.00");
    books.post("/accounting/journal-entries", &entry).await.ok();
}
