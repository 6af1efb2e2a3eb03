//! The version of the catalogue rises with every change of what shoppers are shown, whoever makes it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use store::{Database as _, Sql, Statement};
use support::{Shop, mug};
use web::Role;

/// The tables that no answer to a shopper shows. The search index is written only together with the products that it
/// finds; its shadow tables have its name in front.
const NOT_SHOWN: [&str; 11] = [
    "audit_actor",
    "audit_trail",
    "catalogue_version",
    "circuits",
    "failed_deliveries",
    "idempotency_keys",
    "inbox",
    "outbox",
    "price_history",
    "products_to_index",
    "sequences",
];

/// Statements that insert, update and delete rows of each of the other tables.
const CHANGES: [(&str, [&str; 3]); 4] = [
    (
        "categories",
        [
            "insert into categories (id, name, slug, created_at) values ('c', 'Cellar', 'cellar', '2026-11-20')",
            "update categories set name = 'Vault' where slug = 'cellar'",
            "delete from categories where slug = 'cellar'",
        ],
    ),
    (
        "price_tiers",
        [
            "insert into price_tiers (sku, minimum_quantity, unit_price_minor) values ('MUG-S', 500, 1)",
            "update price_tiers set unit_price_minor = 2 where minimum_quantity = 500",
            "delete from price_tiers where minimum_quantity = 500",
        ],
    ),
    (
        "products",
        [
            "insert into products (id, handle, name, status, created_at, updated_at) values ('p', 'p', 'P', 'Active', '', '')",
            "update products set name = 'Q', version = version + 1 where id = 'p'",
            "delete from products where id = 'p'",
        ],
    ),
    (
        "variants",
        [
            "insert into variants (sku, product_id, position, name, kind, price_minor, updated_at)
             select 'V', id, 0, 'V', 'Goods', 100, '' from products where id = 'p'",
            "update variants set price_minor = 200 where sku = 'V'",
            "delete from variants where sku = 'V'",
        ],
    ),
];

async fn version(shop: &Shop) -> i64 {
    let answer = shop.by(Role::System).get("/internal/catalogue/version").await;
    assert!(answer.header("server-timing").unwrap().contains("queries=1 batches=0"));
    answer.expect(200)["version"].as_i64().unwrap()
}

#[derive(serde::Deserialize)]
struct Table {
    name: String,
}

#[tokio::test]
async fn no_change_of_what_is_shown_leaves_the_version_alone() {
    let shop = Shop::open();
    shop.post("/products", &mug()).await.expect(201);
    let database = shop.database();
    let text = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'
        and name not like 'products_search%' and name not like 'product_entries%' order by name";
    let tables = database.query(Statement { text, values: Vec::new() }).await.unwrap();
    let tables: Vec<String> = tables.read::<Table>().unwrap().into_iter().map(|table| table.name).collect();
    let shown: Vec<&str> =
        tables.iter().map(String::as_str).filter(|name| !NOT_SHOWN.contains(name)).collect();
    assert_eq!(
        shown,
        CHANGES.map(|(table, _)| table),
        "each table is shown or not, and this test knows which"
    );
    for (table, statements) in CHANGES {
        for text in statements {
            let before = version(&shop).await;
            let done = database.batch(vec![Sql { name: "TEST", text, scan: None }.bind([])]).await;
            let rose = version(&shop).await > before;
            // What is refused changes nothing.
            assert_eq!(done.is_ok(), rose, "{table}: {text}: {done:?}");
            let is_kept = ["products", "variants"].contains(&table) && text.starts_with("delete");
            assert_eq!(done.is_err(), is_kept, "{table}: {text}: {done:?}");
        }
    }
}

#[tokio::test]
async fn a_read_and_a_change_that_changes_nothing_leave_it_as_it_is() {
    let shop = Shop::open();
    let id = support::text(&shop.post("/products", &mug()).await.expect(201)["id"]);
    let before = version(&shop).await;
    shop.guest().get("/products").await.expect(200);
    shop.put(&format!("/products/{id}"), mug()).await.expect(200);
    assert_eq!(version(&shop).await, before);
    assert_eq!(shop.guest().get("/internal/catalogue/version").await.status, 401);
    assert_eq!(shop.get("/internal/catalogue/version").await.status, 403);
}
