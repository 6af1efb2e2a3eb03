//! The fail-point test on the real runtime: at each point of a request, in each service that it passes through, the
//! Workers stop and workerd is killed right there. Then the request is sent again with its key.
//!
//! The Workers are built with the feature `fail-points` of `shared/edge`, which arms a request by its id: it says in
//! which service, at which effect, before or after. A service's points end where a request is answered, and all that
//! follows it is done, without having met one. `house_simulation::fail_points` does the same for every use case,
//! natively and in seconds; here D1, service bindings and queues are those of the runtime.
#![allow(clippy::disallowed_methods, reason = "a test of the real runtime keeps the time of this machine")]

use std::fs;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use house::scenarios::Shop;
use house::scenarios::shop::{text, usd};
use house::{Answer, Api as _, Call, User};
use serde_json::{Value, json};

use crate::Workerd;
use crate::crash::{reconcile, rest};

/// What follows an answer, a queue's delay included, is done after this.
const AFTER_THE_ANSWER: Duration = Duration::from_secs(4);
/// How long a request is sent again: a key whose request died is free after half a minute.
const PATIENCE: Duration = Duration::from_secs(120);
/// More points than any request has in one service.
const POINTS_MAX: u32 = 200;
/// The services that a sale passes through.
const SERVICES: [&str; 4] = ["gateway", "order", "inventory", "accounting"];

/// A request, and the answers that it may get.
#[derive(Debug, Clone)]
struct Asked {
    user: User,
    path: String,
    key: String,
    body: Value,
    answers: &'static [(u16, &'static str)],
}

type Story = (&'static str, fn(&Shop<'_>, &Goods, &str) -> Asked);

const STORIES: [Story; 7] = [
    ("a card is charged", |shop, goods, key| {
        confirm(shop, &goods.plenty, key, "tok_approve", &[(200, ""), (402, "PAYMENT_DECLINED")])
    }),
    ("a card is declined", |shop, goods, key| {
        confirm(shop, &goods.plenty, key, "tok_decline", &[(402, "PAYMENT_DECLINED")])
    }),
    ("the goods are gone", |shop, goods, key| {
        confirm(shop, &goods.scarce, key, "tok_approve", &[(409, "OUT_OF_STOCK"), (402, "PAYMENT_DECLINED")])
    }),
    ("a till sells", sell),
    ("an order on account is confirmed", on_account),
    ("a web order is cancelled", cancel),
    ("a card and the goods are given back", give_back),
];

/// What is sold here.
struct Goods {
    plenty: String,
    scarce: String,
    customer: String,
}

/// Units of what there is plenty of.
const PLENTY: i64 = 10_000;

/// What was tried.
#[derive(Debug, Default)]
pub struct Report {
    /// Points by story and service, in the order in which they were tried.
    pub points: Vec<(&'static str, &'static str, u32)>,
    /// Everything that is wrong.
    pub failures: Vec<String>,
}

fn confirm(
    shop: &Shop<'_>,
    sku: &str,
    key: &str,
    token: &str,
    answers: &'static [(u16, &'static str)],
) -> Asked {
    let order = shop.order(sku, 2);
    let path = format!("/api/v1/orders/retail/{}/confirm", text(&order["id"]));
    let body = json!({ "payment": { "method": "Card", "token": token } });
    Asked { user: User::Manager, path, key: key.to_owned(), body, answers }
}

