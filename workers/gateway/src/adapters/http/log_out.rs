//! `POST /auth/logout`.

use web::{Context, Grant, Json, NoContent, Problem, Route};

use super::refresh_session::Body;
use crate::adapters::store::Store;
use crate::application::log_out::log_out;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed("/api/auth/logout", Grant::PUBLIC, "Log out: end a session.", handle)
            .details("The answer is the same when the session has ended or never existed."),
    ]
}

async fn handle(context: Context, Json(body): Json<Body>) -> Result<NoContent, Problem> {
    log_out(&Store::new(&context), &body.refresh_token).await?;
    Ok(NoContent)
}
