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
    /// A month of the year `?1` that is in no period.
    FIND_BARE_MONTH: "select value as month from json_each('[1,2,3,4,5,6,7,8,9,10,11,12]')
        where not exists (select 1 from fiscal_periods
            where start_date <= printf('%04d-%02d-01', cast(?1 as integer), value)
              and end_date >= printf('%04d-%02d-01', cast(?1 as integer), value)) limit 1";
    /// The first day from `?1` on that is in an open period.
    FIND_OPEN_DAY: "select max(?1, start_date) as day from fiscal_periods
        where status = 'Open' and end_date >= ?1 order by end_date limit 1";
    /// The months of the year `?1` that are in no period are periods from now on.
    BEGIN_YEAR: "insert into fiscal_years (year, created_at) values (cast(?1 as integer), ?2)";
    /// What a declared period takes the place of.
    GIVE_WAY: "delete from fiscal_periods where by_itself = 1 and status = 'Open' and start_date >= ?1 and end_date <= ?2";
    INSERT_PERIOD: "insert into fiscal_periods (id, name, start_date, end_date, created_at) values (?1, ?2, ?3, ?4, ?5)";
    CLOSE_PERIOD: "update fiscal_periods set status = 'Closed', closed_at = ?2, closed_by = ?3 where id = ?1";
    LIST_CLOSED_FROM: "select start_date, end_date from fiscal_periods where status = 'Closed' and end_date >= ?1
        order by end_date";
}
