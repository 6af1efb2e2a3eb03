//! The memory of the catalogue by the real clock, in a real isolate.
#![allow(clippy::disallowed_methods, reason = "what is old is measured")]

use std::time::{Duration, Instant};

use house::scenarios::{Shop, shop};
use house::{Answer, Api as _, User};
use house_workerd::Workerd;
use serde_json::json;

/// How old an answer may be.
const AGE_MAX: Duration = Duration::from_secs(1);

fn is_from_memory(answer: &Answer) -> bool {
    answer.header("server-timing").is_some_and(|timing| !timing.contains("product;"))
}

#[test]
fn a_change_of_the_catalogue_is_seen_within_a_second() {
    let workerd = Workerd::start("catalogue");
    let sku = Shop::open(&workerd).stock("mug", "8.00", "3.00", 0);
    let path = format!("/products/sku/{sku}");
    let read = || workerd.get(User::Guest, &path);
    let (mut hits, mut old) = (0, 0);
    for cents in 10..20 {
        let amount = format!("9.{cents}");
        let began = Instant::now();
        // Some guests have read it: it is kept.
        while !is_from_memory(&read()) {
            assert!(began.elapsed() < 10 * AGE_MAX, "nothing is kept");
        }
        workerd
            .put(User::Manager, &format!("{path}/prices"), &json!({ "price": shop::usd(&amount) }))
            .expect(200);
        let changed = Instant::now();
        loop {
            let age = changed.elapsed();
            let answer = read();
            hits += u32::from(is_from_memory(&answer));
            let shown = answer.expect(200)["variants"][0]["price"]["amount"] == amount;
            if shown {
                break;
            }
            assert!(age <= AGE_MAX, "{age:?} after the change: {}", answer.text);
            old += 1;
        }
    }
    println!("{hits} answers from memory, {old} of them of the price before");
    assert!(hits > 0 && old > 0, "nothing was shown from memory: {hits}, {old}");
}
