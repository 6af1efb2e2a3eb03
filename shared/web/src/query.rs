//! Texts in addresses and forms.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a name or a value: the unreserved characters but `~` (RFC 3986, 2.3; URL Standard, 5.2).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// A text as a name or a value in a query or a form: every byte that is not plain is escaped.
#[must_use]
pub fn escaped(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// Names and values as a query, or as a body of the type `application/x-www-form-urlencoded`.
#[must_use]
pub fn pairs<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> =
        all.into_iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn a_form_keeps_every_character() {
        let form = pairs([("metadata[a]", "x y&z=ü~"), ("amount", "1200"), ("plain", "a-b.c_d")]);
        assert_eq!(form, "metadata%5Ba%5D=x%20y%26z%3D%C3%BC%7E&amount=1200&plain=a-b.c_d");
    }
}
