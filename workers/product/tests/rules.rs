//! The rules of the schema hold whoever writes.

mod support;

use store::{Database as _, Sql};
use support::{Shop, mug};

#[tokio::test]
async fn the_schema_refuses_what_must_never_be() {
    let shop = Shop::open();
    assert_eq!(shop.post("/products", &mug()).await.status, 201);
    let database = shop.database();
    for (text, rule) in [
        ("update products set version = version + 2", "products_version"),
        ("update products set name = 'x'", "products_version"),
        ("delete from products", "products_no_delete"),
        ("update variants set sku = sku || 'x' where sku = 'MUG-S'", "variants_sku"),
        ("update variants set product_id = 'x' where sku = 'MUG-S'", "variants_sku"),
        ("delete from variants", "variants_no_delete"),
        ("update variants set price_minor = -1", "variants_price"),
        ("update variants set barcode = '4006381333931'", "variants.barcode"),
        ("update price_history set price_minor = 1", "price_history_append_only"),
        ("delete from price_history", "price_history_append_only"),
        ("insert into price_tiers select sku, 0, 1 from variants", "price_tiers_minimum_quantity"),
        ("update categories set parent = 'nowhere'", "foreign_key"),
        ("update catalogue_version set version = version", "catalogue_version_rises"),
        ("delete from catalogue_version", "catalogue_version_no_delete"),
        ("insert into catalogue_version (id, version) values (2, 1)", "catalogue_version_one"),
    ] {
        let refused =
            database.batch(vec![Sql { name: "TEST", text, scan: None }.bind([])]).await.unwrap_err();
        assert_eq!(refused.rule(), Some(rule), "{text}");
    }
    shop.assert_sound().await;
}
