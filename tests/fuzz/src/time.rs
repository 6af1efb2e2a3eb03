//! Times and dates: within the years of the books, and read back as themselves.

use kernel::{Date, Timestamp};

use crate::input::Input;

/// The last millisecond of the year 9999.
const LAST_MS: i64 = 253_402_300_799_999;

/// A byte for what to do, then a time, a date, or numbers to calculate with.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() % 3 {
        0 => {
            if let Some(time) = Timestamp::parse(&input.text()) {
                check_time(time);
            }
        }
        1 => {
            let text = input.text();
            if let Some(date) = Date::parse(&text) {
                assert_eq!(date.to_string(), text);
                check_date(date);
            }
        }
        _ => {
            let time = Timestamp::from_unix_ms(input.number());
            check_time(time);
            check_time(time.plus_seconds(input.number()));
            check_date(time.date().plus_days(input.number()));
        }
    }
}

fn check_time(time: Timestamp) {
    assert!((0..=LAST_MS).contains(&time.unix_ms()), "{time}");
    let text = time.to_string();
    assert_eq!(text.len(), 24, "{text}: texts sort as times only when they are equally long");
    assert_eq!(Timestamp::parse(&text), Some(time));
    let json = serde_json::to_string(&time).unwrap();
    assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), time);
    assert!(time.date().start() <= time);
    check_date(time.date());
}

fn check_date(date: Date) {
    assert!((1970..=9999).contains(&date.year()));
    assert_eq!(date.start().date(), date);
    assert_eq!(Date::parse(&date.to_string()), Some(date));
    let json = serde_json::to_string(&date).unwrap();
    assert_eq!(serde_json::from_str::<Date>(&json).unwrap(), date);
    assert!(date.month_start() <= date);
    // The last day of the calendar has no next one.
    let next = date.plus_days(1);
    assert!(next > date || date.to_string() == "9999-12-31");
    if next > date {
        assert_eq!(next.plus_days(-1), date);
    }
}
