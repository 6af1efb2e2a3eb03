//! Cloudflare D1.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use wasm_bindgen::JsValue;
use worker::send::{SendFuture, SendWrapper};
use worker::{D1Database, D1PreparedStatement, D1Result};

use crate::database::Pending;
use crate::{Database, DatabaseError, Row, Rows, Statement, Value};

/// A D1 binding.
#[derive(Clone)]
pub struct D1 {
    // A Worker isolate has one thread; the wrapper only tells the compiler so.
    binding: Arc<SendWrapper<D1Database>>,
}

impl D1 {
    /// Wraps a binding.
    #[must_use]
    pub fn new(binding: D1Database) -> Self {
        Self { binding: Arc::new(SendWrapper::new(binding)) }
    }

    fn prepare(&self, statement: Statement) -> Result<D1PreparedStatement, DatabaseError> {
        let values: Vec<JsValue> = statement.values.into_iter().map(bound).collect();
        self.binding.prepare(statement.text).bind(&values).map_err(|error| classify(&error))
    }
}

impl Database for D1 {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        Box::pin(SendFuture::new(async move {
            let prepared = self.prepare(statement)?;
            rows(&prepared.all().await.map_err(|error| classify(&error))?)
        }))
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        Box::pin(SendFuture::new(async move {
            if statements.is_empty() {
                return Ok(Vec::new());
            }
            let prepared = statements.into_iter().map(|s| self.prepare(s)).collect::<Result<Vec<_>, _>>()?;
            let results = self.binding.batch(prepared).await.map_err(|error| classify(&error))?;
            results.iter().map(rows).collect()
        }))
    }
}

/// JavaScript numbers are doubles, exact up to 2^53 - 1: the limit of every amount that we store.
fn bound(value: Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        #[expect(clippy::cast_precision_loss, reason = "amounts stay within 2^53 - 1")]
        Value::Integer(number) => JsValue::from_f64(number as f64),
        Value::Real(number) => JsValue::from_f64(number),
        Value::Text(text) => JsValue::from_str(&text),
        Value::Blob(bytes) => js_sys::Uint8Array::from(bytes.as_slice()).into(),
    }
}

fn rows(result: &D1Result) -> Result<Rows, DatabaseError> {
    let objects = result.results::<Object>().map_err(|error| DatabaseError::Shape(error.to_string()))?;
    let mut rows = Vec::with_capacity(objects.len());
    // Every row of a result has the same columns: the names are stored once.
    let mut columns: Arc<[String]> = Arc::new([]);
    for Object { names, values } in objects {
        if columns.len() != names.len() {
            columns = names.into();
        }
        rows.push(Row::new(columns.clone(), values));
    }
    Ok(Rows::new(rows))
}

/// A row as D1 gives it: a JavaScript object with the columns in order.
struct Object {
    names: Vec<String>,
    values: Vec<Value>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Object, A::Error> {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        while let Some((name, Cell(value))) = entries.next_entry()? {
            names.push(name);
            values.push(value);
        }
        Ok(Object { names, values })
    }
}

/// A column's value.
struct Cell(Value);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor).map(Cell)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, bytes or null")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::from_number(number))
    }

    /// D1 returns bytes as an array of numbers.
    fn visit_seq<A: SeqAccess<'de>>(self, mut bytes: A) -> Result<Value, A::Error> {
        let mut blob = Vec::new();
        while let Some(byte) = bytes.next_element()? {
            blob.push(byte);
        }
        Ok(Value::Blob(blob))
    }
}

fn classify(error: &worker::Error) -> DatabaseError {
    match error {
        worker::Error::D1(error) => DatabaseError::classify(&error.cause()),
        other => DatabaseError::classify(&other.to_string()),
    }
}
