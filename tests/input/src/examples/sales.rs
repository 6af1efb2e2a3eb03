//! Customers, orders of the three channels, tills, refunds, and what is owed.

use house::User;
use native::client::usd;
use serde_json::{Value, json};
use xtask::seed::WHOLESALE_CUSTOMER;

use super::catalogue::Goods;
use super::stock::Warehouses;
use super::{Recorder, Sent, text};

pub(super) fn record(
    recorder: &mut Recorder<'_>,
    goods: &Goods,
    warehouses: &Warehouses,
) -> Result<(), String> {
    let (sku, shop) = (goods.skus[0].as_str(), warehouses.shop.as_str());
    let tax = json!({ "region": "QT", "taxClass": "standard", "rate": "0.0725", "inclusive": false, "name": "Sales tax", "validFrom": "2026-01-01" });
    let _ = recorder.put(User::Accountant, "/tax-rates", &[], &tax)?;
    // Where the examples sell there is no tax, whatever a changed request has set.
    let none = json!({ "region": "ZZ", "taxClass": "standard", "rate": "0", "inclusive": false });
    let _ = recorder.put(User::Accountant, "/tax-rates", &[], &none)?;
    let _ = recorder.get(User::Guest, "/tax-rates", &[], "")?;
    let rule = json!({ "region": "QT", "rounding": "HalfUp", "roundedPer": "Document", "smallestCoin": usd("0.01") });
    let _ = recorder.put(User::Accountant, "/tax-rates/rules", &[], &rule)?;
    let _ = recorder.get(User::Guest, "/tax-rates/rules", &[], "")?;
    let customer = customers(recorder)?;
    retail(recorder, sku, shop)?;
    carts(recorder, sku, shop)?;
    wholesale(recorder, sku, shop, &customer)?;
    let sale = till(recorder, sku, shop)?;
    refunds(recorder, sku, shop, &sale)?;
    recorder.settle();
    invoices(recorder, &customer)?;
    offline(recorder, sku, shop)
}

fn customers(recorder: &mut Recorder<'_>) -> Result<String, String> {
    let tag = recorder.tag.clone();
    let body = json!({
        "name": format!("Buyer {tag}"), "email": format!("buyer.{tag}@example.org"), "type": "Wholesale",
        "creditLimit": usd("100000.00"), "paymentTerms": "Net30",
    });
    let id = text(&recorder.post(User::Manager, "/customers", &[], &body, 201)?, "id")?;
    let _ = recorder.get(User::Manager, "/customers", &[], "?limit=1")?;
    let _ = recorder.get(User::Manager, "/customers/{id}", &[&id], "")?;
    recorder.take(&Sent {
        user: User::Manager,
        method: "PUT",
        route: "/customers/{id}",
        parameters: &[&id],
        query: "",
        headers: &[("content-type", "application/json"), ("if-match", "\"1\"")],
        body: &body.to_string(),
        expected: 200,
    })?;
    Ok(id)
}

fn retail(recorder: &mut Recorder<'_>, sku: &str, shop: &str) -> Result<(), String> {
    let items = json!([{ "sku": sku, "quantity": 1 }]);
    let address =
        json!({ "name": "Ada", "line1": "1 Quay", "city": "Harbour", "postalCode": "10001", "region": "ZZ" });
    let body = json!({
        "warehouseId": shop, "customer": { "name": "Ada", "email": "ada@example.org" },
        "shippingAddress": address, "billingAddress": address, "items": items,
    });
    let place = |recorder: &mut Recorder<'_>| {
        recorder.post(User::Guest, "/orders/retail", &[], &body, 201).and_then(|order| text(&order, "id"))
    };
    let (paid, cancelled, waiting) = (place(recorder)?, place(recorder)?, place(recorder)?);
    let _ = recorder.get(User::Manager, "/orders/retail", &[], "?limit=1&status=PendingPayment")?;
    let _ = recorder.get(User::Guest, "/orders/retail/{id}", &[&paid], "")?;
    let _ = recorder.get(User::Guest, "/orders/{id}", &[&paid], "")?;
    let more = json!({ "items": [{ "sku": sku, "quantity": 2 }], "shippingAddress": address });
    let _ = recorder.put(User::Guest, "/orders/retail/{id}", &[&paid], &more)?;
    let payment = json!({ "payment": { "method": "Card", "token": "tok_approve" } });
    let _ = recorder.post(User::Guest, "/orders/retail/{id}/confirm", &[&paid], &payment, 200)?;
    shipments(recorder, sku, &paid)?;
    let reason = json!({ "reason": "Changed my mind" });
    let _ = recorder.post(User::Guest, "/orders/retail/{id}/cancel", &[&cancelled], &reason, 200)?;
    let declined = json!({ "payment": { "method": "Card", "token": "tok_decline" } });
    recorder.send(User::Guest, "POST", "/orders/retail/{id}/confirm", &[&waiting], "", &declined, 402)?;
    Ok(())
}

