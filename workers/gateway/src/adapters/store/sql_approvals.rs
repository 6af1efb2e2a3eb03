//! The statements over requests that wait for somebody else.

macro_rules! columns {
    () => {
        "id, needed, method, path, content_type, if_match, body, requested_by, role, scope, requested_at, expires_at, status,
            decided_by, decided_at, reason, answer_status, answer from approvals"
    };
}

store::statements! {
    INSERT_APPROVAL: "insert into approvals (id, needed, method, path, content_type, if_match, body, requested_by, role, scope,
            request_key, requested_at, expires_at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    FIND_APPROVAL: concat!("select ", columns!(), " where id = ?1");
    FIND_APPROVAL_OF_KEY: concat!("select ", columns!(), " where request_key = ?1");
    /// The newest first.
    LIST_APPROVALS: concat!("select ", columns!(), " where id < ?1 order by id desc limit cast(?2 as integer)");
    LIST_APPROVALS_OF: concat!("select ", columns!(), " where requested_by = ?3 and id < ?1
        order by id desc limit cast(?2 as integer)");
    LIST_APPROVALS_IN: concat!("select ", columns!(), " where status = ?3 and id < ?1
        order by id desc limit cast(?2 as integer)");
    /// If it was decided meanwhile, or is too late, this breaks the rule `approvals_status`.
    DECIDE_APPROVAL: "update approvals set status = ?2, decided_by = ?3, decided_at = ?4, reason = ?5 where id = ?1";
    /// If another run was faster, this breaks the same rule.
    FINISH_APPROVAL: "update approvals set status = ?2, executed_at = ?3, answer_status = ?4, answer = ?5 where id = ?1";
    LIST_UNDER_WAY: concat!("select ", columns!(), " where status = 'Approved' and decided_at < ?1
        order by decided_at limit cast(?2 as integer)");
    EXPIRE_APPROVALS: "update approvals set status = 'Expired' where status = 'Pending' and expires_at <= ?1";
    COUNT_UNDER_WAY: "select 'approval' as kind, count(*) as in_flight, count(iif(decided_at < ?1, 1, null)) as stuck,
               min(decided_at) as oldest
        from approvals where status = 'Approved'";
}
