//! Credit of customers: what leaves it, and what becomes of it; payments that bounce.

use contracts::EventKind;
use serde_json::{Value, json};

use crate::books::{ACCOUNT, Books, Sale, told, usd, uuid};

/// A wholesale order of 89.00 on account.
fn sale(id: u32) -> Sale<'static> {
    Sale { id, payments: "PurchaseOrder 89.00", net: "89.00", cost: "50.00", ..ACCOUNT }
}

async fn invoice_of(books: &Books, order: u32) -> Value {
    let invoices = books.get("/accounting/invoices").await.ok();
    let invoices = invoices["data"].as_array().unwrap();
    invoices.iter().find(|invoice| invoice["orderId"] == json!(uuid(order))).unwrap().clone()
}

async fn open(books: &Books, order: u32) -> Value {
    invoice_of(books, order).await["open"].clone()
}

async fn pay(books: &Books, order: u32, amount: &str) -> Value {
    let invoice = invoice_of(books, order).await;
    let path = format!("/accounting/invoices/{}/payments", invoice["id"].as_str().unwrap());
    books.post(&path, json!({"amount": usd(amount), "method": "BankTransfer"})).await.ok()
}

async fn credits(books: &Books, query: &str) -> Vec<Value> {
    let list = books.get(&format!("/accounting/credits{query}")).await.ok();
    list["data"].as_array().unwrap().clone()
}

async fn reverse(books: &Books, payment: &Value) -> native::client::Answer {
    let path = format!("/accounting/payments/{}/reversals", payment["id"].as_str().unwrap());
    books.post(&path, json!({"reason": "no funds"})).await
}

/// What a customer owes more, or less, as the order service hears it.
async fn told_changes(books: &Books) -> Vec<Value> {
    let events = books.events().await;
    let changes = events.iter().filter(|(_, event)| event.kind == EventKind::ReceivableChanged);
    changes.map(|(_, event)| event.data::<Value>().unwrap()["amount"].clone()).collect()
}

#[tokio::test]
async fn what_is_paid_too_much_is_the_customers_credit() {
    let books = Books::new();
    books.deliver_json(sale(10).event()).await;
    books.deliver_json(sale(11).event()).await;
    let paid = pay(&books, 10, "95.00").await;
    assert_eq!((&paid["applied"], &paid["credit"]), (&usd("89.00"), &usd("6.00")));
    let first = invoice_of(&books, 10).await;
    assert_eq!(
        (&first["status"], &first["paid"], &first["open"]),
        (&json!("Paid"), &usd("89.00"), &usd("0.00"))
    );
    let credit = credits(&books, &format!("?customerId={}&status=Open", uuid(900))).await.remove(0);
    assert_eq!((&credit["kind"], &credit["left"]), (&json!("Overpayment"), &usd("6.00")));
    assert_eq!(credit["id"], paid["id"]);
    let ageing = books.get("/accounting/receivables/ageing").await.ok();
    assert_eq!((&ageing["totals"]["total"], &ageing["unappliedCredits"]), (&usd("89.00"), &usd("6.00")));
    assert_eq!(ageing["customers"][0]["credit"], usd("6.00"));

    // It settles another invoice in part, and the rest is paid out.
    let path = format!("/accounting/credits/{}", credit["id"].as_str().unwrap());
    let second = invoice_of(&books, 11).await["id"].clone();
    let apply = format!("{path}/applications");
    for (body, problem) in [
        (json!({"invoiceId": second, "amount": usd("6.01")}), (422, "VALIDATION_FAILED", "/amount")),
        (json!({"invoiceId": second, "amount": usd("0.00")}), (422, "VALIDATION_FAILED", "/amount")),
        (json!({"invoiceId": second, "date": "2026-11-19"}), (422, "VALIDATION_FAILED", "/date")),
        (json!({"invoiceId": uuid(999)}), (422, "VALIDATION_FAILED", "/invoiceId")),
        (json!({"invoiceId": first["id"]}), (409, "STATE_CONFLICT", "")),
    ] {
        assert_eq!(books.post(&apply, &body).await.problem(), problem, "{body}");
    }
    let applied = books.post(&apply, json!({"invoiceId": second, "amount": usd("4.00")})).await.ok();
    assert_eq!(applied["amount"], usd("4.00"));
    assert_eq!(open(&books, 11).await, usd("85.00"));
    let payouts = format!("{path}/payouts");
    for (body, problem) in [
        (json!({"amount": usd("2.01"), "method": "Cash"}), (422, "VALIDATION_FAILED", "/amount")),
        (json!({"method": "PurchaseOrder"}), (422, "VALIDATION_FAILED", "/method")),
        (json!({"method": "Cash", "paidAt": "2026-11-19T09:00:00Z"}), (422, "VALIDATION_FAILED", "/paidAt")),
    ] {
        assert_eq!(books.post(&payouts, &body).await.problem(), problem, "{body}");
    }
    let out = books.post(&payouts, json!({"method": "BankTransfer"})).await.ok();
    assert_eq!((&out["kind"], &out["amount"]), (&json!("PaidOut"), &usd("2.00")));
    assert!(out["entryNumber"].is_string(), "{out}");
    assert_eq!(books.post(&payouts, json!({"method": "Cash"})).await.problem().1, "STATE_CONFLICT");
    assert_eq!(credits(&books, "?status=Open").await.len(), 0);
    assert_eq!(told_changes(&books).await, [told("2.00")], "what was paid out is owed again");
    assert_eq!(books.balances().await, "1020 93.00, 1100 85.00, 1200 -100.00, 4020 -178.00, 5010 100.00");
    books.reconciled().await;
}

