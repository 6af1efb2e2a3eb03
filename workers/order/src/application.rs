//! The use cases, one per file, over the ports they need.

pub mod advance_refund;
pub mod basket;
pub mod cancel_order;
pub mod change_order;
pub mod check_out_cart;
pub mod close_till;
pub mod confirm_order;
pub mod create_customer;
pub mod create_shipment;
pub mod enrol_till;
pub mod issue_credit_note;
pub mod move_shipment;
pub mod place_order;
pub mod ports;
pub mod price_cart;
pub mod print_receipt;
pub mod refund_order;
pub mod replace_items;
pub mod resume_checkouts;
pub mod run_checkout;
pub mod sell_at_till;
pub mod set_tax_rate;
pub mod set_tax_rule;
pub mod settle_review;
pub mod update_customer;
pub mod use_cart;