fn carts(recorder: &mut Recorder<'_>, sku: &str, shop: &str) -> Result<(), String> {
    let items = json!([{ "sku": sku, "quantity": 2 }]);
    let start = json!({ "warehouseId": shop, "items": items });
    let begin = |recorder: &mut Recorder<'_>| {
        recorder.post(User::Guest, "/carts", &[], &start, 201).and_then(|cart| text(&cart, "id"))
    };
    let (ordered, kept, merged) = (begin(recorder)?, begin(recorder)?, begin(recorder)?);
    let _ = recorder.get(User::Guest, "/carts/{id}", &[&kept], "?region=ZZ")?;
    let more = json!({ "items": items });
    let _ = recorder.post(User::Guest, "/carts/{id}/items", &[&kept], &more, 200)?;
    let three = json!({ "quantity": 3 });
    let _ = recorder.put(User::Guest, "/carts/{id}/items/{sku}", &[&kept, sku], &three)?;
    let none = Value::Null;
    let _ = recorder.send(User::Guest, "DELETE", "/carts/{id}/items/{sku}", &[&kept, sku], "", &none, 200)?;
    let token = recorder.order_tokens.get(&merged).cloned().unwrap_or_default();
    recorder.take(&Sent {
        user: User::Manager,
        method: "POST",
        route: "/carts/{id}/merge",
        parameters: &[&merged],
        query: "",
        headers: &[("order-token", &token)],
        body: "",
        expected: 200,
    })?;
    let address =
        json!({ "name": "Ada", "line1": "1 Quay", "city": "Harbour", "postalCode": "10001", "region": "ZZ" });
    let buyer =
        json!({ "customer": { "name": "Ada", "email": "ada@example.org" }, "shippingAddress": address });
    let _ = recorder.post(User::Guest, "/carts/{id}/checkout", &[&ordered], &buyer, 201)?;
    Ok(())
}

/// An order of two units is picked, packed, shipped and delivered; a further parcel is cancelled.
fn shipments(recorder: &mut Recorder<'_>, sku: &str, order: &str) -> Result<(), String> {
    let _ = recorder.get(User::Warehouse, "/orders/fulfilment", &[], "?status=Unfulfilled&limit=1")?;
    let route = "/orders/{id}/shipments";
    let one = json!({ "items": [{ "sku": sku, "quantity": 1 }], "status": "Picking" });
    let one = text(&recorder.post(User::Warehouse, route, &[order], &one, 201)?, "id")?;
    let parcel = json!({
        "carrier": "DHL", "trackingNumber": "JD014600003", "trackingUrl": "https://www.dhl.example/track?id=JD014600003",
    });
    let other = text(&recorder.post(User::Warehouse, route, &[order], &parcel, 201)?, "id")?;
    let _ = recorder.get(User::Guest, route, &[order], "?limit=1")?;
    let step = |recorder: &mut Recorder<'_>, step: &'static str, id: &str, body: &Value| {
        recorder.post(User::Warehouse, step, &[order, id], body, 200).map(drop)
    };
    step(recorder, "/orders/{id}/shipments/{shipmentId}/pack", &one, &json!({}))?;
    step(recorder, "/orders/{id}/shipments/{shipmentId}/ship", &one, &parcel)?;
    step(recorder, "/orders/{id}/shipments/{shipmentId}/deliver", &one, &json!({}))?;
    let reason = json!({ "reason": "The label was wrong" });
    step(recorder, "/orders/{id}/shipments/{shipmentId}/cancel", &other, &reason)
}

fn wholesale(recorder: &mut Recorder<'_>, sku: &str, shop: &str, customer: &str) -> Result<(), String> {
    let body = json!({
        "customerId": customer, "warehouseId": shop, "purchaseOrderNumber": "PO-1", "paymentTerms": "Net30",
        "items": [{ "sku": sku, "quantity": 4 }],
    });
    let place = |recorder: &mut Recorder<'_>| {
        recorder
            .post(User::Manager, "/orders/wholesale", &[], &body, 201)
            .and_then(|order| text(&order, "id"))
    };
    let (paid, cancelled) = (place(recorder)?, place(recorder)?);
    let _ = place(recorder)?;
    let _ = recorder.get(User::Manager, "/orders/wholesale", &[], "?limit=1")?;
    let _ = recorder.get(User::Manager, "/orders/wholesale/{id}", &[&paid], "")?;
    let _ = recorder.get(
        User::Wholesaler,
        "/orders/wholesale/customer/{customerId}",
        &[WHOLESALE_CUSTOMER],
        "",
    )?;
    let more = json!({ "items": [{ "sku": sku, "quantity": 5 }] });
    let _ = recorder.put(User::Manager, "/orders/wholesale/{id}", &[&paid], &more)?;
    let payment = json!({ "payment": { "method": "PurchaseOrder" } });
    let _ = recorder.post(User::Manager, "/orders/wholesale/{id}/confirm", &[&paid], &payment, 200)?;
    let reason = json!({ "reason": "Too late" });
    let _ = recorder.post(User::Manager, "/orders/wholesale/{id}/cancel", &[&cancelled], &reason, 200)?;
    Ok(())
}