#[tokio::test]
async fn what_a_refund_of_a_paid_invoice_and_a_credit_note_leave_is_credit() {
    let books = Books::new();
    books.deliver_json(sale(10).event()).await;
    pay(&books, 10, "89.00").await;
    let part = Sale { payments: "PurchaseOrder 30.00", net: "30.00", cost: "0", ..sale(10) };
    books.deliver_json(part.refund(60, Some(10))).await;
    books.deliver_json(part.refund(61, None)).await;
    let kinds: Vec<_> = credits(&books, "").await.iter().map(|credit| credit["kind"].clone()).collect();
    assert_eq!(kinds, ["CreditNote", "Refund"]);
    books.deliver_json(sale(11).event()).await;
    let second = invoice_of(&books, 11).await["id"].clone();
    for credit in credits(&books, "").await {
        let path = format!("/accounting/credits/{}/applications", credit["id"].as_str().unwrap());
        books.post(&path, json!({"invoiceId": second})).await.ok();
    }
    assert_eq!(open(&books, 11).await, usd("29.00"));
    assert_eq!(invoice_of(&books, 11).await["credited"], usd("60.00"));
    books.reconciled().await;
}

#[tokio::test]
async fn a_payment_that_bounces_opens_its_invoice_again_by_a_document_of_its_own() {
    let books = Books::new();
    books.deliver_json(sale(10).event()).await;
    let paid = pay(&books, 10, "89.00").await;
    let early = json!({"reason": "no funds", "date": "2026-11-19"});
    let path = format!("/accounting/payments/{}/reversals", paid["id"].as_str().unwrap());
    assert_eq!(books.post(&path, early).await.problem(), (422, "VALIDATION_FAILED", "/date"));
    let reversal = reverse(&books, &paid).await.ok();
    assert_eq!((&reversal["paymentId"], &reversal["date"]), (&paid["id"], &json!("2026-11-20")));
    assert_eq!(open(&books, 10).await, usd("89.00"));
    assert_eq!(invoice_of(&books, 10).await["status"], "Open");
    assert_eq!(reverse(&books, &paid).await.problem().1, "STATE_CONFLICT", "it bounces once");
    assert_eq!(told_changes(&books).await, [told("89.00")]);
    let entry = books
        .get(&format!("/accounting/journal-entries/{}", reversal["entryId"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(entry["lines"][0]["accountCode"], "1100");
    // It is paid again, and both payments are listed.
    pay(&books, 10, "89.00").await;
    let id = invoice_of(&books, 10).await["id"].as_str().unwrap().to_owned();
    for query in [String::new(), format!("?invoiceId={id}"), format!("?customerId={}", uuid(900))] {
        let list = books.get(&format!("/accounting/payments{query}")).await.ok();
        let list = list["data"].as_array().unwrap();
        assert_eq!(list.len(), 2, "{query}");
        let mut reasons: Vec<_> = list.iter().map(|payment| &payment["reversal"]["reason"]).collect();
        reasons.sort_by_key(|reason| reason.is_null());
        assert_eq!(reasons, [&json!("no funds"), &Value::Null], "{query}");
    }
    let first = books.get("/accounting/payments?limit=1").await.ok();
    let next = format!("/accounting/payments?limit=1&cursor={}", first["nextCursor"].as_str().unwrap());
    let second = books.get(&next).await.ok();
    assert_ne!(second["data"][0]["id"], first["data"][0]["id"]);
    assert_eq!(second["nextCursor"], Value::Null);
    books.reconciled().await;
}

#[tokio::test]
async fn an_overpayment_that_bounces_takes_its_credit_back() {
    let books = Books::new();
    books.deliver_json(sale(10).event()).await;
    books.deliver_json(sale(11).event()).await;
    let paid = pay(&books, 10, "95.00").await;
    let path = format!("/accounting/credits/{}", paid["id"].as_str().unwrap());
    let second = invoice_of(&books, 11).await["id"].clone();
    books
        .post(&format!("{path}/applications"), json!({"invoiceId": second, "amount": usd("4.00")}))
        .await
        .ok();
    let out = books.post(&format!("{path}/payouts"), json!({"method": "Cash"})).await.ok();
    assert_eq!(reverse(&books, &paid).await.problem().1, "STATE_CONFLICT", "2.00 of it was paid out");
    reverse(&books, &out).await.ok();
    assert_eq!(credits(&books, "?status=Open").await[0]["left"], usd("2.00"));
    reverse(&books, &paid).await.ok();
    assert_eq!((open(&books, 10).await, open(&books, 11).await), (usd("89.00"), usd("89.00")));
    assert_eq!(credits(&books, "?status=Open").await.len(), 0);
    assert_eq!(told_changes(&books).await.len(), 3);
    assert_eq!(books.balances().await, "1100 178.00, 1200 -100.00, 4020 -178.00, 5010 100.00");
    books.reconciled().await;
}

/// Before this release a payment settled its invoice by itself, and a credit note's kind was not kept.
#[tokio::test]
async fn what_a_worker_of_the_release_before_writes_is_settled_too() {
    let books = Books::new();
    books.deliver_json(sale(10).event()).await;
    let entry = json!({"entryDate": "2026-11-20", "description": "x", "post": true,
        "lines": crate::books::lines("Dr 1020 1.00, Cr 6020 1.00")});
    let entry =
        books.post("/accounting/journal-entries", entry).await.ok()["id"].as_str().unwrap().to_owned();
    let text = format!(
        "insert into invoice_payments (id, invoice_id, amount_minor, method, paid_at, entry_id, created_by, created_at) \
         select '{}', id, 100, 'Cash', '2026-11-20T10:00:00.000Z', '{entry}', 'x', 'x' from invoices",
        uuid(70)
    );
    let sql = store::Statement { text: Box::leak(text.into_boxed_str()), values: Vec::new() };
    store::Database::query(&books.database(), sql).await.unwrap();
    assert_eq!(open(&books, 10).await, usd("88.00"));
    let list = books.get(&format!("/accounting/payments?customerId={}", uuid(900))).await.ok();
    assert_eq!(list["data"][0]["amount"], usd("1.00"));
}
