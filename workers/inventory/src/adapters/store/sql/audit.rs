//! The audit's queries: whether running balances still match the history.

store::statements! {
    /// A page of stock after warehouse `?1` and SKU `?2`.
    COUNT_STOCK: "select count(*) as checked, max(warehouse_id || '|' || sku) as last
        from (select warehouse_id, sku from stock where (warehouse_id, sku) > (?1, ?2)
              order by warehouse_id, sku limit cast(?3 as integer))";
    /// Rows of the same page whose balance differs from the sum of their movements, or is negative.
    WRONG_STOCK: "select warehouse_id, sku, on_hand, value_minor, moved_units, moved_value_minor from (
          select s.warehouse_id, s.sku, s.on_hand, s.value_minor, coalesce(sum(m.quantity), 0) as moved_units,
                 coalesce(sum(m.value_minor), 0) as moved_value_minor
          from (select warehouse_id, sku, on_hand, value_minor from stock where (warehouse_id, sku) > (?1, ?2)
                order by warehouse_id, sku limit cast(?3 as integer)) s
          left join movements m on m.sku = s.sku and m.warehouse_id = s.warehouse_id
          group by s.warehouse_id, s.sku)
        where on_hand <> moved_units or value_minor <> moved_value_minor or on_hand < 0 limit 100";

    /// The running totals of each place, next to the sums that they represent.
    AUDIT_TOTALS: "select t.place, t.units, t.value_minor, t.low_stock, t.out_of_stock,
               coalesce(s.units, 0) as summed_units, coalesce(s.value_minor, 0) as summed_value_minor,
               coalesce(s.low_stock, 0) as summed_low_stock, coalesce(s.out_of_stock, 0) as summed_out_of_stock
        from stock_totals t left join (
            select warehouse_id as place, sum(on_hand) as units, sum(value_minor) as value_minor,
                   sum(alert > 0) as low_stock, sum(alert = 2) as out_of_stock from stock group by warehouse_id
            union all
            select 'transit', -coalesce(sum(quantity), 0), -coalesce(sum(value_minor), 0), 0, 0 from movements
            where kind in ('TransferOut', 'TransferIn')
        ) s on s.place = t.place", scan "the stock that there is, whatever was sold of it";

    /// A page of transfers after id `?1`.
    COUNT_TRANSFERS: "select count(*) as checked, max(id) as last
        from (select id from transfers where id > ?1 order by id limit cast(?2 as integer))";
    /// Transfers of the same page that were received with a value other than the shipped one.
    WRONG_TRANSFERS: "select id, shipped_minor, received_minor from (
          select t.id, t.status,
            coalesce((select sum(-m.value_minor) from movements m where m.operation_id = t.id || ':ship'), 0) as shipped_minor,
            coalesce((select sum(m.value_minor) from movements m where m.operation_id = t.id || ':receive'), 0) as received_minor
          from (select id, status from transfers where id > ?1 order by id limit cast(?2 as integer)) t)
        where status = 'Received' and shipped_minor <> received_minor limit 100";

    /// `?1` is a list of order and refund ids. A sale's variance is not part of the sale.
    LOOK_UP_SALES: "select o.id, 1 as count, coalesce(sum(abs(m.quantity)), 0) as units,
               coalesce(sum(abs(m.value_minor)), 0) as amount_minor
        from json_each(?1) i cross join stock_operations o on o.id = i.value and o.kind in ('Deduction', 'Restock')
        left join movements m on m.operation_id = o.id and m.kind in ('Sale', 'Return')
        group by o.id";
}
