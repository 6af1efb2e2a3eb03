//! The route table: each handler's file declares its routes.

mod answers;
mod cancel_order;
mod cart_json;
mod carts;
mod check_out_cart;
mod close_till;
mod confirm_order;
mod create_customer;
mod create_shipment;
mod customer_json;
mod duties;
mod enrol_till;
mod get_customer;
mod get_order;
mod get_refund;
mod get_till;
pub(crate) mod grants;
mod guest_token;
mod hear_stripe;
mod issue_credit_note;
mod list_closings;
mod list_credit_notes;
mod list_customers;
mod list_disputes;
mod list_fulfilment;
mod list_orders;
mod list_refunds;
mod list_tax_rates;
mod list_tax_rules;
mod list_tills;
mod move_shipment;
mod order_input;
mod order_json;
mod payer;
mod place_retail_order;
mod place_wholesale_order;
mod print_receipt;
mod problems;
mod reconcile;
mod refund_json;
mod refund_order;
mod refused_sales;
mod replace_items;
mod reviews;
mod sale_input;
mod sell_at_till;
mod set_tax_rate;
mod set_tax_rule;
mod shipment_json;
mod sync_sales;
mod tax_rate_json;
mod till_json;
mod till_key;
mod update_customer;

use web::Route;

/// Every route of the service.
pub(crate) fn routes() -> Vec<Route> {
    [
        place_retail_order::routes(),
        place_wholesale_order::routes(),
        carts::routes(),
        check_out_cart::routes(),
        list_orders::routes(),
        get_order::routes(),
        replace_items::routes(),
        confirm_order::routes(),
        cancel_order::routes(),
        sell_at_till::routes(),
        sync_sales::routes(),
        list_tills::routes(),
        enrol_till::routes(),
        get_till::routes(),
        close_till::routes(),
        list_closings::routes(),
        list_disputes::routes(),
        hear_stripe::routes(),
        reviews::routes(),
        refused_sales::routes(),
        print_receipt::routes(),
        create_shipment::routes(),
        move_shipment::routes(),
        list_fulfilment::routes(),
        refund_order::routes(),
        list_refunds::routes(),
        get_refund::routes(),
        issue_credit_note::routes(),
        list_credit_notes::routes(),
        create_customer::routes(),
        list_customers::routes(),
        get_customer::routes(),
        update_customer::routes(),
        list_tax_rates::routes(),
        set_tax_rate::routes(),
        list_tax_rules::routes(),
        set_tax_rule::routes(),
        reconcile::routes(),
    ]
    .concat()
}
