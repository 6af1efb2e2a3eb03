//! A product as JSON: the same text in an answer and in what an idempotency key replays.

use contracts::catalogue::WholesaleTerms;
use contracts::terms::LineKind;
use kernel::ids::ProductId;
use kernel::text::{Barcode, Code, Name, Sku};
use kernel::{Money, Timestamp};
use serde::Serialize;

use crate::application::import_products::ImportReport;
use crate::domain::options::Options;
use crate::domain::product::{Product, Status, Variant};

/// A product, with its cost for those who may see it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductJson {
    id: ProductId,
    handle: Name,
    name: Name,
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

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VariantJson {
    sku: Sku,
    name: Name,
    kind: LineKind,
    barcode: Option<Barcode>,
    options: Options,
    price: Money,
    #[serde(skip_serializing_if = "Cost::is_hidden")]
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
    /// `costs` says whether the reader may see them.
    pub(crate) fn new(product: Product, costs: bool) -> Self {
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

/// The most refused lines that an answer lists: it must fit into the row that an idempotency key replays.
const REFUSED_LISTED_MAX: usize = 5_000;

/// What an import did. The counts are lines of the file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportJson {
    imported: usize,
    updated: usize,
    unchanged: usize,
    refused: Vec<RefusedLine>,
    /// Refused lines beyond those listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_not_listed: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RefusedLine {
    line: usize,
    code: &'static str,
    detail: String,
}

impl ImportJson {
    pub(crate) fn new(report: &ImportReport) -> Self {
        let not_listed = report.refused.len().saturating_sub(REFUSED_LISTED_MAX);
        let refused = report.refused.iter().take(REFUSED_LISTED_MAX).map(|refusal| RefusedLine {
            line: refusal.line,
            code: refusal.code.as_str(),
            detail: refusal.detail.clone(),
        });
        Self {
            imported: report.counts.imported,
            updated: report.counts.updated,
            unchanged: report.counts.unchanged,
            refused: refused.collect(),
            refused_not_listed: (not_listed > 0).then_some(not_listed),
        }
    }
}

/// A category.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategoryJson {
    pub(crate) id: kernel::ids::CategoryId,
    pub(crate) name: Name,
    pub(crate) slug: String,
    pub(crate) parent: Option<String>,
    pub(crate) created_at: Timestamp,
}
