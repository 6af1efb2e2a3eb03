//! A request as it is sent, whatever is wrong with it.

use std::fmt::Write as _;

use house::User;

/// More of a body than this is not shown.
const SHOWN_BYTES_MAX: usize = 2_000;

/// A request to the gateway.
#[derive(Debug, Clone)]
pub struct Request {
    /// Whose token is added, unless the headers have an `authorization` of their own.
    pub user: User,
    /// Any word.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names and values, in order; a name may stand twice.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Any bytes.
    pub body: Vec<u8>,
}

impl Request {
    /// A header's place.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// Replaces a header.
    pub fn set_header(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.into()));
    }

    /// The command that sends it again, for a house at `url`. A long body is cut, and says so.
    #[must_use]
    pub fn curl(&self, url: &str) -> String {
        let mut command = format!(
            "curl --path-as-is -i -X {} {}",
            quoted(self.method.as_bytes()),
            quoted(format!("{url}{}", self.path).as_bytes())
        );
        if self.header("authorization").is_none() && self.user != User::Guest {
            let _ = write!(command, " -H \"authorization: Bearer ${:?}\"", self.user);
        }
        for (name, value) in &self.headers {
            let line = [name.as_bytes(), b": ", value].concat();
            let _ = write!(command, " -H {}", quoted(&line));
        }
        if !self.body.is_empty() {
            let shown = &self.body[..self.body.len().min(SHOWN_BYTES_MAX)];
            let _ = write!(command, " --data-binary {}", quoted(shown));
            if shown.len() < self.body.len() {
                let _ = write!(command, " # the first {} of {} bytes", shown.len(), self.body.len());
            }
        }
        command
    }
}

/// A word of the shell; bash reads the escapes of what is not plain text.
fn quoted(bytes: &[u8]) -> String {
    let mut word = "$'".to_owned();
    for byte in bytes.iter().take(2 * SHOWN_BYTES_MAX) {
        match byte {
            b'\'' | b'\\' => word.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => word.push(char::from(*byte)),
            _ => drop(write!(word, "\\x{byte:02x}")),
        }
    }
    if bytes.len() > 2 * SHOWN_BYTES_MAX {
        word.push_str("...");
    }
    word.push('\'');
    word
}
