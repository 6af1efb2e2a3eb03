//! `GET /auth/me`.

use kernel::ids::UserId;
use web::{Context, Problem, Reply};

use crate::adapters::store::SqlUsers;
use crate::adapters::wire::UserBody;
use crate::application::ports::Users;

/// Answers the caller as a user, 401 when they are there no more.
pub(super) async fn handle(context: Context) -> Result<Reply<UserBody>, Problem> {
    let gone = || web::tokens::unauthenticated("The user is not there any more.");
    let id = UserId::parse(&context.caller.subject).ok_or_else(gone)?;
    let user = SqlUsers::new(&context).find(id).await?.ok_or_else(gone)?;
    Ok(Reply(user.into()))
}
