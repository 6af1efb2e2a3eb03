//! Shopify's product CSV: what its columns mean here, in both directions.
//!
//! Columns are found by name, in any order and case; unknown ones are ignored. A product is all lines with the same
//! Handle; its own columns are on the first of them. A later line without option, SKU, price and barcode only adds a
//! picture and is ignored. Six columns of our own, all optional, make the round trip complete: Status, Tax Class, Kind,
//! Variant Name, Wholesale Minimum Quantity, Wholesale Price Tiers.

mod read;
mod write;

pub use read::{FileError, LINES_MAX, read_file};
pub(crate) use write::is_taxable;
pub use write::{HEADER, write_product};

/// Column names, as Shopify writes them, and ours.
mod column {
    pub(super) const HANDLE: &str = "Handle";
    pub(super) const TITLE: &str = "Title";
    pub(super) const BODY: &str = "Body (HTML)";
    pub(super) const VENDOR: &str = "Vendor";
    pub(super) const TYPE: &str = "Type";
    pub(super) const TAGS: &str = "Tags";
    pub(super) const PUBLISHED: &str = "Published";
    pub(super) const OPTIONS: [(&str, &str); 3] = [
        ("Option1 Name", "Option1 Value"),
        ("Option2 Name", "Option2 Value"),
        ("Option3 Name", "Option3 Value"),
    ];
    pub(super) const SKU: &str = "Variant SKU";
    pub(super) const PRICE: &str = "Variant Price";
    pub(super) const TAXABLE: &str = "Variant Taxable";
    pub(super) const BARCODE: &str = "Variant Barcode";
    pub(super) const COST: &str = "Cost per item";
    pub(super) const STATUS: &str = "Status";
    pub(super) const TAX_CLASS: &str = "Tax Class";
    pub(super) const KIND: &str = "Kind";
    pub(super) const VARIANT_NAME: &str = "Variant Name";
    pub(super) const MINIMUM_QUANTITY: &str = "Wholesale Minimum Quantity";
    pub(super) const TIERS: &str = "Wholesale Price Tiers";
}
