//! How long a link for a new password is valid, and how many may be asked for.

use kernel::text::Email;

use super::throttle::{Counted, Origin};

/// For how long a link is valid, in minutes.
pub const MINUTES: i64 = 30;
/// The most links for one e-mail from one address, for one e-mail from everywhere, and from one address, within the window
/// of failed logins.
const NEAR_MAX: i64 = 3;
const EMAIL_MAX: i64 = 10;
const ADDRESS_MAX: i64 = 50;

/// The subjects of a request, as the throttle counts them.
#[must_use]
pub fn counted(email: &Email, origin: Origin<'_>) -> Vec<Counted> {
    let client = if origin.client.is_empty() { "unknown" } else { origin.client };
    vec![
        Counted { subject: format!("reset:{email} from {client}"), allowed: NEAR_MAX },
        Counted { subject: format!("reset:{email}"), allowed: EMAIL_MAX },
        Counted { subject: format!("reset from {client}"), allowed: ADDRESS_MAX },
    ]
}
