//! A list of stolen passwords behind a range service: of a password's hash only the first five characters leave the house,
//! and the service answers with all hashes that begin so (k-anonymity). The form is that of Pwned Passwords:
//! `GET {url}/{prefix}` lists `suffix:count`, with padding of count 0. Off while the setting `BREACH_LIST_URL` is empty.

use http::HeaderValue;
use platform::{Body, Request, TimeOut};
use web::Context;

use crate::application::ports::Breaches;

/// Where hashes are looked up; empty: nowhere.
const URL_SETTING: &str = "BREACH_LIST_URL";
/// Nobody waits longer for it, in milliseconds.
const TIME_OUT_MS: u32 = 2_000;
/// The most bytes of an answer: a thousand lines have 40 KB.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// The list of this house.
pub(crate) struct BreachList<'a>(pub(crate) &'a Context);

impl Breaches for BreachList<'_> {
    async fn suffixes(&self, prefix: &str) -> Option<Vec<String>> {
        let url = self.0.world.setting(URL_SETTING).filter(|url| !url.trim().is_empty())?;
        match self.ask(url.trim(), prefix).await {
            Ok(list) => Some(list.lines().filter_map(suffix).collect()),
            Err(cause) => {
                self.0.log("warn", &[("breachList", cause.into())]);
                None
            }
        }
    }
}

impl BreachList<'_> {
    async fn ask(&self, url: &str, prefix: &str) -> Result<String, String> {
        let mut request = Request::new(Body::default());
        *request.uri_mut() =
            format!("{}/{prefix}", url.trim_end_matches('/')).parse().map_err(|_| "no URL".to_owned())?;
        // Then the size of the answer says nothing.
        request.headers_mut().insert("add-padding", HeaderValue::from_static("true"));
        request.extensions_mut().insert(TimeOut { ms: TIME_OUT_MS });
        let answer = self.0.world.fetch(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("it answered {status}"));
        }
        let body = answer.into_body().read(ANSWER_BYTES_MAX).await.map_err(|error| error.to_string())?;
        String::from_utf8(body).map_err(|error| error.to_string())
    }
}

/// The hash of a line; none for padding.
fn suffix(line: &str) -> Option<String> {
    let (suffix, count) = line.trim().split_once(':')?;
    let is_padding = count.trim().chars().all(|digit| digit == '0');
    (!is_padding).then(|| suffix.trim().to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_no_password() {
        for (line, expected) in [
            ("0018A45C4D1DEF81644B54AB7F969B88D65:1", Some("0018A45C4D1DEF81644B54AB7F969B88D65")),
            ("00d4f6e8fa6eecad2a3aa415eec418d38ec:2\r", Some("00D4F6E8FA6EECAD2A3AA415EEC418D38EC")),
            ("011053FD0102E94D6AE2F8B83D76FAF94F6:0", None),
            ("", None),
            ("rubbish", None),
        ] {
            assert_eq!(suffix(line).as_deref(), expected, "{line}");
        }
    }
}
