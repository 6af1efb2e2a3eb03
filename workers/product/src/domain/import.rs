//! The content of a catalogue file after it is read: products with the lines of their variants, and the lines that
//! could not be read. Every non-empty line of the file is in one of the two.

use std::collections::BTreeSet;

use contracts::catalogue::WholesaleTerms;
use contracts::terms::LineKind;
use kernel::text::{Barcode, Code, Name, Sku, TextError};
use kernel::{Money, UnitCost};
use schemars::JsonSchema;
use serde::Serialize;

use super::draft::Wanted;
use super::encoding::Encoding;
use super::html::Html;
use super::options::Options;
use super::product::{Category, Status};
use super::sku;

/// The content of a cell: no such column, empty, or a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Cell<T> {
    /// The column is missing: the old value stays.
    #[default]
    Missing,
    /// The cell is empty: the value is removed.
    Empty,
    Value(T),
}

impl<T> Cell<T> {
    /// The value after the import.
    pub fn over(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Missing => before,
            Self::Empty => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// Why a line is refused: a stable code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The physical line in the file, from 1.
    pub line: usize,
    pub code: RefusalCode,
    /// What is wrong, for people.
    pub detail: String,
}

/// Why a line is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "ImportRefusalCode")]
pub enum RefusalCode {
    // Not CSV, or not UTF-8.
    MalformedLine,
    // More or fewer cells than the header.
    FieldCount,
    MissingHandle,
    MissingTitle,
    MissingPrice,
    // A cell with an invalid value.
    InvalidField,
    // An earlier line has the same SKU, or the same options.
    DuplicateSku,
    DuplicateBarcode,
    SkuTaken,
    BarcodeTaken,
    TooManyVariants,
    // The first line of the product was refused.
    ProductRefused,
}

/// A product in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedProduct {
    /// The line it starts on.
    pub line: usize,
    /// Whether the variant of that line is refused; the product's own columns still count.
    pub line_refused: bool,
    pub handle: Name,
    /// Its name; a new product needs one.
    pub name: Option<Name>,
    /// Safe HTML.
    pub description: Cell<Html>,
    pub brand: Cell<Name>,
    pub category: Cell<Category>,
    /// Its tags; none when the file has no such column.
    pub tags: Option<Vec<String>>,
    pub status: Option<Status>,
    /// Its tax class, where the file names one.
    pub tax_class: Option<Code>,
    /// Whether it is taxed at all, if the file says only that.
    pub taxable: Option<bool>,
    /// The lines that carry variants.
    pub variants: Vec<ImportedVariant>,
}

/// A variant in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedVariant {
    /// Its line.
    pub line: usize,
    /// When the cell is empty, the SKU is generated, or found by the options.
    pub sku: Option<Sku>,
    /// Its options; none when the file has no such columns.
    pub options: Option<Options>,
    /// Its name, where the file has one.
    pub name: Option<Name>,
    pub barcode: Cell<Barcode>,
    /// The retail price; a new variant needs one.
    pub price: Option<Money>,
    pub cost: Cell<UnitCost>,
    pub kind: Option<LineKind>,
    pub wholesale: Cell<WholesaleTerms>,
}

impl ImportedVariant {
    /// The SKUs that it may get when the file gives none: the first free one is used.
    pub fn candidates(&self, handle: &Name) -> Result<[Sku; 2], TextError> {
        let options = self.options.clone().unwrap_or_default();
        Ok([sku::plain(handle.as_str(), &options)?, sku::distinct(handle.as_str(), &options, "")?])
    }
}

/// A whole file.
#[derive(Debug, Default)]
pub struct ImportFile {
    /// In the order of their first lines.
    pub products: Vec<ImportedProduct>,
    /// Lines that could not be read.
    pub refused: Vec<Refusal>,
    /// The SKUs in the file: none of them is generated for another line.
    pub given_skus: BTreeSet<Sku>,
    pub encoding: Encoding,
    /// What separates its cells.
    pub separator: char,
}

/// The result of the lines. Each line with a variant is counted here or refused; so is a line with only a product's own
/// columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines that added a new variant.
    pub imported: usize,
    /// Lines that changed a variant, or the product whose first line they are.
    pub updated: usize,
    pub unchanged: usize,
}

impl Counts {
    pub fn add(&mut self, other: Self) {
        self.imported = self.imported.saturating_add(other.imported);
        self.updated = self.updated.saturating_add(other.updated);
        self.unchanged = self.unchanged.saturating_add(other.unchanged);
    }
}

/// The result of the lines of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Lines that were accepted.
    pub counts: Counts,
    /// Lines that were refused, in the order of the file.
    pub refused: Vec<Refusal>,
    /// How the file was read.
    pub encoding: Encoding,
    pub separator: char,
}

/// The limits of a chunk: products, lines with variants, and bytes of text that one batch can bind.
const CHUNK_PRODUCTS_MAX: usize = 200;
const CHUNK_VARIANTS_MAX: usize = 1_000;
const CHUNK_BYTES_MAX: usize = 400_000;
/// The bytes of a bound price tier.
const TIER_BYTES: usize = 100;

/// Divides products into chunks. Each chunk is read and written at once.
#[must_use]
pub fn chunks(products: Vec<ImportedProduct>) -> Vec<Vec<ImportedProduct>> {
    let mut chunks: Vec<Vec<ImportedProduct>> = Vec::new();
    let (mut variants, mut bytes) = (0_usize, 0_usize);
    for product in products {
        let product_bytes = text_bytes(&product);
        variants = variants.saturating_add(product.variants.len());
        bytes = bytes.saturating_add(product_bytes);
        match chunks.last_mut() {
            Some(chunk)
                if chunk.len() < CHUNK_PRODUCTS_MAX
                    && variants <= CHUNK_VARIANTS_MAX
                    && bytes <= CHUNK_BYTES_MAX =>
            {
                chunk.push(product);
            }
            _ => {
                (variants, bytes) = (product.variants.len(), product_bytes);
                chunks.push(vec![product]);
            }
        }
    }
    chunks
}

/// The size of a product's texts that have no small limit: its description, and its options, names and tiers.
fn text_bytes(product: &ImportedProduct) -> usize {
    let description = match &product.description {
        Cell::Value(html) => html.as_str().len(),
        Cell::Missing | Cell::Empty => 0,
    };
    let variants = product.variants.iter().map(|variant| {
        let options =
            variant.options.iter().flat_map(Options::iter).map(|(name, value)| name.len().max(value.len()));
        let tiers = match &variant.wholesale {
            Cell::Value(terms) => terms.tiers.len().saturating_mul(TIER_BYTES),
            Cell::Missing | Cell::Empty => 0,
        };
        let name = variant.name.as_ref().map_or(0, |name| name.as_str().len());
        options.fold(tiers.saturating_add(name), |sum, bytes| sum.saturating_add(bytes.saturating_mul(2)))
    });
    variants.fold(description, usize::saturating_add)
}

/// The names to look up for a chunk.
pub fn wanted(products: &[ImportedProduct]) -> Result<Wanted, TextError> {
    let mut wanted = Wanted::default();
    for product in products {
        wanted.handles.insert(product.handle.clone());
        for variant in &product.variants {
            match &variant.sku {
                Some(sku) => {
                    wanted.skus.insert(sku.clone());
                }
                None => wanted.skus.extend(variant.candidates(&product.handle)?),
            }
            if let Cell::Value(barcode) = &variant.barcode {
                wanted.barcodes.insert(barcode.clone());
            }
        }
    }
    Ok(wanted)
}
