//! The items of the catalogue, over SQL.

use contracts::events::ProductData;
use kernel::text::Sku;
use kernel::{Failure, Timestamp};
use store::{json, values};

use super::{Store, sql};
use crate::application::ports::Catalogue;

impl Store<'_> {
    async fn take_in(
        &self,
        product: &ProductData,
        goods: &[&Sku],
        said_at: Timestamp,
        deleted: bool,
    ) -> Result<(), Failure> {
        let skus = json(goods);
        let keyed: Vec<_> = goods.iter().map(|sku| (sku, sku.key())).collect();
        let mut unit = self.context.unit();
        unit.push(sql::catalogue::UPSERT_ITEMS.bind(values![
            json(&keyed),
            product.product_id,
            &product.name,
            said_at,
            deleted.then_some(said_at)
        ]));
        unit.push(sql::catalogue::RETIRE_ITEMS.bind(values![product.product_id, skus.clone(), said_at]));
        unit.push(sql::catalogue::STOCK_ITEMS.bind(values![skus]));
        self.context.commit(unit).await?;
        Ok(())
    }
}

impl Catalogue for Store<'_> {
    async fn keep(&self, product: &ProductData, goods: &[&Sku], said_at: Timestamp) -> Result<(), Failure> {
        self.take_in(product, goods, said_at, false).await
    }

    async fn retire(&self, product: &ProductData, goods: &[&Sku], said_at: Timestamp) -> Result<(), Failure> {
        self.take_in(product, goods, said_at, true).await
    }

    async fn ignore(&self) -> Result<(), Failure> {
        self.context.commit(self.context.unit()).await?;
        Ok(())
    }
}
