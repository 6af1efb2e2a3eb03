//! Writes the catalogue as Shopify's CSV, in documents that an import accepts.

use kernel::Failure;

use super::ports::ProductPages;
use crate::domain::csv::write_record;
use crate::domain::shopify::{HEADER, write_product};

/// A document ends after the product with which it reaches this size, in bytes: an import accepts 16 MiB.
const DOCUMENT_BYTES_MAX: usize = 12 * 1024 * 1024;

/// A document.
#[derive(Debug)]
pub struct Export {
    /// CSV with a header line.
    pub csv: String,
    /// The key after which the next document starts, when the catalogue needs more than one.
    pub next: Option<i64>,
}

/// One query per page.
pub async fn export_products(pages: &impl ProductPages, mut after: i64) -> Result<Export, Failure> {
    let mut csv = String::new();
    write_record(&mut csv, HEADER);
    loop {
        let page = pages.page(after).await?;
        if page.is_empty() {
            return Ok(Export { csv, next: None });
        }
        for (key, product) in page {
            if csv.len() >= DOCUMENT_BYTES_MAX {
                return Ok(Export { csv, next: Some(after) });
            }
            write_product(&mut csv, &product);
            after = key;
        }
    }
}
