//! The statements behind the reports. Whole months come from the balances of months, the days left over
//! at the ends of a range from those of days; the domain splits a range so (`domain/span.rs`). None reads
//! the journal: what a report costs does not grow with what is sold.

/// What the accounts that meet `$which` moved: months `?1` to `?2`, days `?3` to `?4` and `?5` to `?6`.
/// `cross join` keeps the order of reading: the chart, then only the rows of the range.
macro_rules! moved {
    ($which:literal) => {
        concat!(
            "select b.account_code, b.period, b.activity, b.debit_minor, b.credit_minor
            from accounts a cross join account_balances b on b.account_code = a.code and b.period between ?1 and ?2 where ",
            $which,
            " union all ",
            days!($which, "?3 and ?4"),
            " union all ",
            days!($which, "?5 and ?6")
        )
    };
}

macro_rules! days {
    ($which:literal, $days:literal) => {
        concat!(
            "select b.account_code, substr(b.day, 1, 7), b.activity, b.debit_minor, b.credit_minor
            from accounts a cross join account_day_balances b on b.account_code = a.code and b.day between ",
            $days,
            " where ",
            $which
        )
    };
}

store::statements! {
    /// `?7` says whether closing entries count.
    SUM_BY_ACCOUNT: concat!("select a.code, a.name, a.type as account_type, a.normal_balance,
               sum(m.debit_minor) as debit_minor, sum(m.credit_minor) as credit_minor
        from (", moved!("true"), ") m join accounts a on a.code = m.account_code
        where cast(?7 as integer) = 1 or m.activity <> 'Closing' group by a.code order by a.code");
    /// What moved cash and its equivalents, by activity.
    SUM_CASH_BY_ACTIVITY: concat!("select '' as period, activity, sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor
        from (", moved!("a.is_cash = 1"), ") group by activity order by activity");
    /// What moved the account `?7`, by month and activity.
    SUM_ACCOUNT_BY_MONTH: concat!("select period, activity, sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor
        from (", moved!("a.code = ?7"), ") group by period, activity order by period, activity");
    /// What the account `?7` moved.
    SUM_ACCOUNT: concat!("select coalesce(sum(debit_minor - credit_minor), 0) as balance_minor from (", moved!("a.code = ?7"), ")");
    /// Receivables `?1`, inventory `?2`, and cash, from the balances.
    SUM_FOR_SUMMARY: "select coalesce(sum(iif(a.code = ?1, b.debit_minor - b.credit_minor, 0)), 0) as receivables_minor,
               coalesce(sum(iif(a.code = ?2, b.debit_minor - b.credit_minor, 0)), 0) as inventory_minor,
               coalesce(sum(iif(a.is_cash = 1, b.debit_minor - b.credit_minor, 0)), 0) as cash_minor
        from accounts a cross join account_balances b on b.account_code = a.code
        where a.code in (select code from accounts where is_cash = 1 union all select ?1 union all select ?2)";
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
