//! `POST /auth/logout`.

use http::StatusCode;
use web::{Context, Json, Problem};

use super::refresh_session::Body;
use crate::adapters::store::SqlSessions;
use crate::application::log_out::log_out;

/// Answers 204, also when the session is over or was never there.
pub(super) async fn handle(context: Context, Json(body): Json<Body>) -> Result<StatusCode, Problem> {
    log_out(&SqlSessions::new(&context), &body.refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}
