//! The queries of the reconciliation: pages by id, and the indexes of unfinished work. Each query returns at most 100
//! failures.

store::statements! {
    /// A page of orders after id `?1`: how many of each kind, and the last of them.
    COUNT_ORDERS: "select count(*) as checked, max(id) as last, count(iif(status = 'Completed', 1, null)) as completed,
               count(iif(status = 'Cancelled', 1, null)) as cancelled, count(iif(status = 'PendingPayment', 1, null)) as pending,
               count(iif(refunded_minor > 0, 1, null)) as refunded
        from (select id, status, refunded_minor from orders where id > ?1 order by id limit cast(?2 as integer))";
    /// Orders of the same page whose payments are wrong.
    WRONG_ORDERS: "select order_number, status, total_minor, refunded_minor, captured_minor, held_minor, given_minor
        from (select o.order_number, o.status, o.total_minor, o.refunded_minor, o.cash_rounding_minor,
                (select coalesce(sum(p.amount_minor), 0) from payments p
                 where p.order_id = o.id and p.status = 'Captured') as captured_minor,
                (select coalesce(sum(p.amount_minor), 0) from payments p
                 where p.order_id = o.id and p.status in ('Pending', 'Unknown', 'Authorised', 'Captured')) as held_minor,
                (select coalesce(sum(r.total_minor), 0) from refunds r where r.order_id = o.id) as given_minor
              from (select id, order_number, status, total_minor, refunded_minor, cash_rounding_minor from orders
                    where id > ?1 order by id limit cast(?2 as integer)) o)
        where (status = 'Completed' and captured_minor <> total_minor + cash_rounding_minor) or (status = 'Cancelled' and held_minor <> 0)
           or (status = 'PendingPayment' and captured_minor <> 0)
           or refunded_minor <> given_minor or (refunded_minor > 0 and refunded_minor > captured_minor - cash_rounding_minor) limit 100";

    COUNT_IN_SAGA: "select count(*) as n from orders where saga_step is not null";
    STALE_SAGAS: "select order_number as what, 0 as expected, 0 as found from orders
        where saga_step is not null and saga_since < ?1 order by saga_since limit 100";

    /// Unfinished work, by kind; work that started before `?1` is stuck. A checkout's age is that of its step, and
    /// resuming does not reset it; a refund's age is its own.
    COUNT_SAGAS: "select 'checkout' as kind, count(*) as in_flight, count(iif(saga_since < iif(saga_step = 'Authorising'
                   and exists (select 1 from payments p where p.order_id = orders.id and p.status = 'Pending'), ?2, ?1), 1, null)) as stuck,
               min(saga_since) as oldest
        from orders where saga_step is not null
        union all
        select 'refund', count(*), count(iif(created_at < ?1, 1, null)), min(created_at)
        from refunds where status <> 'Completed'";

    COUNT_TILLS: "select count(*) as n from tills", scan "a row per till";
    TILLS_WITH_GAPS: "select terminal_id as what, highest as expected, contiguous_through as found
        from tills where contiguous_through < highest order by terminal_id limit 100";

    COUNT_CUSTOMERS: "select count(*) as checked, max(id) as last
        from (select id from customers where id > ?1 order by id limit cast(?2 as integer))";
    WRONG_EXPOSURES: "select id as what, moved as expected, owed_minor as found
        from (select c.id, c.owed_minor,
                (select coalesce(sum(m.amount_minor), 0) from credit_movements m where m.customer_id = c.id) as moved
              from (select id, owed_minor from customers where id > ?1 order by id limit cast(?2 as integer)) c)
        where moved <> owed_minor limit 100";

    /// Orders after id `?1` that have not changed since `?3`, with their units and costs. An order whose checkout is
    /// running is in between and left out.
    LIST_DIGESTS: "select o.id, o.status = 'Completed' as completed, o.total_minor,
            (select coalesce(sum(l.quantity), 0) from order_lines l where l.order_id = o.id and l.kind = 'Goods') as units,
            (select sum(l.cost_minor) from order_lines l where l.order_id = o.id and l.kind = 'Goods') as cost_minor,
            (select coalesce(sum(p.amount_minor), 0) from payments p where p.order_id = o.id and p.status = 'Captured')
                - iif(o.status = 'Completed', o.cash_rounding_minor, 0) as settled_minor
        from (select id, status, total_minor, cash_rounding_minor from orders
              where id > ?1 and saga_step is null and updated_at < ?3 order by id limit cast(?2 as integer)) o
        order by o.id";
}
