//! The rules of stock that are not the schema's.

pub mod shortage;
