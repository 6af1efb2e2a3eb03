//! `GET /mail?status=&to=&limit=&cursor=`.

use kernel::text::Email;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route, list};

use super::grants;
use super::mail_json::MailJson;
use crate::adapters::store::{Filter, Store};
use crate::application::ports::Status;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/mail", grants::MAIL_READ, "List the mails, the newest first.", handle)
            .details("Filter by `status` or by `to`, not by both."),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListMails")]
struct Filters {
    status: Option<Status>,
    /// The address of the recipient.
    to: Option<Email>,
    /// Rows, 1 to 100.
    #[serde(default)]
    limit: Limit,
    /// Where the last page ended.
    cursor: Option<Cursor>,
}

async fn handle(context: Context, Query(filters): Query<Filters>) -> Result<Reply<List<MailJson>>, Problem> {
    let filter = match (filters.status, filters.to) {
        (None, None) => Filter::All,
        (Some(status), None) => Filter::Status(status),
        (None, Some(email)) => Filter::To(email),
        (Some(_), Some(_)) => return Err(Problem::field("to", "cannot be combined with status")),
    };
    let before = filters.cursor.as_ref().map_or("", Cursor::key);
    let mails = Store::new(&context).list(&filter, before, filters.limit).await?;
    let mails: Vec<MailJson> = mails.iter().map(MailJson::from).collect();
    Ok(list(mails, filters.limit, |mail| mail.id.to_string()))
}
