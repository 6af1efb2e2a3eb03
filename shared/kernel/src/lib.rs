//! The words every service shares: money, time, ids, quantities and short texts.
//!
//! Each type here is a value with one canonical text form, which is also its JSON form (money has a second one,
//! `MinorUnits`, in events); parsing is the only way in, so a value that exists is valid. Nothing here knows of
//! databases, HTTP or a clock.

mod currency;
pub mod cursor;
pub mod failure;
pub mod gtin;
pub mod ids;
mod minor_units;
pub mod money;
pub mod quantity;
mod schema;
mod tenant;
pub mod text;
pub mod time;
pub mod unicode;
mod unit_cost;

pub use currency::Currency;
pub use cursor::{Cursor, Limit};
pub use failure::Failure;
pub use minor_units::{MinorUnits, OptionalMinorUnits};
pub use money::{Money, MoneyError, Rounding};
pub use quantity::{Quantity, QuantityChange};
pub use tenant::Tenant;
pub use time::{Date, Timestamp};
pub use unit_cost::UnitCost;
