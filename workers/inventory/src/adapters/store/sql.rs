//! The statements, by what they are about. The expressions that several of them share are the macros here,
//! so that a cost, an amount and an envelope are each written once.
//!
//! Lists come first and are joined with CROSS JOIN, which fixes the order: the planner does not know how long a
//! JSON list is, and would read the list once per row of a table.
//!
//! Where a statement renders money it takes the currency as one JSON parameter
//! (`super::operation::currency`), because a text of an amount needs its pattern and scale.

/// What `$quantity` units take along when they leave `$stock`: the moving average rounded down, so that a
/// rest of a cent stays with the goods; the last unit takes what is left. More than there is takes
/// everything, and the balance then breaks the rule `stock_on_hand`. In two steps, because value * quantity
/// may exceed 64 bits: `(value % on_hand) * quantity` stays below 10^9 * 10^9.
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

/// What `$quantity` units bring along when nobody says what they cost: the moving average, or the last one
/// known, or nothing. A product beyond 64 bits becomes a double in SQLite; the bound turns it into an
/// integer that no stock may have, so that it breaks the rule `stock_value`.
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
            $stock,
            ".last_cost_minor * (",
            $quantity,
            ")), 0))"
        )
    };
}

/// `{"amount":"12.50","currency":"USD"}` of an amount in minor units; `$currency` is a parameter as
/// `super::operation::currency` makes it.
macro_rules! money {
    ($minor:expr, $currency:literal) => {
        concat!(
            "json_object('amount', format(",
            $currency,
            " ->> 'pattern', iif(",
            $minor,
            " < 0, '-', ''), abs(",
            $minor,
            ") / (",
            $currency,
            " ->> 'scale'), abs(",
            $minor,
            ") % (",
            $currency,
            " ->> 'scale')), 'currency', ",
            $currency,
            " ->> 'code')"
        )
    };
}

/// `contracts::Envelope` as JSON, of an event whose data only the batch knows.
macro_rules! envelope {
    (id: $id:literal, kind: $kind:expr, data: $data:expr, entity: ($entity:literal, $entity_id:literal), now: $now:literal, request: $request:literal) => {
        concat!(
            "json_object('id', ",
            $id,
            ", 'type', ",
            $kind,
            ", 'data', json(",
            $data,
            "), 'version', 1, ",
            "'serviceSource', 'inventory', 'entityType', '",
            $entity,
            "', 'entityId', ",
            $entity_id,
            ", 'timestamp', ",
            $now,
            ", 'correlationId', ",
            $request,
            ")"
        )
    };
}

/// `contracts::stock::Transfer` as JSON, of the transfer `t`; `$currency` as in `money`.
macro_rules! transfer {
    ($currency:literal) => {
        concat!(
            "json_object('id', t.id, 'fromWarehouseId', t.from_warehouse_id, 'toWarehouseId', t.to_warehouse_id, ",
            "'status', t.status, 'note', t.note, 'createdAt', t.created_at, 'shippedAt', t.shipped_at, ",
            "'receivedAt', t.received_at, 'items', json((select json_group_array(json_object('sku', l.sku, ",
            "'quantity', l.quantity, 'value', json(iif(m.value_minor is null, 'null', ",
            money!("(-m.value_minor)", $currency),
            "))) order by l.line) from transfer_lines l left join movements m on m.operation_id = t.id || ':ship' ",
            "and m.sku = l.sku where l.transfer_id = t.id)))"
        )
    };
}

pub(super) mod audit;
pub(super) mod catalogue;
pub(super) mod movements;
pub(super) mod stock;
pub(super) mod transfers;
pub(super) mod warehouses;

/// Every statement of the service.
pub(super) fn all() -> Vec<&'static store::Sql> {
    [audit::ALL, catalogue::ALL, movements::ALL, stock::ALL, transfers::ALL, warehouses::ALL].concat()
}
