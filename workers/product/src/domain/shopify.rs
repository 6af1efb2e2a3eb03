//! Shopify's product CSV: what its columns mean here, in both directions.
//!
//! Columns are found by name, as Shopify writes them today or wrote them before, in any order and case; unknown ones are
//! ignored. Commas, semicolons or tabs separate the cells; the text is UTF-8, UTF-16 or Windows-1252. A product is all lines with the same
//! Handle; its own columns are on the first of them. A later line without option, SKU, price and barcode only adds a
//! picture and is ignored. Six columns of our own, all optional, make the round trip complete: Status, Tax Class, Kind,
//! Variant Name, Wholesale Minimum Quantity, Wholesale Price Tiers.

mod read;
mod write;

pub use read::{FileError, LINES_MAX, read_file};
pub(crate) use write::is_taxable;
pub use write::{HEADER, write_product};

/// Column names: as Shopify wrote them at first, which exports still use, and as it writes them today, if that differs in
/// more than case. In a file with both, the first counts.
mod column {
    /// The names of a column.
    #[derive(Debug, Clone, Copy)]
    pub(super) struct Column(pub(super) &'static str, pub(super) &'static str);

    pub(super) const HANDLE: Column = Column("Handle", "URL handle");
    pub(super) const TITLE: Column = Column("Title", "");
    pub(super) const BODY: Column = Column("Body (HTML)", "Description");
    pub(super) const VENDOR: Column = Column("Vendor", "");
    pub(super) const TYPE: Column = Column("Type", "");
    pub(super) const PRODUCT_CATEGORY: Column = Column("Product category", "");
    pub(super) const TAGS: Column = Column("Tags", "");
    pub(super) const PUBLISHED: Column = Column("Published", "Published on online store");
    pub(super) const OPTIONS: [(Column, Column); 3] = [
        (Column("Option1 Name", ""), Column("Option1 Value", "")),
        (Column("Option2 Name", ""), Column("Option2 Value", "")),
        (Column("Option3 Name", ""), Column("Option3 Value", "")),
    ];
    pub(super) const SKU: Column = Column("Variant SKU", "SKU");
    pub(super) const PRICE: Column = Column("Variant Price", "Price");
    pub(super) const TAXABLE: Column = Column("Variant Taxable", "Charge tax");
    pub(super) const BARCODE: Column = Column("Variant Barcode", "Barcode");
    pub(super) const COST: Column = Column("Cost per item", "");
    pub(super) const STATUS: Column = Column("Status", "");
    pub(super) const TAX_CLASS: Column = Column("Tax Class", "");
    pub(super) const KIND: Column = Column("Kind", "");
    pub(super) const VARIANT_NAME: Column = Column("Variant Name", "");
    pub(super) const MINIMUM_QUANTITY: Column = Column("Wholesale Minimum Quantity", "");
    pub(super) const TIERS: Column = Column("Wholesale Price Tiers", "");
}
