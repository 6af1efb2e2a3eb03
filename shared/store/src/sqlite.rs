//! SQLite in this process, made to behave as D1 does: integers are bound as doubles, the same limits
//! hold, and a batch is one transaction.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};

use crate::database::Pending;
use crate::{Database, DatabaseError, Row, Rows, Sql, Statement, Value};

/// D1's limits: bound parameters, statement length in bytes, terms of a compound SELECT.
const PARAMETERS_MAX: i32 = 100;
const SQL_LENGTH_MAX: i32 = 100_000;
const COMPOUND_SELECT_MAX: i32 = 5;

/// A SQLite database in memory or in a file.
#[derive(Clone)]
pub struct Sqlite {
    connection: Arc<Mutex<Connection>>,
}

impl Sqlite {
    /// An empty database in memory with these migrations applied, each a script.
    pub fn in_memory(migrations: &[String]) -> Result<Self, DatabaseError> {
        Self::prepare(Connection::open_in_memory().map_err(classify)?, migrations)
    }

    /// A database in a file; the migrations are applied when the file is new.
    pub fn in_file(path: &std::path::Path, migrations: &[String]) -> Result<Self, DatabaseError> {
        let fresh = !path.exists();
        let connection = Connection::open(path).map_err(classify)?;
        connection
            .execute_batch("pragma journal_mode = wal; pragma synchronous = normal")
            .map_err(classify)?;
        Self::prepare(connection, if fresh { migrations } else { &[] })
    }

    fn prepare(connection: Connection, migrations: &[String]) -> Result<Self, DatabaseError> {
        connection.execute_batch("pragma foreign_keys = on").map_err(classify)?;
        for migration in migrations {
            connection.execute_batch(migration).map_err(classify)?;
        }
        connection.set_prepared_statement_cache_capacity(256);
        for (limit, value) in [
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS_MAX),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, SQL_LENGTH_MAX),
            (Limit::SQLITE_LIMIT_COMPOUND_SELECT, COMPOUND_SELECT_MAX),
        ] {
            connection.set_limit(limit, value).map_err(classify)?;
        }
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Runs a script as it is, outside any unit: to prepare a database, or to roll it back to a savepoint.
    pub fn script(&self, script: &str) -> Result<(), DatabaseError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        connection.execute_batch(script).map_err(classify)
    }

    fn run(&self, statements: &[Statement]) -> Result<Vec<Rows>, DatabaseError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // On its own a savepoint is a transaction; it may also be inside one that `script` began.
        let transaction = connection.savepoint().map_err(classify)?;
        let mut all = Vec::with_capacity(statements.len());
        for statement in statements {
            all.push(run_one(&transaction, statement)?);
        }
        transaction.commit().map_err(classify)?;
        Ok(all)
    }
}

impl Database for Sqlite {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        Box::pin(async move {
            let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
            run_one(&connection, &statement)
        })
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        Box::pin(async move { self.run(&statements) })
    }
}

fn run_one(connection: &Connection, statement: &Statement) -> Result<Rows, DatabaseError> {
    let mut prepared = connection.prepare_cached(statement.text).map_err(classify)?;
    let columns: Arc<[String]> = prepared.column_names().map(str::to_owned).collect();
    let values = statement.values.iter().map(bound);
    let mut found = prepared.query(params_from_iter(values)).map_err(classify)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(classify)? {
        let mut values = Vec::with_capacity(columns.len());
        for index in 0..columns.len() {
            values.push(read(row.get_ref(index).map_err(classify)?)?);
        }
        rows.push(Row::new(columns.clone(), values));
    }
    Ok(Rows::new(rows))
}

/// As D1 binds: JavaScript has only doubles.
fn bound(value: &Value) -> rusqlite::types::Value {
    match value {
        Value::Null => rusqlite::types::Value::Null,
        #[expect(clippy::cast_precision_loss, reason = "D1 binds doubles; amounts stay within 2^53 - 1")]
        Value::Integer(number) => rusqlite::types::Value::Real(*number as f64),
        Value::Real(number) => rusqlite::types::Value::Real(*number),
        Value::Text(text) => rusqlite::types::Value::Text(text.clone()),
        Value::Blob(bytes) => rusqlite::types::Value::Blob(bytes.clone()),
    }
}

fn read(value: ValueRef<'_>) -> Result<Value, DatabaseError> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        ValueRef::Text(text) => String::from_utf8(text.to_vec())
            .map(Value::Text)
            .map_err(|_| DatabaseError::Shape("a text is not UTF-8".to_owned())),
        ValueRef::Real(number) => Ok(Value::from_number(number)),
        ValueRef::Blob(bytes) => Ok(Value::Blob(bytes.to_vec())),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as map_err's function")]
fn classify(error: rusqlite::Error) -> DatabaseError {
    match &error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => DatabaseError::classify(message),
        other => DatabaseError::Unknown(other.to_string()),
    }
}

