//! What an SMTP server says, and what we say to it (RFC 5321). The dialogue itself is in `adapters/providers/smtp.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::text::Email;

use super::delivery::Outcome;

/// The most bytes of a reply: more is no mail server.
pub const REPLY_BYTES_MAX: usize = 64 * 1024;

/// A reply: its code and its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub lines: Vec<String>,
}

impl Reply {
    /// The reply at the start of what was received, with its length; none while it is not complete.
    pub fn read(received: &[u8]) -> Result<Option<(Self, usize)>, String> {
        let mut reply = Self { code: 0, lines: Vec::new() };
        let mut used: usize = 0;
        for line in received.split_inclusive(|byte| *byte == b'\n') {
            if !line.ends_with(b"\n") {
                return Ok(None);
            }
            used = used.saturating_add(line.len());
            let line = String::from_utf8_lossy(line);
            let line = line.trim_end();
            let code = line.get(..3).and_then(|code| code.parse::<u16>().ok());
            let code = code.filter(|code| (200..600).contains(code));
            let code = code.ok_or_else(|| format!("this is no reply of a mail server: {}", cut(line)))?;
            reply.code = code;
            reply.lines.push(line.get(4..).unwrap_or_default().to_owned());
            match line.as_bytes().get(3) {
                Some(b'-') => {}
                None | Some(b' ') => return Ok(Some((reply, used))),
                Some(_) => return Err(format!("this is no reply of a mail server: {}", cut(line))),
            }
        }
        Ok(None)
    }

    /// Whether it says yes, or go on.
    #[must_use]
    pub const fn is_positive(&self) -> bool {
        self.code < 400
    }

    /// The words, for the log and the office.
    #[must_use]
    pub fn words(&self) -> String {
        cut(&format!("{} {}", self.code, self.lines.join(" ")))
    }

    /// What a refusal in answer to a command means.
    #[must_use]
    pub fn refusal(&self, of_recipient: bool) -> Outcome {
        let detail = self.words();
        if self.code < 500 {
            return Outcome::Delayed(detail);
        }
        // Only these say that there is no such mailbox (RFC 3463); others are about us, or about what we send.
        let first = self.lines.first().map(String::as_str).unwrap_or_default();
        let is_dead = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"].iter().any(|code| {
            first.strip_prefix(code).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
        });
        Outcome::Refused { detail, dead_address: of_recipient && is_dead }
    }
}

fn cut(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(300).collect()
}

/// What a server can do, by its reply to EHLO.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a server has each or has it not")]
pub struct Abilities {
    pub starttls: bool,
    pub plain: bool,
    pub login: bool,
    pub utf8: bool,
    pub eight_bit: bool,
}

impl Abilities {
    /// Read from the reply.
    #[must_use]
    pub fn of(reply: &Reply) -> Self {
        let mut abilities = Self::default();
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '=']);
            match words.next() {
                Some("STARTTLS") => abilities.starttls = true,
                Some("SMTPUTF8") => abilities.utf8 = true,
                Some("8BITMIME") => abilities.eight_bit = true,
                Some("AUTH") => {
                    for word in words {
                        abilities.plain |= word == "PLAIN";
                        abilities.login |= word == "LOGIN";
                    }
                }
                _ => {}
            }
        }
        abilities
    }
}

/// `AUTH PLAIN` with its credentials (RFC 4616).
#[must_use]
pub fn plain(user: &str, password: &str) -> String {
    format!("AUTH PLAIN {}", STANDARD.encode(format!("\0{user}\0{password}")))
}

/// An answer of `AUTH LOGIN`.
#[must_use]
pub fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

/// The message as it follows `DATA`: lines that begin with a dot get another one, and a dot ends it.
#[must_use]
pub fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len().saturating_add(64));
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

/// Whether an address can stand in a command: no sign that would end it. Quoted local parts are not sent to.
#[must_use]
pub fn can_be_sent_to(email: &Email) -> bool {
    !email.as_str().chars().any(|letter| letter.is_control() || "<>()[],;:\\\"".contains(letter))
}

/// Where an SMTP server is, and whether its port speaks TLS from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub is_tls: bool,
    /// Whether nothing is sent without TLS. `smtp+plain` says that it may be: for a server on the same machine.
    pub needs_tls: bool,
    pub user: Option<String>,
}

