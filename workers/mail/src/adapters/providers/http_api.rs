//! A mail provider with an HTTP interface of the form that Resend documents (`POST /emails`; others accept it, too). It
//! knows a mail by our key, and takes it once however often it is asked.

use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode, header};
use platform::{Body, Request, World};
use serde::{Deserialize, Serialize};

use crate::domain::delivery::Outcome;
use crate::domain::message::{Mailbox, Outgoing};

const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// The provider and how to get in.
pub(crate) struct HttpApi {
    pub(crate) world: Arc<dyn World>,
    pub(crate) url: String,
    pub(crate) key: String,
}

#[derive(Serialize)]
struct NewMail<'a> {
    from: String,
    to: [String; 1],
    subject: &'a str,
    html: String,
    text: String,
    headers: Headers,
}

#[derive(Serialize)]
struct Headers {
    #[serde(rename = "Message-ID")]
    message_id: String,
    #[serde(rename = "Auto-Submitted")]
    auto_submitted: &'static str,
}

#[derive(Deserialize)]
struct Taken {
    id: String,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    message: String,
}

/// `"Name" <address>`, as the provider parses it.
fn mailbox(Mailbox { email, name }: &Mailbox) -> String {
    let name = name.as_ref().map(|name| {
        let plain =
            name.as_str().chars().filter(|letter| !letter.is_control() && !"\"<>\\".contains(*letter));
        plain.collect::<String>()
    });
    name.map_or_else(|| email.to_string(), |name| format!("\"{name}\" <{email}>"))
}

impl HttpApi {
    pub(crate) async fn send(&self, mail: &Outgoing) -> Outcome {
        let request = match self.request(mail) {
            Ok(request) => request,
            Err(cause) => return Outcome::Refused { detail: cause, dead_address: false },
        };
        let answer = match self.world.fetch(request).await {
            Ok(answer) => answer,
            Err(error) => return Outcome::Unknown(error.to_string()),
        };
        let status = answer.status();
        let body = match answer.into_body().read(ANSWER_BYTES_MAX).await {
            Ok(body) => body,
            Err(error) => return Outcome::Unknown(error.to_string()),
        };
        outcome(status, &body)
    }

    fn request(&self, mail: &Outgoing) -> Result<Request, String> {
        let body = NewMail {
            from: mailbox(&mail.from),
            to: [mailbox(&mail.to)],
            subject: &mail.document.subject,
            html: mail.document.html(),
            text: mail.document.text(),
            headers: Headers {
                message_id: format!("<{}>", mail.message_id),
                auto_submitted: "auto-generated",
            },
        };
        let text = serde_json::to_string(&body).map_err(|error| error.to_string())?;
        let mut request = Request::new(Body::from(text));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.parse().map_err(|_| "the setting MAIL_API_URL is no URL".to_owned())?;
        let mut key = HeaderValue::from_str(&format!("Bearer {}", self.key))
            .map_err(|_| "the secret MAIL_SECRET has signs that no key has".to_owned())?;
        key.set_sensitive(true);
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, key);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let once = HeaderValue::from_str(&mail.key).map_err(|error| error.to_string())?;
        headers.insert("idempotency-key", once);
        Ok(request)
    }
}

fn outcome(status: StatusCode, body: &[u8]) -> Outcome {
    if status.is_success() {
        let taken: Option<Taken> = serde_json::from_slice(body).ok();
        return Outcome::Accepted { provider_id: taken.map(|taken| taken.id) };
    }
    let refusal: Option<Refusal> = serde_json::from_slice(body).ok();
    let message: String =
        refusal.map(|refusal| refusal.message).unwrap_or_default().chars().take(300).collect();
    let detail = format!("{} {message}", status.as_u16());
    match status.as_u16() {
        // Wrong content or a wrong address: it stays wrong.
        400 | 413 | 422 => Outcome::Refused { detail, dead_address: false },
        // The key, the domain, the quota, a request under way: the shop or time repairs it.
        401..=499 => Outcome::Delayed(detail),
        _ => Outcome::Unknown(detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_providers_answers_mean() {
        for (status, body, expected) in [
            (200, r#"{"id":"a"}"#, Outcome::Accepted { provider_id: Some("a".to_owned()) }),
            (201, "", Outcome::Accepted { provider_id: None }),
            (
                422,
                r#"{"message":"no"}"#,
                Outcome::Refused { detail: "422 no".to_owned(), dead_address: false },
            ),
            (401, "{}", Outcome::Delayed("401 ".to_owned())),
            (409, "{}", Outcome::Delayed("409 ".to_owned())),
            (429, "x", Outcome::Delayed("429 ".to_owned())),
            (500, "x", Outcome::Unknown("500 ".to_owned())),
        ] {
            assert_eq!(outcome(StatusCode::from_u16(status).unwrap(), body.as_bytes()), expected, "{status}");
        }
    }
}
