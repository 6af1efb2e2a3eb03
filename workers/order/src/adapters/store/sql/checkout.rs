//! The steps of a checkout.

store::statements! {
    /// Stores the step before its effect, based on version `?4`, with the refusal of inventory if there is one. A
    /// resumed step keeps its time, because its age counts.
    STORE_STEP: "update orders set saga_step = ?2, saga_since = iif(saga_step = ?2, saga_since, ?3), updated_at = ?3, version = cast(?4 as integer) + 1,
            shortage = coalesce(?5, shortage)
        where id = ?1";

    /// The same, past the pivot.
    CONFIRM_ORDER: "update orders set status = 'PaymentConfirmed', confirmed_at = ?3, saga_step = ?2, saga_since = ?3, updated_at = ?3,
            version = cast(?4 as integer) + 1
        where id = ?1";

    /// An order that returns to waiting for payment.
    END_CHECKOUT: "update orders set saga_step = null, saga_since = null, updated_at = ?2, version = cast(?3 as integer) + 1
        where id = ?1";

    /// The table's triggers count it among the sales of its day, and what it has to send.
    COMPLETE_ORDER: "update orders set status = 'Completed', fulfilment = ?2, sold_at = ?3, review_reason = ?4,
            saga_step = null, saga_since = null, updated_at = ?5, version = cast(?6 as integer) + 1, business_day = ?7,
            completed_at = ?5
        where id = ?1";

    /// Sets the active attempts to `?2`.
    MARK_PAYMENTS: "update payments set status = ?2, failure_reason = coalesce(?3, failure_reason), updated_at = ?4
        where order_id = ?1 and status in ('Pending', 'Unknown', 'Authorised')";

    DOUBT_PAYMENTS: "update payments set status = 'Unknown', updated_at = ?2 where order_id = ?1 and status = 'Pending'";

    /// A till's sale that has happened despite the refusal. The day that counted the refusal may be closed: then the
    /// sale belongs to the open day.
    REVIVE_SALE: "update orders set status = 'PendingPayment', saga_step = ?2, saga_since = ?3, updated_at = ?3,
            version = cast(?4 as integer) + 1, sold_at = ?5, business_day = ?7, review_reason = ?6, offline = 1,
            cancel_reason = null, auto_cancelled = 0, cancelled_at = null,
            till_day = (select t.closings + 1 from tills t where t.terminal_id = orders.terminal_id
                and (orders.terminal_sequence is null or orders.terminal_sequence <= t.closed_through))
        where id = ?1";

    /// `?2` is a list of `[line, cost]`.
    KEEP_COSTS: "update order_lines set cost_minor = j.value ->> 1 from json_each(?2) j
        where order_lines.order_id = ?1 and order_lines.line = j.value ->> 0";

    /// The sales of the days `?1` to `?2`, shop by shop.
    LIST_SALES_BY_DAY: "select s.day, w.time_zone, s.sales_channel, s.orders, s.total_minor
        from sales_by_day s left join warehouses w on w.id = s.warehouse_id
        where s.day between ?1 and ?2 order by s.sales_channel";

    COUNT_PENDING: "select count(*) as n from orders where status = 'PendingPayment'";
}
