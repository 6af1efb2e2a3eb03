//! `GET /dev/mail`: the mailbox of a developer. It exists only while the provider is `mailbox`, and nowhere else, because
//! it shows every mail to everybody, with the secrets of its links.

use std::fmt::Write as _;

use http::StatusCode;
use kernel::ids::MailId;
use kernel::{Cursor, Limit};
use platform::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use web::answer::response;
use web::{Answer, Context, Grant, Path, Problem, Query, Route};

use super::get_mail::document;
use crate::adapters::settings::{Provider, Settings};
use crate::adapters::store::{Filter, Store};
use crate::application::ports::Mails as _;
use crate::domain::document::escaped;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/dev/mail", Grant::PUBLIC, "The mailbox of a developer.", list),
        Route::get("/dev/mail/{mailId}", Grant::PUBLIC, "A mail as its recipient sees it.", html),
        Route::get("/dev/mail/{mailId}/text", Grant::PUBLIC, "The same as plain text.", text),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Page {
    /// Where the last page ended.
    cursor: Option<Cursor>,
}

/// A page, or a text.
struct Shown(&'static str, String);

impl Answer for Shown {
    fn into_response(self) -> Result<Response, Problem> {
        Ok(response(StatusCode::OK, self.0, self.1))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(_: &mut web::describe::Operation) {}
}

fn open(context: &Context) -> Result<(), Problem> {
    if Settings::new(context).provider()? == Provider::Mailbox {
        Ok(())
    } else {
        Err(Problem::not_found("mailbox"))
    }
}

async fn list(context: Context, Query(page): Query<Page>) -> Result<Shown, Problem> {
    open(&context)?;
    let limit = Limit::default();
    let before = page.cursor.as_ref().map_or("", Cursor::key);
    let mut mails = Store::new(&context).list(&Filter::All, before, limit).await?;
    let more = mails.len() > limit.rows();
    mails.truncate(limit.rows());
    let mut out = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Mailbox</title></head>\
        <body style=\"font-family:sans-serif;max-width:900px;margin:24px auto;padding:0 16px\"><h1>Mailbox</h1>\
        <p>Nothing leaves this machine: every mail is here.</p>"
        .to_owned();
    if mails.is_empty() {
        out.push_str("<p>There is no mail yet. Place an order with an e-mail address.</p>");
    }
    out.push_str("<ul>");
    for mail in &mails {
        let _ = write!(
            out,
            "<li style=\"margin:12px 0\"><a href=\"/dev/mail/{0}\">{1}</a> (<a href=\"/dev/mail/{0}/text\">text</a>)<br>\
             {2} · {3} · {4}</li>",
            mail.id,
            escaped(&mail.subject),
            escaped(mail.to.email.as_str()),
            mail.created_at,
            mail.status.as_str(),
        );
    }
    out.push_str("</ul>");
    if let Some(last) = mails.last().filter(|_| more) {
        let cursor = Cursor::after(last.id.to_string());
        let _ = write!(out, "<p><a href=\"/dev/mail?cursor={cursor}\">Older</a></p>");
    }
    out.push_str("</body></html>\n");
    Ok(Shown("text/html; charset=utf-8", out))
}

async fn html(context: Context, Path(id): Path<MailId>) -> Result<Shown, Problem> {
    let document = read(&context, id).await?;
    Ok(Shown("text/html; charset=utf-8", document.html()))
}

async fn text(context: Context, Path(id): Path<MailId>) -> Result<Shown, Problem> {
    let document = read(&context, id).await?;
    Ok(Shown("text/plain; charset=utf-8", document.text()))
}

async fn read(context: &Context, id: MailId) -> Result<crate::domain::document::Document, Problem> {
    open(context)?;
    let mail = Store::new(context).find_mail(id).await?.ok_or_else(|| Problem::not_found("mail"))?;
    document(context, &mail, mail.secret.as_deref())?.ok_or_else(|| Problem::not_found("mail"))
}
