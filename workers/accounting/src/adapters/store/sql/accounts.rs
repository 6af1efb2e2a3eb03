//! The statements over the chart of accounts and the fiscal periods.

macro_rules! account_columns {
    () => {
        "select code, name, type as account_type, normal_balance, parent_code, is_header, is_cash, is_control,
               is_system, status, created_at, version from accounts "
    };
}

macro_rules! period_columns {
    () => {
        "select id, name, start_date, end_date, status, created_at, closed_at from fiscal_periods "
    };
}

store::statements! {
    FIND_ACCOUNT: concat!(account_columns!(), "where code = ?1");
    FIND_ACCOUNTS: concat!(account_columns!(), "where code in (select value from json_each(?1))");
    LIST_ACCOUNTS: concat!(account_columns!(), "where code > ?1 order by code limit cast(?2 as integer)");
    INSERT_ACCOUNT: "insert into accounts (code, name, type, normal_balance, parent_code, is_header, is_cash, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    /// `?4` is the version that the caller has seen: another one breaks the rule `accounts_version`.
    UPDATE_ACCOUNT: "update accounts set name = ?2, status = ?3, version = cast(?4 as integer) + 1 where code = ?1";

    FIND_PERIOD: concat!(period_columns!(), "where id = ?1");
    LIST_PERIODS: concat!(period_columns!(), "where (start_date, id) > (?1, ?2) order by start_date, id limit cast(?3 as integer)");
    INSERT_PERIOD: "insert into fiscal_periods (id, name, start_date, end_date, created_at) values (?1, ?2, ?3, ?4, ?5)";
    CLOSE_PERIOD: "update fiscal_periods set status = 'Closed', closed_at = ?2, closed_by = ?3 where id = ?1";
    LIST_CLOSED_FROM: "select start_date, end_date from fiscal_periods where status = 'Closed' and end_date >= ?1
        order by end_date";
}
