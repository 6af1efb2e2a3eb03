//! Reading: lines become products, each broken line a refusal.

use std::collections::BTreeMap;

use contracts::catalogue::WholesaleTerms;
use contracts::terms::LineKind;
use kernel::text::{Barcode, Name, Sku};
use kernel::{Currency, Quantity};

mod row;

use row::{Fault, Header, Row, fault, invalid};

use super::column;
use crate::domain::csv::{Reader, Record};
use crate::domain::encoding::decode;
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
    #[error(
        "needs the column Handle (today: URL handle) in its first line, with commas, semicolons or tabs between columns"
    )]
    NoHandle,
    #[error("is UTF-16 with broken characters: save it as CSV in UTF-8")]
    Broken,
    /// A duplicate column.
    #[error("has the column {0} twice")]
    Twice(String),
    #[error("may have at most {LINES_MAX} lines")]
    TooLong,
}

/// Reads a whole file. Prices are in `currency`, because the file does not name one.
pub fn read_file(file: &[u8], currency: Currency) -> Result<ImportFile, FileError> {
    let (file, encoding) = decode(file).ok_or(FileError::Broken)?;
    let (header, separator) = read_header(&file)?;
    let mut reader = Reader::separated(&file, separator);
    reader.next();
    let mut lines = Lines {
        header,
        currency,
        file: ImportFile { encoding, separator: char::from(separator), ..ImportFile::default() },
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

/// The header, and what separates its columns: that by which it has a handle.
fn read_header(file: &[u8]) -> Result<(Header, u8), FileError> {
    let read = |separator: u8| match Reader::separated(file, separator).next() {
        None => Err(FileError::Empty),
        Some(Err((_, error))) => Err(FileError::Header(error.to_string())),
        Some(Ok(record)) => Ok((Header::new(record)?, separator)),
    };
    let with_commas = read(b',');
    if with_commas.is_ok() {
        return with_commas;
    }
    [b';', b'\t'].into_iter().find_map(|separator| read(separator).ok()).map_or(with_commas, Ok)
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
            return Err(fault(
                RefusalCode::MissingHandle,
                format!("{} is empty.", row.named(column::HANDLE)),
            ));
        };
        let handle = Name::parse(handle).map_err(|error| invalid(row.named(column::HANDLE), error))?;
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
    let status = |text| Status::parse(text).ok_or("must be active, unlisted, draft or archived");
    // What is not published is not for shoppers, whatever its status.
    let status = match (row.read(column::STATUS, status)?.over(None), row.boolean(column::PUBLISHED)?) {
        (None | Some(Status::Active | Status::Unlisted), Some(false)) => Some(Status::Draft),
        (None, Some(true)) => Some(Status::Active),
        (status, _) => status,
    };
    Ok(ImportedProduct {
        line: row.record.line,
        line_refused: false,
        handle,
        name: name.over(None),
        description,
        brand: row.read(column::VENDOR, Name::parse)?,
        category: match row.read(column::TYPE, category)? {
            // The last step of Shopify's own tree of categories.
            Cell::Missing | Cell::Empty if row.text(column::PRODUCT_CATEGORY).is_some() => row
                .read(column::PRODUCT_CATEGORY, |path| {
                    category(path.rsplit('>').next().unwrap_or(path).trim())
                })?,
            own => own,
        },
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
        return Err(fault(RefusalCode::MissingPrice, format!("{} is empty.", row.named(column::PRICE))));
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
        barcode: row.read(column::BARCODE, |text| Barcode::parse(repaired(text)))?,
        price: price.over(None),
        cost: row.unit_cost(column::COST)?,
        kind,
        wholesale: read_wholesale(row)?,
    })
}

/// A barcode without what a spreadsheet added to it: an apostrophe, `="…"` around it, `.0` after it.
fn repaired(text: &str) -> &str {
    let formula = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let text = formula.unwrap_or(text).trim();
    let text =
        text.strip_prefix('\'').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text);
    let decimals = |zeros: &str| !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0');
    match text.split_once('.') {
        Some((digits, zeros)) if decimals(zeros) && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits
        }
        _ => text,
    }
}

/// Values are on every line; names are on the first line of the product unless a line has its own.
fn read_options(row: Row<'_>, names: &[Option<String>; 3]) -> Result<Option<Options>, Fault> {
    if column::OPTIONS.iter().all(|(_, value)| !row.header.has(*value)) {
        return Ok(None);
    }
    let own = column::OPTIONS.map(|(name, _)| row.text(name).map(ToOwned::to_owned));
    let names = if own.iter().any(Option::is_some) { &own } else { names };
    let mut pairs = Vec::new();
    for ((_, column), name) in column::OPTIONS.into_iter().zip(names) {
        match (row.text(column), name) {
            (None, _) => {}
            (Some(value), Some(name)) => pairs.push((name.clone(), value.to_owned())),
            (Some(_), None) => {
                return Err(invalid(row.named(column), "has a value, but the option has no name"));
            }
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
            terms.map(Cell::Value).map_err(|error| invalid(row.named(column::TIERS), error))
        }
        (_, Cell::Value(_)) => {
            Err(invalid(row.named(column::MINIMUM_QUANTITY), "is required with price tiers"))
        }
        _ => Ok(Cell::Empty),
    }
}

#[cfg(test)]
mod tests;
