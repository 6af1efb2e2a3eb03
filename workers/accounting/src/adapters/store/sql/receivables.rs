//! The statements over invoices, payments and credits. Triggers maintain the open amount.

macro_rules! invoice_columns {
    () => {
        "select id, invoice_number, order_id, order_number, customer_id, customer_name, purchase_order_number,
               issue_date, due_date, total_minor, paid_minor, credited_minor, open_minor, status from invoices "
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
    INSERT_PAYMENT: "insert into invoice_payments (id, invoice_id, amount_minor, method, reference, paid_at, entry_id,
               created_by, created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

    FIND_INVOICE: concat!(invoice_columns!(), "where id = ?1");
    /// Newest first; `?1` is where the last page ended.
    LIST_INVOICES: concat!(invoice_columns!(), "where id < ?1 order by id desc limit cast(?2 as integer)");
    LIST_INVOICES_BY_STATUS: concat!(invoice_columns!(), "where status = ?3 and id < ?1 order by id desc limit cast(?2 as integer)");
    LIST_INVOICES_BY_CUSTOMER: concat!(invoice_columns!(), "where customer_id = ?3 and id < ?1 order by id desc limit cast(?2 as integer)");
    LIST_INVOICES_BY_CUSTOMER_AND_STATUS: concat!(invoice_columns!(), "where customer_id = ?3 and status = ?4 and id < ?1
        order by id desc limit cast(?2 as integer)");

    /// Open invoices by customer and by how many days they are overdue on the day `?1`, highest debt first. Read from
    /// the index of open invoices: paid invoices cost nothing.
    LIST_AGEING: "select customer_id, max(customer_name) as customer_name, count(*) as invoices, sum(open_minor) as total_minor,
               sum(iif(days <= 0, open_minor, 0)) as current_minor,
               sum(iif(days between 1 and 30, open_minor, 0)) as days_1_to_30_minor,
               sum(iif(days between 31 and 60, open_minor, 0)) as days_31_to_60_minor,
               sum(iif(days between 61 and 90, open_minor, 0)) as days_61_to_90_minor,
               sum(iif(days > 90, open_minor, 0)) as over_90_minor
        from (select customer_id, customer_name, open_minor,
                     cast(julianday(?1) - julianday(due_date) as integer) as days
              from invoices where open_minor > 0)
        group by customer_id order by total_minor desc, customer_id";
    SUM_CREDITS_LEFT: "select coalesce(sum(amount_minor - applied_minor), 0) as total_minor
        from customer_credits where applied_minor < amount_minor";
}
