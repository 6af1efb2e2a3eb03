//! What a customer owes follows the money in both directions, in the books and in the order service.

use serde_json::json;

use super::shop::{Shop, text, usd};
use super::wholesale::{customer, order};
use crate::{Api, User};

/// 95.00 for an invoice of 89.00; then the payment bounces.
pub(super) fn a_bounced_payment_opens_invoice_and_exposure_again(api: &dyn Api) {
    let shop = Shop::open(api);
    let sku = shop.stock_wholesale("owed", "89.00", "40.00", 9, &json!({ "minimumQuantity": 1 }));
    let customer = customer(&shop, "debtor", "100.00");
    let exposure = || {
        api.settle();
        api.get(User::Manager, &format!("/customers/{customer}")).expect(200)["exposure"].clone()
    };
    let buy = || order(&shop, &customer, &json!([{ "sku": sku, "quantity": 1 }]));
    let placed = buy().expect(201);
    let on_account = json!({ "payment": { "method": "PurchaseOrder" } });
    let path = format!("/orders/wholesale/{}/confirm", text(&placed["id"]));
    let _ = api.post(User::Manager, &path, &on_account).expect(200);
    assert_eq!(exposure(), usd("89.00"));

    let invoices =
        api.get(User::Accountant, &format!("/accounting/invoices?customerId={customer}")).expect(200);
    let invoice = format!("/accounting/invoices/{}", text(&invoices["data"][0]["id"]));
    let too_much = json!({ "amount": usd("95.00"), "method": "BankTransfer" });
    let paid = api.post(User::Accountant, &format!("{invoice}/payments"), &too_much).expect(201);
    assert_eq!((&paid["applied"], &paid["credit"]), (&usd("89.00"), &usd("6.00")));
    assert_eq!(exposure(), usd("-6.00"), "the customer has credit");

    let bounced = json!({ "reason": "Insufficient funds" });
    let path = format!("/accounting/payments/{}/reversals", text(&paid["id"]));
    let _ = api.post(User::Accountant, &path, &bounced).expect(201);
    assert_eq!(exposure(), usd("89.00"), "all of it is owed again");
    let open = api.get(User::Accountant, &invoice).expect(200);
    assert_eq!((&open["status"], &open["open"]), (&json!("Open"), &usd("89.00")));
    buy().refused(422, "CREDIT_LIMIT_EXCEEDED");
    shop.reconcile();
}
