//! What others ask the catalogue: the order service `POST /internal/variants/resolve`, one call for all lines; the
//! gateway `GET /internal/catalogue/version`.

use kernel::ids::ProductId;
use kernel::text::{Barcode, Name, Sku};
use kernel::{Money, Quantity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::terms::LineKind;

/// Which state of the catalogue is current. It rises with every change of anything that an answer to a shopper shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CatalogueVersion {
    /// Only equal or not equal means something.
    pub version: i64,
}

/// Which variants, by SKU or barcode.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResolveVariants {
    /// By SKU.
    pub skus: Vec<Sku>,
    /// By barcode.
    pub barcodes: Vec<Barcode>,
}

/// Those that exist or once existed. A SKU or barcode that never existed is left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResolvedVariants {
    /// In no particular order.
    pub variants: Vec<SellableVariant>,
}

/// A variant as it is sold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SellableVariant {
    /// Its name, permanently.
    pub sku: Sku,
    /// Its product.
    pub product_id: ProductId,
    /// Its barcode.
    pub barcode: Option<Barcode>,
    /// Product and variant name, as on a receipt.
    pub name: Name,
    /// Goods or another kind of line.
    pub kind: LineKind,
    /// Whether it is on sale: its product is Active and neither is deleted. A till that was offline may have sold a
    /// variant that no longer is, so those are returned too.
    pub active: bool,
    /// Its tax class: `standard`, `reduced`, `zero`, …
    pub tax_class: String,
    /// The retail price.
    pub price: Money,
    /// Wholesale terms; none when it is not sold wholesale.
    pub wholesale: Option<WholesaleTerms>,
}

/// Minimum order quantity and volume prices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WholesaleTerms {
    /// The least units of an order (MOQ), over all its lines of the SKU.
    pub minimum_quantity: Quantity,
    /// Prices by quantity, ascending; the retail price applies below the first tier.
    #[serde(default)]
    pub tiers: Vec<PriceTier>,
}

/// A volume price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriceTier {
    /// From this quantity on.
    pub minimum_quantity: Quantity,
    /// The price of a unit.
    pub unit_price: Money,
}
