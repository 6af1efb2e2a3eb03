//! The use cases.

pub mod ports;
pub mod record_bounce;
pub mod resend_mail;
pub mod send_mails;
pub mod take_mail;
