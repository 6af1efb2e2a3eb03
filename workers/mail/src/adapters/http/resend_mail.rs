//! `POST /mail/{mailId}/resend`.

use kernel::ids::MailId;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Accepted, Answer as _, Context, Json, Path, Present, Problem, ProblemCode, Route};

use super::grants;
use super::mail_json::MailJson;
use crate::adapters::store::Store;
use crate::adapters::sweep;
use crate::application::ports::Mail;
use crate::application::resend_mail::{ResendError, resend_mail};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/mail/{mailId}/resend", grants::MAIL_WRITE, "Send a mail again.", handle)
            .audited()
            .details(
                "For one that was sent, has failed, or came back. It is a new message to the same recipient; an address \
                 that was found dead is tried again. A mail with a link that works once cannot be sent again after it \
                 was sent: the user asks for another one.",
            )
            .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ResendMail")]
struct Body {}

const RESENT: Present<Mail> = Present::new(|mail| Accepted(MailJson::from(mail)).into_response());

async fn handle(
    context: Context,
    Path(id): Path<MailId>,
    Json(Body {}): Json<Body>,
) -> Result<Accepted<MailJson>, Problem> {
    let mail = resend_mail(&Store::presenting(&context, RESENT), id).await.map_err(problem)?;
    let answer = Accepted(MailJson::from(&mail));
    let later = context.clone();
    context.world.defer(Box::pin(async move {
        // The sweep sends it when this does not.
        let _ = sweep::send(&later, vec![mail]).await;
    }));
    Ok(answer)
}

fn problem(error: ResendError) -> Problem {
    match error {
        ResendError::NotFound => Problem::not_found("mail"),
        ResendError::OnItsWay => Problem::state_conflict("This mail is not sent yet: it is on its way."),
        ResendError::Forgotten => Problem::state_conflict("What this mail said is forgotten by now."),
        ResendError::UsedUp => {
            Problem::state_conflict("The link in this mail works once. Its user has to ask for another one.")
        }
        ResendError::Contended => {
            Problem::state_conflict("This mail is being changed by another request.").retry_after(1)
        }
        ResendError::Failure(failure) => failure.into(),
    }
}
