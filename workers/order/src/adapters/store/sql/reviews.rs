//! Sales to review, and sales that were refused.

/// A review with what a list shows of its order.
macro_rules! review_columns {
    () => {
        "select r.order_id, o.order_number, o.terminal_id, o.cashier_id, o.recorded_by, o.currency, r.reason, r.quarantined,
            r.price_deviation_minor, r.missing_cost_minor, r.opened_at, r.outcome, r.note, r.settled_by, r.settled_at
        from sale_reviews r join orders o on o.id = r.order_id "
    };
}

macro_rules! refused_columns {
    () => {
        "select id, terminal_id, terminal_sequence, body, is_text, reason, sent_by, refused_at, note, settled_by, settled_at from refused_sales "
    };
}

store::statements! {
    OPEN_REVIEW: "insert into sale_reviews (order_id, reason, quarantined, price_deviation_minor, missing_cost_minor, opened_at)
        values (?1, ?2, cast(?3 as integer), cast(?4 as integer), cast(?5 as integer), ?6)";
    FIND_REVIEW: concat!(review_columns!(), "where r.order_id = ?1");
    /// The oldest first, after `?1`, `?2`.
    LIST_OPEN_REVIEWS: concat!(review_columns!(), "where r.settled_at is null and (r.opened_at, r.order_id) > (?1, ?2)
        order by r.opened_at, r.order_id limit cast(?3 as integer)");
    LIST_QUARANTINE: concat!(review_columns!(), "where r.settled_at is null and r.quarantined = 1 and (r.opened_at, r.order_id) > (?1, ?2)
        order by r.opened_at, r.order_id limit cast(?3 as integer)");
    LIST_REVIEWS: concat!(review_columns!(), "where (r.opened_at, r.order_id) > (?1, ?2)
        order by r.opened_at, r.order_id limit cast(?3 as integer)");
    SETTLE_REVIEW: "update sale_reviews set outcome = ?2, note = ?3, settled_by = ?4, settled_at = ?5 where order_id = ?1";

    KEEP_REFUSED: "insert into refused_sales (id, terminal_id, terminal_sequence, body, is_text, reason, sent_by, refused_at)
        values (?1, ?2, cast(?3 as integer), ?4, cast(?5 as integer), ?6, ?7, ?8) on conflict (id) do nothing";
    FIND_REFUSED: concat!(refused_columns!(), "where id = ?1");
    /// The oldest first, after `?1`, `?2`.
    LIST_OPEN_REFUSED: concat!(refused_columns!(), "where settled_at is null and (refused_at, id) > (?1, ?2)
        order by refused_at, id limit cast(?3 as integer)");
    LIST_REFUSED: concat!(refused_columns!(), "where (refused_at, id) > (?1, ?2)
        order by refused_at, id limit cast(?3 as integer)");
    SETTLE_REFUSED: "update refused_sales set note = ?2, settled_by = ?3, settled_at = ?4, terminal_sequence = cast(?5 as integer)
        where id = ?1";
}
