//! `GET /audit-log?action=&actor=`: for admins.

use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route};

use super::grants;
use crate::adapters::store::{AuditRow, list_audit};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/audit-log", grants::USER_WRITE, "List the audit log, the newest first.", handle)
            .details("Filter by `action` or by `actor`, not by both."),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// `log-in`, `log-in-failed`, `user-created`, …
    action: Option<String>,
    /// A user's id.
    actor: Option<String>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

async fn handle(context: Context, Query(filter): Query<Filter>) -> Result<Reply<List<AuditRow>>, Problem> {
    let (action, actor) = (filter.action.as_deref(), filter.actor.as_deref());
    if action.is_some() && actor.is_some() {
        return Err(Problem::field("actor", "cannot be given together with action"));
    }
    let rows = list_audit(&context, action, actor, filter.cursor.as_ref(), filter.limit).await?;
    Ok(web::list(rows, filter.limit, |row| row.id.clone()))
}
