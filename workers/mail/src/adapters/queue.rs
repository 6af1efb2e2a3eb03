//! The one event this service reads.

use contracts::events::MailRequested;
use contracts::{Envelope, EventKind};
use kernel::ids::MailId;
use web::messages::TakeError;
use web::{Context, Problem};

use super::store::Store;
use super::{sweep, writer::ShopWriter};
use crate::application::ports::Mails as _;
use crate::application::take_mail::take_mail;

/// Takes in one event. The mail is sent after the batch; if that does not happen, the sweep sends it.
pub(crate) async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
    if envelope.kind != EventKind::MailRequested {
        // Marked as received, so that it is not delivered again.
        context.commit(context.unit()).await?;
        return Ok(());
    }
    let requested: MailRequested = envelope.data()?;
    take_mail(&Store::new(context), &ShopWriter::new(context)?, &requested).await?;
    let (id, later) = (requested.mail_id, context.clone());
    context.world.defer(Box::pin(async move {
        if let Err(problem) = send_at_once(&later, id).await {
            let cause = problem.cause().unwrap_or_else(|| problem.detail()).to_owned();
            later.log("warn", &[("mail", id.to_string().into()), ("cause", cause.into())]);
        }
    }));
    Ok(())
}

async fn send_at_once(context: &Context, id: MailId) -> Result<(), Problem> {
    let due = Store::new(context).find_mail(id).await?;
    let due =
        due.filter(|mail| mail.status == crate::application::ports::Status::Queued && mail.attempts == 0);
    sweep::send(context, due.into_iter().collect()).await.map(drop)
}
