//! `GET /.well-known/security.txt`: whom to tell about a weakness (RFC 9116).

use web::answer::{Media, Text};
use web::{Context, Grant, Problem, ProblemCode, Route};

/// Who answers: an address as `mailto:…` or `https://…`.
const CONTACT_SETTING: &str = "SECURITY_CONTACT";
/// How long the text is good, in seconds: RFC 9116 recommends less than a year.
const GOOD_SECONDS: i64 = 90 * 86_400;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/.well-known/security.txt", Grant::PUBLIC, "Show whom to tell about a weakness.", handle)
            .problems(&[ProblemCode::NotFound])
            .details("RFC 9116. There is none while the setting `SECURITY_CONTACT` is empty."),
    ]
}

/// Plain text.
struct PlainText;

impl Media for PlainText {
    const NAME: &'static str = "text/plain; charset=utf-8";
}

async fn handle(context: Context) -> Result<Text<PlainText>, Problem> {
    let contact = context.world.setting(CONTACT_SETTING).filter(|contact| !contact.trim().is_empty());
    let contact = contact.ok_or_else(|| Problem::not_found("contact"))?;
    let expires = context.now().plus_seconds(GOOD_SECONDS);
    Ok(Text::new(format!("Contact: {}\nExpires: {expires}\nPreferred-Languages: en\n", contact.trim())))
}
