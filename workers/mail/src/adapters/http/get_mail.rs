//! `GET /mail/{mailId}`.

use kernel::ids::MailId;
use web::{Context, Path, Problem, Reply, Route};

use super::grants;
use super::mail_json::WholeMailJson;
use crate::adapters::store::Store;
use crate::adapters::writer::ShopWriter;
use crate::application::ports::{Mail, Mails as _};
use crate::domain::document::Document;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/mail/{mailId}", grants::MAIL_READ, "A mail with its text and its HTML.", handle)
            .details("The secret of a link, which only its recipient may know, is left out."),
    ]
}

async fn handle(context: Context, Path(id): Path<MailId>) -> Result<Reply<WholeMailJson>, Problem> {
    let mail = Store::new(&context).find_mail(id).await?.ok_or_else(|| Problem::not_found("mail"))?;
    let document = document(&context, &mail, None)?;
    Ok(Reply(WholeMailJson::new(&mail, document.as_ref())))
}

/// What a mail says; none once it is forgotten.
pub(super) fn document(
    context: &Context,
    mail: &Mail,
    secret: Option<&str>,
) -> Result<Option<Document>, Problem> {
    let writer = ShopWriter::new(context)?;
    let document = |content| writer.document(mail, content, secret);
    Ok(mail.content.as_ref().map(document).transpose()?)
}
