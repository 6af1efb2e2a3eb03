//! History for `--fill`: copies of real sales, written straight into the database files while no Worker runs.
//!
//! A few sales are made through the door, booked and confirmed. Each copy is what they left in every table, row by row,
//! with ids, numbers and times of its own. All triggers and constraints hold: they move the stock, add up the balances
//! and would refuse a wrong row. Only the sales of each day, which no trigger counts, are counted here.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use xtask::process::check_interrupted;

use crate::pattern::{Copy, Marks, Pattern};

/// The tables that a sale leaves rows in, each with what finds them by the order's id; the order is that of writing.
const ORDER: &[(&str, &str)] = &[
    ("orders", "id = ?1"),
    ("order_lines", "order_id = ?1"),
    ("payments", "order_id = ?1"),
    ("outbox", "instr(body, ?1) > 0"),
    (KEYS, "instr(answer, ?1) > 0"),
];
const INVENTORY: &[(&str, &str)] = &[("stock_operations", "id = ?1"), ("movements", "operation_id = ?1")];
const ACCOUNTING: &[(&str, &str)] = &[
    (ENTRIES, "source_id = 'order:' || ?1"),
    ("journal_lines", "entry_id = (select id from journal_entries where source_id = 'order:' || ?1)"),
    ("inbox", "?1 is not null"),
];
/// Kept for a week, so that only the newest copies have one.
const KEYS: &str = "idempotency_keys";
const KEYS_KEPT_MS: i64 = 6 * 86_400_000;
/// Begins as a draft, and is posted when its lines are there.
const ENTRIES: &str = "journal_entries";
/// Sales of a transaction.
const PART: usize = 5_000;

/// When the copies were sold: evenly from `first_ms` on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) first_ms: i64,
    pub(crate) now_ms: i64,
    pub(crate) copies: usize,
}

impl Times {
    fn at(self, number: usize) -> i64 {
        let share = i64::try_from(number).unwrap_or(i64::MAX);
        let all = i64::try_from(self.copies.max(1)).unwrap_or(i64::MAX);
        // An hour before now, so that nothing seems to be under way.
        self.first_ms + (self.now_ms - 3_600_000 - self.first_ms) / all * share
    }
}

/// The rows of one table that a sale left.
struct Rows {
    table: &'static str,
    insert: String,
    rows: Vec<Vec<Pattern>>,
}

/// Writes the copies with these numbers; `orders` are the sales to copy, in turn.
pub(crate) fn write(folder: &Path, orders: &[String], numbers: Range<usize>, times: Times) -> Result<()> {
    let (order, accounting) = (open(folder, "orders")?, open(folder, ENTRIES)?);
    let marks = orders.iter().map(|id| marks(&order, &accounting, id)).collect::<Result<Vec<Marks>>>()?;
    drop((order, accounting));
    thread::scope(|scope| {
        let services = [ORDER, INVENTORY, ACCOUNTING].map(|tables| {
            let (marks, numbers) = (&marks, numbers.clone());
            scope.spawn(move || fill(folder, tables, orders, marks, numbers, times))
        });
        services.into_iter().try_for_each(|service| service.join().map_err(|_| anyhow!("a thread died"))?)
    })
}

/// The database with this table: the files are named by what the runtime makes of their ids.
fn open(folder: &Path, table: &str) -> Result<Connection> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let file = entry?.path();
        if file.extension().is_some_and(|kind| kind == "sqlite") {
            let connection = Connection::open(&file)?;
            if has_table(&connection, table)? {
                connection.execute_batch(
                    "pragma foreign_keys = on; pragma synchronous = off; pragma cache_size = -300000",
                )?;
                connection.set_prepared_statement_cache_capacity(64);
                return Ok(connection);
            }
        }
    }
    Err(anyhow!("no database in {} has {table}", folder.display()))
}

fn has_table(connection: &Connection, table: &str) -> Result<bool> {
    let sql = "select count(*) from sqlite_master where type = 'table' and name = ?1";
    Ok(connection.query_row(sql, [table], |row| row.get::<_, i64>(0))? > 0)
}

/// The ids and numbers of a sale: what is different in each copy.
fn marks(order: &Connection, accounting: &Connection, id: &str) -> Result<Marks> {
    let texts = |connection: &Connection, sql: &str| -> Result<Vec<String>> {
        let mut statement = connection.prepare(sql)?;
        let found = statement.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(found)
    };
    let one = |connection: &Connection, sql: &str| -> Result<String> {
        texts(connection, sql)?
            .into_iter()
            .next()
            .with_context(|| format!("the sale {id} left nothing: {sql}"))
    };
    let mut ids = vec![id.to_owned()];
    for sql in [
        "select id from payments where order_id = ?1",
        "select id from outbox where instr(body, ?1) > 0",
        "select key from idempotency_keys where instr(answer, ?1) > 0",
    ] {
        ids.extend(texts(order, sql)?);
    }
    ids.push(one(accounting, "select id from journal_entries where source_id = 'order:' || ?1")?);
    let entry_number = "select entry_number from journal_entries where source_id = 'order:' || ?1";
    let numbers =
        [one(order, "select order_number from orders where id = ?1")?, one(accounting, entry_number)?];
    Ok(Marks { ids, numbers })
}

