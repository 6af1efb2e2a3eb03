//! The queries of the reconciliation about refunds.

store::statements! {
    /// Refunds and credit notes after id `?1` that have not changed since `?3`.
    LIST_REFUND_DIGESTS: "select r.id, r.status = 'Completed' as completed, r.total_minor,
               (select coalesce(sum(l.quantity), 0) from refund_lines l where l.refund_id = r.id and l.restock = 1) as units,
               (select coalesce(sum(l.cost_minor), 0) from refund_lines l where l.refund_id = r.id and l.restock = 1) as cost_minor,
               (select coalesce(sum(p.amount_minor), 0) from refund_payments p where p.refund_id = r.id and p.status = 'Refunded')
               - iif(r.status = 'Completed', r.cash_rounding_minor, 0) as settled_minor
        from (select id, status, total_minor, cash_rounding_minor from refunds
              where id > ?1 and updated_at < ?3 order by id limit cast(?2 as integer)) r
        order by r.id";

    COUNT_REFUNDS: "select count(*) as checked, max(id) as last
        from (select id from refunds where id > ?1 order by id limit cast(?2 as integer))";
    WRONG_REFUND_SUMS: "select r.id || ' comes to ' || r.total_minor || ', its lines to ' || r.lines || ', its payments to ' || r.paid as failure
        from (select p.id, p.total_minor, p.cash_rounding_minor,
                (select coalesce(sum(l.line_total_minor + l.tax_minor), 0) from refund_lines l where l.refund_id = p.id) as lines,
                (select coalesce(sum(m.amount_minor), 0) from refund_payments m where m.refund_id = p.id) as paid
              from (select id, total_minor, cash_rounding_minor from refunds where id > ?1 order by id limit cast(?2 as integer)) p) r
        where r.total_minor <> r.lines or r.total_minor + r.cash_rounding_minor <> r.paid limit 100";
    COUNT_UNFINISHED_REFUNDS: "select count(*) as n from refunds where status <> 'Completed'";
    /// Read from the partial index of refunds that are not completed: few rows.
    STUCK_REFUNDS: "select id || ' is ' || status || ' since ' || created_at as failure from refunds
        where status <> 'Completed' and created_at < ?1 limit 100";
}
