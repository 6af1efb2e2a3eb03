//! `/ops/dead-letters`: what no service could process, and what is done about it.

use kernel::ids::MessageId;
use kernel::text::ShortText;
use kernel::{Cursor, Limit, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer, Context, Json, List, Path, Present, Problem, ProblemCode, Query, Reply, Route};

use super::grants;
use crate::adapters::peers::Peers;
use crate::adapters::store::{Store, list_letters};
use crate::application::discard_dead_letter;
use crate::application::ports::Letters;
use crate::application::replay_dead_letter::{self, SettleError};
use crate::domain::dead_letter::{Letter, LetterStatus};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/ops/dead-letters",
            grants::OPS_READ,
            "List the messages that no service could process, the newest first.",
            list_dead_letters,
        ),
        Route::get(
            "/api/ops/dead-letters/{id}",
            grants::OPS_READ,
            "Show a message that no service could process.",
            show_dead_letter,
        ),
        Route::post(
            "/api/ops/dead-letters/{id}/replay",
            grants::OPS_WRITE,
            "Hand a dead letter to its reader again.",
            replay_dead_letter,
        )
        .details(
            "`REPLAY_FAILED` when the reader refuses it again; the reason is stored as the letter's note.",
        )
        .problems(&[ProblemCode::StateConflict, ProblemCode::ReplayFailed]),
        Route::post(
            "/api/ops/dead-letters/{id}/discard",
            grants::OPS_WRITE,
            "Discard a dead letter that is not going to be processed.",
            discard_dead_letter,
        )
        .details("The letter stays stored, with the reason as its note.")
        .problems(&[ProblemCode::StateConflict]),
    ]
}

const SETTLED: Present<Letter> = Present::new(|letter| shown(letter).into_response());

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Filter {
    status: Option<LetterStatus>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DiscardDeadLetter")]
struct Reason {
    reason: ShortText,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StoredDeadLetter")]
struct LetterJson {
    id: MessageId,
    status: LetterStatus,
    /// The type of the message, if its body can be read.
    r#type: Option<String>,
    /// The queue it came from. Empty when unknown; then it cannot be replayed.
    queue: String,
    /// Why its reader could not process it.
    reason: String,
    /// How many times its reader tried.
    attempts: i64,
    /// How many times it became a dead letter.
    count: i64,
    /// When it first arrived here.
    received_at: Timestamp,
    /// When it last arrived here.
    buried_at: Timestamp,
    settled_at: Option<Timestamp>,
    /// A user's id.
    settled_by: Option<String>,
    /// Why it was discarded, or why the last replay failed.
    note: Option<String>,
    /// The message as it was received.
    body: String,
}

impl From<&Letter> for LetterJson {
    fn from(letter: &Letter) -> Self {
        let envelope: Option<serde_json::Value> = serde_json::from_str(&letter.body).ok();
        let kind = envelope.and_then(|envelope| Some(envelope.get("type")?.as_str()?.to_owned()));
        let Letter { id, queue, reason, attempts, body, count, .. } = letter.clone();
        Self {
            id,
            status: letter.status,
            r#type: kind,
            queue,
            reason,
            attempts,
            count,
            received_at: letter.received_at,
            buried_at: letter.buried_at,
            settled_at: letter.settled_at,
            settled_by: letter.settled_by.clone(),
            note: letter.note.clone(),
            body,
        }
    }
}

fn shown(letter: &Letter) -> Reply<LetterJson> {
    Reply(letter.into())
}

async fn list_dead_letters(
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Reply<List<LetterJson>>, Problem> {
    let letters = list_letters(&context, filter.status, filter.cursor.as_ref(), filter.limit).await?;
    let letters: Vec<LetterJson> = letters.iter().map(Into::into).collect();
    Ok(web::list(letters, filter.limit, |letter| format!("{}|{}", letter.received_at, letter.id)))
}

async fn show_dead_letter(context: Context, Path(id): Path<MessageId>) -> Result<Reply<LetterJson>, Problem> {
    let letter = Store::new(&context).find_letter(id).await?;
    Ok(shown(&letter.ok_or_else(|| problem(SettleError::Unknown))?))
}

async fn replay_dead_letter(
    context: Context,
    Path(id): Path<MessageId>,
) -> Result<Reply<LetterJson>, Problem> {
    let (letters, mail) = (Store::answering(&context, SETTLED), Peers::new(&context));
    let letter = replay_dead_letter::replay_dead_letter(&letters, &mail, id).await;
    Ok(shown(&letter.map_err(problem)?))
}

async fn discard_dead_letter(
    context: Context,
    Path(id): Path<MessageId>,
    Json(body): Json<Reason>,
) -> Result<Reply<LetterJson>, Problem> {
    let letters = Store::answering(&context, SETTLED);
    let letter = discard_dead_letter::discard_dead_letter(&letters, id, body.reason).await;
    Ok(shown(&letter.map_err(problem)?))
}

fn problem(error: SettleError) -> Problem {
    match error {
        SettleError::Unknown => Problem::not_found("dead letter"),
        SettleError::Settled => Problem::state_conflict("The letter was already replayed or discarded."),
        SettleError::NoReader => {
            Problem::state_conflict("The reader of this letter is unknown. It can only be discarded.")
        }
        SettleError::Refused(error) => {
            Problem::new(ProblemCode::ReplayFailed, format!("Its reader could not process it again: {error}"))
        }
        SettleError::Failure(failure) => failure.into(),
    }
}
