//! Reading: lines become products, each broken line a refusal.

use std::collections::BTreeMap;

use contracts::catalogue::WholesaleTerms;
use contracts::terms::LineKind;
use kernel::text::{Barcode, Name, Sku};
use kernel::{Currency, Money, Quantity};

use super::column;
use crate::domain::csv::{Reader, Record};
use crate::domain::html::Html;
use crate::domain::import::{Cell, ImportFile, ImportedProduct, ImportedVariant, Refusal, RefusalCode};
use crate::domain::options::Options;
use crate::domain::product::{Category, Status, VARIANTS_MAX, tags, tax_class};
use crate::domain::wholesale;

/// The most lines of a file.
pub const LINES_MAX: usize = 100_000;

/// Why a whole file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("must start with a header line")]
    Empty,
    /// The first line is not CSV.
    #[error("has a header line that {0}")]
    Header(String),
    #[error("needs the column Handle in its first line")]
    NoHandle,
    /// A duplicate column.
    #[error("has the column {0} twice")]
    Twice(String),
    #[error("may have at most {LINES_MAX} lines")]
    TooLong,
}

/// Reads a whole file. Prices are in `currency`, because the file does not name one.
pub fn read_file(file: &[u8], currency: Currency) -> Result<ImportFile, FileError> {
    let mut reader = Reader::new(file);
    let header = match reader.next() {
        None => return Err(FileError::Empty),
        Some(Err((_, error))) => return Err(FileError::Header(error.to_string())),
        Some(Ok(record)) => Header::new(record)?,
    };
    let mut lines = Lines {
        header,
        currency,
        file: ImportFile::default(),
        places: BTreeMap::new(),
        skus: BTreeMap::new(),
        barcodes: BTreeMap::new(),
    };
    for (count, record) in reader.enumerate() {
        if count >= LINES_MAX {
            return Err(FileError::TooLong);
        }
        match record {
            Ok(record) => lines.take(&record),
            Err((line, error)) => {
                lines.refuse(line, fault(RefusalCode::MalformedLine, format!("The line {error}.")));
            }
        }
    }
    Ok(lines.file)
}

/// Where each column is.
struct Header {
    places: BTreeMap<String, usize>,
    width: usize,
}

impl Header {
    fn new(record: Record) -> Result<Self, FileError> {
        let mut places = BTreeMap::new();
        let width = record.cells.len();
        for (at, name) in record.cells.into_iter().enumerate() {
            let key = name.trim().to_lowercase();
            if !key.is_empty() && places.insert(key, at).is_some() {
                return Err(FileError::Twice(name));
            }
        }
        if places.contains_key("handle") { Ok(Self { places, width }) } else { Err(FileError::NoHandle) }
    }

    fn has(&self, column: &str) -> bool {
        self.places.contains_key(&column.to_lowercase())
    }
}

/// A line under its header.
#[derive(Clone, Copy)]
struct Row<'a> {
    header: &'a Header,
    record: &'a Record,
    currency: Currency,
}

/// What is wrong with a line.
type Fault = (RefusalCode, String);

fn fault(code: RefusalCode, detail: impl Into<String>) -> Fault {
    (code, detail.into())
}

impl<'a> Row<'a> {
    /// The trimmed text of a cell; none when the file has no such column.
    fn cell(&self, column: &str) -> Option<&'a str> {
        let at = self.header.places.get(&column.to_lowercase())?;
        self.record.cells.get(*at).map(|cell| cell.trim())
    }

    /// The text of a cell that is not empty.
    fn text(&self, column: &str) -> Option<&'a str> {
        self.cell(column).filter(|text| !text.is_empty())
    }

    /// A cell's value.
    fn read<T, E: std::fmt::Display>(
        &self,
        column: &str,
        read: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Result<Cell<T>, Fault> {
        match self.cell(column) {
            None => Ok(Cell::Missing),
            Some("") => Ok(Cell::Empty),
            Some(text) => read(text).map(Cell::Value).map_err(|error| invalid(column, error)),
        }
    }

    fn money(&self, column: &str) -> Result<Cell<Money>, Fault> {
        self.read(column, |text| match Money::parse(text, self.currency) {
            Ok(money) if money.is_negative() => Err("must not be negative".to_owned()),
            Ok(money) => Ok(money),
            Err(error) => Err(error.to_string()),
        })
    }

    fn boolean(&self, column: &str) -> Result<Option<bool>, Fault> {
        let read = |text: &str| match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("must be true or false"),
        };
        self.read(column, read).map(|cell| cell.over(None))
    }

    /// Whether the line contains nothing about a variant: a line for a picture.
    fn has_no_variant(&self) -> bool {
        let mut columns = vec![column::SKU, column::PRICE, column::BARCODE];
        columns.extend(column::OPTIONS.map(|(_, value)| value));
        columns.into_iter().all(|column| self.text(column).is_none())
    }
}

