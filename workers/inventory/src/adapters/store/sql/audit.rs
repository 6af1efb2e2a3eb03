//! The audit's questions: whether running figures still are what the history says.

store::statements! {
    COUNT_CHECKED: "select (select count(*) from stock) as stock, (select count(*) from transfers) as transfers";

    /// Rows whose balance is not the sum of their movements, or is below nothing.
    AUDIT_STOCK: "select s.warehouse_id, s.sku, s.on_hand, s.value_minor,
               coalesce(m.units, 0) as moved_units, coalesce(m.value_minor, 0) as moved_value_minor
        from stock s left join (select sku, warehouse_id, sum(quantity) as units, sum(value_minor) as value_minor
            from movements group by sku, warehouse_id) m on m.sku = s.sku and m.warehouse_id = s.warehouse_id
        where s.on_hand <> coalesce(m.units, 0) or s.value_minor <> coalesce(m.value_minor, 0) or s.on_hand < 0
        limit 100", scan "an audit reads everything";

    /// Each place's running totals beside the sums they stand for.
    AUDIT_TOTALS: "select t.place, t.units, t.value_minor, t.low_stock, t.out_of_stock,
               coalesce(s.units, 0) as summed_units, coalesce(s.value_minor, 0) as summed_value_minor,
               coalesce(s.low_stock, 0) as summed_low_stock, coalesce(s.out_of_stock, 0) as summed_out_of_stock
        from stock_totals t left join (
            select warehouse_id as place, sum(on_hand) as units, sum(value_minor) as value_minor,
                   sum(alert > 0) as low_stock, sum(alert = 2) as out_of_stock from stock group by warehouse_id
            union all
            select 'transit', -coalesce(sum(quantity), 0), -coalesce(sum(value_minor), 0), 0, 0 from movements
            where kind in ('TransferOut', 'TransferIn')
        ) s on s.place = t.place", scan "an audit reads everything";

    /// Transfers that have shipped and whose goods do not all have arrived, or not with their value.
    AUDIT_TRANSFERS: "select t.id, t.status,
            coalesce((select sum(-m.value_minor) from movements m where m.operation_id = t.id || ':ship'), 0) as shipped_minor,
            coalesce((select sum(m.value_minor) from movements m where m.operation_id = t.id || ':receive'), 0) as received_minor
        from transfers t
        where t.status = 'Received' and shipped_minor <> received_minor limit 100";

    /// `?1` is a list of order and refund ids. A sale's variance is not part of the sale.
    LOOK_UP_SALES: "select o.id, 1 as count, coalesce(sum(abs(m.quantity)), 0) as units,
               coalesce(sum(abs(m.value_minor)), 0) as amount_minor
        from json_each(?1) i cross join stock_operations o on o.id = i.value and o.kind in ('Deduction', 'Restock')
        left join movements m on m.operation_id = o.id and m.kind in ('Sale', 'Return')
        group by o.id";
}
