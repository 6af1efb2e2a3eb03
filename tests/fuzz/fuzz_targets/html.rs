//! Runs [`house_fuzz::html::check`] on what libFuzzer makes up.
#![no_main]
#![allow(missing_docs, reason = "the macro's entry point")]

libfuzzer_sys::fuzz_target!(|data: &[u8]| house_fuzz::html::check(data));
