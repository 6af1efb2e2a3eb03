//! A database whose calls are shared: a unit that is refused harms no other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use platform::{Boxed, Events, Grouped, Lanes, Wake};
use store::{Database, DatabaseError, Pending, Rows, Sql, Sqlite, Statement, values};
use tokio::sync::Notify;
use tokio::task::yield_now;

const TAKE: Sql =
    Sql { name: "TAKE", text: "update stock set left = left - cast(?1 as integer)", scan: Some("one row") };
const SOLD: Sql = Sql { name: "SOLD", text: "insert into sales (id) values (?1)", scan: None };
const LEFT: Sql = Sql { name: "LEFT", text: "select left from stock", scan: Some("one row") };

struct Tasks;

impl Events for Tasks {
    fn pause(&self) -> (Wake, Boxed<'static, ()>) {
        let ended = Arc::new(Notify::new());
        let end = ended.clone();
        (Box::new(move || end.notify_one()), Box::pin(async move { ended.notified().await }))
    }

    fn keep(&self, work: Boxed<'static, ()>) -> Boxed<'static, ()> {
        tokio::spawn(work);
        Box::pin(std::future::ready(()))
    }

    fn linger(&self, _: usize) -> Option<Boxed<'static, ()>> {
        Some(Box::pin(yield_now()))
    }

    fn now_ms(&self) -> i64 {
        0
    }
}

/// Counts the calls and the statements, and fails the first calls in a way that leaves the outcome unknown.
struct Counting {
    inner: Sqlite,
    calls: AtomicUsize,
    statements: AtomicUsize,
    silent: AtomicUsize,
}

impl Database for Counting {
    fn query(&self, _: Statement) -> Pending<'_, Rows> {
        unreachable!("a group sends batches")
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.statements.fetch_add(statements.len(), Ordering::Relaxed);
        if self.silent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
        {
            return Box::pin(std::future::ready(Err(DatabaseError::Unknown("no answer".to_owned()))));
        }
        self.inner.batch(statements)
    }
}

fn house(left: i64) -> (Arc<Counting>, Grouped) {
    let schema = format!(
        "create table stock (left integer not null constraint stock_left check (left >= 0)) strict;
         create table sales (id text primary key) strict; insert into stock values ({left});"
    );
    let counting = Counting {
        inner: Sqlite::in_memory(&[schema]).unwrap(),
        calls: AtomicUsize::new(0),
        statements: AtomicUsize::new(0),
        silent: AtomicUsize::new(0),
    };
    let counting = Arc::new(counting);
    (counting.clone(), Grouped::new(Lanes::default(), counting, Arc::new(Tasks)))
}

/// Sells to each of these at once.
async fn sell(database: &Grouped, buyers: &[(&'static str, i64)]) -> Vec<Result<(), DatabaseError>> {
    let sales: Vec<_> = buyers
        .iter()
        .map(|(id, units)| {
            let (database, unit) =
                (database.clone(), vec![TAKE.bind(values![*units]), SOLD.bind(values![*id])]);
            tokio::spawn(async move { database.batch(unit).await.map(drop) })
        })
        .collect();
    let mut outcomes = Vec::new();
    for sale in sales {
        outcomes.push(sale.await.unwrap());
    }
    outcomes
}

#[derive(serde::Deserialize)]
struct Left {
    left: i64,
}

async fn left(database: &Grouped) -> i64 {
    database.query(LEFT.bind([])).await.unwrap().first::<Left>().unwrap().unwrap().left
}

#[tokio::test]
async fn units_that_wait_together_are_one_batch() {
    let (counting, database) = house(10);
    let all = sell(&database, &[("a", 1), ("b", 1), ("c", 1), ("d", 1)]).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!((counting.calls.load(Ordering::Relaxed), left(&database).await), (1, 6));
}

#[tokio::test]
async fn a_refused_unit_is_refused_by_its_own_rule_and_harms_no_other() {
    let (_, database) = house(10);
    let all = sell(&database, &[("a", 1), ("b", 99), ("c", 1), ("a", 1), ("d", 1)]).await;
    let rules: Vec<Option<&str>> =
        all.iter().map(|outcome| outcome.as_ref().err().and_then(DatabaseError::rule)).collect();
    assert_eq!(rules, [None, Some("stock_left"), None, Some("sales.id"), None]);
    assert_eq!(left(&database).await, 7, "each of the others once");
}

#[tokio::test]
async fn the_last_unit_is_sold_once_to_the_first_of_a_group() {
    let (_, database) = house(1);
    let all = sell(&database, &[("a", 1), ("b", 1), ("c", 1)]).await;
    assert_eq!(all.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(all[0].is_ok(), "first come, first served");
    assert_eq!(left(&database).await, 0);
}

#[tokio::test]
async fn an_unknown_outcome_is_unknown_to_all_and_nothing_is_sent_again() {
    let (counting, database) = house(10);
    counting.silent.store(1, Ordering::Relaxed);
    let all = sell(&database, &[("a", 1), ("b", 1)]).await;
    assert!(all.iter().all(|outcome| matches!(outcome, Err(DatabaseError::Unknown(_)))), "{all:?}");
    assert_eq!(counting.calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_several_ask_alike_is_asked_once() {
    let (counting, database) = house(10);
    let asked: Vec<_> = (0..5)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move { left(&database).await })
        })
        .collect();
    for one in asked {
        assert_eq!(one.await.unwrap(), 10);
    }
    assert_eq!((counting.calls.load(Ordering::Relaxed), counting.statements.load(Ordering::Relaxed)), (1, 1));
}
