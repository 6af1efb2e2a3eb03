//! The statements over links for a new password.

store::statements! {
    /// Nothing for an e-mail without a user: the same work, and the same answer.
    INSERT_RESET: "insert into password_resets (token_hash, user_id, requested_at, expires_at)
        select ?1, id, ?3, ?4 from users where email = ?2 and disabled = 0 and deleted_at is null";
    /// Returns the message.
    MAIL_RESET: "insert into outbox (id, queue, body, created_at)
        select ?1, 'mail-inbox', json_set(?2, '$.data.to.email', email, '$.data.to.name', name), ?4
        from users where email = ?3 and disabled = 0 and deleted_at is null
        returning id, queue, body";
    FIND_USER_OF_RESET: "select u.id, u.email, u.name, u.role, u.customer_id, u.disabled, u.created_at, u.version
        from password_resets r join users u on u.id = r.user_id
        where r.token_hash = ?1 and r.used_at is null and r.expires_at > ?2 and u.disabled = 0 and u.deleted_at is null";
    /// Breaks `password_resets_once` when the token is used or too old.
    USE_RESET: "update password_resets set used_at = ?2 where token_hash = ?1";
    FORGET_OTHER_RESETS: "delete from password_resets where user_id = ?2 and token_hash <> ?1 and used_at is null";
    FORGET_RESETS: "delete from password_resets where expires_at < ?1";
}
