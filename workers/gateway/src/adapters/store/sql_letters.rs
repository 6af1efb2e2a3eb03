//! The statements over dead letters.

store::statements! {
    /// `?1` is a list of letters. A duplicate is the same letter, unless its reader has tried it more often since: then
    /// it is stored again, as new.
    BURY: "insert into dead_letters (id, queue, reason, attempts, body, received_at, buried_at)
        select value ->> 'id', value ->> 'queue', value ->> 'reason', value ->> 'attempts', value ->> 'body', ?2, ?2
        from json_each(?1) where true
        on conflict (id) do update set status = 'New', count = dead_letters.count + 1, queue = excluded.queue,
            attempts = excluded.attempts, reason = excluded.reason, body = excluded.body, buried_at = excluded.buried_at, settled_at = null, settled_by = null, note = null
        where excluded.attempts > dead_letters.attempts";
    FIND_LETTER: "select id, queue, reason, attempts, body, count, status, received_at, buried_at, settled_at, settled_by, note
        from dead_letters where id = ?1";
    LIST_LETTERS: "select id, queue, reason, attempts, body, count, status, received_at, buried_at, settled_at, settled_by, note
        from dead_letters where (received_at, id) < (?1, ?2) order by received_at desc, id desc limit cast(?3 as integer)";
    LIST_LETTERS_OF_STATUS: "select id, queue, reason, attempts, body, count, status, received_at, buried_at, settled_at, settled_by, note
        from dead_letters where status = ?4 and (received_at, id) < (?1, ?2)
        order by received_at desc, id desc limit cast(?3 as integer)";
    /// Breaks `dead_letters_settled` when another request was faster.
    SETTLE: "update dead_letters set status = ?2, settled_at = ?3, settled_by = ?4, note = ?5 where id = ?1";
    NOTE_FAILURE: "update dead_letters set note = ?2 where id = ?1 and status = 'New'";
    COUNT_UNSEEN: "select count(*) as unseen, min(received_at) as oldest from dead_letters where status = 'New'";
}