fn sale(recorder: &Recorder<'_>, sku: &str, shop: &str) -> Value {
    json!({
        "terminalId": format!("T{}", recorder.tag), "warehouseId": shop, "items": [{ "sku": sku, "quantity": 2 }],
        "payments": [
            { "method": "CardTerminal", "amount": usd("5.00") },
            { "method": "Cash", "amount": usd("19.00"), "tendered": usd("20.00") },
        ],
    })
}

fn till(recorder: &mut Recorder<'_>, sku: &str, shop: &str) -> Result<String, String> {
    let mut body = sale(recorder, sku, shop);
    body["terminalSequence"] = json!(1);
    let id = text(&recorder.post(User::Cashier, "/orders/pos", &[], &body, 201)?, "id")?;
    let _ = recorder.get(User::Cashier, "/orders/pos", &[], "?limit=1")?;
    let _ = recorder.get(User::Cashier, "/orders/pos/{id}", &[&id], "")?;
    let _ = recorder.post(User::Cashier, "/orders/pos/{id}/receipt", &[&id], &json!({}), 200)?;
    let till = format!("T{}", recorder.tag);
    enrolled(recorder, shop)?;
    let _ = recorder.get(User::Manager, "/orders/pos/terminals", &[], "?limit=1")?;
    let _ = recorder.get(User::Manager, "/orders/pos/terminals/{terminalId}", &[&till], "")?;
    let closings = "/orders/pos/terminals/{terminalId}/closings";
    let closing = json!({ "throughSequence": 1, "countedCash": usd("19.00"), "note": "Evening" });
    let _ = recorder.post(User::Manager, closings, &[&till], &closing, 201)?;
    let _ = recorder.get(User::Manager, closings, &[&till], "?limit=1")?;
    Ok(id)
}

/// A till whose key is issued again and revoked.
fn enrolled(recorder: &mut Recorder<'_>, shop: &str) -> Result<(), String> {
    let till = format!("E{}", recorder.tag);
    let key = "/orders/pos/terminals/{terminalId}/key";
    let body = json!({ "terminalId": till, "warehouseId": shop, "device": "Tablet at the door" });
    let _ = recorder.post(User::Manager, "/orders/pos/terminals", &[], &body, 201)?;
    let _ = recorder.post(User::Manager, key, &[&till], &json!({ "device": "New tablet" }), 201)?;
    recorder.take(&Sent {
        user: User::Manager,
        method: "DELETE",
        route: key,
        parameters: &[&till],
        query: "",
        headers: &[],
        body: "",
        expected: 204,
    })?;
    Ok(())
}

fn offline(recorder: &mut Recorder<'_>, sku: &str, shop: &str) -> Result<(), String> {
    let mut sold = sale(recorder, sku, shop);
    let number = recorder.tag.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    sold["id"] = json!(format!("0193e9a0-8888-7000-8000-{:012x}", number & 0xffff_ffff_ffff));
    sold["terminalSequence"] = json!(2);
    sold["offline"] = json!(true);
    // More than there are: a shortage to review.
    sold["items"][0]["quantity"] = json!(1000);
    sold["payments"] = json!([{ "method": "Cash", "amount": usd("12000.00") }]);
    // Less was paid than the till's own price makes: that is no sale.
    let mut wrong = sold.clone();
    wrong["id"] = json!(format!("0193e9a0-9999-7000-8000-{:012x}", number & 0xffff_ffff_ffff));
    wrong["terminalSequence"] = json!(3);
    wrong["items"] = json!([{ "sku": sku, "quantity": 1, "unitPrice": usd("12.00") }]);
    wrong["payments"] = json!([{ "method": "Cash", "amount": usd("1.00") }]);
    let till = json!({ "terminalId": format!("T{}", recorder.tag), "warehouseId": shop, "device": "Till 1" });
    let key = text(&recorder.post(User::Manager, "/orders/pos/terminals", &[], &till, 201)?, "key")?;
    let id = text(&sold, "id")?;
    recorder.take(&Sent {
        user: User::Cashier,
        method: "POST",
        route: "/orders/pos/sync",
        parameters: &[],
        query: "",
        headers: &[("content-type", "application/json"), ("till-key", &key)],
        body: &json!({ "sales": [sold, wrong] }).to_string(),
        expected: 200,
    })?;
    let _ = recorder.get(User::Manager, "/orders/reviews", &[], "?status=quarantined&limit=1")?;
    let found = json!({ "outcome": "Corrected", "note": "Typed in wrong" });
    let _ = recorder.post(User::Manager, "/orders/reviews/{id}/settle", &[&id], &found, 200)?;
    let _ = recorder.get(User::Manager, "/payments/disputes", &[], "?limit=10")?;
    // Nobody here takes cards through Stripe, and only Stripe could sign it.
    let event = json!({ "id": "evt_1", "type": "charge.dispute.created", "created": 1_795_000_000,
        "data": { "object": { "id": "dp_1", "amount": 1200, "currency": "usd", "reason": "fraudulent" } } });
    let _ = recorder.post(User::Guest, "/payments/webhooks/stripe", &[], &event, 404)?;
    let refused = recorder.get(User::Manager, "/orders/pos/refused-sales", &[], "?limit=100")?;
    let refused = text(&refused["data"][0], "id")?;
    let seen = json!({ "note": "Not a sale" });
    let _ = recorder.post(User::Manager, "/orders/pos/refused-sales/{id}/settle", &[&refused], &seen, 200)?;
    recorder.settle();
    let short = recorder.get(
        User::Warehouse,
        "/inventory/movements",
        &[],
        &format!("?warehouseId={shop}&needsReview=true"),
    )?;
    let movement = text(&short["data"][0], "id")?;
    let note = json!({ "note": "Counted again" });
    let _ = recorder.post(User::Warehouse, "/inventory/movements/{id}/review", &[&movement], &note, 200)?;
    Ok(())
}

