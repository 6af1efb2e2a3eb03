//! Requests of one isolate share their calls, and wake each other. Only the real runtime shows whether each goes on as
//! itself.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use house::{Api as _, User};
use house_workerd::Workerd;
use serde_json::json;

/// How many ask at once.
const AT_ONCE: usize = 16;
/// Enough for the runtime to optimize what it runs often: after some five thousand requests, promises made by optimized
/// code resumed other requests.
const REQUESTS: usize = 9_000;

#[test]
fn requests_that_share_a_call_each_get_their_own_answer() {
    let workerd = Workerd::start("shared-calls");
    let skus: Vec<String> = (0..AT_ONCE).map(|number| format!("OWN-{number}")).collect();
    for sku in &skus {
        let price = json!({ "amount": "1.00", "currency": "USD" });
        let product =
            json!({ "name": sku, "status": "Active", "variants": [{ "sku": sku, "price": price }] });
        workerd.post(User::Manager, "/products", &product).expect(201);
    }
    let (workerd, next) = (&workerd, &AtomicUsize::new(0));
    thread::scope(|scope| {
        for sku in &skus {
            scope.spawn(move || {
                while next.fetch_add(1, Ordering::Relaxed) < REQUESTS {
                    // A user's reads are kept nowhere.
                    let product = workerd.get(User::Cashier, &format!("/products/sku/{sku}")).expect(200);
                    assert_eq!(product["name"], sku.as_str(), "{product}");
                }
            });
        }
    });
}
