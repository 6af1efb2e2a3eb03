//! The statements.

store::statements! {
    /// A request that comes twice under two messages names the same mail. A mail to a dead address fails at once.
    INSERT_MAIL: "insert into mails (id, template, language, recipient, recipient_name, subject, content, secret,
            status, last_error, queued_at, next_at, created_at)
        select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, iif(d.email is null, 'Queued', 'Failed'),
            'the address does not exist: ' || d.reason, ?9, iif(d.email is null, ?9, null), ?9
        from (select 1) left join dead_addresses d on d.email = ?4
        where true on conflict (id) do nothing";
    FIND_MAIL: "select * from mails where id = ?1";
    LIST_MAILS: "select * from mails where id < ?1 order by id desc limit cast(?2 as integer)";
    LIST_MAILS_OF_STATUS: "select * from mails where status = ?3 and id < ?1 order by id desc limit cast(?2 as integer)";
    LIST_MAILS_TO: "select * from mails where recipient = ?3 and id < ?1 order by id desc limit cast(?2 as integer)";
    LIST_DUE: "select * from mails where next_at is not null and next_at <= ?1
        order by next_at, id limit cast(?2 as integer)";

    CLAIM_MAIL: "update mails set status = 'Sending', version = ?2, next_at = ?3, attempts = ?4 where id = ?1";
    BEGIN_ATTEMPT: "insert into attempts (mail_id, round, attempt, began_at) values (?1, ?2, ?3, ?4)";
    CONCLUDE_MAIL: "update mails set status = ?3, version = ?2, next_at = ?4, last_error = ?5,
            provider_id = coalesce(?6, provider_id), sent_at = coalesce(?7, sent_at), unknown = unknown + cast(?8 as integer),
            secret = iif(cast(?9 as integer), null, secret)
        where id = ?1";
    END_ATTEMPT: "update attempts set ended_at = ?4, outcome = ?5, detail = ?6
        where mail_id = ?1 and round = ?2 and attempt = ?3 and ended_at is null";
    REQUEUE_MAIL: "update mails set status = 'Queued', version = ?2, round = ?3, queued_at = ?4, next_at = ?4,
            attempts = 0, unknown = 0, last_error = null, provider_id = null
        where id = ?1";
    /// A report that comes again finds the mail bounced. The round that was sent again is not the one that came back.
    BOUNCE_MAIL: "update mails set status = 'Bounced', last_error = ?2, version = version + 1
        where provider_id = ?1 and status = 'Sent'";
    INSERT_DEAD_ADDRESS: "insert into dead_addresses (email, reason, mail_id, since) values (?1, ?2, ?3, ?4)
        on conflict (email) do nothing";
    /// Only the address of a mail of ours, under the provider's name for it.
    INSERT_DEAD_ADDRESS_OF: "insert into dead_addresses (email, reason, mail_id, since)
        select recipient, ?2, id, ?4 from mails where provider_id = ?3 and recipient = ?1
        on conflict (email) do nothing";
    REVIVE_ADDRESS: "delete from dead_addresses where email = ?1";
    FORGET_MAILS: "update mails set content = null, secret = null, version = version + 1
        where created_at < ?1 and content is not null and next_at is null";

    COUNT_MAILS: "select 'mail' as kind, count(*) as in_flight, count(iif(next_at < ?1, 1, null)) as stuck, min(next_at) as oldest
        from mails where next_at is not null";
}
