//! The statements behind the reports. Whole months come from the monthly balances, the remaining days at the ends of a
//! range from the daily balances; the domain splits the range (`domain/span.rs`). None reads the journal: the cost of a
//! report does not grow with sales.

/// `$month` of the balances of the months `?1` to `?2`, `$day` of those of the days `?3` to `?4` and `?5` to `?6`;
/// `$rest` selects the accounts. `cross join` fixes the order of reading: the chart, then only the rows of the range.
macro_rules! moved {
    ($month:literal, $day:literal, $rest:literal) => {
        concat!(
            "select ",
            $month,
            " from accounts a cross join account_balances b on b.account_code = a.code and b.period between ?1 and ?2 ",
            $rest,
            " union all select ",
            $day,
            " from accounts a cross join account_day_balances b on b.account_code = a.code and b.day between ?3 and ?4 ",
            $rest,
            " union all select ",
            $day,
            " from accounts a cross join account_day_balances b on b.account_code = a.code and b.day between ?5 and ?6 ",
            $rest
        )
    };
    ($columns:literal, $rest:literal) => {
        moved!($columns, $columns, $rest)
    };
}

store::statements! {
    /// `?7` says whether closing entries count. Each part is summed while it is read, account by account.
    SUM_BY_ACCOUNT: concat!("select code, name, type as account_type, normal_balance,
               sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor
        from (", moved!(
            "a.code, sum(b.debit_minor) as debit_minor, sum(b.credit_minor) as credit_minor",
            "where cast(?7 as integer) = 1 or b.activity <> 'Closing' group by a.code"
        ), ") join accounts using (code) group by code order by code");
    /// The movements of cash and its equivalents, by activity.
    SUM_CASH_BY_ACTIVITY: concat!("select '' as period, activity, sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor
        from (", moved!("b.activity, b.debit_minor, b.credit_minor", "where a.is_cash = 1"), ") group by activity order by activity");
    /// The movements of the account `?7`, by month and activity.
    SUM_ACCOUNT_BY_MONTH: concat!("select period, activity, sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor
        from (", moved!(
            "b.period, b.activity, b.debit_minor, b.credit_minor",
            "substr(b.day, 1, 7), b.activity, b.debit_minor, b.credit_minor",
            "where a.code = ?7"
        ), ") group by period, activity order by period, activity");
    /// The movement of the account `?7`.
    SUM_ACCOUNT: concat!("select coalesce(sum(debit_minor - credit_minor), 0) as balance_minor
        from (", moved!("b.debit_minor, b.credit_minor", "where a.code = ?7"), ")");
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_report_reads_the_lines_of_the_journal() {
        for sql in super::ALL {
            assert!(!sql.text.contains("journal"), "{}: {}", sql.name, sql.text);
        }
    }
}
