//! Makes the search entries of products from before the index had them, some at a time.

use kernel::Failure;
use store::{json, values};

use super::changes::push_entries;
use super::{Store, rows, sql, sql_write};

/// How many products one run makes the entries of.
const AT_ONCE: i64 = 100;

impl Store<'_> {
    /// One query, and one batch when there is anything to do. A product that changes meanwhile has its entries from that
    /// change: its version is another one then.
    pub(crate) async fn index_products(&self) -> Result<u32, Failure> {
        let context = self.context;
        let found = context.query(sql::LIST_TO_INDEX.bind(values![AT_ONCE])).await?;
        let products = rows::products(found, context.currency())?;
        if products.is_empty() {
            return Ok(0);
        }
        let ids: Vec<_> = products.iter().map(|(_, product)| (product.id, product.version)).collect();
        let keys: Vec<i64> = products.iter().map(|(seq, _)| *seq).collect();
        let mut unit = context.unit();
        unit.push(sql_write::UNINDEX_PRODUCTS.bind([json(&ids)]));
        push_entries(&mut unit, products.iter().map(|(_, product)| product));
        unit.push(sql_write::INDEXED.bind([json(&keys)]));
        context.commit(unit).await?;
        Ok(u32::try_from(keys.len()).unwrap_or(u32::MAX))
    }
}
