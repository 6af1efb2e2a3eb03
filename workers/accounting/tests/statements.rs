//! Every statement is prepared against the real migrations, and none scans a growing table.

#[test]
fn every_statement_is_prepared_and_none_scans() {
    let migrations = native::migrations(contracts::Service::Accounting).unwrap();
    let faults = store::check_statements(&migrations, &accounting::adapters::store::statements()).unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Found by trying 10,000 sales: by status, every entry was read for each sale that was asked for.
#[test]
fn sales_are_looked_up_by_their_source() {
    let migrations = native::migrations(contracts::Service::Accounting).unwrap();
    let statements = accounting::adapters::store::statements();
    let lookup = statements.iter().find(|sql| sql.name == "LOOKUP_SALES").unwrap();
    let plan = store::query_plan(&migrations, lookup).unwrap();
    assert!(
        plan.iter().any(|step| step.starts_with("SEARCH e ") && step.contains("(source_id=?)")),
        "{plan:?}"
    );
}
