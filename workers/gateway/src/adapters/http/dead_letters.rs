//! `/ops/dead-letters`: what no service could process, and what is done about it.

use kernel::ids::MessageId;
use kernel::text::ShortText;
use kernel::{Cursor, Limit};
use serde::Deserialize;
use web::{Context, Json, Path, Problem, ProblemCode, Query, Reply};

use crate::Gateway;
use crate::adapters::peers::Peers;
use crate::adapters::store::{SqlLetters, list_letters};
use crate::adapters::wire::LetterBody;
use crate::application::discard_dead_letter::discard_dead_letter;
use crate::application::ports::Letters;
use crate::application::replay_dead_letter::{SettleError, replay_dead_letter};
use crate::domain::dead_letter::LetterStatus;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    status: Option<LetterStatus>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// `GET`: the newest first, of one status when given.
pub(super) async fn list(
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<impl axum::response::IntoResponse, Problem> {
    let letters = list_letters(&context, filter.status, filter.cursor.as_ref(), filter.limit).await?;
    let letters: Vec<LetterBody> = letters.into_iter().map(Into::into).collect();
    Ok(web::list(letters, filter.limit, LetterBody::place))
}

/// `GET .../{id}`.
pub(super) async fn show(context: Context, Path(id): Path<MessageId>) -> Result<Reply<LetterBody>, Problem> {
    let letter = SqlLetters::new(&context).find(id).await?;
    Ok(Reply(letter.ok_or_else(|| problem(SettleError::Unknown))?.into()))
}

/// `POST .../{id}/replay`: 200 when its reader has it now, 409 `REPLAY_FAILED` with the reason when it was
/// refused again, 409 `STATE_CONFLICT` when it is settled or has no reader.
pub(super) async fn replay(
    context: Context,
    Path(id): Path<MessageId>,
) -> Result<Reply<LetterBody>, Problem> {
    let mail = Peers::<P, Gateway>::new(&context);
    let letter = replay_dead_letter(&SqlLetters::new(&context), &mail, id).await.map_err(problem)?;
    Ok(Reply(letter.into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    reason: ShortText,
}

/// `POST .../{id}/discard`: 200, 409 `STATE_CONFLICT` when it is settled.
pub(super) async fn discard(
    context: Context,
    Path(id): Path<MessageId>,
    Json(body): Json<Reason>,
) -> Result<Reply<LetterBody>, Problem> {
    let letter = discard_dead_letter(&SqlLetters::new(&context), id, body.reason).await.map_err(problem)?;
    Ok(Reply(letter.into()))
}

fn problem(error: SettleError) -> Problem {
    match error {
        SettleError::Unknown => Problem::not_found("dead letter"),
        SettleError::Settled => Problem::state_conflict("The letter is replayed or discarded already."),
        SettleError::NoReader => {
            Problem::state_conflict("Nobody knows who should read this letter. It can only be discarded.")
        }
        SettleError::Refused(error) => {
            Problem::new(ProblemCode::ReplayFailed, format!("Its reader could not process it again: {error}"))
        }
        SettleError::Failure(failure) => failure.into(),
    }
}
