//! The statements over the tables that every service has (`migrations/<service>/0001_plumbing.sql`):
//! idempotency keys, outbox, inbox, failed deliveries and sequences.

crate::statements! {
    /// Takes an idempotency key: a second taker breaks the primary key and with it the whole batch.
    CLAIM_KEY: "insert into idempotency_keys (scope, key, request_hash, created_at, status, answer)
        values (?1, ?2, ?3, ?4, ?5, ?6)";
    /// Stores the answer of a request that claimed its key in an earlier batch.
    ANSWER_KEY: "update idempotency_keys set status = ?3, answer = ?4 where scope = ?1 and key = ?2 and answer is null";
    FIND_KEY: "select request_hash, created_at, status, answer from idempotency_keys where scope = ?1 and key = ?2";
    FORGET_KEYS: "delete from idempotency_keys where created_at < ?1";

    /// `?1` is a list of `[id, queue, body]`. A message nobody reads is history, delivered at once.
    INSERT_OUTBOX: "insert into outbox (id, queue, body, created_at, delivered_at)
        select value ->> 0, value ->> 1, value ->> 2, ?2, iif(value ->> 1 = '', ?2, null) from json_each(?1) where true";
    LIST_UNDELIVERED: "select id, queue, body from outbox where delivered_at is null and created_at < ?1
        order by created_at, id limit ?2";
    MARK_DELIVERED: "update outbox set delivered_at = ?3
        where queue = ?1 and id in (select value from json_each(?2)) and delivered_at is null";
    OUTBOX_STATUS: "select count(*) as waiting, min(created_at) as oldest from outbox where delivered_at is null";

    /// Breaks the primary key when the message was received before.
    RECEIVE_MESSAGE: "insert into inbox (message_id, type, received_at) values (?1, ?2, ?3)";
    LIST_RECEIVED: "select message_id from inbox where message_id in (select value from json_each(?1))";

    RECORD_FAILURE: "insert into failed_deliveries (message_id, attempts, last_error, last_at) values (?1, 1, ?2, ?3)
        on conflict (message_id) do update set attempts = attempts + 1, last_error = excluded.last_error, last_at = excluded.last_at
        returning attempts";

    /// Takes the next number of a sequence. `?1` its name, `?2` the year.
    ADVANCE_SEQUENCE: "insert into sequences (name, year, last) values (?1, ?2, 1)
        on conflict (name, year) do update set last = last + 1";
    PING: "select 1 as one";
}
