//! A product as JSON.

use contracts::catalogue::WholesaleTerms;
use contracts::terms::LineKind;
use kernel::ids::ProductId;
use kernel::text::{Barcode, Code, Name, Sku};
use kernel::{Money, Timestamp, UnitCost};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Answer, Context, Created, Present, Tagged};

use super::grants;
use crate::domain::options::Options;
use crate::domain::product::{Product, Status, Variant};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Product")]
pub(super) struct ProductJson {
    id: ProductId,
    /// Its name in URLs and in files.
    handle: Name,
    name: Name,
    /// HTML that is safe to show.
    #[schemars(length(max = 20_000))]
    description: Option<String>,
    category: Option<Name>,
    brand: Option<Name>,
    tags: Vec<String>,
    status: Status,
    tax_class: Code,
    /// Rises by one with every change; `If-Match` compares it.
    #[schemars(range(min = 1))]
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
    /// The retail price.
    price: Money,
    /// Our cost of a unit, for callers with the grant `cost:read`: null when it is not known.
    #[serde(skip_serializing_if = "Guarded::is_hidden")]
    #[schemars(with = "Option<UnitCost>")]
    cost: Guarded<UnitCost>,
    /// For callers with the grant `wholesale-terms:read`: null when it is not sold wholesale.
    #[serde(skip_serializing_if = "Guarded::is_hidden")]
    #[schemars(with = "Option<WholesaleTerms>")]
    wholesale: Guarded<WholesaleTerms>,
}

/// What only some callers may see: `null` for them when there is none, no member at all for others.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Guarded<T> {
    Shown(Option<T>),
    Hidden,
}

impl<T> Guarded<T> {
    fn new(shown: bool, value: Option<T>) -> Self {
        if shown { Self::Shown(value) } else { Self::Hidden }
    }

    fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden)
    }
}

impl ProductJson {
    /// The product as the caller may see it.
    pub(super) fn new(context: &Context, product: Product) -> Self {
        let terms = context.caller.may(grants::WHOLESALE_READ);
        let costs = terms && context.caller.may(grants::COST_READ);
        let variant = |variant: Variant| VariantJson {
            sku: variant.sku,
            name: variant.name,
            kind: variant.kind,
            barcode: variant.barcode,
            options: variant.options,
            price: variant.price,
            cost: Guarded::new(costs, variant.cost),
            wholesale: Guarded::new(terms, variant.wholesale),
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
