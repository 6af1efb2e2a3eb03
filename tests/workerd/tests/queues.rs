//! What only the real queues can show.

use std::time::Duration;

use house::{Api as _, User};
use house_workerd::Workerd;
use serde_json::json;

/// How long the message may take to its queue's reader and from there to the dead letters.
const ROUNDS_MAX: u32 = 100;

#[test]
fn a_message_that_is_no_text_becomes_a_dead_letter() {
    let workerd = Workerd::start("queues");
    workerd.send_json("order", "ACCOUNTING_INBOX", &json!({ "colour": "red" }));
    for _ in 0..ROUNDS_MAX {
        let letters = workerd.get(User::Admin, "/ops/dead-letters?status=New").expect(200);
        if let Some(letter) = letters["data"].as_array().and_then(|letters| letters.first()) {
            assert_eq!(letter["queue"], "accounting-inbox", "{letter}");
            assert!(letter.to_string().contains("colour"), "its body is kept: {letter}");
            return;
        }
        workerd.settle();
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the message is nowhere");
}
