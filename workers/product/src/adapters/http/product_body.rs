//! A product as clients send it, and its only way into the domain.

use std::collections::BTreeSet;

use contracts::catalogue::WholesaleTerms;
use contracts::terms::LineKind;
use kernel::ids::ProductId;
use kernel::text::{Barcode, Code, Name, Sku};
use kernel::{Currency, Money, Timestamp, UnitCost};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use web::{FieldError, Problem};

use crate::domain::draft::{ProductDraft, VariantDraft};
use crate::domain::html::Html;
use crate::domain::options::Options;
use crate::domain::product::{Category, Status, TAG_LENGTH_MAX, TAGS_MAX, VARIANTS_MAX, tags, tax_class};
use crate::domain::wholesale;

/// A product in a request. A replacement may contain the fields that the service sets (`id`, `sku`, `version`,
/// `createdAt`, `updatedAt`). They are ignored, so that a product can be read, changed and sent back.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ProductInput")]
pub(super) struct ProductBody {
    name: Name,
    /// Its name in URLs and in files. If left out, it is made from the name; in a replacement it stays.
    handle: Option<Name>,
    /// HTML, of which the safe part is stored; that part may have 20,000 characters.
    description: Option<String>,
    /// By name; a category that does not exist yet is added.
    category: Option<Name>,
    brand: Option<Name>,
    /// Without commas. If left out of a replacement, the tags stay.
    #[schemars(length(max = TAGS_MAX), inner(length(max = TAG_LENGTH_MAX)))]
    tags: Option<Vec<String>>,
    /// `Active` when left out.
    status: Option<Status>,
    /// `standard` when left out.
    tax_class: Option<Code>,
    #[schemars(length(min = 1, max = VARIANTS_MAX))]
    variants: Vec<VariantBody>,
    #[schemars(with = "Option<ProductId>")]
    id: Option<IgnoredAny>,
    #[schemars(with = "Option<Sku>")]
    sku: Option<IgnoredAny>,
    #[schemars(with = "Option<i64>")]
    version: Option<IgnoredAny>,
    #[schemars(with = "Option<Timestamp>")]
    created_at: Option<IgnoredAny>,
    #[schemars(with = "Option<Timestamp>")]
    updated_at: Option<IgnoredAny>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "VariantInput")]
struct VariantBody {
    /// If left out: that of the previous variant with the same options, or made from the handle and the options.
    sku: Option<Sku>,
    /// The options, or the product's name, when left out.
    name: Option<Name>,
    /// `Goods` when left out.
    kind: Option<LineKind>,
    barcode: Option<Barcode>,
    #[serde(default)]
    options: Options,
    /// The retail price, zero or more.
    price: Money,
    /// Our cost of a unit, zero or more, with up to six decimals.
    cost: Option<UnitCost>,
    /// If left out, it is not sold wholesale.
    wholesale: Option<WholesaleTerms>,
}

/// Collects the faults, each with its pointer.
pub(super) struct Faults {
    currency: Currency,
    errors: Vec<FieldError>,
}

impl Faults {
    pub(super) fn new(currency: Currency) -> Self {
        Self { currency, errors: Vec::new() }
    }

    pub(super) fn add(&mut self, pointer: impl Into<String>, detail: impl std::fmt::Display) {
        self.errors.push(FieldError::new(pointer, detail.to_string()));
    }

    /// A price: zero or more, in the house's currency.
    pub(super) fn check_price(&mut self, pointer: impl Into<String>, price: Money) {
        self.check_amount(pointer, price.currency(), price.is_negative());
    }

    fn check_cost(&mut self, pointer: impl Into<String>, cost: UnitCost) {
        self.check_amount(pointer, cost.currency(), cost.is_negative());
    }

    fn check_amount(&mut self, pointer: impl Into<String>, currency: Currency, is_negative: bool) {
        if currency != self.currency {
            self.add(pointer, format!("must be in {}", self.currency));
        } else if is_negative {
            self.add(pointer, "must not be negative");
        }
    }

