//! Pure rules: what a mail says in which words, its form as a message, and when it is sent again.

pub mod catalogue;
pub mod compose;
pub mod delivery;
pub mod document;
pub mod message;
pub mod smtp;