impl Server {
    /// `smtps://user@host`, `smtp://user@host:587`; `smtp+plain://host:25` for a server without TLS. A `@` of the user is
    /// written `%40`.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let (is_tls, needs_tls, usual) = match scheme {
            "smtps" => (true, true, 465),
            "smtp" => (false, true, 587),
            "smtp+plain" => (false, false, 25),
            _ => return None,
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(user.replace("%40", "@")), place),
            None => (None, rest),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (place, usual),
        };
        let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
        is_host.then(|| Self { host: host.to_owned(), port, is_tls, needs_tls, user })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_when_they_are_complete() {
        for (received, expected) in [
            ("250 OK\r\n", Ok(Some((250, 1, 8)))),
            ("250-a\r\n250 b\r\nmore", Ok(Some((250, 2, 14)))),
            ("250-a\r\n250", Ok(None)),
            ("250\r\n", Ok(Some((250, 1, 5)))),
            ("", Ok(None)),
            ("HTTP/1.1 400 Bad\r\n", Err(())),
            ("99 x\r\n", Err(())),
            ("250+x\r\n", Err(())),
        ] {
            let read = Reply::read(received.as_bytes());
            let read = read.map(|read| read.map(|(reply, used)| (reply.code, reply.lines.len(), used)));
            assert_eq!(read.map_err(|_| ()), expected, "{received:?}");
        }
    }

    #[test]
    fn a_refusal_says_whether_to_try_again_and_whether_the_address_is_dead() {
        for (text, of_recipient, delayed, dead) in [
            ("450 4.2.0 Greylisted", true, true, false),
            ("550 5.1.1 No such user", true, false, true),
            ("550 5.1.10 Null MX", true, false, true),
            ("550 5.1.1 No such user", false, false, false),
            ("550 5.7.1 Spam", true, false, false),
            ("554 5.1.12 whatever", true, false, false),
        ] {
            let (reply, _) = Reply::read(format!("{text}\r\n").as_bytes()).unwrap().unwrap();
            match reply.refusal(of_recipient) {
                Outcome::Delayed(_) => assert!(delayed, "{text}"),
                Outcome::Refused { dead_address, .. } => assert!(!delayed && dead_address == dead, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn abilities_are_read_from_any_spelling() {
        let (reply, _) = Reply::read(b"250-host\r\n250-starttls\r\n250-AUTH=LOGIN plain\r\n250 SMTPUTF8\r\n")
            .unwrap()
            .unwrap();
        let expected = Abilities { starttls: true, plain: true, login: true, utf8: true, eight_bit: false };
        assert_eq!(Abilities::of(&reply), expected);
    }

    #[test]
    fn a_dot_at_the_start_of_a_line_ends_nothing() {
        assert_eq!(stuffed(b"a\r\n.\r\n..b\r\n"), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(stuffed(b".x"), b"..x\r\n.\r\n");
    }

    #[test]
    fn a_server_is_named_by_a_url() {
        let server = |host: &str, port, is_tls, needs_tls, user: Option<&str>| {
            Some(Server { host: host.to_owned(), port, is_tls, needs_tls, user: user.map(str::to_owned) })
        };
        for (url, expected) in [
            ("smtps://mail.example", server("mail.example", 465, true, true, None)),
            ("smtp://a%40b.c@mail.example:2525", server("mail.example", 2525, false, true, Some("a@b.c"))),
            ("smtp+plain://127.0.0.1:25/", server("127.0.0.1", 25, false, false, None)),
            ("http://mail.example", None),
            ("smtp://", None),
            ("smtp://x:y", None),
            ("smtp://a b", None),
        ] {
            assert_eq!(Server::parse(url), expected, "{url}");
        }
    }

    #[test]
    fn an_address_that_would_end_a_command_is_not_sent_to() {
        for (email, can) in [
            ("ada@example.org", true),
            ("a>b@example.org", false),
            ("a,b@example.org", false),
            ("grün@example.org", true),
        ] {
            assert_eq!(can_be_sent_to(&Email::parse(email).unwrap()), can, "{email}");
        }
    }
}
