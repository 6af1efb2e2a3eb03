//! What a payment provider calls our payments, and the disputes that it tells of.

store::statements! {
    FIND_REFERENCE: "select reference from provider_references where payment_id = ?1";
    INSERT_REFERENCE: "insert into provider_references (payment_id, provider, reference, created_at) values (?1, ?2, ?3, ?4)
        on conflict (payment_id) do nothing";
    /// The payment and its order.
    FIND_REFERRED: "select r.payment_id, p.order_id, p.created_at from provider_references r
        join payments p on p.id = r.payment_id where r.provider = ?1 and r.reference = ?2";

    /// An event that is older than what is known changes nothing.
    KEEP_DISPUTE: "insert into disputes (id, payment_id, order_id, provider, amount_minor, currency, reason, status, due_by, opened_at, told_at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        on conflict (id) do update set amount_minor = excluded.amount_minor, reason = excluded.reason, status = excluded.status,
            due_by = excluded.due_by, told_at = excluded.told_at where excluded.told_at >= disputes.told_at";
    /// The newest first, before the dispute `?2` of the time `?1`.
    LIST_DISPUTES: "select id, payment_id, order_id, provider, amount_minor, currency, reason, status, due_by, opened_at, told_at
        from disputes where (opened_at, id) < (?1, ?2) order by opened_at desc, id desc limit cast(?3 as integer)";
}
