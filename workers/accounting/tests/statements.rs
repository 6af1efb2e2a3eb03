//! Every statement is prepared against the real migrations, and none scans a growing table.

#[test]
fn every_statement_is_prepared_and_none_scans() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/accounting");
    let migrations = native::migrations(&folder).unwrap();
    let faults = store::check_statements(&migrations, &accounting::adapters::store::statements()).unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
