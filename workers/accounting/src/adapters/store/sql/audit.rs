//! The statements of the reconciliation: it reads everything, on request.

store::statements! {
    AUDIT_ENTRIES: "select e.entry_number as what, e.total_minor as total_minor,
               coalesce(sum(iif(l.direction = 'Debit', l.amount_minor, 0)), 0) as debit_minor,
               coalesce(sum(iif(l.direction = 'Credit', l.amount_minor, 0)), 0) as credit_minor
        from journal_entries e left join journal_lines l on l.entry_id = e.id where e.entry_number is not null
        group by e.id having debit_minor <> credit_minor or debit_minor <> total_minor limit 100";
    COUNT_ENTRIES: "select count(*) as checked from journal_entries where entry_number is not null";

    SUM_BALANCES: "select count(*) as checked, coalesce(sum(debit_minor - credit_minor), 0) as difference_minor,
               (select count(*) from account_day_balances) as days
        from account_balances", scan "a few rows per month, a few per day";
    /// Days less the lines of posted entries, and months less their days: what is left over.
    AUDIT_BALANCES: "select account_code || ' ' || period || ' ' || activity as what, 0 as total_minor,
               sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor
        from (select account_code, period, activity, debit_minor, credit_minor from account_balances
              union all
              select account_code, substr(day, 1, 7), activity, -debit_minor, -credit_minor from account_day_balances
              union all
              select account_code, day, activity, debit_minor, credit_minor from account_day_balances
              union all
              select l.account_code, l.entry_date, e.activity,
                     -iif(l.direction = 'Debit', l.amount_minor, 0), -iif(l.direction = 'Credit', l.amount_minor, 0)
              from journal_entries e join journal_lines l on l.entry_id = e.id where e.entry_number is not null)
        group by account_code, period, activity having sum(debit_minor) <> 0 or sum(credit_minor) <> 0 limit 100",
        scan "the audit compares every line";

    SUM_RECEIVABLES: "select
          coalesce((select sum(debit_minor - credit_minor) from account_balances where account_code = ?1), 0) as account_minor,
          coalesce((select sum(open_minor) from invoices where open_minor > 0), 0) as open_minor,
          coalesce((select sum(amount_minor - applied_minor) from customer_credits where applied_minor < amount_minor), 0)
            as credits_minor";
    AUDIT_INVOICES: "select invoice_number as what, total_minor, paid_minor as debit_minor, credited_minor as credit_minor
        from invoices i
        where paid_minor <> coalesce((select sum(p.amount_minor) from invoice_payments p where p.invoice_id = i.id), 0)
          or credited_minor <> coalesce((select sum(c.applied_minor) from customer_credits c where c.order_id = i.order_id), 0)
        limit 100", scan "the audit compares every invoice";
    COUNT_INVOICES: "select count(*) as checked from invoices";

    /// Numbers in use per year against the last one taken: equal when there is no gap.
    AUDIT_NUMBERS: "select s.name || ' ' || s.year as what, s.last,
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

    /// What is booked of these orders and refunds.
    LOOKUP_SALES: "select id, sum(entries) as count, sum(amount_minor) as amount_minor from (
          select i.value as id, 1 as entries, e.source_total_minor as amount_minor
          from json_each(?1) i join journal_entries e on e.source_id in ('order:' || i.value, 'refund:' || i.value)
          where e.status = 'Posted'
          union all
          select i.value, 1, w.total_minor
          from json_each(?1) i join sources_without_entry w on w.source_id in ('order:' || i.value, 'refund:' || i.value))
        group by id";
}
