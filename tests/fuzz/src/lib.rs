//! Every decoder, each with a `check` that takes any bytes and panics when something does not hold: that what
//! is accepted is within its limits, reads back as itself, and that nothing forged is accepted.
//!
//! The same checks run on random input in `tests/decoders.rs`, and for as long as one likes, guided by
//! coverage, as targets of `cargo fuzz` (`fuzz_targets/`, started by `cargo xtask fuzz`).

pub mod body;
pub mod catalogue;
pub mod cursor;
pub mod envelope;
mod house;
pub mod html;
mod input;
pub mod key;
pub mod money;
pub mod text;
pub mod time;
pub mod token;

/// A check: its name, which is that of its fuzz target and its corpus, and what it does.
pub type Check = (&'static str, fn(&[u8]));

/// Every check.
pub const ALL: &[Check] = &[
    ("money", money::check),
    ("text", text::check),
    ("time", time::check),
    ("cursor", cursor::check),
    ("catalogue", catalogue::check),
    ("html", html::check),
    ("envelope", envelope::check),
    ("token", token::check),
    ("body", body::check),
    ("key", key::check),
];
