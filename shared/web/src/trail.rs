//! The audit trail of a service: who changed what, before and after.

use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{DatabaseError, plumbing, values};

use crate::{Context, List, Problem, Query, Reply, list};

/// What is asked of a trail.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrailQuery {
    /// Only the changes of this thing: a product's id, a SKU, a customer's id, …
    pub subject: Option<String>,
    /// Rows, 1 to 100.
    #[serde(default)]
    pub limit: Limit,
    /// Where the last page ended.
    pub cursor: Option<Cursor>,
}

/// A change.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase"))]
#[schemars(rename = "AuditedChange")]
pub struct TrailRow {
    seq: i64,
    at: String,
    /// A user's id, or `system`.
    actor: String,
    role: String,
    request_id: Option<String>,
    /// `product`, `variant`, `price-tier`, `category`, `customer`, `tax-rate`, `tax-rule`, `till`, `order`, `payment`,
    /// `warehouse`, `reorder-point`, `stock`, `transfer`, `account`, `fiscal-period`, `journal-entry`, `user`, `api-key`, `approval`.
    kind: String,
    subject: String,
    /// A JSON object; null for something new.
    before: Option<String>,
    /// A JSON object; null for something that no longer exists.
    after: Option<String>,
}

/// A page of this service's trail, the newest first.
pub async fn read(context: &Context, query: &TrailQuery) -> Result<Reply<List<TrailRow>>, Problem> {
    let before = query.cursor.as_ref().map_or("9223372036854775807", Cursor::key);
    if before.parse::<i64>().is_err() {
        return Err(Problem::field("cursor", "must be the nextCursor of an earlier answer"));
    }
    let count = query.limit.rows().saturating_add(1);
    let statement = match query.subject.as_deref() {
        Some(subject) => plumbing::LIST_TRAIL_OF.bind(values![before, count, subject]),
        None => plumbing::LIST_TRAIL.bind(values![before, count]),
    };
    let rows: Result<Vec<TrailRow>, DatabaseError> = context.query(statement).await?.read();
    Ok(list(rows?, query.limit, |row| row.seq.to_string()))
}

pub(crate) async fn show(
    context: Context,
    Query(query): Query<TrailQuery>,
) -> Result<Reply<List<TrailRow>>, Problem> {
    read(&context, &query).await
}
