//! Short texts, each with a rule: trimmed, without control characters, limited in length.

use serde::{Deserialize, Deserializer};

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
    /// A stock keeping unit: the immutable name of something sellable. Printable ASCII.
    Sku(64), |text| match text.chars().find(|c| !c.is_ascii_graphic() && *c != ' ') {
        Some(c) => Err(TextError::Character(c.escape_default().to_string())),
        None => Ok(text),
    };
    /// A barcode as scanned: a GTIN or the shop's own code. Printable ASCII without spaces.
    Barcode(64), |text| match text.chars().find(|c| !c.is_ascii_graphic()) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_bounded() {
        assert_eq!(Sku::parse("  BANK CHARGES ").unwrap().as_str(), "BANK CHARGES");
        assert_eq!(Sku::parse("   "), Err(TextError::Empty));
        assert_eq!(Sku::parse(&"x".repeat(65)), Err(TextError::TooLong(64)));
        assert!(Sku::parse("caf\u{e9}").is_err());
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
}
