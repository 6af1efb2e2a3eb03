//! Invoices, what is paid and credited on them, and how old they are.

use contracts::EventKind;
use serde_json::{Value, json};
use web::Role;

use crate::books::{ACCOUNT, Books, Sale, told, usd, uuid};

async fn invoice(books: &Books) -> Value {
    books.get("/accounting/invoices").await.ok()["data"][0].take()
}

fn standing(invoice: &Value) -> String {
    let amount = |field: &str| invoice[field]["amount"].as_str().unwrap().to_owned();
    format!(
        "{} paid {} credited {} open {}",
        invoice["status"].as_str().unwrap(),
        amount("paid"),
        amount("credited"),
        amount("open")
    )
}

#[tokio::test]
async fn an_invoice_is_paid_in_parts() {
    let books = Books::new();
    books.deliver_json(ACCOUNT.event()).await;
    let first = invoice(&books).await;
    assert_eq!(
        (&first["invoiceNumber"], &first["orderNumber"]),
        (&json!("INV-2026-000001"), &json!("ORD-2026-000002"))
    );
    assert_eq!((&first["dueDate"], &first["purchaseOrderNumber"]), (&json!("2026-12-20"), &json!("PO-7")));
    assert_eq!(standing(&first), "Open paid 0.00 credited 0.00 open 100.00");
    let path = format!("/accounting/invoices/{}/payments", first["id"].as_str().unwrap());
    let part = json!({"amount": usd("40.00"), "method": "BankTransfer", "reference": "TR 5"});
    let key = [("idempotency-key", "p1")];
    let paid = books.with(&key).post(&path, &part).await;
    let again = books.with(&key).post(&path, &part).await;
    assert_eq!((paid.status, &paid.text), (201, &again.text));
    assert_eq!(paid.json()["entryNumber"], "JE-2026-000002");
    assert_eq!(standing(&invoice(&books).await), "Open paid 40.00 credited 0.00 open 60.00");
    let rest = json!({"amount": usd("60.00"), "method": "Cash", "paidAt": "2026-11-19T09:00:00Z"});
    books.post(&path, rest).await.ok();
    assert_eq!(standing(&invoice(&books).await), "Paid paid 100.00 credited 0.00 open 0.00");
    assert_eq!(books.balances().await, "1010 60.00, 1020 40.00, 1200 -60.00, 4020 -100.00, 5010 60.00");
    books.reconciled().await;
}

#[tokio::test]
async fn a_payment_is_money_above_zero_in_the_currency_of_the_books() {
    let books = Books::new();
    books.deliver_json(ACCOUNT.event()).await;
    let id = invoice(&books).await["id"].as_str().unwrap().to_owned();
    let path = format!("/accounting/invoices/{id}/payments");
    for (body, problem) in [
        (json!({"amount": usd("0"), "method": "Cash"}), (422, "VALIDATION_FAILED", "/amount")),
        (json!({"amount": usd("-1.00"), "method": "Cash"}), (422, "VALIDATION_FAILED", "/amount")),
        (
            json!({"amount": {"amount": "1", "currency": "EUR"}, "method": "Cash"}),
            (422, "VALIDATION_FAILED", "/amount"),
        ),
        (json!({"amount": usd("1.00"), "method": "PurchaseOrder"}), (422, "VALIDATION_FAILED", "/method")),
        (json!({"amount": usd("1.00"), "method": "Shells"}), (422, "VALIDATION_FAILED", "/method")),
        (
            json!({"amount": usd("1.00"), "method": "Cash", "paidAt": "2027-12-01T09:00:00Z"}),
            (422, "VALIDATION_FAILED", "/paidAt"),
        ),
        (json!({"method": "Cash"}), (422, "VALIDATION_FAILED", "/amount")),
    ] {
        assert_eq!(books.post(&path, body.clone()).await.problem(), problem, "{body}");
    }
    let unknown = format!("/accounting/invoices/{}/payments", uuid(999));
    let body = json!({"amount": usd("1.00"), "method": "Cash"});
    assert_eq!(books.post(&unknown, body).await.problem().0, 404);
}

#[tokio::test]
async fn the_order_service_hears_of_a_payment() {
    let books = Books::new();
    books.deliver_json(ACCOUNT.event()).await;
    let id = invoice(&books).await["id"].as_str().unwrap().to_owned();
    let body = json!({"amount": usd("25.00"), "method": "Card"});
    books.post(&format!("/accounting/invoices/{id}/payments"), body).await.ok();
    let events = books.events().await;
    let (_, paid) = events.iter().find(|(queue, _)| !queue.is_empty()).unwrap();
    assert_eq!((paid.kind, paid.version), (EventKind::InvoicePaid, 2));
    let data: Value = paid.data().unwrap();
    assert_eq!((&data["orderId"], &data["amount"]), (&json!(uuid(2)), &told("25.00")));
}