fn invalid(column: &str, error: impl std::fmt::Display) -> Fault {
    fault(RefusalCode::InvalidField, format!("{column} {error}."))
}

/// What is known about a handle.
enum Place {
    /// Its product, and the option names of its first line.
    Product(usize, [Option<String>; 3]),
    /// Its first line was refused.
    Refused(usize),
}

struct Lines {
    header: Header,
    currency: Currency,
    file: ImportFile,
    places: BTreeMap<Name, Place>,
    /// The line of each SKU.
    skus: BTreeMap<Sku, usize>,
    /// The line of each barcode.
    barcodes: BTreeMap<Barcode, usize>,
}

impl Lines {
    fn refuse(&mut self, line: usize, (code, detail): Fault) {
        self.file.refused.push(Refusal { line, code, detail });
    }

    fn take(&mut self, record: &Record) {
        if record.cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        if let Err(fault) = self.take_line(record) {
            self.refuse(record.line, fault);
        }
    }

    fn take_line(&mut self, record: &Record) -> Result<(), Fault> {
        let (found, width) = (record.cells.len(), self.header.width);
        if found != width {
            let detail = format!("The line has {found} cells, the header has {width}.");
            return Err(fault(RefusalCode::FieldCount, detail));
        }
        let row = Row { header: &self.header, record, currency: self.currency };
        let Some(handle) = row.text(column::HANDLE) else {
            return Err(fault(RefusalCode::MissingHandle, "Handle is empty."));
        };
        let handle = Name::parse(handle).map_err(|error| invalid(column::HANDLE, error))?;
        match self.places.get(&handle) {
            Some(Place::Refused(line)) => {
                let detail = format!("Line {line}, the first of its product, is refused.");
                Err(fault(RefusalCode::ProductRefused, detail))
            }
            Some(Place::Product(at, names)) => {
                if row.has_no_variant() {
                    return Ok(());
                }
                let at = *at;
                let variant = read_variant(row, names)?;
                let count = self.file.products.get(at).map_or(0, |product| product.variants.len());
                if count >= VARIANTS_MAX {
                    let detail = format!("A product may have at most {VARIANTS_MAX} variants.");
                    return Err(fault(RefusalCode::TooManyVariants, detail));
                }
                self.check_not_seen(&variant)?;
                if let Some(product) = self.file.products.get_mut(at) {
                    product.variants.push(variant);
                }
                Ok(())
            }
            None => self.take_first_line(record, handle),
        }
    }

    fn take_first_line(&mut self, record: &Record, handle: Name) -> Result<(), Fault> {
        let row = Row { header: &self.header, record, currency: self.currency };
        let names = column::OPTIONS.map(|(name, _)| row.text(name).map(ToOwned::to_owned));
        let read = read_product(row, handle.clone()).and_then(|product| {
            let variant = if row.has_no_variant() && !row.header.has(column::PRICE) {
                None
            } else {
                Some(read_variant(row, &names)?)
            };
            Ok((product, variant))
        });
        match read {
            Err(fault) => {
                self.places.insert(handle, Place::Refused(record.line));
                Err(fault)
            }
            Ok((mut product, variant)) => {
                self.places.insert(handle, Place::Product(self.file.products.len(), names));
                let checked = variant.as_ref().map_or(Ok(()), |variant| self.check_not_seen(variant));
                product.line_refused = checked.is_err();
                if checked.is_ok() {
                    product.variants.extend(variant);
                }
                self.file.products.push(product);
                checked
            }
        }
    }

    /// A SKU and a barcode may occur only once in a file.
    fn check_not_seen(&mut self, variant: &ImportedVariant) -> Result<(), Fault> {
        let twice =
            |code, what: &str, line: &usize| fault(code, format!("The {what} is already on line {line}."));
        if let Some(line) = variant.sku.as_ref().and_then(|sku| self.skus.get(sku)) {
            return Err(twice(RefusalCode::DuplicateSku, "SKU", line));
        }
        if let Cell::Value(barcode) = &variant.barcode {
            if let Some(line) = self.barcodes.get(barcode) {
                return Err(twice(RefusalCode::DuplicateBarcode, "barcode", line));
            }
            self.barcodes.insert(barcode.clone(), variant.line);
        }
        if let Some(sku) = &variant.sku {
            self.skus.insert(sku.clone(), variant.line);
            self.file.given_skus.insert(sku.clone());
        }
        Ok(())
    }
}

