//! Merges a file into the catalogue, chunk by chunk. A stopped import is finished by importing the file again.

use kernel::ids::ProductId;
use kernel::{Failure, Timestamp};

use super::ATTEMPTS_MAX;
use super::ports::{Catalogue, Saved};
use crate::domain::import::{ImportFile, ImportedProduct, Refusal, chunks, wanted};
use crate::domain::merge::{Counts, Merged, Taken, merge};

/// What the lines of a file did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Lines that were taken.
    pub counts: Counts,
    /// Lines that were not, in the order of the file.
    pub refused: Vec<Refusal>,
}

/// One read and at most one batch per chunk of 200 products; one more batch for the answer when the request
/// has an idempotency key.
pub async fn import_products(
    catalogue: &impl Catalogue,
    file: ImportFile,
    now: Timestamp,
    new_id: impl Fn() -> ProductId + Send + Sync,
) -> Result<ImportReport, Failure> {
    let mut report = ImportReport { refused: file.refused, ..ImportReport::default() };
    let mut taken = Taken::given(file.given_skus);
    for chunk in chunks(file.products) {
        let merged = import_chunk(catalogue, &chunk, taken, now, &new_id).await?;
        report.counts.add(merged.counts);
        report.refused.extend(merged.refused);
        taken = merged.taken;
    }
    report.refused.sort_by_key(|refusal| refusal.line);
    catalogue.remember(&report).await?;
    Ok(report)
}

/// Reads, merges and writes a chunk; again when another writer was there in between.
async fn import_chunk(
    catalogue: &impl Catalogue,
    chunk: &[ImportedProduct],
    taken: Taken,
    now: Timestamp,
    new_id: &(impl Fn() -> ProductId + Send + Sync),
) -> Result<Merged, Failure> {
    let defect = |error: kernel::text::TextError| Failure::Defect(error.to_string());
    let wanted = wanted(chunk).map_err(defect)?;
    for _ in 0..ATTEMPTS_MAX {
        let existing = catalogue.existing(&wanted).await?;
        let merged = merge(chunk.to_vec(), &existing, taken.clone(), now, new_id).map_err(defect)?;
        if merged.changes.is_empty() || catalogue.save(&merged.changes).await? == Saved::Done {
            return Ok(merged);
        }
    }
    Err(Failure::Unknown("the catalogue is being changed by others".to_owned()))
}
