//! A database whose calls are shared by the events of an isolate.
//!
//! Units of work that wait at the same time go to the database as one batch, one after the other, so each sees what those
//! before it have done. A batch is atomic: if a rule refuses one unit, nothing of the batch has happened, and its halves
//! are tried apart until the refused unit is alone. So a unit is either done as a whole or refused by its own rule, and
//! harms no other.

use std::sync::Arc;

use store::{Database, DatabaseError, Pending, Rows, Statement};

use crate::Boxed;
use crate::group::{Events, Group};

/// The most statements in one batch, in units of [`weight`]: a Worker may make a thousand queries for an event.
const WEIGHT_MAX: usize = 400 * STATEMENT_WEIGHT;
/// A statement weighs as much as this many bytes.
const STATEMENT_WEIGHT: usize = 1_000;

type Outcome = Result<Vec<Rows>, DatabaseError>;

/// The calls under way to one database: one for reading and one for writing, so that no reader waits for a writer.
#[derive(Clone)]
pub struct Lanes {
    reading: Arc<Group<Vec<Statement>, Outcome>>,
    writing: Arc<Group<Vec<Statement>, Outcome>>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self { reading: Group::new(WEIGHT_MAX, weight), writing: Group::new(WEIGHT_MAX, weight) }
    }
}

#[expect(clippy::ptr_arg, reason = "the work of one event, as its group has it")]
fn weight(statements: &Vec<Statement>) -> usize {
    statements.iter().map(|statement| STATEMENT_WEIGHT.saturating_add(statement.bytes())).sum()
}

/// One event's view of a database with shared calls.
#[derive(Clone)]
pub struct Grouped {
    lanes: Lanes,
    database: Arc<dyn Database>,
    events: Arc<dyn Events>,
}

impl Grouped {
    /// Shares the calls of all that have the same lanes. The database is the one that a leading event uses for all.
    #[must_use]
    pub fn new(lanes: Lanes, database: Arc<dyn Database>, events: Arc<dyn Events>) -> Self {
        Self { lanes, database, events }
    }

    async fn run(&self, statements: Vec<Statement>) -> Outcome {
        let only_reads = statements.iter().all(Statement::only_reads);
        let lane = if only_reads { &self.lanes.reading } else { &self.lanes.writing };
        let database = self.database.clone();
        let together = move |units: Vec<Vec<Statement>>| -> Boxed<'static, Vec<Outcome>> {
            let database = database.clone();
            Box::pin(async move {
                if only_reads {
                    read_together(&*database, &units).await
                } else {
                    all_or_apart(&*database, &units).await
                }
            })
        };
        let outcome = lane.join(&self.events, statements, together).await;
        outcome.unwrap_or_else(|| {
            Err(DatabaseError::Unknown("the event that carried this has ended".to_owned()))
        })
    }
}

impl Database for Grouped {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        Box::pin(async move {
            let results = self.run(vec![statement]).await?;
            results.into_iter().next().ok_or_else(|| DatabaseError::Shape("no result".to_owned()))
        })
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        Box::pin(
            async move { if statements.is_empty() { Ok(Vec::new()) } else { self.run(statements).await } },
        )
    }
}

/// The statements of several readers in one call; what several ask alike is asked once.
async fn read_together(database: &dyn Database, readers: &[Vec<Statement>]) -> Vec<Outcome> {
    let mut asked: Vec<Statement> = Vec::new();
    let mut place_of = |statement: &Statement| {
        asked.iter().position(|known| known == statement).unwrap_or_else(|| {
            asked.push(statement.clone());
            asked.len().saturating_sub(1)
        })
    };
    let places: Vec<Vec<usize>> =
        readers.iter().map(|statements| statements.iter().map(&mut place_of).collect()).collect();
    match database.batch(asked).await {
        Ok(rows) => {
            let missing = || DatabaseError::Shape("a statement without its rows".to_owned());
            let of = |place: &usize| rows.get(*place).cloned().ok_or_else(missing);
            places.iter().map(|places| places.iter().map(of).collect()).collect()
        }
        Err(error @ DatabaseError::Unknown(_)) => readers.iter().map(|_| Err(error.clone())).collect(),
        // One of them is wrong in itself: each finds out alone.
        Err(error) if readers.len() < 2 => vec![Err(error)],
        Err(_) => all_or_apart(database, readers).await,
    }
}

/// All units in one batch; apart, by halves, when a rule refuses one of them.
fn all_or_apart<'a>(database: &'a dyn Database, units: &'a [Vec<Statement>]) -> Boxed<'a, Vec<Outcome>> {
    Box::pin(async move {
        match database.batch(units.concat()).await {
            Ok(rows) => split(rows, units),
            // Nobody knows what has happened: each has to find out about its own.
            Err(error @ DatabaseError::Unknown(_)) => units.iter().map(|_| Err(error.clone())).collect(),
            Err(error) if units.len() < 2 => vec![Err(error)],
            Err(_) => {
                let (first, second) = units.split_at(units.len().div_euclid(2));
                let mut outcomes = all_or_apart(database, first).await;
                outcomes.extend(all_or_apart(database, second).await);
                outcomes
            }
        }
    })
}

/// The rows of each unit's statements.
fn split(rows: Vec<Rows>, units: &[Vec<Statement>]) -> Vec<Outcome> {
    let mut rows = rows.into_iter();
    let of = |unit: &Vec<Statement>| {
        let own: Vec<Rows> = rows.by_ref().take(unit.len()).collect();
        let missing = || DatabaseError::Shape(format!("{} results of {} statements", own.len(), unit.len()));
        if own.len() == unit.len() { Ok(own) } else { Err(missing()) }
    };
    units.iter().map(of).collect()
}
