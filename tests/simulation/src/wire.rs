//! The clients of the simulation at the door of a real house: the same stories, the same patience, the same
//! checks; only the house is the Workers on workerd, which somebody kills meanwhile.
//!
//! One thread plays all clients as the scheduler of the simulation does, with the clock of this machine; a few
//! others carry their requests. A run does not repeat itself, because nothing here decides who is faster.
#![allow(clippy::disallowed_methods, reason = "the house outside keeps the time of this machine")]

mod carriers;
mod ledger;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use contracts::Service;
use serde_json::json;
use store::Sqlite;
use web::Role;

use crate::client::Client;
use crate::clients;
use crate::core::{Core, lock};
use crate::house::prepare;
use crate::model::{Deed, Model};
use crate::shop::{ARTICLES, Shop};
use crate::world::Builder;
pub(crate) use carriers::Wire;
pub use carriers::{Counts, Doubling};
pub use ledger::{Found, Outcome, damage};

/// Requests under way at once.
const REQUESTS_MAX: usize = 8;
/// Clients at once: most wait for the answer to a key whose request died half a minute ago.
const CLIENTS_MAX: usize = 150;
/// What is received of the plentiful articles before the doors open.
const PLENTY: i64 = 20_000;
/// The secret that the clients sign their tokens with: it must be that of the house.
pub const SECRETS: &str = "ACCESS_TOKEN_KEY=an-access-token-key-for-one-process-only\n";

/// Clients at work.
pub struct Load {
    thread: JoinHandle<Result<Outcome, String>>,
    wire: Wire,
    closing: Arc<AtomicBool>,
}

impl Load {
    /// Lets the shop open at the gateway with this address, and the clients come.
    #[must_use]
    pub fn start(url: &str, seed: u64, doubling: Doubling) -> Self {
        let wire = Wire::new(url, REQUESTS_MAX, doubling);
        let closing = Arc::new(AtomicBool::new(false));
        let (at, until) = (wire.clone(), Arc::clone(&closing));
        Self { thread: thread::spawn(move || play(&at, seed, &until)), wire, closing }
    }

    /// What was sent and answered until now.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.wire.counts()
    }

    /// Whether the shop is open, and clients come.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.wire.is_open()
    }

    /// Whether it has ended by itself: it cannot go on.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Nobody else comes; waits until everybody has an answer.
    ///
    /// # Errors
    /// When the shop could not open.
    pub fn finish(self) -> Result<Outcome, String> {
        self.closing.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the clients panicked".to_owned())?
    }
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}

/// The scheduler, for clients only: no service lives in it.
fn play(wire: &Wire, seed: u64, closing: &AtomicBool) -> Result<Outcome, String> {
    let core = Core::new();
    core.reset(seed, false);
    core.state().faults.end();
    core.follow_clock(now_ms());
    let empty = || Sqlite::in_memory(&[]).map_err(|error| error.to_string());
    let residence = Builder::new().with(Service::Gateway, empty()?).build(core.clone(), None);
    let (model, present): (Arc<Mutex<Model>>, Arc<AtomicUsize>) = Default::default();
    let client = |shop: &Arc<Shop>| Client::new(&residence, shop, &model, &present, Role::Guest).at(wire);

    let opened: Arc<Mutex<Option<Result<Shop, String>>>> = Arc::default();
    let (opener, slot) = (client(&Arc::default()).role(Role::Manager), opened.clone());
    core.spawn(
        None,
        Box::pin(async move {
            let shop = prepare(&opener).await;
            *lock(&slot) = Some(shop);
        }),
    );
    while lock(&opened).is_none() {
        turn(&core);
    }
    let shop = Arc::new(lock(&opened).take().unwrap_or_else(|| Err("the shop did not open".to_owned()))?);
    let clerk = client(&shop).role(Role::Warehouse);
    clerk.beside(receive_plenty(clerk.clone()));
    while present.load(Ordering::Relaxed) > 0 {
        turn(&core);
    }
    wire.open();

    while !closing.load(Ordering::Relaxed) || present.load(Ordering::Relaxed) > 0 {
        let crowded = present.load(Ordering::Relaxed) >= CLIENTS_MAX || wire.waiting() >= REQUESTS_MAX;
        if !crowded && !closing.load(Ordering::Relaxed) {
            let one = client(&shop);
            one.beside(clients::come(one.clone()));
        }
        turn(&core);
    }
    let model = lock(&model).clone();
    Ok(Outcome { model, shop, counts: wire.counts() })
}

/// Lets whoever can go on go on; nothing happens faster than the clock of this machine.
fn turn(core: &Core) {
    core.follow_clock(now_ms());
    if core.has_ready() {
        core.step();
    } else {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Enough of two articles; the one between them stays scarce, so that the last unit is fought for.
async fn receive_plenty(client: Client) {
    for warehouse in client.shop.warehouses.clone() {
        for article in ARTICLES.iter().step_by(2) {
            let word = client.model().word("adjustment");
            let cost = json!({ "amount": article.cost, "currency": "USD" });
            let item = json!({ "sku": article.sku, "delta": PLENTY, "unitCost": cost });
            let body =
                json!({ "warehouseId": warehouse, "reason": "Received", "note": word, "items": [item] });
            let key = format!("key-{word}");
            let answer = client.ask("POST", "/inventory/adjustments", Some(&key), &body).await;
            let done = answer.as_ref().is_some_and(|answer| answer.status == 201);
            if !done {
                client.surprise(format!("goods are not received: {answer:?}"));
            }
            let seen = (Deed { done, id: None }, warehouse.clone(), article.sku.to_owned(), PLENTY);
            client.model().adjustments.insert(word, seen);
        }
    }
}
