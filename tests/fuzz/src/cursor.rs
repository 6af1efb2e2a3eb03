//! Cursors and limits of pages.

use kernel::{Cursor, Limit};

use crate::input::Input;

/// A byte for what to do, then a cursor, a key or a limit.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() % 3 {
        0 => {
            let text = input.text();
            if let Some(cursor) = Cursor::parse(&text) {
                assert_eq!(written(&cursor), text, "two texts for one cursor");
                assert!(text.len() <= 1024);
            }
        }
        1 => {
            let key = input.text();
            let cursor = Cursor::after(&*key);
            let text = written(&cursor);
            if text.len() <= 1024 {
                assert_eq!(Cursor::parse(&text), Some(cursor));
            }
        }
        _ => {
            let text = input.text();
            let json = serde_json::to_string(&text).unwrap();
            if let Ok(limit) = serde_json::from_str::<Limit>(&json) {
                assert!((1..=100).contains(&limit.rows()));
                assert_eq!(text.parse(), Ok(limit.rows()));
            }
        }
    }
}

fn written(cursor: &Cursor) -> String {
    let json = serde_json::to_value(cursor).unwrap();
    json.as_str().unwrap().to_owned()
}
