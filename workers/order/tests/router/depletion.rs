//! The last unit sold cancels what waits for it.

use contracts::Event;
use contracts::events::{InvoicePaid, ReceivableChanged};
use kernel::ids::{CustomerId, InvoiceId, OrderId, PaymentId};
use kernel::{Currency, Money};
use serde_json::json;

use crate::shop::{BUYER, CASHIER, SHOP, Shop, WHOLESALER, id, usd};

#[tokio::test]
async fn the_last_unit_sold_at_a_till_cancels_the_pending_orders_for_it() {
    let shop = Shop::open(&[("A", 12), ("B", 9)]).await;
    let paid = shop.guest_order(&[("A", 1)]).await;
    shop.pay(&paid, "tok_approve").await.expect(200);
    let waiting = shop.guest_order(&[("B", 1), ("A", 1)]).await;
    let other = shop.guest_order(&[("B", 1)]).await;
    let stopped = shop.guest_order(&[("A", 1)]).await;
    shop.pay(&stopped, "tok_timeout").await.expect(503);
    let body = json!({
        "id": id(9), "customerId": BUYER, "warehouseId": SHOP, "purchaseOrderNumber": "PO-9", "paymentTerms": "Net30",
        "items": [{ "sku": "A", "quantity": 6 }],
    });
    shop.by(WHOLESALER).post("/orders/wholesale", body).await.expect(201);
    assert_eq!(shop.exposure().await, 4800);

    let sale = json!({
        "terminalId": "T1", "warehouseId": SHOP, "items": [{ "sku": "A", "quantity": 11 }],
        "payments": [{ "method": "Cash", "amount": usd("110.00") }],
    });
    shop.by(CASHIER).post("/orders/pos", sale).await.expect(201);
    shop.house.settle().await;

    let cancelled = shop.order(&waiting).await;
    assert_eq!(cancelled["status"], "Cancelled");
    assert_eq!(cancelled["cancellation"]["reason"], "A is sold out");
    assert_eq!(cancelled["cancellation"]["autoCancelled"], true);
    assert_eq!(shop.events_of(&waiting).await, ["OrderCreated", "OrderCancelled"]);
    let told = shop.number(crate::shop::TOLD_OF_CANCELLATION, &waiting).await;
    assert_eq!(told, 1);
    assert_eq!(shop.order(&id(9)).await["status"], "Cancelled");
    assert_eq!(shop.exposure().await, 0, "the credit is free again");
    assert_eq!(shop.order(&paid).await["status"], "Completed");
    assert_eq!(shop.order(&other).await["status"], "PendingPayment");
    // The one that was being paid is left to its checkout, which finds the shelf empty.
    assert_eq!(shop.order(&stopped).await["status"], "PendingPayment");
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    assert_eq!(shop.order(&stopped).await["cancellation"]["autoCancelled"], true);
    // A later order waits as any other: there may be more by then.
    let later = shop.guest_order(&[("A", 1)]).await;
    shop.house.settle().await;
    assert_eq!(shop.order(&later).await["status"], "PendingPayment");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_paid_invoice_frees_credit_and_what_is_too_much_is_the_customers() {
    let shop = Shop::open(&[("A", 12)]).await;
    let body = json!({
        "id": id(1), "customerId": BUYER, "warehouseId": SHOP, "purchaseOrderNumber": "PO-1", "paymentTerms": "Net30",
        "items": [{ "sku": "A", "quantity": 12 }],
    });
    shop.by(WHOLESALER).post("/orders/wholesale", body).await.expect(201);
    let confirm = json!({ "payment": { "method": "PurchaseOrder" } });
    shop.by(WHOLESALER).post(&format!("/orders/wholesale/{}/confirm", id(1)), confirm).await.expect(200);
    assert_eq!(shop.exposure().await, 8400);
    for (paid, left) in [(4000, 4400), (5000, -600)] {
        let event = InvoicePaid {
            invoice_id: InvoiceId::parse(&id(7)).unwrap(),
            order_id: OrderId::parse(&id(1)).unwrap(),
            customer_id: None,
            amount: Money::from_minor(paid, Currency::USD).unwrap(),
        };
        shop.tell(&Event::InvoicePaid(event)).await;
        assert_eq!(shop.exposure().await, left);
    }
    // The second payment bounces.
    let bounced = ReceivableChanged {
        customer_id: CustomerId::parse(BUYER).unwrap(),
        payment_id: PaymentId::parse(&id(8)).unwrap(),
        amount: Money::from_minor(5000, Currency::USD).unwrap(),
    };
    shop.tell(&Event::ReceivableChanged(bounced)).await;
    assert_eq!(shop.exposure().await, 4400);
    shop.reconciled().await;
}
