//! `GET /products`. One query.

use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, List, Problem, Query, Reply, Route, SharedRead, list};

use super::product_json::ProductJson;
use super::{grants, numeric, sees_all};
use crate::adapters::store::{Filter, Store};
use crate::domain::product::Status;
use crate::domain::search::match_expression;
use crate::domain::slug::slug;

/// The longest search, in characters.
const SEARCH_LENGTH_MAX: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/products", grants::CATALOGUE_READ, "List or search the products.", handle).details(
            "In the order of creation, not by relevance. So the cost of a page depends only on its size, and pages stay \
             stable while the catalogue changes. Customers see products on sale, staff see every product.",
        ),
    ]
}

/// Filters, all of which must match.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListProducts {
    /// Words that must all be in name, description, brand, tags, SKUs or barcodes; the last may be the start of a word.
    #[schemars(length(max = 200))]
    q: Option<String>,
    /// A category by name or slug.
    category: Option<String>,
    status: Option<Status>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// A product, with the key of the page after it. Clients do not see the key.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct ListedProduct {
    #[serde(skip)]
    seq: i64,
    product: ProductJson,
}

impl JsonSchema for ListedProduct {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        ProductJson::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        ProductJson::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        ProductJson::json_schema(generator)
    }
}

async fn handle(
    context: Context,
    Query(query): Query<ListProducts>,
) -> Result<SharedRead<Reply<List<ListedProduct>>>, Problem> {
    let ListProducts { q, category, status, limit, cursor } = query;
    if q.as_ref().is_some_and(|q| q.chars().count() > SEARCH_LENGTH_MAX) {
        return Err(Problem::field("q", format!("may have at most {SEARCH_LENGTH_MAX} characters")));
    }
    let after = numeric(cursor.as_ref())?.unwrap_or(0);
    let search = q.as_deref().map(match_expression);
    let hidden = !sees_all(&context) && status.is_some_and(|status| status != Status::Active);
    let status = if sees_all(&context) { status } else { Some(Status::Active) };
    let found = match search {
        // The search has no usable word, or this caller may not see what it asks for: nothing is found.
        Some(None) => Vec::new(),
        _ if hidden => Vec::new(),
        search => {
            let category = category.as_deref().map(slug);
            let filter = Filter { search: search.flatten(), category, status, after, limit };
            Store::new(&context).list_products(filter).await?
        }
    };
    let row = |(seq, product)| ListedProduct { seq, product: ProductJson::new(&context, product) };
    Ok(SharedRead(list(found.into_iter().map(row).collect(), limit, |row| row.seq.to_string())))
}
