//! The statements over reconciliation runs.

store::statements! {
    /// Breaks `reconciliation_runs_one_at_a_time` while another run is in progress.
    INSERT_RUN: "insert into reconciliation_runs (id, started_at, started_by, lanes, checks) values (?1, ?2, ?3, ?4, ?5)";
    FIND_RUN: "select id, started_at, started_by, finished_at, slices, lanes, checks from reconciliation_runs where id = ?1";
    FIND_RUN_UNDER_WAY: "select id, started_at, started_by, finished_at, slices, lanes, checks from reconciliation_runs
        where (finished_at is null) = 1 and finished_at is null";
    FIND_RUN_SINCE: "select id from reconciliation_runs where started_at >= ?1 limit 1";
    LIST_RUNS: "select id, started_at, started_by, finished_at,
               not exists (select 1 from json_each(checks) where value ->> 'ok' = 0) as ok
        from reconciliation_runs where (started_at, id) < (?1, ?2)
        order by started_at desc, id desc limit cast(?3 as integer)";
    /// Breaks `reconciliation_runs_slices` when another slice was faster.
    KEEP_RUN: "update reconciliation_runs set finished_at = ?2, slices = ?3, lanes = ?4, checks = ?5 where id = ?1";
}
