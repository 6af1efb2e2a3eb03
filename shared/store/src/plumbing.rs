//! The statements over the tables that every service has (`migrations/<service>/0001_plumbing.sql`):
//! idempotency keys, outbox, inbox, failed deliveries and sequences.

crate::statements! {
    /// Whose batch this is, for the audit trail.
    BEGIN_ACTING: "insert into audit_actor (id, at, actor, role, request_id) values (1, ?1, ?2, ?3, ?4)";
    END_ACTING: "delete from audit_actor where id = 1";
    /// The newest first, before `?1`.
    LIST_TRAIL: "select seq, at, actor, role, request_id, kind, subject, before, after from audit_trail
        where seq < cast(?1 as integer) order by seq desc limit cast(?2 as integer)";
    LIST_TRAIL_OF: "select seq, at, actor, role, request_id, kind, subject, before, after from audit_trail
        where subject = ?3 and seq < cast(?1 as integer) order by seq desc limit cast(?2 as integer)";

    /// Takes an idempotency key: a second taker breaks the primary key and with it the whole batch.
    CLAIM_KEY: "insert into idempotency_keys (scope, key, request_hash, created_at, status, content_type, etag, answer)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    /// Stores the answer of a request that claimed its key in an earlier batch.
    ANSWER_KEY: "update idempotency_keys set status = ?3, content_type = ?4, etag = ?5, answer = ?6
        where scope = ?1 and key = ?2 and answer is null";
    /// A request that has to be sent again before it can be answered.
    YIELD_KEY: "update idempotency_keys set created_at = ?3 where scope = ?1 and key = ?2 and answer is null";
    FIND_KEY: "select request_hash, created_at, status, content_type, etag, answer from idempotency_keys where scope = ?1 and key = ?2";
    /// What is older than `?1`, at most `?2` rows: so in each of these.
    PRUNE_KEYS: "delete from idempotency_keys where (scope, key) in (
        select scope, key from idempotency_keys where created_at < ?1 order by created_at limit cast(?2 as integer))";
    PRUNE_OUTBOX: "delete from outbox where rowid in (
        select rowid from outbox where delivered_at < ?1 order by delivered_at limit cast(?2 as integer))";
    PRUNE_INBOX: "delete from inbox where message_id in (
        select message_id from inbox where received_at < ?1 order by received_at limit cast(?2 as integer))";
    PRUNE_FAILED: "delete from failed_deliveries where message_id in (
        select message_id from failed_deliveries where last_at < ?1 order by last_at limit cast(?2 as integer))";
    /// Whether any of them has left something.
    PRUNE_LEFT: "select exists (select 1 from outbox where delivered_at < ?1) or exists (select 1 from inbox where received_at < ?2)
        or exists (select 1 from failed_deliveries where last_at < ?3)
        or exists (select 1 from idempotency_keys where created_at < ?4) as more";

    /// `?1` is a list of `[id, queue, body]`. A message without a reader is history: it counts as delivered at once.
    INSERT_OUTBOX: "insert into outbox (id, queue, body, created_at, delivered_at)
        select value ->> 0, value ->> 1, value ->> 2, ?2, iif(value ->> 1 = '', ?2, null) from json_each(?1) where true";
    /// The messages that a queue's reader has not confirmed, the oldest first, starting after the message `?3`. Starts
    /// at the first one when that is empty.
    LIST_UNDELIVERED: "select id, queue, body from outbox where delivered_at is null and queue = ?1 and created_at < ?2
          and (created_at, id) > (coalesce((select o.created_at from outbox o where o.id = ?3 and o.queue = ?1), ''), ?3)
        order by created_at, id limit cast(?4 as integer)";
    /// Only their ids, starting after the message `?4` of the time `?3`, as one JSON text: a page of thousands is one
    /// row, and the index has everything that is read. `last_at` is the time of the last one.
    LIST_UNDELIVERED_IDS: "select json_group_array(id order by created_at, id) as ids, max(created_at) as last_at from (
        select id, created_at from outbox where delivered_at is null and queue = ?1 and created_at < ?2
          and (created_at, id) > (?3, ?4) order by created_at, id limit cast(?5 as integer))";
    /// Those of the given messages that are not delivered, in the order in which they are given.
    LIST_BODIES: "select o.id, o.queue, o.body from json_each(?2) i cross join outbox o on o.id = i.value and o.queue = ?1
        where o.delivered_at is null order by i.key";
    MARK_DELIVERED: "update outbox set delivered_at = ?3
        where queue = ?1 and id in (select value from json_each(?2)) and delivered_at is null";
    OUTBOX_STATUS: "select count(*) as waiting, min(created_at) as oldest from outbox where delivered_at is null";

    /// Breaks the primary key when the message was received before.
    RECEIVE_MESSAGE: "insert into inbox (message_id, type, received_at) values (?1, ?2, ?3)";
    LIST_RECEIVED: "select message_id from inbox where message_id in (select value from json_each(?1))";
    /// Those of the given messages that need no further delivery, taken in or buried, as one JSON text.
    LIST_SETTLED: "select json_group_array(value) as ids from json_each(?1)
        where exists (select 1 from inbox where message_id = value)
          or exists (select 1 from failed_deliveries where message_id = value and buried_at is not null)";

    /// Counts an attempt. Returns no row when the message was taken in: only the confirmation failed.
    RECORD_FAILURE: "insert into failed_deliveries (message_id, attempts, last_error, last_at)
        select ?1, 1, ?2, ?3 where not exists (select 1 from inbox where message_id = ?1)
        on conflict (message_id) do update set attempts = attempts + 1, last_error = excluded.last_error, last_at = excluded.last_at
        returning attempts";
    FIND_FAILURE: "select attempts from failed_deliveries where message_id = ?1";
    MARK_BURIED: "update failed_deliveries set buried_at = ?2 where message_id = ?1";
    INBOX_STATUS: "select count(*) as failing from failed_deliveries where buried_at is null";

    /// The failures of a server outside since it last answered.
    FIND_CIRCUIT: "select failures, open_until from circuits where server = ?1";
    /// Counts a failure; from the `?5`th on the circuit is open until `?4`.
    RECORD_SILENCE: "insert into circuits (server, failures, last_error, last_at, open_until)
        values (?1, 1, ?2, ?3, iif(cast(?5 as integer) <= 1, ?4, null))
        on conflict (server) do update set failures = failures + 1, last_error = excluded.last_error,
            last_at = excluded.last_at, open_until = iif(failures + 1 >= cast(?5 as integer), ?4, null)";
    CLOSE_CIRCUIT: "delete from circuits where server = ?1";
    LIST_CIRCUITS: "select server, failures, open_until from circuits order by server", scan "a row per server outside that fails";

    /// Takes the next number of a sequence. `?1` its name, `?2` the year.
    ADVANCE_SEQUENCE: "insert into sequences (name, year, last) values (?1, ?2, 1)
        on conflict (name, year) do update set last = last + 1";
    PING: "select 1 as one";
}
