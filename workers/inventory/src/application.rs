//! The use cases, one per file, over the ports they need.

pub mod adjust_stock;
pub mod change_warehouse;
pub mod check_availability;
pub mod create_transfer;
pub mod create_warehouse;
pub mod deduct_stock;
pub mod explain_refusal;
pub mod ports;
pub mod receive_transfer;
pub mod restock_goods;
pub mod review_movement;
pub mod set_reorder_point;
pub mod ship_transfer;
pub mod take_in_product;
