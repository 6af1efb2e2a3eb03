//! Refunds and credit notes, and what is left to refund.

use crate::adapters::store::refund_row::refund_columns;

store::statements! {
    FIND_REFUND: concat!("select ", refund_columns!(), " where r.id = ?1");
    FIND_REPEATED_REFUND: concat!("select ", refund_columns!(), " where r.id = ?1 or r.request_key = ?2");
    LIST_REFUNDS_OF_ORDER: concat!("select ", refund_columns!(), " where r.order_id = ?1 and r.id > ?2 order by r.id limit ?3");
    LIST_CREDIT_NOTES: concat!("select ", refund_columns!(), " where r.order_id is null and r.id > ?1 order by r.id limit ?2");
    LIST_UNFINISHED_REFUNDS: "select id from refunds where status <> 'Completed' and updated_at < ?1 order by updated_at limit ?2";

    /// With what its refunds gave back by amount, less what they took from lines.
    FIND_REFUNDABLE: "select o.order_number, o.status, o.sales_channel, o.customer_id, o.warehouse_id, o.currency, w.time_zone,
               o.total_minor - o.refunded_minor as left_minor, o.refunded_minor, o.terminal_id, o.smallest_coin_minor,
               (select coalesce(sum(l.line_total_minor), 0) from refunds r join refund_lines l on l.refund_id = r.id
                   where r.order_id = o.id and l.order_line is null)
               - (select coalesce(sum(s.line_total_minor), 0) from refund_shares s where s.order_id = o.id) as unshared_minor,
               (select coalesce(sum(l.tax_minor), 0) from refunds r join refund_lines l on l.refund_id = r.id
                   where r.order_id = o.id and l.order_line is null)
               - (select coalesce(sum(s.tax_minor), 0) from refund_shares s where s.order_id = o.id) as unshared_tax_minor
        from orders o join warehouses w on w.id = o.warehouse_id where o.id = ?1";
    /// With what was given back of each: by item, and by amount.
    LIST_REFUNDABLE_LINES: "select l.line, l.sku, l.name, l.kind, l.tax_class, l.quantity, l.line_total_minor, l.tax_minor, l.cost_minor,
               (select json_group_array(json_array(g.before, g.units, g.net, g.tax)) from (
                   select r.quantity_before as before, r.quantity as units, r.line_total_minor as net, r.tax_minor as tax
                   from refund_lines r where r.order_id = l.order_id and r.order_line = l.line
                   union all select s.returned, 0, s.line_total_minor, s.tax_minor
                   from refund_shares s where s.order_id = l.order_id and s.order_line = l.line) g) as given
        from order_lines l where l.order_id = ?1 order by l.line";
    LIST_REFUNDABLE_PAYMENTS: "select p.id, p.method,
               p.amount_minor - (select coalesce(sum(r.amount_minor), 0) from refund_payments r where r.payment_id = p.id) as remaining_minor
        from payments p where p.order_id = ?1 and p.status = 'Captured' order by p.part, p.id";

    /// `?1` is a list of one record.
    INSERT_REFUND: "insert into refunds (id, order_id, sales_channel, customer_id, warehouse_id, currency, subtotal_minor, tax_minor,
               total_minor, restock, reason, status, refunded_by, request, request_key, created_at, updated_at, terminal_id, business_day, till_day,
               cash_rounding_minor)
        select value ->> 'id', value ->> 'order_id', value ->> 'sales_channel', value ->> 'customer_id', value ->> 'warehouse_id',
               value ->> 'currency', value ->> 'subtotal_minor', value ->> 'tax_minor', value ->> 'total_minor', value ->> 'restock',
               value ->> 'reason', value ->> 'status', value ->> 'refunded_by', value ->> 'request', value ->> 'request_key',
               value ->> 'created_at', value ->> 'created_at', value ->> 'terminal_id', value ->> 'business_day',
               (select closings + 1 from tills where terminal_id = value ->> 'terminal_id'), value ->> 'cash_rounding_minor'
        from json_each(?1) where true";
    /// `?3` is a list of lines.
    INSERT_REFUND_LINES: "insert into refund_lines (refund_id, line, order_id, order_line, quantity_before, reduced_minor, sku, name, kind, quantity,
               line_total_minor, tax_minor, restock, of_shipped, cost_minor)
        select ?1, key + 1, iif(value ->> 'order_line' is null, null, ?2), value ->> 'order_line', value ->> 'quantity_before',
               value ->> 'reduced_minor', value ->> 'sku', value ->> 'name', value ->> 'kind', value ->> 'quantity', value ->> 'line_total_minor', value ->> 'tax_minor',
               value ->> 'restock', value ->> 'of_shipped', value ->> 'cost_minor'
        from json_each(?3) order by key";
    /// `?3` is a list of shares.
    INSERT_REFUND_SHARES: "insert into refund_shares (refund_id, order_id, order_line, returned, reduced_minor, line_total_minor, tax_minor)
        select ?1, ?2, value ->> 'order_line', value ->> 'returned', value ->> 'reduced_minor', value ->> 'line_total_minor', value ->> 'tax_minor'
        from json_each(?3) order by key";
    /// `?2` is a list of parts.
    INSERT_REFUND_PAYMENTS: "insert into refund_payments (refund_id, part, payment_id, method, amount_minor, status, note, updated_at)
        select ?1, value ->> 'part', value ->> 'payment_id', value ->> 'method', value ->> 'amount_minor', value ->> 'status', value ->> 'note', ?3
        from json_each(?2) order by key";

    /// `?2` is a list of the values of lines 1, 2, …; null for goods that are not restocked.
    SET_REFUND_COSTS: "update refund_lines set cost_minor = j.value from json_each(?2) j
        where refund_id = ?1 and line = j.key + 1 and restock = 1";
    /// `?2` is a list of parts.
    SET_REFUND_PAYMENTS: "update refund_payments set method = j.value ->> 'method', status = j.value ->> 'status', note = j.value ->> 'note', updated_at = ?3
        from json_each(?2) j where refund_id = ?1 and part = j.value ->> 'part' and refund_payments.status = 'Pending'";
    /// If another run has already done the step, this breaks the rule `refunds_status`.
    SET_REFUND_STATUS: "update refunds set status = ?2, updated_at = ?3 where id = ?1";
    TOUCH_REFUND: "update refunds set updated_at = ?2 where id = ?1";

    /// To the credit of a customer: a credit note names no order.
    CREDIT_CUSTOMER: "insert into credit_movements (id, customer_id, order_id, amount_minor, created_at)
        select ?1, id, ?2, -cast(?4 as integer), ?5 from customers where id = ?3";
}
