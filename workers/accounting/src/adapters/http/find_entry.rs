//! `GET /accounting/journal-entries/{id}`.

use kernel::ids::EntryId;
use web::{Context, Path, Problem, Reply, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::domain::entry::Entry;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(
        "/accounting/journal-entries/{id}",
        grants::ACCOUNTING_READ,
        "Show a journal entry with its lines.",
        handle,
    )]
}

async fn handle(context: Context, Path(id): Path<EntryId>) -> Result<Reply<Entry>, Problem> {
    let entry = Store::new(&context).find_entry(id).await?;
    let entry = entry.ok_or_else(|| Problem::not_found("journal entry"))?;
    Ok(Reply(entry))
}
