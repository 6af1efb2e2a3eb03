//! A database behind a network: it fails before or after it has done what it was asked, and deliberate
//! faults rewrite its statements.

use contracts::{Queue, Service};
use store::{Database, DatabaseError, Pending, Rows, Sqlite, Statement};

use crate::faults::Fault;
use crate::mutation::Mutation;
use crate::world::{Residence, told};

/// A database behind a network that fails.
#[derive(Clone)]
pub(crate) struct Faulty {
    house: Residence,
    service: Service,
    sqlite: Sqlite,
}

/// Whether a statement changes anything.
fn writes(statement: &Statement) -> bool {
    !statement.text.trim_start().starts_with("select")
}

/// Whether a statement is the first of a unit of work that happens once.
fn begins_a_unit(statement: &Statement) -> bool {
    ["insert into stock_operations", "insert into idempotency_keys", "insert into inbox"]
        .iter()
        .any(|first| statement.text.starts_with(first))
}

impl Faulty {
    pub(crate) fn new(house: &Residence, service: Service, sqlite: Sqlite) -> Self {
        Self { house: house.clone(), service, sqlite }
    }

    /// The messages of a batch reach the queues although nothing is committed yet: a mutation's fault.
    fn publish_early(&self, statements: &[Statement]) {
        for statement in
            statements.iter().filter(|statement| statement.text.starts_with("insert into outbox"))
        {
            let Some(store::Value::Text(rows)) = statement.values.first() else { continue };
            let rows: Vec<(String, String, String)> = serde_json::from_str(rows).unwrap_or_default();
            for (_, queue, body) in rows {
                if let Some(queue) = Queue::parse(&queue) {
                    self.house.core.state().queues.push((queue, body));
                }
            }
        }
    }

    async fn run(&self, mut statements: Vec<Statement>, what: &str) -> Result<Vec<Rows>, DatabaseError> {
        let core = &self.house.core;
        core.pause().await;
        let changes = statements.iter().any(writes);
        let (before, after) =
            if changes { ("before a commit", "after a commit") } else { ("before a query", "after a query") };
        for statement in &mut statements {
            statement.text = self.house.rewritten(statement.text);
        }
        if self.house.has(Mutation::PublishBeforeCommit) {
            self.publish_early(&statements);
        }
        core.reach(Some(self.service), before).await;
        let fault = core.fault(|faults, random| faults.of_database(random, changes));
        if fault == Some(Fault::DatabaseBefore) {
            self.note(what, &statements, fault, "");
            if self.house.has(Mutation::HalfABatch) {
                let half = statements.len() / 2;
                statements.truncate(half);
                let _ = self.sqlite.batch(statements).await;
            }
            return Err(DatabaseError::Unknown("the database did not answer".to_owned()));
        }
        let done = match <[Statement; 1]>::try_from(statements.clone()) {
            Ok([alone]) if !changes => self.sqlite.query(alone).await.map(|rows| vec![rows]),
            _ => self.sqlite.batch(statements.clone()).await,
        };
        let shared = statements.iter().filter(|statement| begins_a_unit(statement)).count() > 1;
        let refused = matches!(done, Err(DatabaseError::Rule { .. }));
        let done = if refused && shared && self.house.has(Mutation::RefusalLostInGroup) {
            Ok(vec![Rows::default(); statements.len()])
        } else {
            done
        };
        let outcome = done.as_ref().map_or_else(ToString::to_string, |_| "done".to_owned());
        self.note(what, &statements, fault, &outcome);
        if changes {
            core.pause().await;
        }
        core.reach(Some(self.service), after).await;
        if fault == Some(Fault::DatabaseAfter) && done.is_ok() {
            return Err(DatabaseError::Unknown("the answer was lost".to_owned()));
        }
        done
    }

    fn note(&self, what: &str, statements: &[Statement], fault: Option<Fault>, outcome: &str) {
        let detail = || {
            let all: Vec<String> = statements
                .iter()
                .map(|statement| {
                    let values: Vec<String> = statement.values.iter().map(shown).collect();
                    let text: String = statement.text.chars().take(60).collect();
                    format!("{text}… {}", values.join(","))
                })
                .collect();
            format!("{outcome} {} | {}", told(fault), all.join(" | "))
        };
        let mut hashed: Vec<&[u8]> = vec![outcome.as_bytes()];
        for statement in statements {
            hashed.push(&statement.text.as_bytes()[..statement.text.len().min(40)]);
            hashed.extend(statement.values.iter().filter_map(|value| match value {
                store::Value::Text(text) => Some(text.as_bytes()),
                _ => None,
            }));
        }
        self.house.core.note(Some(self.service), what, detail, &hashed);
    }
}

fn shown(value: &store::Value) -> String {
    match value {
        store::Value::Null => "null".to_owned(),
        store::Value::Integer(number) => number.to_string(),
        store::Value::Real(number) => number.to_string(),
        store::Value::Text(text) => text.clone(),
        store::Value::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}

impl Database for Faulty {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        Box::pin(async move {
            let mut rows = self.run(vec![statement], "queries").await?;
            rows.pop().ok_or_else(|| DatabaseError::Shape("no result of one statement".to_owned()))
        })
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        Box::pin(async move {
            if statements.is_empty() {
                return Ok(Vec::new());
            }
            self.run(statements, "commits").await
        })
    }
}