fn read_product(row: Row<'_>, handle: Name) -> Result<ImportedProduct, Fault> {
    let name = row.read(column::TITLE, Name::parse)?;
    if name == Cell::Empty {
        return Err(fault(RefusalCode::MissingTitle, "Title is empty on the first line of the product."));
    }
    let description = match row.read(column::BODY, Html::parse)? {
        Cell::Value(Some(html)) => Cell::Value(html),
        Cell::Value(None) | Cell::Empty => Cell::Empty,
        Cell::Missing => Cell::Missing,
    };
    let category = |text| Name::parse(text).and_then(Category::new);
    let tags = match row.read(column::TAGS, |text| tags(text.split(',')))? {
        Cell::Value(tags) => Some(tags),
        Cell::Empty => Some(Vec::new()),
        Cell::Missing => None,
    };
    let status = |text| Status::parse(text).ok_or("must be active, draft or archived");
    let published = row.boolean(column::PUBLISHED)?;
    let status = row
        .read(column::STATUS, status)?
        .over(None)
        .or(published.map(|published| if published { Status::Active } else { Status::Draft }));
    Ok(ImportedProduct {
        line: row.record.line,
        line_refused: false,
        handle,
        name: name.over(None),
        description,
        brand: row.read(column::VENDOR, Name::parse)?,
        category: row.read(column::TYPE, category)?,
        tags,
        status,
        tax_class: row.read(column::TAX_CLASS, tax_class)?.over(None),
        taxable: row.boolean(column::TAXABLE)?,
        variants: Vec::new(),
    })
}

fn read_variant(row: Row<'_>, names: &[Option<String>; 3]) -> Result<ImportedVariant, Fault> {
    let price = row.money(column::PRICE)?;
    if price == Cell::Empty {
        return Err(fault(RefusalCode::MissingPrice, "Variant Price is empty."));
    }
    let kind = |text: &str| {
        let known = LineKind::ALL.iter().copied().find(|kind| kind.as_str().eq_ignore_ascii_case(text));
        known.ok_or("must be Goods, Shipping, Fee or Discount")
    };
    let kind = match row.read(column::KIND, kind)? {
        Cell::Value(kind) => Some(kind),
        Cell::Empty => Some(LineKind::Goods),
        Cell::Missing => None,
    };
    Ok(ImportedVariant {
        line: row.record.line,
        sku: row.read(column::SKU, Sku::parse)?.over(None),
        options: read_options(row, names)?,
        name: row.read(column::VARIANT_NAME, Name::parse)?.over(None),
        barcode: row.read(column::BARCODE, Barcode::parse)?,
        price: price.over(None),
        cost: row.money(column::COST)?,
        kind,
        wholesale: read_wholesale(row)?,
    })
}

/// Values are on every line; names are on the first line of the product unless a line has its own.
fn read_options(row: Row<'_>, names: &[Option<String>; 3]) -> Result<Option<Options>, Fault> {
    if column::OPTIONS.iter().all(|(_, value)| !row.header.has(value)) {
        return Ok(None);
    }
    let own = column::OPTIONS.map(|(name, _)| row.text(name).map(ToOwned::to_owned));
    let names = if own.iter().any(Option::is_some) { &own } else { names };
    let mut pairs = Vec::new();
    for ((_, column), name) in column::OPTIONS.iter().zip(names) {
        match (row.text(column), name) {
            (None, _) => {}
            (Some(value), Some(name)) => pairs.push((name.clone(), value.to_owned())),
            (Some(_), None) => return Err(invalid(column, "has a value, but the option has no name")),
        }
    }
    Options::new(pairs).map(Some).map_err(|error| invalid("The line", error))
}

fn read_wholesale(row: Row<'_>) -> Result<Cell<WholesaleTerms>, Fault> {
    let minimum = |text: &str| {
        let units = text.parse().ok().and_then(Quantity::new);
        units.ok_or("must be a whole number from 1 to 1000000")
    };
    let minimum = row.read(column::MINIMUM_QUANTITY, minimum)?;
    let tiers = row.read(column::TIERS, |text| wholesale::parse_tiers(text, row.currency))?;
    match (minimum, tiers) {
        (Cell::Missing, Cell::Missing) => Ok(Cell::Missing),
        (Cell::Value(minimum), tiers) => {
            let terms = wholesale::terms(minimum, tiers.over(None).unwrap_or_default(), row.currency);
            terms.map(Cell::Value).map_err(|error| invalid(column::TIERS, error))
        }
        (_, Cell::Value(_)) => Err(invalid(column::MINIMUM_QUANTITY, "is required with price tiers")),
        _ => Ok(Cell::Empty),
    }
}

#[cfg(test)]
mod tests;
