//! `GET /products`. One query.

use kernel::money::MINOR_MAX;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Route, SharedRead, Written};

use super::product_json::ProductJson;
use super::{grants, numeric, sees_all};
use crate::adapters::shown::{self, Filter};
use crate::domain::product::Status;
use crate::domain::search::Search;
use crate::domain::slug::slug;

/// The longest search, in characters.
const SEARCH_LENGTH_MAX: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/products", grants::CATALOGUE_READ, "List or search the products.", handle).details(
            "A list is in the order of creation. A search begins with the product of exactly this SKU or barcode, then come \
             those with every word in their name, then the others, each in the order of creation: so the cost of a page \
             depends only on its size, and pages stay stable while the catalogue changes. When nothing matches, words \
             with one typing error in five letters are accepted. Shoppers see the products on sale except unlisted ones, \
             staff see every product.",
        ),
    ]
}

/// Filters, all of which must match.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListProducts {
    /// Words that must all be in name, description, brand, tags, SKUs or barcodes, whole or in part; case and marks make no
    /// difference, `ß` is `ss`, and `ä`, `ö`, `ø` are also `ae`, `oe`.
    #[schemars(length(max = 200))]
    q: Option<String>,
    /// A category by name or slug.
    category: Option<String>,
    status: Option<Status>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

async fn handle(
    context: Context,
    Query(query): Query<ListProducts>,
) -> Result<SharedRead<Written<List<ProductJson>>>, Problem> {
    let ListProducts { q, category, status, limit, cursor } = query;
    if q.as_ref().is_some_and(|q| q.chars().count() > SEARCH_LENGTH_MAX) {
        return Err(Problem::field("q", format!("may have at most {SEARCH_LENGTH_MAX} characters")));
    }
    let hidden = !sees_all(&context) && status.is_some_and(|status| status != Status::Active);
    let status = if sees_all(&context) { status } else { Some(Status::Active) };
    let filter = Filter { category: category.as_deref().map(slug), status, limit };
    let found = match q.as_deref().map(str::trim) {
        // This caller may not see what it asks for: nothing is found.
        _ if hidden => Vec::new(),
        None => shown::page(&context, filter, numeric(cursor.as_ref())?.unwrap_or(0)).await?,
        Some(typed) => match Search::new(typed) {
            Some(search) => shown::search(&context, filter, typed, search, place(cursor.as_ref())?).await?,
            // No letter and no digit.
            None => Vec::new(),
        },
    };
    Ok(SharedRead(Written::page(found, limit)))
}

/// The rank and the key of a search's cursor.
fn place(cursor: Option<&Cursor>) -> Result<Option<(usize, i64)>, Problem> {
    let place = |cursor: &Cursor| {
        let (rank, seq) = cursor.key().split_once('.')?;
        let place: (usize, i64) = (rank.parse().ok()?, seq.parse().ok()?);
        (place.0 < shown::RANKS && (0..=MINOR_MAX).contains(&place.1)).then_some(place)
    };
    let fault = || Problem::field("cursor", "must be the nextCursor of an earlier answer");
    cursor.map(|cursor| place(cursor).ok_or_else(fault)).transpose()
}
