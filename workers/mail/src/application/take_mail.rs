//! Takes in a request for a mail.

use contracts::events::MailRequested;
use kernel::Failure;

use super::ports::{Mails, Writer};

/// Stores it to be sent.
pub async fn take_mail(
    mails: &impl Mails,
    writer: &impl Writer,
    requested: &MailRequested,
) -> Result<(), Failure> {
    let (language, subject) = writer.subject(requested)?;
    mails.insert(requested, language, &subject).await
}
