//! The five services in one native process.
