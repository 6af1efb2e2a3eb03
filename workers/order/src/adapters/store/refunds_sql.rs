//! The statements over refunds, what is left to refund, and prints of receipts.

use super::refund_row::refund_columns;

store::statements! {
    FIND_REFUND: concat!("select ", refund_columns!(), " where r.id = ?1");
    FIND_REPEATED_REFUND: concat!("select ", refund_columns!(), " where r.id = ?1 or r.request_key = ?2");
    LIST_REFUNDS_OF_ORDER: concat!("select ", refund_columns!(), " where r.order_id = ?1 and r.id > ?2 order by r.id limit ?3");
    LIST_CREDIT_NOTES: concat!("select ", refund_columns!(), " where r.order_id is null and r.id > ?1 order by r.id limit ?2");
    LIST_UNFINISHED_REFUNDS: "select id from refunds where status <> 'Completed' and updated_at < ?1 order by updated_at limit ?2";

    FIND_REFUNDABLE: "select order_number, status, sales_channel, customer_id, warehouse_id, currency from orders where id = ?1";
    LIST_REFUNDABLE_LINES: "select l.line, l.sku, l.name, l.kind, l.quantity, l.line_total_minor, l.tax_minor, l.cost_minor,
               (select coalesce(sum(r.quantity), 0) from refund_lines r where r.order_id = l.order_id and r.order_line = l.line) as refunded
        from order_lines l where l.order_id = ?1 order by l.line";
    LIST_REFUNDABLE_PAYMENTS: "select p.id, p.method,
               p.amount_minor - (select coalesce(sum(r.amount_minor), 0) from refund_payments r where r.payment_id = p.id) as remaining_minor
        from payments p where p.order_id = ?1 and p.status = 'Captured' order by p.part, p.id";

    INSERT_REFUND: "insert into refunds (id, order_id, sales_channel, customer_id, warehouse_id, currency, subtotal_minor, tax_minor,
               total_minor, restock, reason, status, refunded_by, request, request_key, created_at, updated_at, terminal_id, till_day)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16, ?17,
            (select closings + 1 from tills where terminal_id = ?17))";
    /// `?3` is a list of lines.
    INSERT_REFUND_LINES: "insert into refund_lines (refund_id, line, order_id, order_line, quantity_before, sku, name, kind, quantity,
               line_total_minor, tax_minor, restock, cost_minor)
        select ?1, key + 1, iif(value ->> 'order_line' is null, null, ?2), value ->> 'order_line', value ->> 'quantity_before', value ->> 'sku',
               value ->> 'name', value ->> 'kind', value ->> 'quantity', value ->> 'line_total_minor', value ->> 'tax_minor',
               value ->> 'restock', value ->> 'cost_minor'
        from json_each(?3) order by key";
    /// `?2` is a list of parts.
    INSERT_REFUND_PAYMENTS: "insert into refund_payments (refund_id, part, payment_id, method, amount_minor, status, note, updated_at)
        select ?1, value ->> 'part', value ->> 'payment_id', value ->> 'method', value ->> 'amount_minor', value ->> 'status', value ->> 'note', ?3
        from json_each(?2) order by key";

    /// `?2` is a list of the values of lines 1, 2, …; null where nothing goes into stock.
    SET_REFUND_COSTS: "update refund_lines set cost_minor = j.value from json_each(?2) j
        where refund_id = ?1 and line = j.key + 1 and restock = 1";
    /// `?2` is a list of parts.
    SET_REFUND_PAYMENTS: "update refund_payments set method = j.value ->> 'method', status = j.value ->> 'status', note = j.value ->> 'note', updated_at = ?3
        from json_each(?2) j where refund_id = ?1 and part = j.value ->> 'part' and refund_payments.status = 'Pending'";
    /// A step that somebody else has taken breaks the rule `refunds_status`.
    SET_REFUND_STATUS: "update refunds set status = ?2, updated_at = ?3 where id = ?1";
    TOUCH_REFUND: "update refunds set updated_at = ?2 where id = ?1";

    /// Credit that a customer holds, whatever for: a credit note names no order.
    RELEASE_CUSTOMER_CREDIT: "insert into credit_movements (id, customer_id, order_id, amount_minor, created_at)
        select ?1, id, ?2, -min(exposure_minor, cast(?4 as integer)), ?5 from customers where id = ?3 and exposure_minor > 0";

    LIST_REFUND_DIGESTS: "select r.id, r.status, r.currency, r.total_minor,
               (select coalesce(sum(l.quantity), 0) from refund_lines l where l.refund_id = r.id and l.restock = 1) as units,
               (select coalesce(sum(l.cost_minor), 0) from refund_lines l where l.refund_id = r.id and l.restock = 1) as cost_minor,
               (select coalesce(sum(p.amount_minor), 0) from refund_payments p where p.refund_id = r.id and p.status = 'Refunded') as settled_minor
        from refunds r where r.id > ?1 order by r.id limit ?2";

    COUNT_REFUNDS: "select count(*) as checked from refunds";
    AUDIT_REFUNDED_ORDERS: "select o.order_number || ' gave back ' || o.refunded_minor || ' of ' || o.paid || ' paid; its refunds come to ' || o.given as failure
        from (select order_number, refunded_minor,
                (select coalesce(sum(amount_minor), 0) from payments p where p.order_id = orders.id and p.status = 'Captured') as paid,
                (select coalesce(sum(total_minor), 0) from refunds r where r.order_id = orders.id) as given
              from orders where refunded_minor > 0) o
        where o.refunded_minor <> o.given or o.refunded_minor > o.paid limit 100", scan "an audit";
    AUDIT_REFUND_SUMS: "select r.id || ' comes to ' || r.total_minor || ', its lines to ' || r.lines || ', its payments to ' || r.paid as failure
        from (select id, total_minor,
                (select coalesce(sum(line_total_minor + tax_minor), 0) from refund_lines l where l.refund_id = refunds.id) as lines,
                (select coalesce(sum(amount_minor), 0) from refund_payments p where p.refund_id = refunds.id) as paid
              from refunds) r
        where r.total_minor <> r.lines or r.total_minor <> r.paid limit 100", scan "an audit";
    /// Read from the partial index of those that are not completed: few.
    AUDIT_STUCK_REFUNDS: "select id || ' is ' || status || ' since ' || created_at as failure from refunds
        where status <> 'Completed' and created_at < ?1 limit 100";

    LIST_RECEIPT_REFUNDS: "select created_at, currency, total_minor from refunds where order_id = ?1 order by id";
    FIND_RECEIPT_PRINTS: "select coalesce(max(print), 0) as prints from receipts where order_id = ?1";
    FIND_SHOP_NAME: "select w.name from orders o join warehouses w on w.id = o.warehouse_id where o.id = ?1";
    INSERT_RECEIPT: "insert into receipts (order_id, print, format, printed_by, printed_at) values (?1, ?2, ?3, ?4, ?5)";

    FIND_PROVIDER_PAYMENT: "select token from test_provider_payments where payment_id = ?1";
    FIND_PROVIDER_REFUND: "select status, reason from test_provider_refunds where id = ?1";
    INSERT_PROVIDER_REFUND: "insert into test_provider_refunds (id, payment_id, amount_minor, status, reason, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (id) do nothing";
}
