//! Short texts, each with a rule: trimmed, without control characters, limited in length.

use serde::{Deserialize, Deserializer};

use crate::gtin::{self, Gtin};
use crate::unicode;

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Longer than the kind allows.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// Control characters, or characters its kind does not have.
    #[error("has a character that is not allowed: {0}")]
    Character(String),
    /// The last digit of a number does not match the others; this one would.
    #[error("has a mistyped digit: after the others the last one would be {0}")]
    CheckDigit(char),
    /// Not in the form of its kind.
    #[error("{0}")]
    Form(&'static str),
}

fn clean(text: &str, length_max: usize) -> Result<String, TextError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(TextError::Empty);
    }
    if trimmed.chars().count() > length_max {
        return Err(TextError::TooLong(length_max));
    }
    match trimmed.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) {
        Some(c) => Err(TextError::Character(c.escape_default().to_string())),
        None => Ok(trimmed.to_owned()),
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($length_max:expr) $(, $check:expr)?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Trims and checks.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                let text = clean(text, $length_max)?;
                $( let check: fn(String) -> Result<String, TextError> = $check; let text = check(text)?; )?
                Ok(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

texts! {
    /// A stock keeping unit: the immutable name of something sellable, as it was first written. Letters of any script,
    /// digits, signs and single spaces between them. [`Sku::key`] compares two.
    Sku(64), |text| match text.chars().find(|c| !is_visible(*c) && *c != ' ') {
        Some(c) => Err(TextError::Character(c.escape_default().to_string())),
        None => Ok(text),
    };
    /// A barcode as typed or scanned: a GTIN, or a code of the shop's own. Printable ASCII. [`Barcode::key`] compares two;
    /// [`Barcode::check`] is for those that are new.
    Barcode(64), |text| match text.chars().find(|c| !c.is_ascii_graphic() && *c != ' ') {
        Some(c) => Err(TextError::Character(c.escape_default().to_string())),
        None => Ok(text),
    };
    /// A name of a product, person, warehouse or account.
    Name(200);
    /// A line of text: a reason, a reference.
    ShortText(500);
    /// A longer text: a description.
    Prose(20_000);
    /// A short code of letters, digits, `-`, `_`, `.`: a terminal, an account, a warehouse.
    Code(40), |text| match text.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_.".contains(*c)) {
        Some(c) => Err(TextError::Character(c.escape_default().to_string())),
        None => Ok(text),
    };
    /// The address of a web page, in ASCII. A browser opens it: it is `https` or `http`, and nothing else.
    Link(500), |text| {
        if is_link(&text) { Ok(text) } else { Err(TextError::Form("must be an address such as \"https://example.org/track/1\"")) }
    };
    /// A region: ISO 3166 country, optionally with a subdivision, `US-CA`.
    Region(6), |text| {
        let (country, rest) = text.split_at_checked(2).unwrap_or(("", ""));
        let country_ok = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        let rest_ok = rest.is_empty()
            || rest.strip_prefix('-').is_some_and(|sub| !sub.is_empty() && sub.bytes().all(|b| b.is_ascii_alphanumeric()));
        if country_ok && rest_ok { Ok(text) } else { Err(TextError::Form("must be a region such as \"US\" or \"US-CA\"")) }
    };
    /// An e-mail address, folded to lower case. Only its form is checked; a message to it proves the rest.
    Email(254), |text| {
        let text = text.to_lowercase();
        // Some letters become two when they are folded.
        if text.chars().count() > 254 {
            return Err(TextError::TooLong(254));
        }
        let valid = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && local.len() <= 64 && !domain.contains('@') && domain.split('.').count() >= 2
                && domain.split('.').all(|label| !label.is_empty())
                && !text.chars().any(char::is_whitespace)
        });
        if valid { Ok(text) } else { Err(TextError::Form("must be an e-mail address")) }
    };
}

/// `https://host`, `https://host:port`, with or without a path, a query or a fragment.
fn is_link(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let (place, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (host, port) = place.split_once(':').unwrap_or((place, "80"));
    let digits = !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    let named =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    named && digits && path.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>".contains(&byte))
}

/// Whether a reader can see a character: no control, no other space, nothing that only changes how others look.
fn is_visible(c: char) -> bool {
    let hidden = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..);
    !hidden && !c.is_control() && !c.is_whitespace()
}

