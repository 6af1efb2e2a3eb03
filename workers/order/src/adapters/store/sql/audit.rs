//! What the reconciliation asks. Each check answers at most 100 failures, and how much it looked at.

store::statements! {
    COUNT_COMPLETED: "select count(*) as n from orders where status = 'Completed'";
    UNPAID_COMPLETED: "select o.order_number as what, o.total_minor as expected, coalesce(sum(p.amount_minor), 0) as found
        from orders o left join payments p on p.order_id = o.id and p.status = 'Captured'
        where o.status = 'Completed' group by o.id having coalesce(sum(p.amount_minor), 0) <> o.total_minor limit 100";

    COUNT_CANCELLED: "select count(*) as n from orders where status = 'Cancelled'";
    CANCELLED_WITH_MONEY: "select o.order_number as what, 0 as expected, sum(p.amount_minor) as found
        from orders o join payments p on p.order_id = o.id
        where o.status = 'Cancelled' and p.status in ('Pending', 'Unknown', 'Authorised', 'Captured') group by o.id limit 100";

    /// Money taken for an order that was never completed.
    OPEN_WITH_MONEY: "select o.order_number as what, 0 as expected, sum(p.amount_minor) as found
        from orders o join payments p on p.order_id = o.id
        where o.status = 'PendingPayment' and p.status = 'Captured' group by o.id limit 100", scan "an audit reads every payment";

    COUNT_IN_SAGA: "select count(*) as n from orders where saga_step is not null";
    STALE_SAGAS: "select order_number as what, 0 as expected, 0 as found from orders
        where saga_step is not null and saga_since < ?1 order by saga_since limit 100";

    /// What is begun and not ended, by kind; `?1` is when it should have begun at the latest. A checkout's age is
    /// that of its step, which being taken up again does not renew; a refund's is its own.
    COUNT_SAGAS: "select 'checkout' as kind, count(*) as in_flight, count(iif(saga_since < ?1, 1, null)) as stuck,
               min(saga_since) as oldest
        from orders where saga_step is not null
        union all
        select 'refund', count(*), count(iif(created_at < ?1, 1, null)), min(created_at)
        from refunds where status <> 'Completed'";

    COUNT_TILLS: "select count(*) as n from tills", scan "a row per till";
    TILLS_WITH_GAPS: "select terminal_id as what, highest as expected, contiguous_through as found
        from tills where contiguous_through < highest order by terminal_id limit 100";

    COUNT_CUSTOMERS: "select count(*) as n from customers";
    WRONG_EXPOSURES: "select c.id as what, coalesce(sum(m.amount_minor), 0) as expected, c.exposure_minor as found
        from customers c left join credit_movements m on m.customer_id = c.id
        group by c.id having coalesce(sum(m.amount_minor), 0) <> c.exposure_minor limit 100";

    /// Orders after id `?1`, with what they moved. One whose checkout runs is in between and not told.
    LIST_DIGESTS: "select o.id, o.status = 'Completed' as completed, o.total_minor,
            (select coalesce(sum(l.quantity), 0) from order_lines l where l.order_id = o.id and l.kind = 'Goods') as units,
            (select sum(l.cost_minor) from order_lines l where l.order_id = o.id and l.kind = 'Goods') as cost_minor,
            (select coalesce(sum(p.amount_minor), 0) from payments p where p.order_id = o.id and p.status = 'Captured') as settled_minor
        from orders o where o.id > ?1 and o.saga_step is null order by o.id limit cast(?2 as integer)";
}