#[tokio::test]
async fn a_refund_on_account_reduces_the_invoice_and_the_rest_is_a_credit() {
    let part = Sale { payments: "PurchaseOrder 30.00", net: "30.00", cost: "18.00", ..ACCOUNT };
    let books = Books::new();
    books.deliver_json(ACCOUNT.event()).await;
    books.deliver_json(part.refund(60, Some(2))).await;
    let first = invoice(&books).await;
    assert_eq!(standing(&first), "Open paid 0.00 credited 30.00 open 70.00");
    let path = format!("/accounting/invoices/{}/payments", first["id"].as_str().unwrap());
    books.post(&path, json!({"amount": usd("50.00"), "method": "Cash"})).await.ok();
    // 20.00 is open: the rest of the refund, and the credit note without an order, stand alone.
    books.deliver_json(part.refund(61, Some(2))).await;
    books.deliver_json(part.refund(62, None)).await;
    assert_eq!(standing(&invoice(&books).await), "Paid paid 50.00 credited 50.00 open 0.00");
    let ageing = books.get("/accounting/receivables/ageing").await.ok();
    assert_eq!((&ageing["totals"]["total"], &ageing["unappliedCredits"]), (&usd("0.00"), &usd("40.00")));
    let summary = books.by(Role::System).get("/internal/summary").await.ok();
    assert_eq!(summary["receivables"], usd("-40.00"));
    books.reconciled().await;
}

#[tokio::test]
async fn a_refund_that_overtakes_its_sale_is_credited_when_the_sale_comes() {
    let part = Sale { payments: "PurchaseOrder 70.00", net: "70.00", cost: "0", ..ACCOUNT };
    let books = Books::new();
    books.deliver_json(part.refund(60, Some(2))).await;
    books.deliver_json(part.refund(61, Some(2))).await;
    books.deliver_json(ACCOUNT.event()).await;
    assert_eq!(standing(&invoice(&books).await), "Credited paid 0.00 credited 100.00 open 0.00");
    let ageing = books.get("/accounting/receivables/ageing").await.ok();
    assert_eq!(ageing["unappliedCredits"], usd("40.00"));
    books.reconciled().await;
}

#[tokio::test]
async fn open_invoices_are_aged_by_their_due_date() {
    let books = Books::new();
    // Net30 each, so on the last of November they are 91, 90, 31, 30, 1 and 0 days overdue.
    for (id, sold_at) in [
        (10, "2026-08-01"),
        (11, "2026-08-02"),
        (12, "2026-09-30"),
        (13, "2026-10-01"),
        (14, "2026-10-30"),
        (15, "2026-10-31"),
    ] {
        let (sold_at, net) = (format!("{sold_at}T10:00:00Z"), format!("{id}.00"));
        let payments = format!("PurchaseOrder {net}");
        let sale = Sale { id, sold_at: &sold_at, payments: &payments, net: &net, cost: "0", ..ACCOUNT };
        books.deliver_json(sale.event()).await;
    }
    let report = books.get("/accounting/receivables/ageing?asOf=2026-11-30").await.ok();
    for (bucket, amount) in [
        ("current", "15.00"),
        ("days1To30", "27.00"),
        ("days31To60", "12.00"),
        ("days61To90", "11.00"),
        ("over90", "10.00"),
        ("total", "75.00"),
    ] {
        assert_eq!(report["totals"][bucket], usd(amount), "{bucket}");
    }
    assert_eq!(report["customers"][0]["customerName"], "Ada Ltd");
    assert_eq!(report["customers"][0]["invoices"], 6);
    for (query, count) in [
        (String::new(), 6),
        ("?status=Open".to_owned(), 6),
        ("?status=Paid".to_owned(), 0),
        (format!("?customerId={}", uuid(900)), 6),
        (format!("?customerId={}&status=Open&limit=2", uuid(900)), 2),
        (format!("?customerId={}", uuid(901)), 0),
    ] {
        let list = books.get(&format!("/accounting/invoices{query}")).await.ok();
        assert_eq!(list["data"].as_array().unwrap().len(), count, "{query}");
    }
}