impl Sku {
    /// Two SKUs with the same key are the same SKU: they differ at most in case or in Unicode form.
    #[must_use]
    pub fn key(&self) -> String {
        unicode::key(&self.0)
    }
}

impl Barcode {
    /// Two barcodes with the same key are the same code: a GTIN in 14 digits, any other code as it is.
    #[must_use]
    pub fn key(&self) -> String {
        match gtin::read(&self.0) {
            Gtin::Valid(digits) => digits,
            Gtin::WrongCheckDigit(_) | Gtin::Other => self.0.clone(),
        }
    }

    /// Refuses what a new barcode may not be: a GTIN with a mistyped digit, a number that a spreadsheet has rounded, a
    /// space in a code that is no GTIN.
    pub fn check(&self) -> Result<(), TextError> {
        match gtin::read(&self.0) {
            Gtin::WrongCheckDigit(right) => Err(TextError::CheckDigit(right)),
            Gtin::Other if is_rounded(&self.0) => Err(TextError::Form(
                "was rounded by a spreadsheet and has lost digits: format the column as text and enter it again",
            )),
            Gtin::Other if self.0.contains(' ') => Err(TextError::Character(" ".to_owned())),
            Gtin::Valid(_) | Gtin::Other => Ok(()),
        }
    }
}

/// A number as a spreadsheet writes a long one: `8.71869E+12`, `8,71869E+12`.
fn is_rounded(code: &str) -> bool {
    let Some((mantissa, exponent)) = code.split_once(['e', 'E']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    digits(whole) && digits(part) && exponent.strip_prefix('+').is_some_and(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_bounded() {
        assert_eq!(Sku::parse("  BANK CHARGES ").unwrap().as_str(), "BANK CHARGES");
        assert_eq!(Sku::parse("   "), Err(TextError::Empty));
        assert_eq!(Sku::parse(&"x".repeat(65)), Err(TextError::TooLong(64)));
        assert_eq!(Sku::parse("caf\u{e9}").unwrap().key(), Sku::parse("CAFE\u{301}").unwrap().key());
        for hidden in ["a\u{200b}b", "a\u{202e}b", "a\tb", "a\u{3000}b", "a\u{ad}b"] {
            assert!(Sku::parse(hidden).is_err(), "{hidden:?}");
        }
        assert!(Name::parse("a\u{0}b").is_err());
        assert_eq!(Email::parse("Ada@Example.ORG").unwrap().as_str(), "ada@example.org");
        for wrong in ["ada", "@x.org", "a@b", "a@b..c", "a b@c.org", "a@b@c.org"] {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Region::parse("US-CA").is_ok() && Region::parse("GB").is_ok());
        // 252 characters, and half as many again in lower case.
        assert_eq!(Email::parse(&format!("a@{}.x", "\u{130}".repeat(248))), Err(TextError::TooLong(254)));
        for wrong in ["us", "USA", "US-", "U", "ÜS"] {
            assert!(Region::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_link_is_a_page_that_a_browser_may_open() {
        for right in ["https://example.org/track?n=1", "http://example.org", "https://a.example:8443/#1"] {
            assert!(Link::parse(right).is_ok(), "{right}");
        }
        for wrong in [
            "javascript:alert(1)",
            "https://",
            "example.org/1",
            "https://a b.org",
            "https://x.org/\"onclick",
            "https://x.org:/",
        ] {
            assert!(Link::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_new_barcode_is_checked_and_an_old_one_is_found() {
        for (code, checked) in [
            ("4006381333931", Ok(())),
            ("978-3-16-148410-0", Ok(())),
            ("SHELF-12", Ok(())),
            ("20001", Ok(())),
            ("4006381333930", Err(TextError::CheckDigit('1'))),
            ("SHELF 12", Err(TextError::Character(" ".to_owned()))),
        ] {
            assert_eq!(Barcode::parse(code).unwrap().check(), checked, "{code}");
        }
        for rounded in ["8.71869E+12", "8,71869E+12", "8E+12", "8.7e+12"] {
            assert!(matches!(Barcode::parse(rounded).unwrap().check(), Err(TextError::Form(_))), "{rounded}");
        }
        assert_eq!(Barcode::parse("4006381333930").unwrap().key(), "4006381333930");
        assert_eq!(Barcode::parse("701412829103").unwrap().key(), "00701412829103");
    }
}
