//! What the reconciliation asks about refunds. Each check answers at most 100 failures, and how much it looked at.

store::statements! {
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
}
