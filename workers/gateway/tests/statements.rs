//! Every statement is prepared against the real migrations, and none scans a growing table.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use serde::Deserialize;
use store::{Database as _, Sql, Statement, Value, plumbing};

#[test]
fn every_statement_is_prepared_and_none_scans() {
    let migrations = native::migrations(contracts::Service::Gateway).unwrap();
    let faults = store::check_statements(&migrations, &gateway::adapters::store::statements()).unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The outbox and the inbox grow with every message: what the relay asks of them costs what waits, not what was.
#[test]
fn the_relay_reads_no_message_that_it_is_not_looking_for() {
    let migrations = native::migrations(contracts::Service::Product).unwrap();
    let page = "outbox_undelivered (queue=? AND (created_at,id)>(?,?) AND created_at<?)";
    let by_key = "outbox_1 (id=? AND queue=?)";
    for (sql, step) in [
        (&plumbing::LIST_UNDELIVERED_IDS, page),
        (&plumbing::LIST_UNDELIVERED, page),
        (&plumbing::LIST_BODIES, by_key),
        (&plumbing::MARK_DELIVERED, by_key),
        (&plumbing::LIST_SETTLED, "SEARCH inbox USING PRIMARY KEY (message_id=?)"),
        (&plumbing::LIST_SETTLED, "SEARCH failed_deliveries USING PRIMARY KEY (message_id=?)"),
        (&plumbing::PRUNE_OUTBOX, "outbox_delivered (delivered_at<?)"),
        (&plumbing::PRUNE_INBOX, "inbox_by_age (received_at<?)"),
        (&plumbing::PRUNE_FAILED, "failed_deliveries_by_age (last_at<?)"),
        (&plumbing::PRUNE_KEYS, "idempotency_keys_by_age (created_at<?)"),
        (&plumbing::PRUNE_LEFT, "outbox_delivered (delivered_at<?)"),
    ] {
        let plan = store::query_plan(&migrations, sql).unwrap().join("\n");
        assert!(plan.contains(step), "{}: {plan}", sql.name);
    }
}

#[derive(Deserialize)]
struct Instruction {
    opcode: String,
    p1: i64,
    p2: i64,
}

/// Whether a statement reads a column of the outbox from the table, and not from an index. The plan of a partial index
/// does not say so. The program does: which cursors are on the table, and from which cursors columns are read.
async fn reads_the_table(sql: &Sql, parameters: usize) -> bool {
    let database = native::database(contracts::Service::Product).unwrap();
    let query = async |text: &'static str, values: Vec<Value>| {
        database.query(Statement { text, values }).await.unwrap()
    };
    let root = "select '' as opcode, 0 as p1, rootpage as p2 from sqlite_schema where name = 'outbox'";
    let root: Instruction = query(root, Vec::new()).await.first().unwrap().unwrap();
    let text: &'static str = format!("explain {}", sql.text).leak();
    let program: Vec<Instruction> = query(text, vec![Value::Null; parameters]).await.read().unwrap();
    let opened = |step: &&Instruction| step.opcode == "OpenRead" && step.p2 == root.p2;
    let tables: Vec<i64> = program.iter().filter(opened).map(|step| step.p1).collect();
    program.iter().any(|step| step.opcode == "Column" && tables.contains(&step.p1))
}

/// The rows contain the bodies: with them, a page of 5,000 ids would read megabytes.
#[tokio::test]
async fn a_page_of_ids_is_read_from_the_index_alone() {
    assert!(!reads_the_table(&plumbing::LIST_UNDELIVERED_IDS, 5).await);
    assert!(reads_the_table(&plumbing::LIST_UNDELIVERED, 4).await, "with bodies it is not");
}
