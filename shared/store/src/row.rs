//! Rows, read into plain structs by column name.

use std::sync::Arc;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::{DatabaseError, Value};

/// One row: column names and values.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

/// The rows of one statement.
#[derive(Debug, Clone, Default)]
pub struct Rows(Vec<Row>);

impl Row {
    /// A row of `columns.len()` values.
    #[must_use]
    pub fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// Reads the row into a struct. Its fields have the names of the columns.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, DatabaseError> {
        let entries = self.columns.iter().map(String::as_str).zip(self.values.into_iter().map(Cell));
        T::deserialize(MapDeserializer::<_, ReadError>::new(entries))
            .map_err(|error| DatabaseError::Shape(error.0))
    }
}

impl Rows {
    /// Rows in order.
    #[must_use]
    pub fn new(rows: Vec<Row>) -> Self {
        Self(rows)
    }

    /// Reads every row.
    pub fn read<T: DeserializeOwned>(self) -> Result<Vec<T>, DatabaseError> {
        self.0.into_iter().map(Row::read).collect()
    }

    /// Reads the first row, if there is one.
    pub fn first<T: DeserializeOwned>(self) -> Result<Option<T>, DatabaseError> {
        self.0.into_iter().next().map(Row::read).transpose()
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Value {
    /// A number as JavaScript returns it, which does not distinguish 5 from 5.0: an integer where possible.
    pub(crate) fn from_number(number: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "checked by comparing back")]
        let truncated = number as i64;
        #[expect(clippy::cast_precision_loss, reason = "comparing back")]
        let same = (truncated as f64).to_bits() == number.to_bits();
        if same { Self::Integer(truncated) } else { Self::Real(number) }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct ReadError(String);

impl serde::de::Error for ReadError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// A value being read.
struct Cell(Value);

impl IntoDeserializer<'_, ReadError> for Cell {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> serde::Deserializer<'de> for Cell {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Integer(number) => visitor.visit_i64(number),
            Value::Real(number) => visitor.visit_f64(number),
            Value::Text(text) => visitor.visit_string(text),
            Value::Blob(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.into_iter())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            value => visitor.visit_some(Cell(value)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::Integer(number) => visitor.visit_bool(number != 0),
            value => Cell(value).deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::Text(text) => visitor.visit_enum(text.into_deserializer()),
            value => Cell(value).deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    enum State {
        Open,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Record {
        id: kernel::ids::OrderId,
        count: i64,
        note: Option<String>,
        paid: bool,
        state: State,
    }

    #[test]
    fn a_row_becomes_a_struct_by_column_name() {
        let id = "0193e9a0-0000-7000-8000-000000000001";
        let columns: Arc<[String]> =
            ["paid", "id", "count", "note", "state", "unused"].map(String::from).into();
        let text = |text: &str| Value::Text(text.to_owned());
        let values =
            vec![Value::Integer(1), text(id), Value::Integer(7), Value::Null, text("Open"), Value::Null];
        let record: Record = Row::new(columns, values).read().unwrap();
        assert_eq!((record.id.to_string().as_str(), record.count, record.note), (id, 7, None));
        assert!(record.paid && record.state == State::Open);
    }
}
