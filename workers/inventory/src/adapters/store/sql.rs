//! The statements over stock and its movements.

store::statements! {
    /// What makes a deduction happen once: the order id is the key.
    INSERT_OPERATION: "insert into stock_operations (id, kind, warehouse_id, request, created_at) values (?1, ?2, ?3, ?4, ?5)";

    FIND_OPERATION: "select kind, request from stock_operations where id = ?1";

    /// `?3` is a list of `{sku, quantity}`. Cost leaves at the moving average, the last unit takes what
    /// is left; half to even is not needed: the rest stays in stock. A SKU without stock breaks the
    /// rule `movements_stock`, too little `stock_on_hand`.
    INSERT_SALE: "insert into movements (id, operation_id, warehouse_id, sku, kind, quantity, value_minor, occurred_at)
        select ?1 || ':' || (i.value ->> 'sku'), ?1, ?2, i.value ->> 'sku', 'Sale', -(i.value ->> 'quantity'),
               -coalesce(s.value_minor * (i.value ->> 'quantity') / nullif(s.on_hand, 0), 0), ?4
        from json_each(?3) i left join stock s on s.warehouse_id = ?2 and s.sku = i.value ->> 'sku'";

    LIST_DEDUCTED: "select sku, sum(-quantity) filter (where kind = 'Sale') as quantity,
               sum(-value_minor) filter (where kind = 'Sale') as cost_minor,
               coalesce(sum(quantity) filter (where kind = 'Variance'), 0) as shortage
        from movements where operation_id = ?1 group by sku order by sku";

    LIST_ON_HAND: "select sku, on_hand as units from stock
        where warehouse_id = ?1 and sku in (select value from json_each(?2))";
}
