//! The statements over tills, their open days and their closings.

/// The columns of a closing.
macro_rules! closing_columns {
    () => {
        "c.id, c.terminal_id, c.closing_number, c.from_sequence, c.through_sequence, c.sales, c.cancelled, c.to_review, c.currency,
        c.total_minor, c.takings, c.cash_sales_minor, c.cash_refunds_minor, c.expected_cash_minor, c.counted_cash_minor, c.note, c.opened_at, c.closed_by, c.closed_at, c.business_day, c.request
        from till_closings c"
    };
}

/// What a sale has to know about its till.
macro_rules! known_till {
    () => {
        "select terminal_id, highest, warehouse_id, device, key_hash, key_version"
    };
}

/// A till with its enrolment.
macro_rules! till_columns {
    () => {
        "t.terminal_id, t.contiguous_through, t.highest, t.closings, t.closed_through, t.warehouse_id, t.device, t.enrolled_by,
            t.enrolled_at, t.key_version, t.revoked_at"
    };
}

store::statements! {
    FIND_TILLS: "select terminal_id, contiguous_through, highest, closings, closed_through from tills
        where terminal_id in (select value from json_each(?1)) order by terminal_id";
    FIND_TILL: concat!("select ", till_columns!(), " from tills t where t.terminal_id = ?1");

    /// With the state of the cashier `?2`.
    FIND_KEY: concat!(known_till!(), ", (select c.state from cashiers c where c.id = ?2) as cashier
        from tills where terminal_id = ?1");
    FIND_TILL_OF_KEY: concat!(known_till!(), " from tills where key_hash = ?1");
    KEEP_CASHIER: "insert into cashiers (id, state, version) values (?1, ?2, ?3)
        on conflict (id) do update set state = excluded.state, version = excluded.version
        where excluded.version >= cashiers.version";

    /// `?3` is the version that it makes: the one after the version that was read.
    ISSUE_KEY: "insert into tills (terminal_id, key_hash, key_version, warehouse_id, device, enrolled_by, enrolled_at)
        values (?1, ?2, cast(?3 as integer), ?4, ?5, ?6, ?7)
        on conflict (terminal_id) do update set key_hash = excluded.key_hash, key_version = excluded.key_version,
            warehouse_id = excluded.warehouse_id, device = excluded.device, enrolled_by = excluded.enrolled_by,
            enrolled_at = excluded.enrolled_at, revoked_by = null, revoked_at = null";
    REVOKE_KEY: "update tills set key_hash = null, key_version = cast(?2 as integer), revoked_by = ?3, revoked_at = ?4
        where terminal_id = ?1";

    /// By name, after `?1`, each with its last closing. The totals of open days are read per till, because a day may be
    /// long.
    LIST_TILL_SUMMARIES: concat!("select ", till_columns!(), ",
            (select c.closed_at from till_closings c where c.terminal_id = t.terminal_id and c.closing_number = t.closings) as closed_at
        from tills t where t.terminal_id > ?1 order by t.terminal_id limit cast(?2 as integer)");

    /// The first missing sequence numbers after the contiguous ones, as ranges.
    LIST_GAPS: "select before + 1 as \"from\", terminal_sequence - 1 as \"to\"
        from (select n.terminal_sequence, lag(n.terminal_sequence, 1, t.contiguous_through) over (order by n.terminal_sequence) as before
            from tills t join till_numbers n on n.terminal_id = t.terminal_id and n.terminal_sequence > t.contiguous_through
            where t.terminal_id = ?1)
        where terminal_sequence > before + 1 limit cast(?2 as integer)";

    /// The totals of a till's open day up to the sequence number `?2`.
    SUM_DAY: "select count(*) filter (where status = 'Completed') as sales, count(*) filter (where status = 'Cancelled') as cancelled,
            count(*) filter (where saga_step is not null) as unfinished,
            count(*) filter (where status = 'Completed' and review_reason is not null) as to_review,
            coalesce(sum(total_minor) filter (where status = 'Completed'), 0) as total_minor, min(sold_at) as opened_at
        from open_till_sales where terminal_id = ?1 and (terminal_sequence is null or terminal_sequence <= ?2)";

    LIST_TAKINGS: "select p.method, count(*) as payments, sum(p.amount_minor) as amount_minor
        from open_till_sales s join payments p on p.order_id = s.order_id and p.status = 'Captured'
        where s.terminal_id = ?1 and (s.terminal_sequence is null or s.terminal_sequence <= ?2) and s.status = 'Completed'
        group by p.method order by p.method", scan "one till's open day, found by index";

    SUM_CASH_REFUNDS: "select count(*) as refunds, coalesce(sum(amount_minor), 0) as amount_minor
        from open_till_refunds where terminal_id = ?1";

    /// The time zone of the shop of the till's last sale.
    FIND_TILL_ZONE: "select w.time_zone from warehouses w where w.id = coalesce(
            (select o.warehouse_id from orders o where o.terminal_id = ?1 and o.terminal_sequence is not null
             order by o.terminal_sequence desc limit 1),
            (select o.warehouse_id from orders o where o.terminal_id = ?1 and o.till_day is not null
             order by o.till_day desc limit 1))";

    FIND_CLOSING: concat!("select ", closing_columns!(), " where c.id = ?1");
    FIND_LAST_CLOSING: concat!("select ", closing_columns!(), " where c.terminal_id = ?1 order by c.closing_number desc limit 1");

    /// The newest first, before the number `?2`.
    LIST_CLOSINGS: concat!("select ", closing_columns!(), "
        where c.terminal_id = ?1 and c.closing_number < ?2 order by c.closing_number desc limit cast(?3 as integer)");

    /// `?1` is one record. The table's rules decide whether the day may end like this.
    INSERT_CLOSING: "insert into till_closings (id, terminal_id, closing_number, from_sequence, through_sequence, sales, cancelled,
            to_review, currency, total_minor, takings, cash_sales_minor, cash_refunds_minor, expected_cash_minor, counted_cash_minor,
            note, opened_at, closed_by, closed_at, business_day, request)
        select value ->> 'id', value ->> 'terminal_id', value ->> 'closing_number', value ->> 'from_sequence', value ->> 'through_sequence', value ->> 'sales',
            value ->> 'cancelled', value ->> 'to_review', value ->> 'currency', value ->> 'total_minor', value ->> 'takings', value ->> 'cash_sales_minor',
            value ->> 'cash_refunds_minor', value ->> 'expected_cash_minor', value ->> 'counted_cash_minor', value ->> 'note', value ->> 'opened_at',
            value ->> 'closed_by', value ->> 'closed_at', value ->> 'business_day', value ->> 'request'
        from json_each(?1) where true";
}