fn refunds(recorder: &mut Recorder<'_>, sku: &str, shop: &str, sale: &str) -> Result<(), String> {
    let refund = json!({ "items": [{ "sku": sku, "quantity": 1 }], "reason": "Scratched", "restock": true });
    let refund = recorder.post(User::Manager, "/orders/{id}/refunds", &[sale], &refund, 201)?;
    let _ = recorder.get(User::Manager, "/orders/{id}/refunds", &[sale], "")?;
    let _ = recorder.get(User::Manager, "/orders/refunds/{id}", &[&text(&refund, "id")?], "")?;
    let note = json!({
        "warehouseId": shop, "items": [{ "sku": sku, "quantity": 1, "unitPrice": usd("12.00") }],
        "reason": "Returned without a receipt", "restock": true, "method": "Cash",
        "terminalId": format!("T{}", recorder.tag),
    });
    let _ = recorder.post(User::Manager, "/orders/credit-notes", &[], &note, 201)?;
    let _ = recorder.get(User::Manager, "/orders/credit-notes", &[], "?limit=1")?;
    Ok(())
}

fn invoices(recorder: &mut Recorder<'_>, customer: &str) -> Result<(), String> {
    let invoices =
        recorder.get(User::Accountant, "/accounting/invoices", &[], &format!("?customerId={customer}"))?;
    let invoice = text(&invoices["data"][0], "id")?;
    let _ = recorder.get(User::Accountant, "/accounting/invoices/{id}", &[&invoice], "")?;
    let paid = json!({ "amount": usd("10.00"), "method": "BankTransfer", "reference": "R-1" });
    let pay = "/accounting/invoices/{id}/payments";
    let first = text(&recorder.post(User::Accountant, pay, &[&invoice], &paid, 201)?, "id")?;
    let too_much = json!({ "amount": usd("100000.00"), "method": "BankTransfer" });
    let credit = text(&recorder.post(User::Accountant, pay, &[&invoice], &too_much, 201)?, "id")?;
    let _ = recorder.get(
        User::Accountant,
        "/accounting/payments",
        &[],
        &format!("?invoiceId={invoice}&limit=1"),
    )?;
    let _ = recorder.get(
        User::Accountant,
        "/accounting/credits",
        &[],
        &format!("?customerId={customer}&status=Open"),
    )?;
    let bounced = json!({ "reason": "The bank took it back" });
    let _ =
        recorder.post(User::Accountant, "/accounting/payments/{id}/reversals", &[&first], &bounced, 201)?;
    let applied = json!({ "invoiceId": invoice, "amount": usd("5.00") });
    let _ = recorder.post(
        User::Accountant,
        "/accounting/credits/{id}/applications",
        &[&credit],
        &applied,
        201,
    )?;
    let back = json!({ "amount": usd("5.00"), "method": "BankTransfer", "reference": "R-2" });
    let _ = recorder.post(User::Accountant, "/accounting/credits/{id}/payouts", &[&credit], &back, 201)?;
    let _ = recorder.get(User::Accountant, "/accounting/receivables/ageing", &[], "?asOf=2026-12-31")?;
    Ok(())
}
