//! `/auth/sessions`: where the caller is signed in.

use kernel::ids::UserId;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, List, NoContent, Page, Path, Problem, Query, Reply, Route};

use super::grants;
use crate::adapters::store::{SessionRow, Store, list_sessions};
use crate::application::end_session;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/auth/sessions", grants::SELF_READ, "List the caller's sessions, the oldest first.", list),
        Route::delete("/api/auth/sessions/{id}", grants::SELF_READ, "End one of the caller's sessions.", end)
            .details("Its tokens end with it, within five seconds. A session ends by itself when it is not used for 30 days, and after 90."),
    ]
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OwnSession")]
struct Own {
    #[serde(flatten)]
    session: SessionRow,
    /// Whether this request belongs to it.
    current: bool,
}

fn user(context: &Context) -> Result<UserId, Problem> {
    let gone = || web::tokens::unauthenticated("The user was removed.");
    UserId::parse(&context.caller.subject).ok_or_else(gone)
}

async fn list(context: Context, Query(page): Query<Page>) -> Result<Reply<List<Own>>, Problem> {
    let rows = list_sessions(&context, user(&context)?, page.cursor.as_ref(), page.limit).await?;
    let own = |session: SessionRow| Own {
        current: context.caller.session.as_deref() == Some(session.id.as_str()),
        session,
    };
    Ok(web::list(rows.into_iter().map(own).collect(), page.limit, |own| own.session.id.clone()))
}

async fn end(context: Context, Path(id): Path<String>) -> Result<NoContent, Problem> {
    let ended = end_session::end_session(&Store::new(&context), user(&context)?, &id).await?;
    if ended { Ok(NoContent) } else { Err(Problem::not_found("session")) }
}
