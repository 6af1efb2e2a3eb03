//! Cloudflare D1.
//!
//! A crossing between wasm and JavaScript costs about a microsecond, and each value and column took several. So
//! statements and rows cross as one JSON text each (`d1.js`).

use std::fmt;
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq as _, Serializer};
use serde::{Deserialize, Deserializer};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::send::{SendFuture, SendWrapper};

use crate::database::Pending;
use crate::{Database, DatabaseError, Row, Rows, Statement, Value};

#[wasm_bindgen(module = "/src/d1.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = batch)]
    async fn run_batch(database: &JsValue, statements: &str) -> Result<JsValue, JsValue>;
}

/// A D1 binding.
#[derive(Clone)]
pub struct D1 {
    // A Worker isolate has one thread; the wrapper only tells the compiler so.
    binding: Arc<SendWrapper<JsValue>>,
}

impl D1 {
    /// Wraps a binding.
    #[must_use]
    pub fn new(binding: JsValue) -> Self {
        Self { binding: Arc::new(SendWrapper::new(binding)) }
    }

    async fn run(&self, statements: &[Statement]) -> Result<Vec<Rows>, DatabaseError> {
        let statements = serde_json::to_string(statements)
            .map_err(|error| DatabaseError::Shape(format!("a statement cannot be sent: {error}")))?;
        match run_batch(&self.binding, &statements).await {
            Ok(results) => read(&results.as_string().unwrap_or_default()),
            Err(error) => Err(DatabaseError::classify(&error.as_string().unwrap_or_default())),
        }
    }
}

impl Database for D1 {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        Box::pin(SendFuture::new(async move {
            let results = self.run(&[statement]).await?;
            results.into_iter().next().ok_or_else(|| DatabaseError::Shape("no result".to_owned()))
        }))
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        Box::pin(SendFuture::new(async move {
            if statements.is_empty() { Ok(Vec::new()) } else { self.run(&statements).await }
        }))
    }
}

/// `[sql, value, …]`.
impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_seq(Some(self.values.len().saturating_add(1)))?;
        parts.serialize_element(self.text)?;
        self.values.iter().try_for_each(|value| parts.serialize_element(value))?;
        parts.end()
    }
}

/// JavaScript reads numbers as doubles, exact up to 2^53 - 1: the limit of every amount that we store.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Real(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            // D1 takes an array of numbers as bytes, and returns bytes as one.
            Self::Blob(bytes) => bytes.serialize(serializer),
        }
    }
}

/// The rows of each statement, from `[[{"column": value, …}, …], …]`.
fn read(results: &str) -> Result<Vec<Rows>, DatabaseError> {
    let results: Vec<Objects> =
        serde_json::from_str(results).map_err(|error| DatabaseError::Shape(error.to_string()))?;
    Ok(results.into_iter().map(|Objects(rows)| Rows::new(rows)).collect())
}

struct Objects(Vec<Row>);

impl<'de> Deserialize<'de> for Objects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ObjectsVisitor).map(Self)
    }
}

struct ObjectsVisitor;

impl<'de> Visitor<'de> for ObjectsVisitor {
    type Value = Vec<Row>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the rows of a statement")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut objects: A) -> Result<Vec<Row>, A::Error> {
        // Every row of a result has the same columns: the names are stored once.
        let mut columns: Arc<[String]> = Arc::new([]);
        let mut rows = Vec::new();
        while let Some(row) = objects.next_element_seed(RowSeed { columns: &mut columns })? {
            rows.push(row);
        }
        Ok(rows)
    }
}

struct RowSeed<'a> {
    columns: &'a mut Arc<[String]>,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = Row;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Row, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Row, A::Error> {
        let mut values = Vec::with_capacity(self.columns.len());
        if self.columns.is_empty() {
            let mut names = Vec::new();
            while let Some((name, Cell(value))) = entries.next_entry::<String, Cell>()? {
                names.push(name);
                values.push(value);
            }
            *self.columns = names.into();
        } else {
            while let Some((_, Cell(value))) = entries.next_entry::<IgnoredAny, Cell>()? {
                values.push(value);
            }
        }
        Ok(Row::new(self.columns.clone(), values))
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

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map(Value::Integer).map_err(|_| E::custom("a number beyond 2^63"))
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
