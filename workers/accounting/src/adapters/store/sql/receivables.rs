//! The statements over invoices, payments and credits. Triggers write the settlements and maintain what is open.

macro_rules! invoice_columns {
    () => {
        "select id, invoice_number, order_id, order_number, customer_id, customer_name, purchase_order_number,
               issue_date, due_date, total_minor, paid_minor, credited_minor, open_minor, status,
               (select entry_date from journal_entries e where e.id = entry_id) as booked_on,
               (select max(day) from settlements s where s.invoice_id = invoices.id and s.amount_minor < 0) as reopened_on
        from invoices "
    };
}

macro_rules! credit_columns {
    () => {
        "select refund_id as id, kind, customer_id, order_id, amount_minor, applied_minor, paid_out_minor, left_minor,
               (select entry_date from journal_entries e where e.id = entry_id) as date,
               (select max(day) from settlements s where s.credit_id = refund_id and s.amount_minor < 0) as reopened_on
        from customer_credits "
    };
}

/// Payments of both ways that `$received` and `$paid_out` select, the newest first.
macro_rules! payments {
    ($received:literal, $paid_out:literal) => {
        concat!(
            "select p.*, e.entry_number, e.entry_date, r.id as reversal_id, r.reason, re.id as reversal_entry_id,
               re.entry_number as reversal_number, re.entry_date as reversed_on
        from (select * from (
                select p.id, 'Received' as kind, p.customer_id, p.invoice_id, i.invoice_number,
                       (select c.refund_id from customer_credits c where c.refund_id = p.id) as credit_id,
                       p.amount_minor, p.method, p.reference, p.paid_at, p.entry_id
                from invoice_payments p join invoices i on i.id = p.invoice_id where ",
            $received,
            ") union all select * from (
                select p.id, 'PaidOut', p.customer_id, null, null, p.credit_id,
                       p.amount_minor, p.method, p.reference, p.paid_at, p.entry_id
                from payouts p where ",
            $paid_out,
            ")) p join journal_entries e on e.id = p.entry_id
        left join payment_reversals r on r.id = coalesce(
            (select id from payment_reversals where payment_id = p.id), (select id from payment_reversals where payout_id = p.id))
        left join journal_entries re on re.id = r.entry_id
        order by p.id desc"
        )
    };
}

store::statements! {
    /// Takes the next number of the year of the issue date `?1`.
    TAKE_INVOICE_NUMBER: "insert into sequences (name, year, last) values ('INV', cast(substr(?1, 1, 4) as integer), 1)
        on conflict (name, year) do update set last = last + 1";
    INSERT_INVOICE: "insert into invoices (id, invoice_number, order_id, order_number, customer_id, customer_name,
               purchase_order_number, issue_date, due_date, total_minor, entry_id, created_at)
        select ?1, 'INV-' || year || '-' || printf('%06d', last), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
        from sequences where name = 'INV' and year = cast(substr(?7, 1, 4) as integer)";
    INSERT_CREDIT: "insert into customer_credits (refund_id, order_id, customer_id, amount_minor, entry_id, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?6)";
    /// `?10` is the part that settles the invoice.
    INSERT_PAYMENT: "insert into invoice_payments (id, invoice_id, amount_minor, method, reference, paid_at, entry_id,
               created_by, created_at, applied_minor) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    /// A credit settles an invoice from the day `?5` on.
    INSERT_APPLICATION: "insert into settlements (id, invoice_id, credit_id, amount_minor, day, booked_on, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
    INSERT_PAYOUT: "insert into payouts (id, credit_id, customer_id, amount_minor, method, reference, paid_at, entry_id, created_by, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    INSERT_REVERSAL: "insert into payment_reversals (id, payment_id, payout_id, reason, entry_id, created_by, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    FIND_INVOICE: concat!(invoice_columns!(), "where id = ?1");
    /// Newest first; `?1` is where the last page ended.
    LIST_INVOICES: concat!(invoice_columns!(), "where id < ?1 order by id desc limit cast(?2 as integer)");
    LIST_INVOICES_BY_STATUS: concat!(invoice_columns!(), "where status = ?3 and id < ?1 order by id desc limit cast(?2 as integer)");
    LIST_INVOICES_BY_CUSTOMER: concat!(invoice_columns!(), "where customer_id = ?3 and id < ?1 order by id desc limit cast(?2 as integer)");
    LIST_INVOICES_BY_CUSTOMER_AND_STATUS: concat!(invoice_columns!(), "where customer_id = ?3 and status = ?4 and id < ?1
        order by id desc limit cast(?2 as integer)");

    FIND_CREDIT: concat!(credit_columns!(), "where refund_id = ?1");
    /// Newest first; `?1` is where the last page ended.
    LIST_CREDITS: concat!(credit_columns!(), "where refund_id < ?1 order by refund_id desc limit cast(?2 as integer)");
    LIST_CREDITS_BY_CUSTOMER: concat!(credit_columns!(), "where customer_id = ?3 and refund_id < ?1
        order by refund_id desc limit cast(?2 as integer)");
    LIST_OPEN_CREDITS: concat!(credit_columns!(), "where left_minor > 0 and refund_id < ?1
        order by refund_id desc limit cast(?2 as integer)");
    LIST_OPEN_CREDITS_BY_CUSTOMER: concat!(credit_columns!(), "where left_minor > 0 and customer_id = ?3 and refund_id < ?1
        order by refund_id desc limit cast(?2 as integer)");

    FIND_PAYMENT: payments!("p.id = ?1", "p.id = ?1");
    LIST_PAYMENTS: concat!(payments!("p.id < ?1 order by p.id desc limit cast(?2 as integer)",
        "p.id < ?1 order by p.id desc limit cast(?2 as integer)"), " limit cast(?2 as integer)");
    LIST_PAYMENTS_BY_CUSTOMER: concat!(payments!("p.customer_id = ?3 and p.id < ?1 order by p.id desc limit cast(?2 as integer)",
        "p.customer_id = ?3 and p.id < ?1 order by p.id desc limit cast(?2 as integer)"), " limit cast(?2 as integer)");
    LIST_PAYMENTS_BY_INVOICE: concat!(payments!("p.invoice_id = ?3 and p.id < ?1 order by p.id desc limit cast(?2 as integer)",
        "p.id is null"), " limit cast(?2 as integer)");

    /// By customer and by how many days they are overdue: the invoices that were open at the end of the day `?1`, and the
    /// credit that was left, highest debt first. Read from the indexes of what is open now, and from what was settled
    /// since that day: what was settled before costs nothing.
    LIST_AGEING: "select customer_id, max(customer_name) as customer_name, sum(open_minor > 0) as invoices,
               sum(open_minor) as total_minor, sum(credit_minor) as credit_minor,
               sum(iif(days <= 0, open_minor, 0)) as current_minor,
               sum(iif(days between 1 and 30, open_minor, 0)) as days_1_to_30_minor,
               sum(iif(days between 31 and 60, open_minor, 0)) as days_31_to_60_minor,
               sum(iif(days between 61 and 90, open_minor, 0)) as days_61_to_90_minor,
               sum(iif(days > 90, open_minor, 0)) as over_90_minor
        from (select i.customer_id, i.customer_name, 0 as credit_minor,
                     i.open_minor + (select coalesce(sum(s.amount_minor), 0) from settlements s
                                     where s.invoice_id = i.id and s.day > ?1) as open_minor,
                     cast(julianday(?1) - julianday(i.due_date) as integer) as days
              from (select id from invoices where open_minor > 0
                    union select invoice_id from settlements where day > ?1 and invoice_id is not null) k
              cross join invoices i on i.id = k.id
              cross join journal_entries e on e.id = i.entry_id and e.entry_date <= ?1
              union all
              select c.customer_id, null, c.left_minor + (select coalesce(sum(s.amount_minor), 0) from settlements s
                                                          where s.credit_id = c.refund_id and s.day > ?1), 0, 0
              from (select refund_id as id from customer_credits where left_minor > 0
                    union select credit_id from settlements where day > ?1 and credit_id is not null) k
              cross join customer_credits c on c.refund_id = k.id
              cross join journal_entries e on e.id = c.entry_id and e.entry_date <= ?1
              union all
              select i.customer_id, i.customer_name, s.amount_minor, 0, 0
              from settlements s cross join invoices i on i.id = s.invoice_id
              where s.day > ?1 and s.booked_on <= ?1 and s.payment_id is not null)
        where open_minor <> 0 or credit_minor <> 0
        group by customer_id order by total_minor desc, customer_id";
}
