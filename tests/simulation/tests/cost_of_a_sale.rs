//! What a sale at a till costs, as docs/scale.md calculates with it: calls, statements, rows, bytes, messages. A change
//! that makes a sale dearer changes that page, too.
#![allow(clippy::disallowed_methods, reason = "the time that SQLite takes is measured")]

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use contracts::Service;
use native::House;
use native::client::{Answer, usd};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Database, Pending, Rows, Sqlite, Statement};
use web::Role;

/// Queries, batches and calls of each service for a sale.
const TIMING: &str = "order;dur=0;desc=\"queries=1 batches=2 calls=2\", \
    product;dur=0;desc=\"queries=1 batches=0 calls=0\", inventory;dur=0;desc=\"queries=0 batches=1 calls=0\"";
/// Sales that are measured.
const SALES: u32 = 1_000;
/// Articles among which they are spread.
const ARTICLES: usize = 50;

/// Everything here is done at once: no future waits.
fn now<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

#[derive(Deserialize)]
struct Row {
    name: String,
    n: i64,
}

fn rows(house: &House, service: Service, text: String) -> BTreeMap<String, i64> {
    let statement = Statement { text: Box::leak(text.into_boxed_str()), values: Vec::new() };
    let rows = now(house.database(service).unwrap().query(statement)).unwrap();
    rows.read::<Row>().unwrap().into_iter().map(|row| (row.name, row.n)).collect()
}

/// The bytes of a database, and the rows of each of its tables.
fn size(house: &House, service: Service) -> BTreeMap<String, i64> {
    let tables = "select name, 0 as n from sqlite_schema where type = 'table' and name not like 'sqlite%'";
    let mut texts = vec![
        "select '' as name, (page_count - freelist_count) * page_size as n \
            from pragma_page_count, pragma_page_size, pragma_freelist_count"
            .to_owned(),
    ];
    texts.extend(
        rows(house, service, tables.to_owned())
            .into_keys()
            .map(|table| format!("select '{table}' as name, count(*) as n from \"{table}\"")),
    );
    texts.into_iter().flat_map(|text| rows(house, service, text)).collect()
}

fn settle(house: &House) {
    now(async {
        house.settle().await;
        house.advance_seconds(61);
        house.tick().await;
        house.settle().await;
    });
}

/// A warehouse and articles with stock.
fn shop(house: &House) -> (Value, Vec<String>) {
    let manager = house.client(Service::Inventory).by(Role::Manager);
    let warehouse = json!({ "code": "MAIN", "name": "Main", "region": "ZZ" });
    let warehouse = now(manager.post("/inventory/warehouses", warehouse)).expect(201)["id"].clone();
    let skus: Vec<String> = (0..ARTICLES).map(|number| format!("ARTICLE-{number}")).collect();
    for sku in &skus {
        let variant = json!({ "sku": sku, "name": sku, "price": usd("10.00"), "cost": usd("4.00") });
        let product = json!({ "name": sku, "status": "Active", "variants": [variant] });
        let _ = now(manager.at(Service::Product).post("/products", product)).expect(201);
    }
    settle(house);
    let items: Vec<Value> =
        skus.iter().map(|sku| json!({ "sku": sku, "delta": 100_000, "unitCost": usd("4.00") })).collect();
    let received = json!({ "warehouseId": warehouse, "reason": "Received", "items": items });
    let _ = now(manager.post("/inventory/adjustments", received)).expect(201);
    settle(house);
    (warehouse, skus)
}

fn sale((warehouse, skus): &(Value, Vec<String>), number: usize, lines: usize) -> Value {
    let items: Vec<Value> = (0..lines)
        .map(|line| json!({ "sku": skus[(number * lines + line) % skus.len()], "quantity": 1 }))
        .collect();
    json!({
        "terminalId": "TILL-1", "terminalSequence": number + 1, "warehouseId": warehouse, "items": items,
        "payments": [{ "method": "Cash", "amount": usd(&format!("{lines}0.00")) }],
    })
}

fn sell(house: &House, shop: &(Value, Vec<String>), number: usize, lines: usize) -> Answer {
    let order = house.client(Service::Order).by(Role::Cashier);
    let answer = now(order.post("/orders/pos", sale(shop, number, lines)));
    let _ = answer.expect(201);
    answer
}

fn real(count: i64) -> f64 {
    f64::from(i32::try_from(count).unwrap())
}

/// What a sale leaves behind: bytes of each service's database (without a name), rows of each table, and the bytes of
/// the message to the books.
fn cost(lines: usize) -> BTreeMap<String, f64> {
    let house = services::house().unwrap();
    house.set("PAYMENT_PROVIDER", "test");
    let shop = shop(&house);
    let _ = sell(&house, &shop, 0, lines);
    settle(&house);
    let before = Service::ALL.map(|service| size(&house, service));
    for number in 1..=SALES as usize {
        let answer = sell(&house, &shop, number, lines);
        assert_eq!(answer.header("server-timing").unwrap(), TIMING, "{lines} lines");
        if number % 100 == 0 {
            settle(&house);
        }
    }
    settle(&house);
    let mut costs = BTreeMap::new();
    for (service, before) in Service::ALL.into_iter().zip(before) {
        for (name, after) in size(&house, service) {
            let each = real(after - before.get(&name).copied().unwrap_or_default()) / f64::from(SALES);
            if each > 0.01 {
                costs.insert(format!("{service} {name}").trim().to_owned(), each);
            }
        }
    }
    let messages =
        "select queue as name, max(length(body)) as n from outbox where queue <> '' group by queue";
    for (queue, bytes) in rows(&house, Service::Order, messages.to_owned()) {
        costs.insert(queue, real(bytes));
    }
    costs
}

