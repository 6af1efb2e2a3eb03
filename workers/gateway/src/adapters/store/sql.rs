//! The statements over users, sessions, keys, login attempts, and the audit log.

store::statements! {
    INSERT_USER: "insert into users (id, email, name, role, customer_id, password_hash, disabled, created_at, version)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)";
    FIND_USER: "select id, email, name, role, customer_id, disabled, created_at, version
        from users where id = ?1 and deleted_at is null";
    FIND_CREDENTIALS: "select id, email, name, role, customer_id, disabled, created_at, version, password_hash
        from users where id = ?1 and deleted_at is null";
    FIND_CREDENTIALS_BY_EMAIL: "select id, email, name, role, customer_id, disabled, created_at, version, password_hash
        from users where email = ?1 and deleted_at is null";
    LIST_USERS: "select id, email, name, role, customer_id, disabled, created_at, version
        from users where deleted_at is null and id > ?1 order by id limit cast(?2 as integer)";
    /// `?7` is null when the password stays. `?8` is the next version: of two concurrent changes one is refused.
    UPDATE_USER: "update users set email = ?2, name = ?3, role = ?4, customer_id = ?5, disabled = ?6,
               password_hash = coalesce(?7, password_hash), version = ?8
        where id = ?1";
    SET_PASSWORD: "update users set password_hash = ?2, version = ?3 where id = ?1";
    /// The personal data is removed, the id stays: orders and the audit log refer to it.
    DELETE_USER: "update users set deleted_at = ?2, version = ?3, disabled = 1, customer_id = null, password_hash = '',
               email = 'deleted:' || id, name = 'Deleted user'
        where id = ?1";

    /// Users of whom no event has told.
    USERS_TO_ANNOUNCE: "select u.id, u.role, u.disabled, u.version, u.deleted_at is not null as deleted
        from users_to_announce a cross join users u on u.id = a.user_id where a.user_id > '' order by a.user_id limit 100";
    /// `?1` is a list of ids.
    ANNOUNCED: "delete from users_to_announce where user_id in (select value from json_each(?1))";

    INSERT_SESSION: "insert into sessions (id, user_id, created_at, last_used_at, proved_at, expires_at, user_version, address, user_agent)
        values (?1, ?2, ?3, ?3, ?3, ?4, ?5, ?6, ?7)";
    PROVE_SESSION: "update sessions set proved_at = ?2 where id = ?1 and revoked_at is null";
    /// Not beyond the longest time since it was opened, `?4` seconds.
    EXTEND_SESSION: "update sessions set last_used_at = ?3,
            expires_at = min(?2, strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+' || cast(?4 as integer) || ' seconds'))
        where id = ?1";
    LIST_SESSIONS: "select id, created_at, last_used_at, expires_at, address, user_agent from sessions
        where user_id = ?1 and revoked_at is null and expires_at > ?2 and id > ?3 order by id limit cast(?4 as integer)";
    FIND_SESSION: "select id from sessions where id = ?1 and user_id = ?2 and revoked_at is null";
    /// Breaks `refresh_tokens.previous_hash` when the predecessor was used before.
    INSERT_REFRESH_TOKEN: "insert into refresh_tokens (token_hash, session_id, previous_hash, issued_at)
        values (?1, ?2, ?3, ?4)";
    FIND_REFRESH_TOKEN: "select t.session_id, coalesce(s.proved_at, s.created_at) as proved_at, s.expires_at, s.revoked_at is not null as revoked,
               exists (select 1 from refresh_tokens n where n.previous_hash = t.token_hash) as used
        from refresh_tokens t join sessions s on s.id = t.session_id where t.token_hash = ?1";
    FIND_USER_OF_TOKEN: "select u.id, u.email, u.name, u.role, u.customer_id, u.disabled, u.created_at, u.version
        from refresh_tokens t join sessions s on s.id = t.session_id join users u on u.id = s.user_id
        where t.token_hash = ?1 and u.deleted_at is null";
    REVOKE_SESSION: "update sessions set revoked_at = ?2, revoked_because = ?3 where id = ?1 and revoked_at is null";
    /// All but the session `?4`.
    REVOKE_SESSIONS_OF: "update sessions set revoked_at = ?2, revoked_because = ?3
        where user_id = ?1 and revoked_at is null and id is not ?4";
    /// What was added after `?1`, for the isolates: their tokens end with the sessions.
    LIST_REVOCATIONS: "select number, session_id, revoked_at from revocations where number > ?1
        order by number limit cast(?2 as integer)";
    /// What is older than `?1`, at most `?2` rows: so in each of these.
    FORGET_REVOCATIONS: "delete from revocations where number in (
        select number from revocations where revoked_at < ?1 order by revoked_at limit cast(?2 as integer))";
    FORGET_SESSIONS: "delete from sessions where id in (
        select id from sessions where expires_at < ?1 order by expires_at limit cast(?2 as integer))";
    /// Whether any of revocations, sessions and attempts has left something.
    FORGET_LEFT: "select exists (select 1 from revocations where revoked_at < ?1) or exists (select 1 from sessions where expires_at < ?2)
        or exists (select 1 from login_attempts where attempted_at < ?3) as more";

    INSERT_KEY: "insert into api_keys (id, user_id, name, hint, key_hash, role, created_at, scope, addresses, expires_at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    LIST_KEYS: "select id, name, role, hint, scope, addresses, created_at, expires_at, last_used_at, revoked_at from api_keys where user_id = ?1 and id > ?2
        order by id limit cast(?3 as integer)";
    FIND_KEY: "select id from api_keys where id = ?1 and user_id = ?2";
    REVOKE_KEY: "update api_keys set revoked_at = coalesce(revoked_at, ?3) where id = ?1 and user_id = ?2";
    REVOKE_KEYS_OF: "update api_keys set revoked_at = ?2 where user_id = ?1 and revoked_at is null";
    /// A key is valid only while its user is enabled and has the key's role, or is an admin.
    FIND_KEY_HOLDER: "select k.id, u.id as user_id, k.role, u.customer_id, k.scope, k.addresses, k.last_used_at
        from api_keys k join users u on u.id = k.user_id
        where k.key_hash = ?1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > ?2)
            and u.disabled = 0 and (k.role = u.role or u.role = 'admin')";
    USE_KEY: "update api_keys set last_used_at = ?2 where id = ?1";

    /// `?1` is a list of `{subject, allowed}`. Breaks `login_attempts_limit` when one has too many.
    INSERT_ATTEMPTS: "insert into login_attempts (subject, attempted_at, id, window_start, allowed)
        select value ->> 'subject', ?2, ?3, ?4, value ->> 'allowed' from json_each(?1)";
    LIST_ATTEMPTS: "select subject, sum(weight) as weight, min(attempted_at) as oldest from login_attempts
        where subject in (select value from json_each(?1)) and attempted_at > ?2 group by subject";
    FORGET_ATTEMPTS_OF: "delete from login_attempts where subject = ?1";
    FAIL_ATTEMPT: "update login_attempts set weight = ?3 where subject = ?1 and id = ?2";
    FORGET_ATTEMPT: "delete from login_attempts where subject = ?1 and id = ?2";
    FORGET_ATTEMPTS: "delete from login_attempts where (subject, attempted_at, id) in (
        select subject, attempted_at, id from login_attempts where attempted_at < ?1 order by attempted_at limit cast(?2 as integer))";

    INSERT_AUDIT: "insert into audit_log (id, occurred_at, actor, role, action, subject, detail, address, request_id)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    LIST_AUDIT: "select id, occurred_at, actor, role, action, subject, detail, address, request_id from audit_log
        where id < ?1 order by id desc limit cast(?2 as integer)";
    LIST_AUDIT_OF_ACTION: "select id, occurred_at, actor, role, action, subject, detail, address, request_id from audit_log
        where id < ?1 and action = ?3 order by id desc limit cast(?2 as integer)";
    LIST_AUDIT_OF_ACTOR: "select id, occurred_at, actor, role, action, subject, detail, address, request_id from audit_log
        where id < ?1 and actor = ?3 order by id desc limit cast(?2 as integer)";
}
