//! `POST /mail/bounces`: the HTTP provider reports what came back. Its reports are signed, as Resend and others do it
//! (Standard Webhooks): an HMAC over the report's id, its time and its bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use kernel::Timestamp;
use kernel::text::Email;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, Grant, Headers, JsonBytes, NoContent, Problem, ProblemCode, Route, tokens};

use crate::adapters::settings::Settings;
use crate::adapters::store::Store;
use crate::application::ports::Bounce;
use crate::application::record_bounce::record_bounce;

/// By how much the report's time may differ from ours, in seconds: an older one is a replay.
const TOLERANCE_SECONDS: i64 = 300;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed("/mail/bounces", Grant::PUBLIC, "Take in a report of the mail provider.", handle)
            .details(
                "For the provider only: the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, or \
                 `svix-…`, sign the body with the secret `MAIL_WEBHOOK_KEY`. Reports of other kinds than \
                 `email.bounced` are accepted and change nothing, and so does one that comes again.",
            )
            .problems(&[ProblemCode::Unauthenticated]),
    ]
}

/// What is used of a report; the provider may send more.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "MailReport")]
struct Report {
    /// `email.bounced`, `email.delivered`, …
    r#type: String,
    data: serde_json::Value,
}

#[derive(Deserialize)]
struct Bounced {
    email_id: String,
    #[serde(default)]
    to: Vec<String>,
    bounce: Reason,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    message: String,
}

async fn handle(
    context: Context,
    Headers(headers): Headers,
    body: JsonBytes<Report>,
) -> Result<NoContent, Problem> {
    let key = Settings::new(&context).webhook_key();
    if !key.is_some_and(|key| is_signed(&headers, &body.0, &key, context.now())) {
        return Err(tokens::unauthenticated("The report is not signed by the mail provider."));
    }
    let report: Report = web::from_slice(&body.0)?;
    if report.r#type != "email.bounced" {
        return Ok(NoContent);
    }
    let bounced: Bounced = web::from_json(&report.data)?;
    let email = bounced.to.first().and_then(|to| Email::parse(address(to)).ok());
    let email = email.ok_or_else(|| Problem::field("/data/to", "must name the recipient"))?;
    let reason: String =
        bounced.bounce.message.chars().filter(|letter| !letter.is_control()).take(300).collect();
    let is_permanent = bounced.bounce.kind == "Permanent";
    let bounce = Bounce { provider_id: bounced.email_id, email, reason, is_permanent };
    record_bounce(&Store::new(&context), &bounce).await?;
    Ok(NoContent)
}

/// `Name <address>` or the address alone.
fn address(to: &str) -> &str {
    to.rsplit_once('<').map_or(to, |(_, rest)| rest.trim_end_matches('>'))
}

fn is_signed(headers: &HeaderMap, body: &[u8], key: &str, now: Timestamp) -> bool {
    let header = |name: &str| {
        let value = headers.get(format!("webhook-{name}")).or_else(|| headers.get(format!("svix-{name}")));
        value.and_then(|value| value.to_str().ok())
    };
    let (Some(id), Some(timestamp), Some(signatures)) =
        (header("id"), header("timestamp"), header("signature"))
    else {
        return false;
    };
    let Ok(seconds) = timestamp.parse::<i64>() else { return false };
    if seconds.saturating_sub(now.unix_seconds()).saturating_abs() > TOLERANCE_SECONDS {
        return false;
    }
    let key =
        key.strip_prefix("whsec_").map_or_else(|| Ok(key.as_bytes().to_vec()), |key| STANDARD.decode(key));
    let Ok(key) = key else { return false };
    let signed = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    let expected = STANDARD.encode(tokens::hmac(&key, &signed));
    // The provider may sign with an old and a new key.
    signatures.split(' ').any(|signature| {
        signature
            .strip_prefix("v1,")
            .is_some_and(|signature| tokens::is_equal(signature.as_bytes(), expected.as_bytes()))
    })
}
