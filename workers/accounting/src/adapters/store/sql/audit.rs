//! The statements of the reconciliation: they compare running balances with the rows that they sum, page by page.

store::statements! {
    /// A page of entries after id `?1`.
    COUNT_ENTRIES: "select count(*) as checked, max(id) as last, count(entry_number) as numbered
        from (select id, entry_number from journal_entries where id > ?1 order by id limit cast(?2 as integer))";
    /// Posted entries of the same page that do not balance, or have a line that is missing in its day's balance.
    WRONG_ENTRIES: "select what, total_minor, debit_minor, credit_minor, lost from (
          select e.entry_number as what, e.total_minor,
                 coalesce(sum(iif(l.direction = 'Debit', l.amount_minor, 0)), 0) as debit_minor,
                 coalesce(sum(iif(l.direction = 'Credit', l.amount_minor, 0)), 0) as credit_minor,
                 count(iif(d.day is null, l.line_number, null)) as lost
          from (select id, entry_number, total_minor, activity from journal_entries
                where id > ?1 order by id limit cast(?2 as integer)) e
          left join journal_lines l on l.entry_id = e.id
          left join account_day_balances d
            on d.account_code = l.account_code and d.day = l.entry_date and d.activity = e.activity
          where e.entry_number is not null group by e.id)
        where debit_minor <> credit_minor or debit_minor <> total_minor or lost > 0 limit 100";

    SUM_BALANCES: "select count(*) as checked, coalesce(sum(debit_minor - credit_minor), 0) as difference_minor
        from account_balances", scan "a few rows per month";
    /// A page of days of accounts after account `?1` and day `?2`.
    COUNT_DAYS: "select count(*) as checked, max(account_code || '|' || day) as last
        from (select account_code, day from account_day_balances where (account_code, day) > (?1, ?2)
              group by account_code, day order by account_code, day limit cast(?3 as integer))";
    /// Days of the same page that differ from the sums of the lines of posted entries.
    WRONG_DAYS: "select account_code || ' ' || day || ' ' || activity as what, debit_minor - debits as debit_minor,
               credit_minor - credits as credit_minor
        from (select b.account_code, b.day, b.activity, b.debit_minor, b.credit_minor,
                sum(iif(l.direction = 'Debit' and e.id is not null, l.amount_minor, 0)) as debits,
                sum(iif(l.direction = 'Credit' and e.id is not null, l.amount_minor, 0)) as credits
              from (select account_code, day from account_day_balances where (account_code, day) > (?1, ?2)
                    group by account_code, day order by account_code, day limit cast(?3 as integer)) p
              join account_day_balances b on b.account_code = p.account_code and b.day = p.day
              left join journal_lines l on l.account_code = b.account_code and l.entry_date = b.day
              left join journal_entries e on e.id = l.entry_id and e.entry_number is not null and e.activity = b.activity
              group by b.account_code, b.day, b.activity)
        where debit_minor <> debits or credit_minor <> credits limit 100";
    /// Months that differ from the sums of their days.
    WRONG_MONTHS: "select account_code || ' ' || period || ' ' || activity as what, sum(debit_minor) as debit_minor,
               sum(credit_minor) as credit_minor
        from (select account_code, period, activity, debit_minor, credit_minor from account_balances
              union all
              select account_code, substr(day, 1, 7), activity, -debit_minor, -credit_minor from account_day_balances)
        group by account_code, period, activity having sum(debit_minor) <> 0 or sum(credit_minor) <> 0 limit 100",
        scan "a few rows per month, a few per day";

    SUM_RECEIVABLES: "select
          coalesce((select sum(debit_minor - credit_minor) from account_balances where account_code = ?1), 0) as account_minor,
          coalesce((select sum(open_minor) from invoices where open_minor > 0), 0) as open_minor,
          coalesce((select sum(left_minor) from customer_credits where left_minor > 0), 0) as credits_minor";
    /// A page of invoices after id `?1`.
    COUNT_INVOICES: "select count(*) as checked, max(id) as last
        from (select id from invoices where id > ?1 order by id limit cast(?2 as integer))";
    WRONG_INVOICES: "select invoice_number as what, paid_minor as debit_minor, credited_minor as credit_minor
        from (select id, invoice_number, paid_minor, credited_minor from invoices
              where id > ?1 order by id limit cast(?2 as integer)) i
        where paid_minor <> coalesce((select sum(s.amount_minor) from settlements s
                                      where s.invoice_id = i.id and s.payment_id is not null), 0)
          or credited_minor <> coalesce((select sum(s.amount_minor) from settlements s
                                         where s.invoice_id = i.id and s.credit_id is not null), 0)
        limit 100";
    /// A page of credits after id `?1`.
    COUNT_CREDITS: "select count(*) as checked, max(refund_id) as last
        from (select refund_id from customer_credits where refund_id > ?1 order by refund_id limit cast(?2 as integer))";
    WRONG_CREDITS: "select refund_id as what, applied_minor as debit_minor, paid_out_minor as credit_minor
        from (select refund_id, applied_minor, paid_out_minor from customer_credits
              where refund_id > ?1 order by refund_id limit cast(?2 as integer)) c
        where applied_minor <> coalesce((select sum(s.amount_minor) from settlements s
                                         where s.credit_id = c.refund_id and s.invoice_id is not null), 0)
          or paid_out_minor <> coalesce((select sum(s.amount_minor) from settlements s
                                         where s.credit_id = c.refund_id and s.invoice_id is null), 0)
        limit 100";

    /// Numbers in use per year, compared with the last one assigned: equal when there is no gap.
    COUNT_NUMBERS: "select s.name || ' ' || s.year as what, s.last,
               iif(s.name = 'JE',
                 (select count(*) from journal_entries
                  where entry_number > 'JE-' || s.year || '-' and entry_number < 'JE-' || s.year || '.'),
                 (select count(*) from invoices
                  where invoice_number > 'INV-' || s.year || '-' and invoice_number < 'INV-' || s.year || '.')) as used,
               iif(s.name = 'JE',
                 (select max(cast(substr(entry_number, 9) as integer)) from journal_entries
                  where entry_number > 'JE-' || s.year || '-' and entry_number < 'JE-' || s.year || '.'),
                 (select max(cast(substr(invoice_number, 10) as integer)) from invoices
                  where invoice_number > 'INV-' || s.year || '-' and invoice_number < 'INV-' || s.year || '.')) as highest
        from sequences s", scan "two rows per year";

    /// What is booked for these orders and refunds. The order of the joins and the `+` keep to the unique index of sources:
    /// by status every entry would be read for each of them.
    LOOKUP_SALES: "select id, sum(entries) as count, sum(amount_minor) as amount_minor from (
          select i.value as id, 1 as entries, e.source_total_minor as amount_minor
          from json_each(?1) i cross join journal_entries e on e.source_id in ('order:' || i.value, 'refund:' || i.value)
          where +e.status = 'Posted'
          union all
          select i.value, 1, w.total_minor
          from json_each(?1) i cross join sources_without_entry w on w.source_id in ('order:' || i.value, 'refund:' || i.value))
        group by id";
}
