//! A product as JSON.

use contracts::catalogue::WholesaleTerms;
use contracts::terms::LineKind;
use kernel::ids::ProductId;
use kernel::text::{Barcode, Code, Name, Sku};
use kernel::{Money, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Answer, Context, Created, Present, Tagged};

use super::grants;
use crate::domain::options::Options;
use crate::domain::product::{Product, Status, Variant};

/// A product, with its cost for those who may see it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Product")]
pub(super) struct ProductJson {
    id: ProductId,
    handle: Name,
    name: Name,
    /// HTML that is safe to show.
    description: Option<String>,
    category: Option<Name>,
    brand: Option<Name>,
    tags: Vec<String>,
    status: Status,
    tax_class: Code,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    variants: Vec<VariantJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Variant")]
struct VariantJson {
    sku: Sku,
    name: Name,
    kind: LineKind,
    barcode: Option<Barcode>,
    options: Options,
    price: Money,
    /// For those with `cost:read`; null when nobody entered it.
    #[serde(skip_serializing_if = "Cost::is_hidden")]
    #[schemars(with = "Option<Money>")]
    cost: Cost,
    wholesale: Option<WholesaleTerms>,
}

/// A cost, for those who may see it: `null` when nobody entered it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Cost {
    Shown(Option<Money>),
    Hidden,
}

impl Cost {
    fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden)
    }
}

impl ProductJson {
    /// As the caller may see it.
    pub(super) fn new(context: &Context, product: Product) -> Self {
        let costs = context.caller.may(grants::COST_READ);
        let variant = |variant: Variant| VariantJson {
            sku: variant.sku,
            name: variant.name,
            kind: variant.kind,
            barcode: variant.barcode,
            options: variant.options,
            price: variant.price,
            cost: if costs { Cost::Shown(variant.cost) } else { Cost::Hidden },
            wholesale: variant.wholesale,
        };
        Self {
            id: product.id,
            handle: product.handle,
            name: product.name,
            description: product.description.map(|html| html.as_str().to_owned()),
            category: product.category.map(|category| category.name),
            brand: product.brand,
            tags: product.tags,
            status: product.status,
            tax_class: product.tax_class,
            version: product.version,
            created_at: product.created_at,
            updated_at: product.updated_at,
            variants: product.variants.into_iter().map(variant).collect(),
        }
    }
}

/// 201 with the product.
pub(super) const CREATED: Present<Product> = Present::by_caller(|context, product| {
    Created(ProductJson::new(context, product.clone())).into_response()
});

/// 200 with the product and its version.
pub(super) const CHANGED: Present<Product> =
    Present::by_caller(|context, product| tagged(context, product.clone()).into_response());

/// A product and its version.
pub(super) fn tagged(context: &Context, product: Product) -> Tagged<ProductJson> {
    Tagged(product.version, ProductJson::new(context, product))
}
