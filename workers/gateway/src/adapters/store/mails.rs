//! What users are told by mail, in the batch of the change.

use contracts::Event;
use contracts::events::{MailContent, MailRequested, Recipient};
use kernel::Failure;
use store::Unit;
use web::Context;

use crate::domain::user::User;

/// Adds a mail to a user.
pub(super) fn tell(
    context: &Context,
    unit: &mut Unit,
    user: &User,
    says: MailContent,
) -> Result<(), Failure> {
    let to = Recipient { email: user.email.clone(), name: Some(user.name.clone()) };
    let mail_id = context.new_id()?;
    let mail = MailRequested { mail_id, to, language: None, secret: None, content: says };
    context.publish(unit, &Event::MailRequested(mail), mail_id)
}
