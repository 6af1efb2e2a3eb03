//! What must hold for everyone who uses the house, through the public door.
//!
//! Each scenario stands for itself: it makes its own warehouse, goods and customers, so that all can run
//! against one house, in any order, at the same time. [`ALL`] is what both suites run.

mod books;
mod goods;
pub mod idempotency;
mod input;
mod offline_tills;
mod retail;
pub mod shop;
mod till;
mod wholesale;

pub use shop::Shop;

use crate::Api;

/// A scenario: its name, a sentence, and what it does.
pub type Scenario = (&'static str, fn(&dyn Api));

/// Every scenario.
pub const ALL: &[Scenario] = &[
    ("the_last_unit_is_sold_once", retail::the_last_unit_is_sold_once),
    (
        "the_last_unit_at_a_till_cancels_pending_web_orders",
        till::the_last_unit_at_a_till_cancels_pending_web_orders,
    ),
    ("a_declined_payment_can_be_tried_again", retail::a_declined_payment_can_be_tried_again),
    ("an_idempotent_retry_sells_once", retail::an_idempotent_retry_sells_once),
    ("a_till_sells_with_split_tender_and_change", till::a_till_sells_with_split_tender_and_change),
    ("a_replayed_till_sale_is_the_same_sale", till::a_replayed_till_sale_is_the_same_sale),
    ("an_offline_sale_is_never_refused", till::an_offline_sale_is_never_refused),
    (
        "tills_that_sync_at_once_lose_and_double_nothing",
        offline_tills::tills_that_sync_at_once_lose_and_double_nothing,
    ),
    (
        "a_till_with_a_hole_cannot_be_closed_until_it_is_synced",
        offline_tills::a_till_with_a_hole_cannot_be_closed_until_it_is_synced,
    ),
    (
        "a_till_that_is_closed_by_several_at_once_is_closed_once",
        offline_tills::a_till_that_is_closed_by_several_at_once_is_closed_once,
    ),
    (
        "the_last_unit_sold_offline_twice_is_one_variance_to_review",
        offline_tills::the_last_unit_sold_offline_twice_is_one_variance_to_review,
    ),
    ("wholesale_keeps_minimums_tiers_and_credit", wholesale::wholesale_keeps_minimums_tiers_and_credit),
    ("a_wholesaler_sees_only_its_own_orders", wholesale::a_wholesaler_sees_only_its_own_orders),
    ("every_sale_refund_and_adjustment_is_booked", books::every_sale_refund_and_adjustment_is_booked),
    ("what_is_given_away_is_booked_at_cost", books::what_is_given_away_is_booked_at_cost),
    ("goods_are_known_by_every_form_of_their_names", goods::goods_are_known_by_every_form_of_their_names),
    ("a_sku_with_the_name_of_a_route_is_found", goods::a_sku_with_the_name_of_a_route_is_found),
    ("an_unbalanced_entry_is_refused", books::an_unbalanced_entry_is_refused),
    ("what_sells_and_moves_keeps_its_keys", idempotency::what_sells_and_moves_keeps_its_keys),
    ("bad_input_names_the_field_and_loses_nothing", input::bad_input_names_the_field_and_loses_nothing),
    ("roles_and_tokens_are_checked", input::roles_and_tokens_are_checked),
];