fn sell(shop: &Shop<'_>, goods: &Goods, key: &str) -> Asked {
    let body = json!({
        "terminalId": format!("T{}", shop.tag), "warehouseId": shop.warehouse,
        "items": [{ "sku": goods.plenty, "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd("10.00") }],
    });
    let path = "/api/v1/orders/pos".to_owned();
    Asked { user: User::Cashier, path, key: key.to_owned(), body, answers: &[(201, ""), (200, "")] }
}

fn on_account(shop: &Shop<'_>, goods: &Goods, key: &str) -> Asked {
    let body = json!({
        "customerId": goods.customer, "warehouseId": shop.warehouse, "purchaseOrderNumber": key,
        "items": [{ "sku": goods.plenty, "quantity": 1 }],
    });
    let order = shop.api.post(User::Manager, "/orders/wholesale", &body).expect(201);
    let path = format!("/api/v1/orders/wholesale/{}/confirm", text(&order["id"]));
    let body = json!({ "payment": { "method": "PurchaseOrder" } });
    Asked { user: User::Manager, path, key: key.to_owned(), body, answers: &[(200, "")] }
}

fn cancel(shop: &Shop<'_>, goods: &Goods, key: &str) -> Asked {
    let order = shop.order(&goods.plenty, 1);
    let path = format!("/api/v1/orders/retail/{}/cancel", text(&order["id"]));
    let body = json!({ "reason": "Changed my mind" });
    Asked { user: User::Manager, path, key: key.to_owned(), body, answers: &[(200, "")] }
}

fn give_back(shop: &Shop<'_>, goods: &Goods, key: &str) -> Asked {
    let order = shop.order(&goods.plenty, 2);
    let _ = shop.pay(&order, "tok_approve").expect(200);
    let path = format!("/api/v1/orders/{}/refunds", text(&order["id"]));
    let body = json!({ "items": [{ "sku": goods.plenty, "quantity": 1 }], "reason": key, "restock": true });
    Asked { user: User::Manager, path, key: key.to_owned(), body, answers: &[(201, ""), (200, "")] }
}

/// Tries every point of the first so many stories; `progress` hears of each service that is done.
///
/// # Panics
/// When the runtime does not start: nothing was tested then.
#[must_use]
pub fn run(stories: usize, mut progress: impl FnMut(&'static str, &'static str, u32)) -> Report {
    let folder = xtask::paths::target().join(xtask::build::FAIL_POINTS);
    let workerd = Workerd::start_with("fail-points", "", Some(folder));
    let shop = Shop::open(&workerd);
    let terms = json!({ "minimumQuantity": 1 });
    let customer = json!({
        "name": "Trader", "email": format!("trader.{}@example.org", shop.tag), "type": "Wholesale",
        "creditLimit": usd("1000000.00"), "paymentTerms": "Net30",
    });
    let goods = Goods {
        plenty: shop.stock_wholesale("plenty", "10.00", "4.00", PLENTY, &terms),
        scarce: shop.stock("scarce", "10.00", "4.00", 1),
        customer: text(&workerd.post(User::Manager, "/customers", &customer).expect(201)["id"]),
    };
    let (mut report, mut stopped) = (Report::default(), Vec::new());
    for (name, begin) in STORIES.iter().take(stories) {
        for service in SERVICES {
            let mut count = 0;
            for number in 1..=POINTS_MAX {
                let id = format!("fail-point.{service}.{number}.{}", stopped.len());
                let asked = begin(&shop, &goods, &format!("{}-{service}-{number}", name.replace(' ', "-")));
                let Some(early) = stop_at(&workerd, &asked, &id) else { break };
                stopped.push((format!("{name}, point {number} of {service}"), asked, early));
                count = number;
            }
            report.points.push((name, service, count));
            progress(name, service, count);
        }
    }
    for (place, asked, early) in &stopped {
        report
            .failures
            .extend(ask_again(&workerd, asked, early.as_ref()).map(|what| format!("{place}: {what}")));
    }
    report.failures.extend(rest(&workerd));
    report.failures.extend(reconcile(&workerd));
    report.failures.extend(count_units(&workerd, &shop, &goods));
    report
}

/// Sends the request and kills workerd when it stands at its point, with the answer if that came before; none when it
/// never got there.
fn stop_at(workerd: &Workerd, asked: &Asked, id: &str) -> Option<Option<Answer>> {
    let token = workerd.token(asked.user);
    let mark = format!("{id} reached");
    let (sender, answers) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            if let Ok(answer) = send(workerd, asked, id, token.as_deref()) {
                let _ = sender.send(answer);
            }
        });
        let (mut answer, mut since) = (None, Instant::now());
        loop {
            if fs::read_to_string(workerd.log()).is_ok_and(|log| log.contains(&mark)) {
                workerd.crash();
                return Some(answer.or_else(|| answers.try_recv().ok()));
            }
            if let Ok(came) = answers.try_recv() {
                (answer, since) = (Some(came), Instant::now());
            }
            if answer.is_some() && since.elapsed() > AFTER_THE_ANSWER {
                return None;
            }
            thread::sleep(Duration::from_millis(5));
        }
    })
}

fn send(workerd: &Workerd, asked: &Asked, id: &str, token: Option<&str>) -> Result<Answer, ureq::Error> {
    let headers =
        [("content-type", "application/json"), ("idempotency-key", asked.key.as_str()), ("x-request-id", id)];
    let body = asked.body.to_string();
    let call = Call { user: asked.user, method: "POST", path: &asked.path, headers: &headers, body: &body };
    workerd.try_send(&call, token)
}

/// Sends the request again until it is definitely answered; what is wrong with the answer.
fn ask_again(workerd: &Workerd, asked: &Asked, early: Option<&Answer>) -> Option<String> {
    let (token, since) = (workerd.token(asked.user), Instant::now());
    loop {
        let answer = send(workerd, asked, "again", token.as_deref()).ok();
        let definite = answer.filter(|answer| answer.status < 500 && answer.header("retry-after").is_none());
        if let Some(answer) = definite {
            let code = answer.code();
            if !asked.answers.contains(&(answer.status, code.as_str())) {
                return Some(format!("is answered {} {}", answer.status, answer.text));
            }
            let other = early.filter(|early| early.json_or_null()["id"] != answer.json_or_null()["id"]);
            return other.map(|early| format!("was answered {}, then {}", early.text, answer.text));
        }
        if since.elapsed() > PATIENCE {
            return Some("has no definite answer".to_owned());
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// On hand is what was received and given back, less what was sold.
fn count_units(workerd: &Workerd, shop: &Shop<'_>, goods: &Goods) -> Option<String> {
    let units = |sql: &str| workerd.number("order", &format!("{sql} and l.sku = '{}'", goods.plenty));
    let sold = units(
        "select coalesce(sum(l.quantity), 0) as n from order_lines l join orders o on o.id = l.order_id \
        where o.status = 'Completed'",
    );
    let back = units("select coalesce(sum(l.quantity), 0) as n from refund_lines l where l.restock = 1");
    let (there, due) = (shop.on_hand(&goods.plenty), PLENTY - sold + back);
    (there != due).then(|| format!("{there} units are on hand, and {due} should be"))
}
