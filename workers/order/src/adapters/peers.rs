//! The catalogue and inventory, called in this service's own name.

use contracts::Service;
use contracts::catalogue::{ResolveVariants, ResolvedVariants, SellableVariant};
use contracts::stock::{
    Availability, CheckAvailability, DeductStock, GoodsRestocked, ItemAvailability, StockDeducted, StockItem,
    Warehouse,
};
use http::Method;
use kernel::ids::{RefundId, WarehouseId};
use kernel::text::{Barcode, Sku};
use kernel::{Failure, Money};
use web::{Context, PeerFailure};

use crate::application::ports::peers::{Catalogue, Deduction, Goods};
use crate::domain::refund::Refund;

/// The most variants in one request to the catalogue.
const RESOLVED_AT_ONCE: usize = 500;

/// The product service.
pub(crate) struct ProductPeer<'a>(pub(crate) &'a Context);

/// The inventory service.
pub(crate) struct InventoryPeer<'a>(pub(crate) &'a Context);

/// The extra member of inventory's `OUT_OF_STOCK`.
#[derive(serde::Deserialize)]
struct OutOfStock {
    availability: Vec<ItemAvailability>,
}

/// Variants that were resolved before, for many sales at once: each sale finds its own among them.
pub(crate) struct ResolvedBefore(pub(crate) Vec<SellableVariant>);

impl Catalogue for ProductPeer<'_> {
    async fn resolve(
        &self,
        mut skus: Vec<Sku>,
        mut barcodes: Vec<Barcode>,
    ) -> Result<Vec<SellableVariant>, Failure> {
        let mut variants = Vec::new();
        while !(skus.is_empty() && barcodes.is_empty()) {
            let request = ResolveVariants {
                skus: skus.drain(..skus.len().min(RESOLVED_AT_ONCE)).collect(),
                barcodes: barcodes.drain(..barcodes.len().min(RESOLVED_AT_ONCE)).collect(),
            };
            let answer: ResolvedVariants =
                self.0.ask_together(Service::Product, "/internal/variants/resolve", &request).await?;
            variants.extend(answer.variants);
        }
        Ok(variants)
    }
}

impl Catalogue for ResolvedBefore {
    async fn resolve(&self, _: Vec<Sku>, _: Vec<Barcode>) -> Result<Vec<SellableVariant>, Failure> {
        Ok(self.0.clone())
    }
}

impl Goods for InventoryPeer<'_> {
    async fn deduct(&self, request: &DeductStock) -> Result<Deduction, Failure> {
        let answer = self.0.ask_together(Service::Inventory, "/inventory/deduct", request).await;
        match answer {
            Ok(StockDeducted { items, .. }) => Ok(Deduction::Taken(items)),
            Err(PeerFailure::Refused { code, body, .. }) if code == "OUT_OF_STOCK" => {
                let refusal: OutOfStock = serde_json::from_value(body)
                    .map_err(|error| Failure::Unknown(format!("inventory's availability: {error}")))?;
                Ok(Deduction::OutOfStock(refusal.availability))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    async fn on_hand(
        &self,
        warehouse_id: WarehouseId,
        items: Vec<StockItem>,
    ) -> Result<Vec<ItemAvailability>, Failure> {
        let request = CheckAvailability { warehouse_id, items };
        let path = "/inventory/check-availability";
        let answer: Availability = self.0.ask_together(Service::Inventory, path, &request).await?;
        Ok(answer.items)
    }

    async fn find_warehouse(&self, id: WarehouseId) -> Result<Option<Warehouse>, Failure> {
        let path = format!("/inventory/warehouses/{id}");
        match self.0.ask_as_system(Service::Inventory, Method::GET, &path, &()).await {
            Ok(warehouse) => Ok(Some(warehouse)),
            Err(PeerFailure::Refused { status: 404, .. }) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn restock(&self, refund: &Refund) -> Result<Vec<(Sku, Money)>, Failure> {
        let request = refund.restock_request().map_err(|error| Failure::Defect(error.to_string()))?;
        let path = "/internal/stock/restock";
        let answer: Result<GoodsRestocked, _> =
            self.0.ask_as_system(Service::Inventory, Method::POST, path, &request).await;
        match answer {
            Ok(restocked) => Ok(restocked.items.into_iter().map(|item| (item.sku, item.cost)).collect()),
            // The refund stays recorded and is retried: only this log line says why.
            Err(failure) => Err(logged(self.0, refund.id, failure.into())),
        }
    }
}

/// Logs why an effect of a refund failed.
pub(super) fn logged(context: &Context, refund_id: RefundId, failure: Failure) -> Failure {
    let cause = failure.to_string();
    context.log("warn", &[("refund", refund_id.to_string().into()), ("cause", cause.into())]);
    failure
}
