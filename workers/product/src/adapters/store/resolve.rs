//! Variants as the order service needs them: one query for all lines of an order.

use contracts::catalogue::{ResolveVariants, SellableVariant};
use contracts::terms::LineKind;
use kernel::ids::ProductId;
use kernel::text::{Barcode, Name, Sku};
use serde::Deserialize;
use store::{DatabaseError, json};

use super::{Store, rows, sql};
use crate::domain::product::receipt_name;

#[derive(Deserialize)]
struct ResolvedRow {
    sku: Sku,
    product_id: ProductId,
    barcode: Option<Barcode>,
    product_name: Name,
    variant_name: Name,
    kind: LineKind,
    active: bool,
    tax_class: String,
    price_minor: i64,
    minimum_quantity: Option<i64>,
    tiers: String,
}

impl Store<'_> {
    /// The variants of some SKUs and barcodes; unknown ones are left out.
    pub(crate) async fn resolve_variants(
        &self,
        request: &ResolveVariants,
    ) -> Result<Vec<SellableVariant>, DatabaseError> {
        let currency = self.context.currency();
        let skus: Vec<_> = request.skus.iter().map(|sku| (sku, sku.key())).collect();
        let barcodes: Vec<_> = request.barcodes.iter().map(|barcode| (barcode, barcode.key())).collect();
        let statement = sql::RESOLVE_VARIANTS.bind([json(&skus), json(&barcodes)]);
        let variant = |row: ResolvedRow| {
            Ok(SellableVariant {
                name: receipt_name(&row.product_name, &row.variant_name),
                price: rows::money(row.price_minor, currency)?,
                wholesale: rows::wholesale(row.minimum_quantity, rows::from_json(&row.tiers)?, currency)?,
                sku: row.sku,
                product_id: row.product_id,
                barcode: row.barcode,
                kind: row.kind,
                active: row.active,
                tax_class: row.tax_class,
            })
        };
        self.context.query(statement).await?.read::<ResolvedRow>()?.into_iter().map(variant).collect()
    }
}
