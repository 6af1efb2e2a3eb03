//! The provider tells that a mail came back.

use kernel::Failure;

use super::ports::{Bounce, Mails};

/// Records it. A repeated report changes nothing.
pub async fn record_bounce(mails: &impl Mails, bounce: &Bounce) -> Result<(), Failure> {
    mails.bounced(bounce).await
}
