//! A mail as bytes (RFC 5322, MIME), the same ones for each attempt: text and HTML as alternatives, both in base64. It
//! is short enough to be written here, and needs neither a clock nor randomness, unlike the builders there are.
//!
//! No header can be injected: a text in a header has no control characters, and everything that is not plain ASCII is an
//! encoded word (RFC 2047).

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Timestamp;
use kernel::text::{Email, Name};

use super::document::Document;

/// An address with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub email: Email,
    pub name: Option<Name>,
}

/// A mail that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub from: Mailbox,
    pub to: Mailbox,
    /// Without angle brackets. It is the same for each attempt, and another one for each round.
    pub message_id: String,
    /// The key under which a provider takes it once.
    pub key: String,
    pub at: Timestamp,
    pub document: Document,
}

/// The most bytes of text in an encoded word: with its frame at most 75 characters.
const WORD_BYTES_MAX: usize = 42;
/// The length of a line of base64.
const BASE64_LINE: usize = 76;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Outgoing {
    /// The whole message.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let boundary: String = self.message_id.chars().filter(char::is_ascii_alphanumeric).take(48).collect();
        let boundary = format!("=_{boundary}");
        let mut out = String::new();
        for (name, value) in [
            ("From", mailbox(&self.from)),
            ("To", mailbox(&self.to)),
            ("Subject", encoded(&self.document.subject)),
            ("Date", date(self.at)),
            ("Message-ID", format!("<{}>", self.message_id)),
            ("MIME-Version", "1.0".to_owned()),
            ("Content-Language", self.document.language.to_owned()),
            // No holiday note is sent back (RFC 3834).
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("Content-Type", format!("multipart/alternative; boundary=\"{boundary}\"")),
        ] {
            let _ = write!(out, "{name}: {value}\r\n");
        }
        out.push_str("\r\n");
        for (kind, body) in [("plain", self.document.text()), ("html", self.document.html())] {
            let _ = write!(
                out,
                "--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            );
            let lines = STANDARD.encode(body.replace('\n', "\r\n"));
            for line in lines.as_bytes().chunks(BASE64_LINE) {
                out.push_str(&String::from_utf8_lossy(line));
                out.push_str("\r\n");
            }
        }
        let _ = write!(out, "--{boundary}--\r\n");
        out.into_bytes()
    }

    /// Whether its addresses need a server that takes UTF-8 (RFC 6531).
    #[must_use]
    pub fn needs_utf8(&self) -> bool {
        !(self.from.email.as_str().is_ascii() && self.to.email.as_str().is_ascii())
    }
}

fn mailbox(Mailbox { email, name }: &Mailbox) -> String {
    match name {
        Some(name) => format!("{} <{email}>", phrase(name.as_str())),
        None => format!("<{email}>"),
    }
}

/// A name before an address: plain words, a quoted string, or encoded words.
fn phrase(name: &str) -> String {
    let name = on_one_line(name);
    let is_plain =
        name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == ' ' || letter == '-');
    if is_plain && name.len() <= 60 {
        return name;
    }
    if name.chars().all(|letter| letter.is_ascii_graphic() || letter == ' ') && name.len() <= 60 {
        return format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    }
    encoded(&name)
}

/// White space and control characters become single spaces.
fn on_one_line(text: &str) -> String {
    let clean = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    clean.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in a header: as it is, if it is short and plain, else as encoded words on lines of their own.
fn encoded(text: &str) -> String {
    let text = on_one_line(text);
    let is_plain = text.chars().all(|letter| letter.is_ascii_graphic() || letter == ' ');
    if is_plain && text.len() <= 60 && !text.contains("=?") {
        return text;
    }
    let mut words: Vec<String> = vec![String::new()];
    for letter in text.chars() {
        match words.last_mut() {
            Some(word) if word.len().saturating_add(letter.len_utf8()) <= WORD_BYTES_MAX => word.push(letter),
            _ => words.push(letter.to_string()),
        }
    }
    let words: Vec<String> =
        words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect();
    words.join("\r\n ")
}

/// `Fri, 20 Nov 2026 10:35:00 +0000`.
fn date(at: Timestamp) -> String {
    let seconds = at.unix_seconds();
    let weekday = usize::try_from(seconds.div_euclid(86_400).rem_euclid(7)).unwrap_or_default();
    let day = at.date();
    let of_month = day.to_string().rsplit('-').next().map(str::to_owned).unwrap_or_default();
    let month = MONTHS.get(usize::from(day.month()).saturating_sub(1)).copied().unwrap_or_default();
    let second = seconds.rem_euclid(86_400);
    let (hour, minute) = (second.div_euclid(3_600), second.div_euclid(60).rem_euclid(60));
    format!(
        "{}, {of_month} {month} {} {hour:02}:{minute:02}:{:02} +0000",
        DAYS.get(weekday).copied().unwrap_or_default(),
        day.year(),
        second.rem_euclid(60),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::Block;

    fn outgoing(name: Option<Name>, subject: &str) -> Outgoing {
        let email = Email::parse("ada@example.org").unwrap();
        Outgoing {
            from: Mailbox { email: Email::parse("shop@example.org").unwrap(), name: None },
            to: Mailbox { email, name },
            message_id: "0193e9a0.1@example.org".to_owned(),
            key: "k".to_owned(),
            at: Timestamp::parse("2026-11-20T10:35:00Z").unwrap(),
            document: Document {
                language: "en",
                subject: subject.to_owned(),
                blocks: vec![Block::Paragraph(".\n.hidden".to_owned())],
            },
        }
    }

    #[test]
    fn headers_are_written_as_the_standards_say() {
        let name = Name::parse("Ada \"the\" Lovelace").unwrap();
        let text = String::from_utf8(outgoing(Some(name), "Größe").bytes()).unwrap();
        for line in [
            "From: <shop@example.org>\r\n",
            "To: \"Ada \\\"the\\\" Lovelace\" <ada@example.org>\r\n",
            "Subject: =?utf-8?B?R3LDtsOfZQ==?=\r\n",
            "Date: Fri, 20 Nov 2026 10:35:00 +0000\r\n",
            "Message-ID: <0193e9a0.1@example.org>\r\n",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_adds_a_header_or_a_long_line(name in "\\PC{0,3}[\\x00-\\x7fäß茶]{1,190}", subject in "[\\x00-\\x7fäß茶]{0,300}") {
            let bytes = outgoing(Name::parse(&name).ok(), &subject).bytes();
            let text = String::from_utf8(bytes).unwrap();
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            let names: Vec<&str> = head
                .split("\r\n")
                .filter(|line| !line.starts_with(' '))
                .map(|line| line.split_once(':').unwrap().0)
                .collect();
            prop_assert_eq!(names, ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Language",
                "Auto-Submitted", "Content-Type"]);
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= 130 && line.is_ascii() && !line.contains(['\r', '\n', '\0']), "{}", line);
            }
        }
    }
}
