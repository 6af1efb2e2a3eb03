//! The route table; one file per use case.

mod answers;
mod cancel_order;
mod confirm_order;
mod get_order;
mod list_orders;
pub(crate) mod order_input;
mod order_json;
mod place_retail_order;
mod place_wholesale_order;
pub(crate) mod problems;
mod reconcile;
mod replace_items;
mod sale_input;
mod sell_at_till;
mod sync_sales;

// Tills and their days.
mod close_till;
mod get_till;
mod list_closings;
mod list_tills;
pub(crate) mod till_json;

// Money back, customers, tax, receipts.
mod create_customer;
pub(crate) mod customer_json;
mod get_customer;
mod get_refund;
mod issue_credit_note;
mod list_credit_notes;
mod list_customers;
mod list_refunds;
mod list_tax_rates;
mod print_receipt;
pub(crate) mod refund_json;
mod refund_order;
mod set_tax_rate;
mod tax_rate_json;
mod update_customer;

pub(crate) use order_json::OrderJson;

use platform::Platform;
use web::{Grant, Routes};

/// Every route of the service.
#[must_use]
pub fn routes<P: Platform>() -> Routes<P> {
    let routes = customers::<P>(refunds::<P>(Routes::new()));
    internal::<P>(till::<P>(wholesale::<P>(retail::<P>(routes))))
}

fn retail<P: Platform>(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/orders/retail", Grant::RetailOrder, place_retail_order::handle::<P>)
        .get("/orders/retail", Grant::OrderReadOwn, list_orders::retail::<P>)
        .get("/orders/retail/{id}", Grant::OrderReadOwn, get_order::retail::<P>)
        .put("/orders/retail/{id}", Grant::RetailOrder, replace_items::retail::<P>)
        .post("/orders/retail/{id}/confirm", Grant::RetailOrder, confirm_order::retail::<P>)
        .post("/orders/retail/{id}/cancel", Grant::RetailOrder, cancel_order::retail::<P>)
}

fn wholesale<P: Platform>(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/orders/wholesale", Grant::WholesaleOrder, place_wholesale_order::handle::<P>)
        .get("/orders/wholesale", Grant::OrderReadOwn, list_orders::wholesale::<P>)
        .get("/orders/wholesale/{id}", Grant::OrderReadOwn, get_order::wholesale::<P>)
        .get("/orders/wholesale/customer/{customerId}", Grant::OrderReadOwn, list_orders::of_customer::<P>)
        .put("/orders/wholesale/{id}", Grant::WholesaleOrder, replace_items::wholesale::<P>)
        .post("/orders/wholesale/{id}/confirm", Grant::WholesaleOrder, confirm_order::wholesale::<P>)
        .post("/orders/wholesale/{id}/cancel", Grant::WholesaleOrder, cancel_order::wholesale::<P>)
}

fn till<P: Platform>(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/orders/pos", Grant::PosSale, sell_at_till::handle::<P>)
        .post("/orders/pos/sync", Grant::PosSale, sync_sales::handle::<P>)
        .get("/orders/pos", Grant::OrderReadAll, list_orders::pos::<P>)
        .get("/orders/pos/{id}", Grant::OrderReadAll, get_order::pos::<P>)
        .get("/orders/pos/terminals", Grant::OrderReadAll, list_tills::handle::<P>)
        .get("/orders/pos/terminals/{terminalId}", Grant::OrderReadAll, get_till::handle::<P>)
        .post("/orders/pos/terminals/{terminalId}/closings", Grant::TillClose, close_till::handle::<P>)
        .get("/orders/pos/terminals/{terminalId}/closings", Grant::OrderReadAll, list_closings::handle::<P>)
}

fn refunds<P: Platform>(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/orders/{id}/refunds", Grant::OrderRefund, refund_order::handle::<P>)
        .get("/orders/{id}/refunds", Grant::OrderReadOwn, list_refunds::handle::<P>)
        .get("/orders/refunds/{id}", Grant::OrderReadOwn, get_refund::handle::<P>)
        .post("/orders/credit-notes", Grant::OrderRefund, issue_credit_note::handle::<P>)
        .get("/orders/credit-notes", Grant::OrderReadAll, list_credit_notes::handle::<P>)
        .post("/orders/pos/{id}/receipt", Grant::PosSale, print_receipt::handle::<P>)
}

fn customers<P: Platform>(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/customers", Grant::CustomerWrite, create_customer::handle::<P>)
        .get("/customers", Grant::CustomerRead, list_customers::handle::<P>)
        .get("/customers/{id}", Grant::SelfRead, get_customer::handle::<P>)
        .put("/customers/{id}", Grant::CustomerWrite, update_customer::handle::<P>)
        .get("/tax-rates", Grant::CatalogueRead, list_tax_rates::handle::<P>)
        .put("/tax-rates", Grant::AccountingWrite, set_tax_rate::handle::<P>)
}

fn internal<P: Platform>(routes: Routes<P>) -> Routes<P> {
    routes
        .get("/orders/{id}", Grant::OrderReadOwn, get_order::any::<P>)
        .get("/internal/reconciliation", Grant::Internal, reconcile::checks::<P>)
        .get("/internal/reconciliation/sales", Grant::Internal, reconcile::sales::<P>)
        .get("/internal/summary", Grant::Internal, reconcile::summary::<P>)
}