/// Fills one database.
fn fill(
    folder: &Path,
    tables: &'static [(&'static str, &'static str)],
    orders: &[String],
    marks: &[Marks],
    numbers: Range<usize>,
    times: Times,
) -> Result<()> {
    let mut connection = open(folder, tables.first().map_or("", |(table, _)| table))?;
    let mut templates = Vec::new();
    for (id, marks) in orders.iter().zip(marks) {
        let rows = tables.iter().map(|(table, filter)| rows(&connection, table, filter, id, marks));
        templates.push(rows.collect::<Result<Vec<Rows>>>()?);
    }
    let mut counters = counters(&connection, tables)?;
    let all: Vec<usize> = numbers.collect();
    for part in all.chunks(PART) {
        check_interrupted()?;
        let transaction = connection.transaction()?;
        for &number in part {
            let place = number % templates.len();
            let at_ms = times.at(number);
            let mut copy = Copy::new(number, at_ms);
            let last = counters.entry(copy.year()).or_insert(0);
            *last += 1;
            copy.sequence = *last;
            for rows in &templates[place] {
                if rows.table != KEYS || at_ms > times.now_ms - KEYS_KEPT_MS {
                    insert(&transaction, rows, &copy)?;
                }
            }
            finish(&transaction, tables, &marks[place], &copy)?;
        }
        for (year, last) in &counters {
            transaction
                .prepare_cached(
                    "insert into sequences (name, year, last) values (?1, ?2, ?3) \
                     on conflict (name, year) do update set last = excluded.last",
                )?
                .execute(params![sequence_of(tables), year, last])?;
        }
        transaction.commit()?;
    }
    connection.execute_batch("pragma wal_checkpoint(truncate)")?;
    Ok(())
}

/// The name of the sequence of a database's numbers.
fn sequence_of(tables: &[(&str, &str)]) -> &'static str {
    match tables.first() {
        Some(("orders", _)) => "orders",
        Some((ENTRIES, _)) => "JE",
        _ => "history",
    }
}

/// The last number of each year.
fn counters(connection: &Connection, tables: &[(&str, &str)]) -> Result<BTreeMap<i64, i64>> {
    let mut statement = connection.prepare("select year, last from sequences where name = ?1")?;
    let found = statement.query_map([sequence_of(tables)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// What a sale left in a table.
fn rows(connection: &Connection, table: &'static str, filter: &str, id: &str, marks: &Marks) -> Result<Rows> {
    let mut statement = connection.prepare("select name from pragma_table_info(?1)")?;
    let columns: Vec<String> =
        statement.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    // The order in which movements happened is the table's to number.
    let columns: Vec<String> = columns.into_iter().filter(|name| name != "seq").collect();
    let mut statement =
        connection.prepare(&format!("select {} from {table} where {filter}", columns.join(", ")))?;
    let read = |row: &rusqlite::Row<'_>| {
        (0..columns.len()).map(|place| row.get::<_, Value>(place)).collect::<rusqlite::Result<Vec<Value>>>()
    };
    let found = statement.query_map([id], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let pattern = |(column, value): (&String, Value)| match column.as_str() {
        "status" if table == ENTRIES => Pattern::Same(Value::Text("Draft".to_owned())),
        "entry_number" | "posted_at" if table == ENTRIES => Pattern::Same(Value::Null),
        _ => Pattern::of(value, marks),
    };
    let rows: Vec<Vec<Pattern>> =
        found.into_iter().map(|row| columns.iter().zip(row).map(pattern).collect()).collect();
    // Of the inbox only the messages of this sale.
    let own = |row: &Vec<Pattern>| table != "inbox" || row.first().is_some_and(|first| first.has_mark());
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
    let insert = format!("insert into {table} ({}) values ({})", columns.join(", "), places.join(", "));
    Ok(Rows { table, insert, rows: rows.into_iter().filter(own).collect() })
}

fn insert(connection: &Connection, rows: &Rows, copy: &Copy) -> Result<()> {
    let mut statement = connection.prepare_cached(&rows.insert)?;
    for row in &rows.rows {
        statement
            .execute(params_from_iter(row.iter().map(|pattern| pattern.fill(copy))))
            .with_context(|| format!("copy {} into {}", copy.number, rows.table))?;
    }
    Ok(())
}

/// What follows when all rows are there.
fn finish(connection: &Connection, tables: &[(&str, &str)], marks: &Marks, copy: &Copy) -> Result<()> {
    match tables.first() {
        Some((ENTRIES, _)) => {
            let sql = "update journal_entries set status = 'Posted', entry_number = ?2, posted_at = ?3 where id = ?1";
            let (id, number) = (copy.id(marks.ids.len() - 1), copy.new_number(&marks.numbers[1]));
            connection.prepare_cached(sql)?.execute(params![id, number, copy.at])?;
        }
        Some(("orders", _)) => {
            let sql = "insert into sales_by_day (day, warehouse_id, sales_channel, orders, total_minor) \
                select coalesce(business_day, substr(sold_at, 1, 10)), warehouse_id, sales_channel, 1, total_minor from orders where id = ?1 \
                on conflict (day, warehouse_id, sales_channel) do update \
                set orders = orders + 1, total_minor = total_minor + excluded.total_minor";
            connection.prepare_cached(sql)?.execute([copy.id(0)])?;
        }
        _ => {}
    }
    Ok(())
}
