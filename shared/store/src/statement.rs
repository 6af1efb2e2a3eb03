//! SQL as data: each statement is a named constant, bound to values when it is used.

use kernel::text::{Barcode, Code, Email, Name, Prose, Region, ShortText, Sku};
use kernel::{Currency, Date, Quantity, QuantityChange, Timestamp};
use uuid::Uuid;

/// A statement of one service, written once and prepared in a test against the real migrations.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// The constant's name, for tests and logs.
    pub name: &'static str,
    /// One SQL statement with parameters `?1`, `?2`, …
    pub text: &'static str,
    /// Why a full scan is right here; `None` means that a scan fails the test.
    pub scan: Option<&'static str>,
}

impl Sql {
    /// Binds the parameters, in order.
    #[must_use]
    pub fn bind<const N: usize>(&self, values: [Value; N]) -> Statement {
        Statement { text: self.text, values: values.into() }
    }
}

/// A statement with its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The SQL.
    pub text: &'static str,
    /// The values of `?1`, `?2`, …
    pub values: Vec<Value>,
}

impl Statement {
    /// Whether it changes nothing.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        self.text.trim_start().starts_with("select")
    }

    /// The bytes of its values, roughly: how much it takes to send them.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let bytes = |value: &Value| match value {
            Value::Text(text) => text.len(),
            Value::Blob(bytes) => bytes.len(),
            Value::Null | Value::Integer(_) | Value::Real(_) => 8,
        };
        self.values.iter().map(bytes).sum()
    }
}

/// A value as SQLite knows it. Integers travel as doubles, as D1 sends them: in a bare expression
/// write `cast(?1 as integer)`; in a STRICT INTEGER column the conversion is the column's.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Absent.
    Null,
    /// A whole number within ±(2^53 - 1).
    Integer(i64),
    /// A number with a fraction: a measure, never money.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// What can be bound.
pub trait IntoValue {
    /// The value as SQLite stores it.
    fn into_value(self) -> Value;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for i64 {
    fn into_value(self) -> Value {
        Value::Integer(self)
    }
}

impl IntoValue for i32 {
    fn into_value(self) -> Value {
        Value::Integer(i64::from(self))
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Integer(i64::from(self))
    }
}

impl IntoValue for usize {
    fn into_value(self) -> Value {
        Value::Integer(i64::try_from(self).unwrap_or(i64::MAX))
    }
}

impl IntoValue for f64 {
    fn into_value(self) -> Value {
        Value::Real(self)
    }
}

impl IntoValue for Vec<u8> {
    fn into_value(self) -> Value {
        Value::Blob(self)
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl IntoValue for &String {
    fn into_value(self) -> Value {
        Value::Text(self.clone())
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, IntoValue::into_value)
    }
}

impl<'a, T> IntoValue for &'a Option<T>
where
    &'a T: IntoValue,
{
    fn into_value(self) -> Value {
        self.as_ref().into_value()
    }
}

macro_rules! text_values {
    ($($type:ty),* $(,)?) => {$(
        impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::Text(self.to_string())
            }
        }
        impl IntoValue for &$type {
            fn into_value(self) -> Value {
                Value::Text(self.to_string())
            }
        }
    )*};
}

text_values!(
    Uuid,
    Timestamp,
    Date,
    Currency,
    Sku,
    Barcode,
    Name,
    ShortText,
    Prose,
    Code,
    Region,
    kernel::TimeZone,
    Email,
    kernel::ids::ProductId,
    kernel::ids::CategoryId,
    kernel::ids::WarehouseId,
    kernel::ids::AdjustmentId,
    kernel::ids::TransferId,
    kernel::ids::CustomerId,
    kernel::ids::OrderId,
    kernel::ids::CartId,
    kernel::ids::PaymentId,
    kernel::ids::RefundId,
    kernel::ids::ClosingId,
    kernel::ids::EntryId,
    kernel::ids::PeriodId,
    kernel::ids::InvoiceId,
    kernel::ids::CreditId,
    kernel::ids::UserId,
    kernel::ids::MessageId,
    kernel::ids::MailId,
    kernel::ids::ReconciliationId,
);

impl IntoValue for Quantity {
    fn into_value(self) -> Value {
        Value::Integer(self.units())
    }
}

impl IntoValue for QuantityChange {
    fn into_value(self) -> Value {
        Value::Integer(self.units())
    }
}

/// Binds a list as one JSON text, read with `json_each(?1)`: D1 takes at most 100 parameters. A value that does not
/// serialize (it cannot happen for our types) becomes a text that is not JSON, which the statement refuses.
#[must_use]
pub fn json<T: serde::Serialize + ?Sized>(value: &T) -> Value {
    Value::Text(serde_json::to_string(value).unwrap_or_else(|error| format!("not JSON: {error}")))
}

/// Binds values of mixed types: `values![id, name, 3]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::IntoValue::into_value($value)),*] };
}

/// Declares the statements of a module and lists them in `ALL`, which the statement test reads.
///
/// ```
/// store::statements! {
///     /// The newest first.
///     LIST_ORDERS: "select id from orders where id < ?1 order by id desc limit ?2";
///     /// Audits read everything.
///     COUNT_ORDERS: "select count(*) as n from orders", scan "an audit, page by page";
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident : $text:expr $(, scan $why:literal)? ;)*) => {
        $(
            $(#[$doc])*
            #[allow(unreachable_pub, reason = "a statement's name and text say what it is")]
            pub const $name: $crate::Sql = $crate::Sql {
                name: stringify!($name),
                text: $text,
                scan: $crate::statements!(@scan $($why)?),
            };
        )*
        /// Every statement of this module.
        #[allow(unreachable_pub, reason = "a private module may declare statements")]
        pub const ALL: &[&$crate::Sql] = &[$(&$name),*];
    };
    (@scan) => { None };
    (@scan $why:literal) => { Some($why) };
}
