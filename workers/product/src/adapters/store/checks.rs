//! The audit's queries about the catalogue, in one round trip.

use serde::Deserialize;
use store::{DatabaseError, Rows};

use super::{Store, sql_checks};

/// What the audit found in the catalogue.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    /// Products that are not deleted.
    pub(crate) products: i64,
    /// Variants that are not deleted.
    pub(crate) variants: i64,
    /// SKUs whose price differs from the last one of their history.
    pub(crate) prices_without_history: Vec<String>,
    pub(crate) products_without_variants: Vec<String>,
    /// SKUs that are on sale although their product is deleted.
    pub(crate) variants_of_deleted_products: Vec<String>,
    /// Products that search does not find, or finds although they are deleted.
    pub(crate) unsearchable_products: Vec<String>,
    /// SKUs with price tiers that no wholesale customer gets.
    pub(crate) tiers_without_minimum: Vec<String>,
}

#[derive(Deserialize)]
struct Count {
    n: i64,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

fn count(rows: Rows) -> Result<i64, DatabaseError> {
    let row =
        rows.first::<Count>()?.ok_or_else(|| DatabaseError::Shape("a count without a row".to_owned()))?;
    Ok(row.n)
}

fn names(rows: Rows) -> Result<Vec<String>, DatabaseError> {
    Ok(rows.read::<Named>()?.into_iter().map(|row| row.name).collect())
}

impl Store<'_> {
    pub(crate) async fn check_catalogue(&self) -> Result<Catalogue, DatabaseError> {
        let questions = [
            &sql_checks::COUNT_PRODUCTS,
            &sql_checks::COUNT_VARIANTS,
            &sql_checks::PRICES_WITHOUT_HISTORY,
            &sql_checks::PRODUCTS_WITHOUT_VARIANTS,
            &sql_checks::VARIANTS_OF_DELETED_PRODUCTS,
            &sql_checks::UNSEARCHABLE_PRODUCTS,
            &sql_checks::TIERS_WITHOUT_MINIMUM,
        ];
        let [products, variants, prices, bare, orphans, search, tiers] =
            self.context.query_all(questions.map(|sql| sql.bind([]))).await?;
        Ok(Catalogue {
            products: count(products)?,
            variants: count(variants)?,
            prices_without_history: names(prices)?,
            products_without_variants: names(bare)?,
            variants_of_deleted_products: names(orphans)?,
            unsearchable_products: names(search)?,
            tiers_without_minimum: names(tiers)?,
        })
    }
}
