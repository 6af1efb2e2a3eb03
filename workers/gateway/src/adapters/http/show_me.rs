//! `GET /auth/me`.

use kernel::ids::UserId;
use web::{Context, Problem, Reply, Route};

use super::grants;
use super::users::UserJson;
use crate::adapters::store::Store;
use crate::application::ports::Users;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/auth/me", grants::SELF_READ, "Show the current user.", handle)]
}

/// 401 when the user was removed after the token was issued.
async fn handle(context: Context) -> Result<Reply<UserJson>, Problem> {
    let gone = || web::tokens::unauthenticated("The user was removed.");
    let id = UserId::parse(&context.caller.subject).ok_or_else(gone)?;
    let user = Store::new(&context).find_user(id).await?.ok_or_else(gone)?;
    Ok(Reply(UserJson::from(&user)))
}
