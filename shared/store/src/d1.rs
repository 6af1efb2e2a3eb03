//! Cloudflare D1.

use std::sync::Arc;

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use worker::send::{SendFuture, SendWrapper};
use worker::{D1Database, D1PreparedStatement, D1Result};

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
    async fn query(&self, statement: Statement) -> Result<Rows, DatabaseError> {
        let prepared = self.prepare(statement)?;
        SendFuture::new(async move { rows(&prepared.all().await.map_err(|error| classify(&error))?) }).await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        let prepared = statements.into_iter().map(|s| self.prepare(s)).collect::<Result<Vec<_>, _>>()?;
        let binding = self.binding.clone();
        SendFuture::new(async move {
            let results = binding.batch(prepared).await.map_err(|error| classify(&error))?;
            results.iter().map(rows).collect()
        })
        .await
    }
}

/// JavaScript numbers are doubles, exact up to 2^53 - 1: the bound of every amount we keep.
fn bound(value: Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        #[expect(clippy::cast_precision_loss, reason = "amounts stay within 2^53 - 1")]
        Value::Integer(number) => JsValue::from_f64(number as f64),
        Value::Text(text) => JsValue::from_str(&text),
    }
}

fn rows(result: &D1Result) -> Result<Rows, DatabaseError> {
    let objects = result.results::<JsObject>().map_err(|error| classify(&error))?;
    let mut rows = Vec::with_capacity(objects.len());
    let mut columns: Option<(Arc<[String]>, Vec<JsValue>)> = None;
    for JsObject(object) in objects {
        // Every row of a result has the same columns: their names are read once.
        let (names, keys) = columns.get_or_insert_with(|| {
            let keys: Vec<JsValue> = Object::keys(&object).iter().collect();
            (keys.iter().map(|key| key.as_string().unwrap_or_default()).collect(), keys)
        });
        let values = keys
            .iter()
            .map(|key| {
                Reflect::get(&object, key).map_err(|_| shape("a missing column")).and_then(|v| read(&v))
            })
            .collect::<Result<Vec<_>, _>>()?;
        rows.push(Row::new(names.clone(), values));
    }
    Ok(Rows::new(rows))
}

fn read(value: &JsValue) -> Result<Value, DatabaseError> {
    if value.is_null() || value.is_undefined() {
        return Ok(Value::Null);
    }
    if let Some(text) = value.as_string() {
        return Ok(Value::Text(text));
    }
    let number = value.as_f64().ok_or_else(|| shape("neither a text nor a number"))?;
    #[expect(clippy::cast_possible_truncation, reason = "checked by comparing back")]
    let truncated = number as i64;
    #[expect(clippy::cast_precision_loss, reason = "comparing back")]
    let same = (truncated as f64).to_bits() == number.to_bits();
    if same {
        Ok(Value::Integer(truncated))
    } else {
        Err(DatabaseError::Shape(format!("a fraction: {number}")))
    }
}

fn shape(what: &str) -> DatabaseError {
    DatabaseError::Shape(what.to_owned())
}

fn classify(error: &worker::Error) -> DatabaseError {
    match error {
        worker::Error::D1(error) => DatabaseError::classify(&error.cause()),
        other => DatabaseError::classify(&other.to_string()),
    }
}
