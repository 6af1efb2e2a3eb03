//! The rules of stock that the schema does not enforce.

pub mod adjustment;
pub mod booked;
pub mod lines;
pub mod movement;
pub mod shortage;
