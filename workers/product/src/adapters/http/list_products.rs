//! `GET /products?q=&category=&status=&limit=&cursor=`. One query.

use kernel::{Cursor, Limit};
use serde::{Deserialize, Serialize};
use web::{Context, Grant, Problem, Query, Reply, list};

use super::{numeric, sees_all};
use crate::adapters::store;
use crate::adapters::wire::ProductJson;
use crate::domain::product::Status;
use crate::domain::search::match_expression;
use crate::domain::slug::slug;

/// The longest search, in characters.
const SEARCH_LENGTH_MAX: usize = 200;

/// Filters, which all hold at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    /// Words that must all be in name, description, brand, tags, SKUs or barcodes; the last may be a start.
    q: Option<String>,
    /// A category by name or slug.
    category: Option<String>,
    status: Option<Status>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

#[derive(Serialize)]
pub(super) struct Listed {
    #[serde(skip)]
    seq: i64,
    #[serde(flatten)]
    product: ProductJson,
}

/// Answers 200 with a page in the order of creation. Not by relevance: a page then costs what it shows, and
/// stays in its place while the catalogue changes. 422 for a parameter that is wrong.
pub(super) async fn handle(
    context: Context,
    Query(parameters): Query<Parameters>,
) -> Result<Reply<impl Serialize>, Problem> {
    let Parameters { q, category, status, limit, cursor } = parameters;
    if q.as_ref().is_some_and(|q| q.chars().count() > SEARCH_LENGTH_MAX) {
        return Err(Problem::field("q", format!("may have at most {SEARCH_LENGTH_MAX} characters")));
    }
    let after = numeric(cursor.as_ref())?.unwrap_or_default();
    let search = q.as_deref().map(match_expression);
    let hidden = !sees_all(&context) && status.is_some_and(|status| status != Status::Active);
    let status = if sees_all(&context) { status } else { Some(Status::Active) };
    let found = match search {
        // Nothing to look for in what was typed, or nothing that this caller may see: nothing is found.
        Some(None) => Vec::new(),
        _ if hidden => Vec::new(),
        search => {
            let category = category.as_deref().map(slug);
            let filter = store::Filter { search: search.flatten(), category, status, after, limit };
            store::list_products(&context, filter).await?
        }
    };
    let costs = context.caller.may(grants::COST_READ);
    let rows =
        found.into_iter().map(|(seq, product)| Listed { seq, product: ProductJson::new(product, costs) });
    Ok(list(rows.collect(), limit, |row: &Listed| row.seq.to_string()))
}
