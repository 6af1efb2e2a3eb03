//! The rules of time zones: those of JavaScript's `Intl`, so that they cost a Worker no bytes.

use std::cell::RefCell;
use std::collections::BTreeMap;

use kernel::{TimeZone, Timestamp};
use wasm_bindgen::prelude::wasm_bindgen;

/// Clocks change only at whole quarters of an hour of UTC, in every zone and since 1973.
const QUARTER_MS: i64 = 900_000;
/// The most offsets that an isolate remembers.
const REMEMBERED_MAX: usize = 1_000;

thread_local! {
    /// The offsets by zone and quarter of an hour; none for an unknown zone.
    static OFFSETS: RefCell<BTreeMap<(String, i64), Option<i32>>> = const { RefCell::new(BTreeMap::new()) };
}

#[wasm_bindgen(module = "/src/wire.js")]
extern "C" {
    /// Nothing for a zone that the runtime does not know.
    #[wasm_bindgen(js_name = utcOffset)]
    fn utc_offset(zone: &str, ms: f64) -> Option<i32>;
}

/// How far the clocks of a zone are ahead of UTC at a time, in seconds; none for an unknown zone.
pub(crate) fn utc_offset_seconds(zone: &TimeZone, at: Timestamp) -> Option<i32> {
    let key = (zone.as_str().to_owned(), at.unix_ms().div_euclid(QUARTER_MS));
    OFFSETS.with_borrow_mut(|offsets| {
        if let Some(offset) = offsets.get(&key) {
            return *offset;
        }
        if offsets.len() >= REMEMBERED_MAX {
            offsets.clear();
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a time before the year 10000 is below 2^53 milliseconds"
        )]
        let offset = utc_offset(zone.as_str(), at.unix_ms() as f64);
        offsets.insert(key, offset);
        offset
    })
}
