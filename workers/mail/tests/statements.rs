//! Every statement is prepared against the real migrations, and none scans a growing table.

#[test]
fn every_statement_is_prepared_and_none_scans() {
    let migrations = native::migrations(contracts::Service::Mail).unwrap();
    let faults = store::check_statements(&migrations, &mail::adapters::store::statements()).unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
