//! A person has a mail sent again: another round, with a Message-ID of its own.

use kernel::Failure;
use kernel::ids::MailId;

use super::ports::{ChangeError, Mail, Mails, Status};
use crate::domain::compose::is_key;

/// Why a mail is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    #[error("the mail is unknown")]
    NotFound,
    /// It is not sent yet.
    #[error("the mail is on its way")]
    OnItsWay,
    /// What it says is forgotten.
    #[error("the mail is forgotten")]
    Forgotten,
    /// Its link works once, and nobody has its secret any more.
    #[error("the link of the mail is used up")]
    UsedUp,
    #[error("the mail is being changed")]
    Contended,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Queues it again.
pub async fn resend_mail(mails: &impl Mails, id: MailId) -> Result<Mail, ResendError> {
    let mail = mails.find_mail(id).await?.ok_or(ResendError::NotFound)?;
    if matches!(mail.status, Status::Queued | Status::Sending) {
        return Err(ResendError::OnItsWay);
    }
    let content = mail.content.as_ref().ok_or(ResendError::Forgotten)?;
    if is_key(content) && mail.secret.is_none() {
        return Err(ResendError::UsedUp);
    }
    mails.requeue(mail).await.map_err(|error| match error {
        ChangeError::Stale => ResendError::Contended,
        ChangeError::Failure(failure) => failure.into(),
    })
}
