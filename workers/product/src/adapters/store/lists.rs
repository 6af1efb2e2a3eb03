//! Reads that are neither products nor categories: one query each.

use contracts::catalogue::CatalogueVersion;
use kernel::text::Sku;
use kernel::{Limit, Money, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};

use super::{Store, rows, sql};

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
    /// The version of everything that shoppers are shown.
    pub(crate) async fn catalogue_version(&self) -> Result<CatalogueVersion, DatabaseError> {
        let rows = self.context.query(sql::CATALOGUE_VERSION.bind([])).await?;
        rows.first()?.ok_or_else(|| DatabaseError::Shape("the catalogue has no version".to_owned()))
    }

    /// Up to `limit + 1` prices of a variant, the newest first.
    pub(crate) async fn list_price_history(
        &self,
        sku: &Sku,
        before: i64,
        limit: Limit,
    ) -> Result<Vec<PastPrice>, DatabaseError> {
        let rows_max = limit.rows().saturating_add(1);
        let rows = self
            .context
            .query(sql::LIST_PRICE_HISTORY.bind(values![sku, before, rows_max, sku.key()]))
            .await?;
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
