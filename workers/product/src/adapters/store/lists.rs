//! Lists and lookups: one query each.

use contracts::catalogue::CatalogueVersion;
use kernel::text::{Barcode, Sku};
use kernel::{Limit, Money, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};

use super::{Store, rows, sql};
use crate::domain::product::{Product, Status};

/// The filters of a product list.
pub(crate) struct Filter {
    /// An expression of the search index.
    pub(crate) search: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) status: Option<Status>,
    /// The key of the last product of the previous page; 0 at first.
    pub(crate) after: i64,
    pub(crate) limit: Limit,
}

/// A retail price, and when it started.
pub(crate) struct PastPrice {
    pub(crate) seq: i64,
    pub(crate) previous: Option<Money>,
    pub(crate) price: Money,
    pub(crate) changed_at: Timestamp,
}

#[derive(Deserialize)]
struct PriceRow {
    seq: i64,
    previous_minor: Option<i64>,
    price_minor: i64,
    changed_at: Timestamp,
}

impl Store<'_> {
    /// Up to `limit + 1` products with their keys, in the order of their creation.
    pub(crate) async fn list_products(&self, filter: Filter) -> Result<Vec<(i64, Product)>, DatabaseError> {
        let Filter { search, category, status, after, limit } = filter;
        let rows_max = limit.rows().saturating_add(1);
        let status = status.map(Status::as_str);
        let statement = match (search, category, status) {
            (Some(search), category, status) => {
                sql::SEARCH_PRODUCTS.bind(values![after, rows_max, search, category, status])
            }
            (None, None, None) => sql::LIST_PRODUCTS.bind(values![after, rows_max]),
            (None, None, Some(status)) => sql::LIST_BY_STATUS.bind(values![after, rows_max, status]),
            (None, Some(category), None) => sql::LIST_BY_CATEGORY.bind(values![after, rows_max, category]),
            (None, Some(category), Some(status)) => {
                sql::LIST_BY_CATEGORY_AND_STATUS.bind(values![after, rows_max, category, status])
            }
        };
        rows::products(self.context.query(statement).await?, self.context.currency())
    }

    /// The version of everything that shoppers are shown.
    pub(crate) async fn catalogue_version(&self) -> Result<CatalogueVersion, DatabaseError> {
        let rows = self.context.query(sql::CATALOGUE_VERSION.bind([])).await?;
        rows.first()?.ok_or_else(|| DatabaseError::Shape("the catalogue has no version".to_owned()))
    }

    /// The product of the variant with a barcode.
    pub(crate) async fn find_by_barcode(&self, barcode: &Barcode) -> Result<Option<Product>, DatabaseError> {
        let rows = self.context.query(sql::FIND_BY_BARCODE.bind(values![barcode])).await?;
        let found = rows::products(rows, self.context.currency())?;
        Ok(found.into_iter().next().map(|(_, product)| product))
    }

    /// Up to `limit + 1` prices of a variant, the newest first.
    pub(crate) async fn list_price_history(
        &self,
        sku: &Sku,
        before: i64,
        limit: Limit,
    ) -> Result<Vec<PastPrice>, DatabaseError> {
        let rows_max = limit.rows().saturating_add(1);
        let rows = self.context.query(sql::LIST_PRICE_HISTORY.bind(values![sku, before, rows_max])).await?;
        let money = |minor| rows::money(minor, self.context.currency());
        let price = |row: PriceRow| {
            Ok(PastPrice {
                seq: row.seq,
                previous: row.previous_minor.map(money).transpose()?,
                price: money(row.price_minor)?,
                changed_at: row.changed_at,
            })
        };
        rows.read::<PriceRow>()?.into_iter().map(price).collect()
    }
}
