//! Products over SQL. A change is one batch.

use kernel::Failure;
use kernel::ids::ProductId;
use kernel::text::{Barcode, Name, Sku};
use serde::Deserialize;
use store::{DatabaseError, Rows, Statement, json, values};

use super::changes::push_changes;
use super::{Store, rows, sql};
use crate::application::ports::{Catalogue, ProductPages, Products, Saved};
use crate::domain::change::Change;
use crate::domain::draft::{Claims, Wanted};
use crate::domain::import::ImportReport;
use crate::domain::merge::Existing;
use crate::domain::product::Product;

/// How many products one query of an export reads.
const EXPORT_PAGE: i64 = 200;

impl<T: Sync> Store<'_, T> {
    async fn first(&self, statement: Statement) -> Result<Option<Product>, Failure> {
        let found = rows::products(self.context.query(statement).await?, self.context.currency())?;
        Ok(found.into_iter().next().map(|(_, product)| product))
    }

    /// Changes, their events and the answer as one batch; none when there is nothing to store.
    async fn write(&self, changes: &[Change], outcome: Option<&T>) -> Result<Saved, Failure> {
        let context = self.context;
        let mut unit = context.unit();
        if !changes.is_empty() {
            push_changes(&mut unit, changes, context)?;
        }
        for change in changes {
            for event in change.events() {
                context.publish(&mut unit, &event, change.after.id)?;
            }
        }
        if let Some(outcome) = outcome {
            self.present.keep(self.context, &mut unit, outcome)?;
        }
        if unit.is_empty() && context.idempotency_key().is_none() {
            return Ok(Saved::Done);
        }
        match context.commit(unit).await {
            Ok(_) => Ok(Saved::Done),
            Err(error) => match error.rule() {
                Some(
                    "products_version"
                    | "products.handle"
                    | "variants_sku"
                    | "variants.sku_key"
                    | "variants.barcode"
                    | "variants.barcode_key",
                ) => Ok(Saved::Raced),
                _ => Err(error.into()),
            },
        }
    }
}

#[derive(Deserialize)]
struct HandleRow {
    name: Name,
    product_id: ProductId,
}

/// Who owns what a name means.
#[derive(Deserialize)]
struct OwnerRow<T> {
    name: T,
    sku: Sku,
    product_id: ProductId,
}

/// The statements that find the owners of some names.
fn claim_statements(wanted: &Wanted) -> [Statement; 3] {
    let skus: Vec<_> = wanted.skus.iter().map(|sku| (sku, sku.key())).collect();
    let barcodes: Vec<_> = wanted.barcodes.iter().map(|barcode| (barcode, barcode.key())).collect();
    [
        sql::LIST_HANDLE_OWNERS.bind([json(&wanted.handles)]),
        sql::LIST_SKU_OWNERS.bind([json(&skus)]),
        sql::LIST_BARCODE_OWNERS.bind([json(&barcodes)]),
    ]
}

fn read_claims(handles: Rows, skus: Rows, barcodes: Rows) -> Result<Claims, DatabaseError> {
    let (skus, barcodes) = (skus.read::<OwnerRow<Sku>>()?, barcodes.read::<OwnerRow<Barcode>>()?);
    Ok(Claims {
        handles: handles.read::<HandleRow>()?.into_iter().map(|row| (row.name, row.product_id)).collect(),
        skus: skus.into_iter().map(|row| (row.name, (row.sku, row.product_id))).collect(),
        barcodes: barcodes.into_iter().map(|row| (row.name, (row.sku, row.product_id))).collect(),
    })
}

impl Products for Store<'_, Product> {
    async fn find(&self, id: ProductId) -> Result<Option<Product>, Failure> {
        self.first(sql::FIND_PRODUCT.bind(values![id])).await
    }

    async fn find_by_sku(&self, sku: &Sku) -> Result<Option<Product>, Failure> {
        self.first(sql::FIND_BY_SKU.bind(values![sku, sku.key()])).await
    }

    async fn claims(&self, wanted: &Wanted) -> Result<Claims, Failure> {
        let [handles, skus, barcodes] = self.context.query_all(claim_statements(wanted)).await?;
        Ok(read_claims(handles, skus, barcodes)?)
    }

    async fn create(&self, product: &Product) -> Result<Saved, Failure> {
        self.write(&[Change::create(product.clone())], Some(product)).await
    }

    async fn replace(&self, product: &Product, change: Option<&Change>) -> Result<Saved, Failure> {
        let changes: Vec<Change> = change.into_iter().cloned().collect();
        self.write(&changes, Some(product)).await
    }

    async fn delete(&self, change: &Change) -> Result<Saved, Failure> {
        self.write(std::slice::from_ref(change), Some(&change.after)).await
    }
}

impl Catalogue for Store<'_, ImportReport> {
    async fn existing(&self, wanted: &Wanted) -> Result<Existing, Failure> {
        let [handles, skus, barcodes] = claim_statements(wanted);
        let products = sql::LIST_BY_HANDLES.bind([json(&wanted.handles)]);
        let [handles, skus, barcodes, products] =
            self.context.query_all([handles, skus, barcodes, products]).await?;
        let products = rows::products(products, self.context.currency())?;
        Ok(Existing {
            products: products.into_iter().map(|(_, product)| (product.handle.clone(), product)).collect(),
            claims: read_claims(handles, skus, barcodes)?,
        })
    }

    async fn save(&self, changes: &[Change]) -> Result<Saved, Failure> {
        self.write(changes, None).await
    }

    async fn remember(&self, report: &ImportReport) -> Result<(), Failure> {
        self.write(&[], Some(report)).await.map(|_| ())
    }
}

impl ProductPages for Store<'_> {
    async fn page(&self, after: i64) -> Result<Vec<(i64, Product)>, Failure> {
        let rows = self.context.query(sql::LIST_PRODUCTS.bind(values![after, EXPORT_PAGE])).await?;
        Ok(rows::products(rows, self.context.currency())?)
    }
}
