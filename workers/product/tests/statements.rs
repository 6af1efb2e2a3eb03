//! Every statement is prepared against the real migrations, and none scans a growing table.

#[test]
fn every_statement_is_prepared_and_none_scans() {
    let migrations = native::migrations(contracts::Service::Product).unwrap();
    let faults = store::check_statements(&migrations, &product::adapters::store::statements()).unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The indexes by which a shopper's reads find products, so that a page reads no more rows than it shows.
#[test]
fn what_shoppers_read_is_found_by_its_index() {
    let migrations = native::migrations(contracts::Service::Product).unwrap();
    for (name, by) in [
        ("SHOW_PRODUCT", "SEARCH p USING INDEX sqlite_autoindex_products_1 (id=?)"),
        ("SHOW_BY_SKU", "SEARCH s USING PRIMARY KEY (sku=?)"),
        ("SHOW_BY_BARCODE", "SEARCH b USING INDEX variants_barcode_key (barcode_key=?)"),
        ("SHOW_ALL", "SEARCH p USING INTEGER PRIMARY KEY (rowid>?)"),
        ("SHOW_BY_STATUS", "SEARCH p USING INDEX products_by_status (status=? AND unlisted=? AND rowid>?)"),
        ("SHOW_BY_CATEGORY", "SEARCH p USING INDEX products_by_category (category_slug=? AND rowid>?)"),
        (
            "SHOW_BY_CATEGORY_AND_STATUS",
            "SEARCH p USING INDEX products_by_category_and_status (category_slug=? AND status=? AND unlisted=? AND rowid>?)",
        ),
        ("SEARCH_PRODUCTS", "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)"),
        ("CATALOGUE_VERSION", "SEARCH catalogue_version USING INTEGER PRIMARY KEY (rowid=?)"),
    ] {
        let all = product::adapters::store::statements();
        let sql = all.into_iter().find(|sql| sql.name == name).unwrap();
        let plan = store::query_plan(&migrations, sql).unwrap();
        assert!(plan.iter().any(|step| step == by), "{name}: {plan:#?}");
        // Variants and tiers are put in order, products come in it; of a search the ranks of one page are put in order.
        let sorted = plan.iter().any(|step| step == "USE TEMP B-TREE FOR ORDER BY");
        assert!(!sorted || name == "SEARCH_PRODUCTS", "{name}: {plan:#?}");
    }
}