/// Prepares each statement against the migrations and reads its query plan. Returns the faults as text. A full scan of
/// a table is a fault, unless the statement says why it is right.
pub fn check_statements(migrations: &[String], statements: &[&Sql]) -> Result<Vec<String>, DatabaseError> {
    let database = Sqlite::in_memory(migrations)?;
    let connection = database.connection.lock().unwrap_or_else(PoisonError::into_inner);
    let mut faults = Vec::new();
    for sql in statements {
        let plan = match explain(&connection, sql) {
            Ok(plan) => plan,
            Err(error) => {
                faults.push(format!("{}: {error}", sql.name));
                continue;
            }
        };
        let scans: Vec<&String> = plan.iter().filter(|step| is_full_scan(step, &plan)).collect();
        match (scans.is_empty(), sql.scan) {
            (false, None) => faults.push(format!("{}: full scan: {scans:?}", sql.name)),
            (true, Some(_)) => faults.push(format!("{}: says it scans, and does not", sql.name)),
            _ => {}
        }
    }
    Ok(faults)
}

/// How a statement is carried out, step by step, as SQLite explains it over the real migrations.
pub fn query_plan(migrations: &[String], sql: &Sql) -> Result<Vec<String>, DatabaseError> {
    let database = Sqlite::in_memory(migrations)?;
    let connection = database.connection.lock().unwrap_or_else(PoisonError::into_inner);
    explain(&connection, sql).map_err(classify)
}

fn explain(connection: &Connection, sql: &Sql) -> rusqlite::Result<Vec<String>> {
    let mut prepared = connection.prepare(&format!("explain query plan {}", sql.text))?;
    let nulls = vec![rusqlite::types::Value::Null; prepared.parameter_count()];
    prepared.query_map(params_from_iter(nulls), |row| row.get::<_, String>(3)).and_then(Iterator::collect)
}

/// `SCAN orders` reads a whole table; a scan of an index in order under a LIMIT is a keyset page. JSON parameters and
/// constant rows are not tables, nor is a subquery, whose own steps stand in the plan.
fn is_full_scan(step: &str, plan: &[String]) -> bool {
    let Some(what) = step.trim_start().strip_prefix("SCAN ") else { return false };
    let is_subquery = ["CO-ROUTINE", "MATERIALIZE"]
        .iter()
        .any(|kind| plan.iter().any(|step| *step == format!("{kind} {what}")));
    let virtual_table = what.contains("VIRTUAL TABLE");
    !is_subquery
        && !virtual_table
        && !what.starts_with("CONSTANT ROW")
        && !what.starts_with('(')
        && !what.contains("USING")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values;

    fn table() -> Vec<String> {
        vec![
            "create table t (id text primary key, n integer not null constraint t_n check (n >= 0)) strict;"
                .to_owned(),
        ]
    }

    const INSERT: Sql = Sql { name: "INSERT", text: "insert into t (id, n) values (?1, ?2)", scan: None };
    const COUNT: Sql =
        Sql { name: "COUNT", text: "select count(*) as n, ?1 / 2 = 2.5 as half from t", scan: None };

    #[derive(serde::Deserialize)]
    struct Count {
        n: i64,
        half: bool,
    }

    #[tokio::test]
    async fn a_broken_rule_undoes_the_whole_batch_and_numbers_bind_as_doubles() {
        let database = Sqlite::in_memory(&table()).unwrap();
        let broken = database.batch(vec![INSERT.bind(values!["a", 1]), INSERT.bind(values!["b", -1])]).await;
        assert_eq!(broken.unwrap_err().rule(), Some("t_n"));
        let count: Count = database.query(COUNT.bind(values![5])).await.unwrap().first().unwrap().unwrap();
        assert_eq!(count.n, 0);
        assert!(count.half, "5 / 2 is 2.5 with doubles");
    }

    #[derive(serde::Deserialize)]
    struct Measure {
        weight: f64,
        thumb: Vec<u8>,
    }

    #[tokio::test]
    async fn fractions_and_bytes_go_in_and_come_out() {
        let schema = ["create table m (weight real not null, thumb blob not null) strict;".to_owned()];
        let database = Sqlite::in_memory(&schema).unwrap();
        let insert = Sql { name: "KEEP", text: "insert into m (weight, thumb) values (?1, ?2)", scan: None };
        let read = Sql { name: "READ", text: "select weight, thumb from m", scan: Some("one row") };
        database.batch(vec![insert.bind(values![0.25, vec![0_u8, 255]])]).await.unwrap();
        let measure: Measure = database.query(read.bind([])).await.unwrap().first().unwrap().unwrap();
        assert_eq!((measure.weight.to_bits(), measure.thumb), (0.25_f64.to_bits(), vec![0, 255]));
    }

    #[test]
    fn a_full_scan_is_found() {
        let scan = Sql { name: "SCAN", text: "select id from t where n = ?1", scan: None };
        let excused = Sql { scan: Some("small"), ..scan };
        let wrong = Sql { name: "WRONG", text: "select x from t", scan: None };
        let faults = check_statements(&table(), &[&INSERT, &scan, &excused, &wrong]).unwrap();
        assert_eq!(faults.len(), 2, "{faults:?}");
    }

    /// It was JSON `null`, and so an empty list: the statement did nothing, and nobody heard of it.
    #[tokio::test]
    async fn a_list_that_does_not_serialize_is_refused() {
        const LIST: Sql = Sql { name: "LIST", text: "select count(*) as n from json_each(?1)", scan: None };
        let database = Sqlite::in_memory(&table()).unwrap();
        let list = crate::json(&std::collections::BTreeMap::from([(vec![1_u8], 1)]));
        assert!(database.query(LIST.bind([list])).await.is_err());
    }
}
