//! Merges a file into the catalogue, chunk by chunk. To finish a stopped import, import the file again.

use kernel::ids::ProductId;
use kernel::{Failure, Timestamp};

use super::ATTEMPTS_MAX;
use super::ports::{Catalogue, Saved};
use crate::domain::import::{ImportFile, ImportReport, ImportedProduct, chunks, wanted};
use crate::domain::merge::{Merged, Taken, merge};

/// One read and at most one batch per chunk of 200 products; one more batch for the answer when the request has an
/// idempotency key.
pub async fn import_products(
    catalogue: &impl Catalogue,
    file: ImportFile,
    now: Timestamp,
    new_id: impl Fn() -> Result<ProductId, Failure> + Send + Sync,
) -> Result<ImportReport, Failure> {
    let mut report = ImportReport { refused: file.refused, ..ImportReport::default() };
    let mut taken = Taken::given(&file.given_skus);
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

/// Reads, merges and writes a chunk; again when another writer was faster.
async fn import_chunk(
    catalogue: &impl Catalogue,
    chunk: &[ImportedProduct],
    taken: Taken,
    now: Timestamp,
    new_id: &(impl Fn() -> Result<ProductId, Failure> + Send + Sync),
) -> Result<Merged, Failure> {
    let defect = |error: kernel::text::TextError| Failure::Defect(error.to_string());
    let wanted = wanted(chunk).map_err(defect)?;
    // An id for each product, in case it is new.
    let chunk: Vec<_> =
        chunk.iter().map(|product| Ok((product.clone(), new_id()?))).collect::<Result<_, Failure>>()?;
    for _ in 0..ATTEMPTS_MAX {
        let existing = catalogue.existing(&wanted).await?;
        let merged = merge(chunk.clone(), &existing, taken.clone(), now).map_err(defect)?;
        if merged.changes.is_empty() || catalogue.save(&merged.changes).await? == Saved::Done {
            return Ok(merged);
        }
    }
    Err(Failure::Unknown("the catalogue is being changed by others".to_owned()))
}