    /// Terms with their tiers in order.
    pub(super) fn terms(&mut self, pointer: &str, given: WholesaleTerms) -> Option<WholesaleTerms> {
        let terms = wholesale::terms(given.minimum_quantity, given.tiers, self.currency);
        terms.map_err(|error| self.add(format!("{pointer}/tiers"), error)).ok()
    }

    fn value<T, E: std::fmt::Display>(&mut self, pointer: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(pointer, error)).ok()
    }

    /// 422 with all faults.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(Problem::validation(self.errors)),
        }
    }
}

impl ProductBody {
    /// The draft of a new product: the fields that the service sets are refused.
    pub(super) fn into_new(self, currency: Currency) -> Result<ProductDraft, Problem> {
        let mut faults = Faults::new(currency);
        for (field, given) in [
            ("id", &self.id),
            ("sku", &self.sku),
            ("version", &self.version),
            ("createdAt", &self.created_at),
            ("updatedAt", &self.updated_at),
        ] {
            if given.is_some() {
                faults.add(format!("/{field}"), "is not a known field: the service sets it");
            }
        }
        self.into_draft(faults)
    }

    /// The draft of a replacement: the fields that the service sets are ignored.
    pub(super) fn into_replacement(self, currency: Currency) -> Result<ProductDraft, Problem> {
        self.into_draft(Faults::new(currency))
    }

    fn into_draft(self, mut faults: Faults) -> Result<ProductDraft, Problem> {
        if !(1..=VARIANTS_MAX).contains(&self.variants.len()) {
            faults.add("/variants", format!("must have 1 to {VARIANTS_MAX} variants"));
        }
        check_twice(&self.variants, &mut faults);
        let description = Html::parse(self.description.as_deref().unwrap_or_default());
        let description = faults.value("/description", description);
        let category = faults.value("/category", self.category.map(Category::new).transpose());
        let words = self.tags.map(|words| tags(words.iter().map(String::as_str))).transpose();
        let tags = faults.value("/tags", words);
        let class =
            faults.value("/taxClass", tax_class(self.tax_class.as_ref().map_or("standard", Code::as_str)));
        let mut variants = Vec::with_capacity(self.variants.len());
        for (at, variant) in self.variants.into_iter().enumerate() {
            variants.push(variant.into_draft(at, &mut faults));
        }
        let draft = match (description, category, tags, class) {
            (Some(description), Some(category), Some(tags), Some(tax_class)) => Some(ProductDraft {
                handle: self.handle,
                name: self.name,
                description,
                category,
                brand: self.brand,
                tags,
                status: self.status.unwrap_or(Status::Active),
                tax_class,
                variants,
            }),
            _ => None,
        };
        faults.finish(draft)
    }
}

impl VariantBody {
    fn into_draft(self, at: usize, faults: &mut Faults) -> VariantDraft {
        faults.check_price(format!("/variants/{at}/price"), self.price);
        if let Some(cost) = self.cost {
            faults.check_cost(format!("/variants/{at}/cost"), cost);
        }
        let pointer = format!("/variants/{at}/wholesale");
        VariantDraft {
            sku: self.sku,
            name: self.name,
            barcode: self.barcode,
            options: self.options,
            kind: self.kind.unwrap_or(LineKind::Goods),
            price: self.price,
            cost: self.cost,
            wholesale: self.wholesale.and_then(|terms| faults.terms(&pointer, terms)),
        }
    }
}

/// A SKU and a barcode may occur only once in a product.
fn check_twice(variants: &[VariantBody], faults: &mut Faults) {
    let (mut skus, mut barcodes) = (BTreeSet::new(), BTreeSet::new());
    for (at, variant) in variants.iter().enumerate() {
        if variant.sku.as_ref().is_some_and(|sku| !skus.insert(sku)) {
            faults.add(format!("/variants/{at}/sku"), "is a duplicate");
        }
        if variant.barcode.as_ref().is_some_and(|barcode| !barcodes.insert(barcode)) {
            faults.add(format!("/variants/{at}/barcode"), "is a duplicate");
        }
    }
}
