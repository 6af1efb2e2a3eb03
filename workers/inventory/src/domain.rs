//! The rules of stock that are not the schema's.

pub mod adjustment;
pub mod booked;
pub mod lines;
pub mod movement;
pub mod shortage;
