//! The grants of this service's routes.

use web::Grant;

/// See every mail.
pub(crate) const MAIL_READ: Grant = Grant::new("mail:read");
/// Have mails sent again.
pub(crate) const MAIL_WRITE: Grant = Grant::new("mail:write");