fn assert_costs(lines: usize, figures: &[(&str, f64)]) {
    let costs = cost(lines);
    println!("{lines} lines: {costs:#?}");
    for (what, page) in figures {
        let now = costs.get(*what).copied().unwrap_or_default();
        assert!((now / page - 1.0).abs() < 0.1, "{lines} lines: {what} {now}, and docs/scale.md says {page}");
    }
    assert_eq!(costs.len(), figures.len(), "docs/scale.md lists everything");
}

#[test]
fn a_sale_costs_what_the_page_says() {
    let of = |lines: f64, order, inventory, message| {
        [
            ("order", order),
            ("order orders", 1.0),
            ("order order_lines", lines),
            ("order payments", 1.0),
            ("order outbox", 3.0),
            ("inventory", inventory),
            ("inventory stock_operations", 1.0),
            ("inventory movements", lines),
            ("accounting", 1_870.0),
            ("accounting inbox", 1.0),
            ("accounting journal_entries", 1.0),
            ("accounting journal_lines", 4.0),
            ("accounting outbox", 1.0),
            ("accounting-inbox", message),
        ]
    };
    assert_costs(3, &of(3.0, 5_690.0, 1_630.0, 1_460.0));
    assert_costs(1, &of(1.0, 4_000.0, 720.0, 1_030.0));
}

/// The calls of a service to its database: statements and bytes of each, and the time that SQLite took for all.
#[derive(Debug, Clone, Default)]
struct Carried {
    calls: Vec<(usize, usize)>,
    spent: Duration,
}

impl Carried {
    fn statements(&self) -> Vec<usize> {
        self.calls.iter().map(|(statements, _)| *statements).collect()
    }
}

/// A database that looks at its calls.
struct Watched {
    sqlite: Sqlite,
    carried: Arc<Mutex<Carried>>,
}

impl Watched {
    fn look<'a, T>(&'a self, statements: &[Statement], call: Pending<'a, T>) -> Pending<'a, T>
    where
        T: Send + 'a,
    {
        let size = (statements.len(), statements.iter().map(Statement::bytes).sum::<usize>());
        Box::pin(async move {
            let started = Instant::now();
            let done = call.await;
            let mut carried = self.carried.lock().unwrap();
            carried.calls.push(size);
            carried.spent += started.elapsed();
            done
        })
    }
}

impl Database for Watched {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        let statements = [statement.clone()];
        self.look(&statements, self.sqlite.query(statement))
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        let watched = statements.clone();
        self.look(&watched, self.sqlite.batch(statements))
    }
}

/// What a service's database is asked for one of so many requests: the calls of the last one, the average time.
fn carried(
    house: &House,
    service: Service,
    role: Role,
    path: &str,
    count: u32,
    body: impl Fn(u32) -> Value,
) -> Carried {
    let carried: Arc<Mutex<Carried>> = Arc::default();
    let client = house.client(service).by(role).with(&[("content-type", "application/json")]);
    for number in 0..count {
        carried.lock().unwrap().calls.clear();
        let watched = Watched { sqlite: client.database(), carried: carried.clone() };
        let answer = now(client.send_over(Arc::new(watched), "POST", path, body(number).to_string()));
        assert!(answer.status < 300, "{service}: {} {}", answer.status, answer.text);
    }
    let Carried { calls, spent } = carried.lock().unwrap().clone();
    let carried = Carried { calls, spent: spent / count };
    println!("{service}: {carried:?}");
    carried
}

#[test]
fn the_calls_of_a_sale_carry_what_the_page_says() {
    const COUNT: u32 = 300;
    let house = services::house().unwrap();
    house.set("PAYMENT_PROVIDER", "test");
    let shop = shop(&house);
    let order = carried(&house, Service::Order, Role::Cashier, "/orders/pos", COUNT, |number| {
        sale(&shop, number as usize, 3)
    });
    let inventory = carried(&house, Service::Inventory, Role::System, "/inventory/deduct", COUNT, |number| {
        let skus = (0..3).map(|line| &shop.1[(number as usize * 3 + line) % ARTICLES]);
        let items: Vec<Value> = skus.map(|sku| json!({ "sku": sku, "quantity": 1 })).collect();
        let id = native::client::id(number + 1);
        json!({ "orderId": id, "warehouseId": shop.0, "channel": "POS", "items": items })
    });
    house.lose_messages();
    let told = now(house.client(Service::Order).events());
    let completed: Vec<_> = told.into_iter().filter(|(queue, _)| queue == "accounting-inbox").collect();
    let accounting =
        carried(&house, Service::Accounting, Role::System, "/internal/events", COUNT, |number| {
            let (queue, message) = &completed[number as usize];
            json!({ "messages": [{ "id": message.id, "queue": queue, "body": message.to_json() }] })
        });
    assert_eq!(order.statements(), [4, 5, 4]);
    assert_eq!(inventory.statements(), [4]);
    assert_eq!(accounting.statements(), [1, 6]);
}
