//! The statements, by subject. The macros here are the expressions that several statements share, so that a cost and
//! the text of an amount are each written once.
//!
//! Lists come first and are joined with CROSS JOIN, which fixes the order: the planner does not know how long a
//! JSON list is, and would read the list once per row of a table.

/// The value that `$quantity` units take with them when they leave `$stock`: the moving average rounded down, so that a
/// fraction of a cent stays with the goods; the last unit takes the rest. A quantity above the stock takes everything,
/// and the balance then breaks the rule `stock_on_hand`. Calculated in two steps, because value * quantity may exceed
/// 64 bits: `(value % on_hand) * quantity` stays below 10^9 * 10^9.
macro_rules! value_leaving {
    ($stock:literal, $quantity:literal) => {
        concat!(
            "coalesce(",
            $stock,
            ".value_minor / nullif(",
            $stock,
            ".on_hand, 0) * min(",
            $quantity,
            ", ",
            $stock,
            ".on_hand) + ",
            $stock,
            ".value_minor % nullif(",
            $stock,
            ".on_hand, 0) * min(",
            $quantity,
            ", ",
            $stock,
            ".on_hand) / ",
            $stock,
            ".on_hand, 0)"
        )
    };
}

/// What `$quantity` units come to at the last known cost, in whole minor units, half-even: whole ones, and millionths.
macro_rules! last_known {
    ($stock:literal, $quantity:literal) => {
        concat!(
            $stock,
            ".last_cost_minor * (",
            $quantity,
            ") + (",
            $stock,
            ".last_cost_millionths * (",
            $quantity,
            ") + 499999 + (",
            $stock,
            ".last_cost_minor * (",
            $quantity,
            ") + ",
            $stock,
            ".last_cost_millionths * (",
            $quantity,
            ") / 1000000) % 2) / 1000000"
        )
    };
}

/// The value that `$quantity` units add when their cost is not given: the moving average, or the last known one, or
/// zero. A product beyond 64 bits becomes a double in SQLite; the bound turns it into an integer that is too large for
/// stock, so that it breaks the rule `stock_value`.
macro_rules! value_entering {
    ($stock:literal, $quantity:literal) => {
        concat!(
            "min(9007199254740992, coalesce(iif(",
            $stock,
            ".on_hand > 0, ",
            $stock,
            ".value_minor / nullif(",
            $stock,
            ".on_hand, 0) * (",
            $quantity,
            ") + ",
            $stock,
            ".value_minor % nullif(",
            $stock,
            ".on_hand, 0) * (",
            $quantity,
            ") / nullif(",
            $stock,
            ".on_hand, 0), ",
            last_known!($stock, $quantity),
            "), 0))"
        )
    };
}

/// The text of an amount of minor units, as `kernel::Money` writes it: `12.50`, `-0.67`. `$form` is a parameter made by
/// `super::change::amount_form`. It exists because a stored answer is completed in the batch, and only the batch knows
/// the value.
macro_rules! amount {
    ($minor:expr, $form:literal) => {
        concat!(
            "format(",
            $form,
            " ->> 'pattern', iif(",
            $minor,
            " < 0, '-', ''), abs(",
            $minor,
            ") / (",
            $form,
            " ->> 'scale'), abs(",
            $minor,
            ") % (",
            $form,
            " ->> 'scale'))"
        )
    };
}

/// The SKU that a text and its key name: what was written goes before the key ([`kernel::text::Sku::key`]). Null for an
/// unknown one.
macro_rules! sku_of {
    ($text:literal, $key:literal) => {
        concat!(
            "coalesce((select k.sku from items k where k.sku = ",
            $text,
            "),
            (select k.sku from items k where k.sku_key = ",
            $key,
            "))"
        )
    };
}

pub(super) mod audit;
pub(super) mod catalogue;
pub(super) mod messages;
pub(super) mod movements;
pub(super) mod stock;
pub(super) mod transfers;
pub(super) mod warehouses;

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static store::Sql> {
    [
        audit::ALL,
        catalogue::ALL,
        messages::ALL,
        movements::ALL,
        stock::ALL,
        transfers::ALL,
        warehouses::ALL,
        store::plumbing::ALL,
    ]
    .concat()
}
