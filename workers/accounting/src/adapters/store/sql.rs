//! The statements, by what they are about.

pub(super) mod accounts;
pub(super) mod audit;
pub(super) mod journal;
pub(super) mod receivables;
pub(super) mod reports;
