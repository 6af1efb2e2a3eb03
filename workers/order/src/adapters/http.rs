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

use web::{Grant, Routes};

/// Every route of the service.
#[must_use]
pub fn routes() -> Routes<P> {
    let routes = customers(refunds(Routes::new()));
    internal(till(wholesale(retail(routes))))
}

fn retail(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/orders/retail", grants::RETAIL_ORDER, place_retail_order::handle)
        .get("/orders/retail", grants::ORDER_READ_OWN, list_orders::retail)
        .get("/orders/retail/{id}", grants::ORDER_READ_OWN, get_order::retail)
        .put("/orders/retail/{id}", grants::RETAIL_ORDER, replace_items::retail)
        .post("/orders/retail/{id}/confirm", grants::RETAIL_ORDER, confirm_order::retail)
        .post("/orders/retail/{id}/cancel", grants::RETAIL_ORDER, cancel_order::retail)
}

fn wholesale(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/orders/wholesale", grants::WHOLESALE_ORDER, place_wholesale_order::handle)
        .get("/orders/wholesale", grants::ORDER_READ_OWN, list_orders::wholesale)
        .get("/orders/wholesale/{id}", grants::ORDER_READ_OWN, get_order::wholesale)
        .get("/orders/wholesale/customer/{customerId}", grants::ORDER_READ_OWN, list_orders::of_customer)
        .put("/orders/wholesale/{id}", grants::WHOLESALE_ORDER, replace_items::wholesale)
        .post("/orders/wholesale/{id}/confirm", grants::WHOLESALE_ORDER, confirm_order::wholesale)
        .post("/orders/wholesale/{id}/cancel", grants::WHOLESALE_ORDER, cancel_order::wholesale)
}

fn till(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/orders/pos", grants::POS_SALE, sell_at_till::handle)
        .post("/orders/pos/sync", grants::POS_SALE, sync_sales::handle)
        .get("/orders/pos", grants::ORDER_READ_ALL, list_orders::pos)
        .get("/orders/pos/{id}", grants::ORDER_READ_ALL, get_order::pos)
        .get("/orders/pos/terminals", grants::ORDER_READ_ALL, list_tills::handle)
        .get("/orders/pos/terminals/{terminalId}", grants::ORDER_READ_ALL, get_till::handle)
        .post("/orders/pos/terminals/{terminalId}/closings", grants::TILL_CLOSE, close_till::handle)
        .get("/orders/pos/terminals/{terminalId}/closings", grants::ORDER_READ_ALL, list_closings::handle)
}

fn refunds(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/orders/{id}/refunds", grants::ORDER_REFUND, refund_order::handle)
        .get("/orders/{id}/refunds", grants::ORDER_READ_OWN, list_refunds::handle)
        .get("/orders/refunds/{id}", grants::ORDER_READ_OWN, get_refund::handle)
        .post("/orders/credit-notes", grants::ORDER_REFUND, issue_credit_note::handle)
        .get("/orders/credit-notes", grants::ORDER_READ_ALL, list_credit_notes::handle)
        .post("/orders/pos/{id}/receipt", grants::POS_SALE, print_receipt::handle)
}

fn customers(routes: Routes<P>) -> Routes<P> {
    routes
        .post("/customers", grants::CUSTOMER_WRITE, create_customer::handle)
        .get("/customers", grants::CUSTOMER_READ, list_customers::handle)
        .get("/customers/{id}", grants::SELF_READ, get_customer::handle)
        .put("/customers/{id}", grants::CUSTOMER_WRITE, update_customer::handle)
        .get("/tax-rates", grants::CATALOGUE_READ, list_tax_rates::handle)
        .put("/tax-rates", grants::ACCOUNTING_WRITE, set_tax_rate::handle)
}

fn internal(routes: Routes<P>) -> Routes<P> {
    routes
        .get("/orders/{id}", grants::ORDER_READ_OWN, get_order::any)
        .get("/internal/reconciliation", Grant::INTERNAL, reconcile::checks)
        .get("/internal/reconciliation/sales", Grant::INTERNAL, reconcile::sales)
        .get("/internal/summary", Grant::INTERNAL, reconcile::summary)
}
