//! The route table: each handler's file declares its routes.

mod dev_mailbox;
mod get_mail;
mod grants;
mod list_mails;
mod mail_json;
mod record_bounce;
mod resend_mail;

use web::Route;

/// Every route of the service.
pub(crate) fn routes() -> Vec<Route> {
    [
        list_mails::routes(),
        get_mail::routes(),
        resend_mail::routes(),
        record_bounce::routes(),
        dev_mailbox::routes(),
    ]
    .concat()
}
