//! The statements over the journal. An entry starts as a draft, gets its lines, and is posted: the triggers on posting
//! check it and change the balances.

macro_rules! entry_columns {
    () => {
        "select e.id, e.entry_number, e.entry_date, e.description, e.reference, e.entry_type, e.status, e.source_id,
               e.total_minor, e.created_by, e.created_at, e.posted_at, e.reverses_entry_id,
               (select r.id from journal_entries r where r.reverses_entry_id = e.id and r.status = 'Posted') as reversed_by_entry_id,
               (select json_group_array(json_array(l.account_code, l.direction, l.amount_minor) order by l.line_number)
                from journal_lines l where l.entry_id = e.id) as lines
        from journal_entries e "
    };
}

store::statements! {
    INSERT_ENTRY: "insert into journal_entries (id, entry_date, description, reference, entry_type, source_id,
               source_total_minor, total_minor, created_by, created_at, reverses_entry_id)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    /// `?3` is a list of `[account, direction, amount]`.
    INSERT_LINES: "insert into journal_lines (entry_id, line_number, account_code, entry_date, direction, amount_minor)
        select ?1, key + 1, value ->> 0, ?2, value ->> 1, value ->> 2 from json_each(?3)";
    /// Takes the next number of the year of the entry's date.
    TAKE_ENTRY_NUMBER: "insert into sequences (name, year, last)
        select 'JE', cast(substr(entry_date, 1, 4) as integer), 1 from journal_entries where id = ?1
        on conflict (name, year) do update set last = last + 1";
    POST_ENTRY: "update journal_entries
        set status = 'Posted', posted_at = ?2, entry_number = (
          select 'JE-' || year || '-' || printf('%06d', last) from sequences
          where name = 'JE' and year = cast(substr(entry_date, 1, 4) as integer))
        where id = ?1 returning entry_number";
    VOID_ENTRY: "update journal_entries set status = 'Voided' where id = ?1";
    INSERT_SOURCE_WITHOUT_ENTRY: "insert into sources_without_entry (source_id, total_minor, handled_at) values (?1, ?2, ?3)";
    /// Completes the remembered answer with the number of the entry `?3`.
    PATCH_ENTRY_NUMBER: "update idempotency_keys
        set answer = json_set(answer, '$.entryNumber', (select entry_number from journal_entries where id = ?3))
        where scope = ?1 and key = ?2";

    FIND_ENTRY: concat!(entry_columns!(), "where e.id = ?1");
    FIND_ENTRY_OF_SOURCE: concat!(entry_columns!(), "where e.source_id = ?1");
    /// Newest first; `?3`, `?4` is where the last page ended.
    LIST_ENTRIES: concat!(entry_columns!(), "where e.entry_date >= ?1 and e.entry_date <= ?2 and (e.entry_date, e.id) < (?3, ?4)
        order by e.entry_date desc, e.id desc limit cast(?5 as integer)");
    LIST_ENTRIES_BY_STATUS: concat!(entry_columns!(), "where e.status = ?6 and e.entry_date >= ?1 and e.entry_date <= ?2
        and (e.entry_date, e.id) < (?3, ?4) order by e.entry_date desc, e.id desc limit cast(?5 as integer)");

    /// The sum booked on an account on the day of a position, up to and including the position: the part of that day
    /// that precedes the page. Earlier days are in the balances.
    SUM_LEDGER_DAY: "select coalesce(sum(iif(l.direction = 'Debit', l.amount_minor, -l.amount_minor)), 0) as balance_minor
        from journal_lines l join journal_entries e on e.id = l.entry_id
        where l.account_code = ?1 and l.entry_date = ?2 and (l.entry_id, l.line_number) <= (?3, ?4)
          and e.entry_number is not null";
    /// The lines after a position, up to the day `?5`.
    LIST_LEDGER_LINES: "select l.entry_id, l.line_number, l.entry_date, l.direction, l.amount_minor,
               e.entry_number, e.description, e.reference, e.entry_type, e.source_id
        from journal_lines l join journal_entries e on e.id = l.entry_id
        where l.account_code = ?1 and (l.entry_date, l.entry_id, l.line_number) > (?2, ?3, ?4) and l.entry_date <= ?5
          and e.entry_number is not null
        order by l.entry_date, l.entry_id, l.line_number limit cast(?6 as integer)";
}
