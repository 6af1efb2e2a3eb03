//! `GET /accounting/journal-entries?status=&from=&to=&limit=&cursor=`, newest first; or `?sourceId=order:<id>`.

use kernel::{Cursor, Date, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route, list};

use super::grants;
use super::input::key_parts;
use crate::adapters::store::{EntryFilter, Store};
use crate::domain::entry::{Entry, EntryStatus};
use crate::domain::span::beginning;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/journal-entries",
            grants::ACCOUNTING_READ,
            "List the journal, the newest first.",
            handle,
        )
        .details("`sourceId` finds the entry of a source event, such as `order:<id>`; it cannot be combined with other filters."),
    ]
}

/// Which entries.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListEntries {
    status: Option<EntryStatus>,
    from: Option<Date>,
    to: Option<Date>,
    /// `order:<id>`, `refund:<id>`, `adjustment:<id>`, `closing:<id>`, `payment:<id>`.
    source_id: Option<String>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

async fn handle(context: Context, Query(query): Query<ListEntries>) -> Result<Reply<List<Entry>>, Problem> {
    let journal = Store::new(&context);
    let entries = if let Some(source_id) = &query.source_id {
        if query.status.is_some() || query.from.is_some() || query.to.is_some() {
            return Err(Problem::field("sourceId", "names one entry: leave the other filters out"));
        }
        journal.find_by_source(source_id).await?
    } else {
        let [day, id] = match &query.cursor {
            Some(cursor) => key_parts::<2>(cursor)?,
            None => ["~".to_owned(), String::new()],
        };
        let filter = EntryFilter {
            status: query.status,
            from: query.from.unwrap_or_else(beginning),
            to: query.to,
            before: (day, id),
            limit: query.limit,
        };
        journal.list_entries(&filter).await?
    };
    Ok(list(entries, query.limit, |entry| format!("{}|{}", entry.entry_date, entry.id)))
}
