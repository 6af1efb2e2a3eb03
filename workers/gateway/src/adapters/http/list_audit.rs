//! `GET /audit-log?action=&actor=`: for admins.

use kernel::{Cursor, Limit};
use serde::Deserialize;
use web::{Context, Problem, Query};

use crate::adapters::store::{AuditRow, list_audit};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    action: Option<String>,
    actor: Option<String>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// The newest first; of one action or of one actor when given, 422 for both.
pub(super) async fn handle(
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<impl axum::response::IntoResponse, Problem> {
    let (action, actor) = (filter.action.as_deref(), filter.actor.as_deref());
    if action.is_some() && actor.is_some() {
        return Err(Problem::field("actor", "cannot be given together with action"));
    }
    let rows = list_audit(&context, action, actor, filter.cursor.as_ref(), filter.limit).await?;
    Ok(web::list(rows, filter.limit, |row: &AuditRow| row.id.clone()))
}
