//! Passwords: argon2id with 19 MiB, two passes, one lane (about 30 ms of a Worker's time), stored as PHC strings. Each
//! string contains its parameters, so they can be raised without invalidating old passwords.

use std::borrow::Cow;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use kernel::text::{Email, Name};
use kernel::unicode;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::password_rules;

/// KiB of memory, passes, lanes: OWASP's minimum.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Characters of a new password.
const LENGTH_MIN: usize = 12;
const LENGTH_MAX: usize = 200;

/// The hash of a password that nobody has, made with the same parameters. A login with an unknown e-mail is compared
/// with it, so that it takes as long as any other.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$ZRO2TshA20m4kQzgbX1yaQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The hash could not be computed: a defect.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct PasswordError(String);

/// A password that a user chooses: 12 to 200 characters, all characters allowed, and not one of those that are tried
/// first.
#[derive(Clone, JsonSchema)]
#[schemars(inline)]
pub struct NewPassword(#[schemars(length(min = LENGTH_MIN, max = LENGTH_MAX))] String);

impl NewPassword {
    /// Checks it in the form in which it is compared; nothing is trimmed.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = opaque(text);
        if !(LENGTH_MIN..=LENGTH_MAX).contains(&text.chars().count()) {
            return Err("must have 12 to 200 characters");
        }
        password_rules::check(&text)?;
        Ok(Self(text.into_owned()))
    }

    /// Whether enough of it is its user's own idea.
    pub fn check_for(&self, email: &Email, name: &Name) -> Result<(), &'static str> {
        password_rules::check_for(&self.0, email, name)
    }

    /// The first five characters of its SHA-1 in hexadecimal, and the rest: the form of lists of stolen passwords.
    #[must_use]
    pub fn breach_key(&self) -> (String, String) {
        let digest = sha1_smol::Sha1::from(&self.0).digest().to_string().to_ascii_uppercase();
        let (prefix, suffix) = digest.split_at(5);
        (prefix.to_owned(), suffix.to_owned())
    }

    /// Its hash.
    pub fn hash(&self, salt: [u8; 16]) -> Result<String, PasswordError> {
        hash_password(&self.0, salt)
    }
}

impl<'de> Deserialize<'de> for NewPassword {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A password is never printed.
impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword")
    }
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.map_err(|error| PasswordError(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string of a password.
fn hash_password(password: &str, salt: [u8; 16]) -> Result<String, PasswordError> {
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|error| PasswordError(error.to_string()))
}

/// The form in which passwords are compared, whatever keyboard they were typed on: the profile `OpaqueString` of RFC 8265,
/// 4.2. Every space is the usual one, and letters are composed.
fn opaque(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let spaced: String =
        text.chars().map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c }).collect();
    Cow::Owned(unicode::nfc(&spaced).into_owned())
}

/// How a password compares with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Wrong,
    Right,
    /// It is right as it was typed: the hash is of a release that compared what was typed.
    RightAsTyped,
}

/// Whether the password is correct. Without a hash the same work is done, and the answer is no.
pub fn verify_password(password: &str, hash: Option<&str>) -> Result<Fit, PasswordError> {
    let hasher = hasher()?;
    let fits = |text: &str| {
        hasher.verify_password(text.as_bytes(), hash.unwrap_or(NOBODY)).is_ok() && hash.is_some()
    };
    let form = opaque(password);
    if fits(&form) {
        return Ok(Fit::Right);
    }
    Ok(if form != password && fits(password) { Fit::RightAsTyped } else { Fit::Wrong })
}

/// A new hash for a password that was right as it was typed.
pub fn hash_again(password: &str, salt: [u8; 16]) -> Result<String, PasswordError> {
    hash_password(&opaque(password), salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only_and_the_parameters_are_written_in_it() {
        let hash = hash_password("correct horse battery", [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        for (password, hash, fits) in [
            ("correct horse battery", Some(hash.as_str()), Fit::Right),
            ("correct horse batterY", Some(hash.as_str()), Fit::Wrong),
            ("correct horse battery", None, Fit::Wrong),
            ("", Some(""), Fit::Wrong),
        ] {
            assert_eq!(verify_password(password, hash).unwrap(), fits, "{password}");
        }
    }

    #[test]
    fn a_password_is_the_same_in_whatever_form_it_is_typed() {
        let (composed, decomposed) = ("Schlüssel\u{a0}für Ærø", "Schlu\u{308}ssel\u{3000}fu\u{308}r Ærø");
        let hash = NewPassword::parse(decomposed).unwrap().hash([7; 16]).unwrap();
        for typed in [composed, decomposed, "Schlüssel für Ærø"] {
            assert_eq!(verify_password(typed, Some(&hash)).unwrap(), Fit::Right, "{typed}");
        }
        assert_eq!(verify_password("Schlussel für Ærø", Some(&hash)).unwrap(), Fit::Wrong);
        // A hash of an older release is of the bytes that were typed.
        let old = hash_password(decomposed, [7; 16]).unwrap();
        assert_eq!(verify_password(decomposed, Some(&old)).unwrap(), Fit::RightAsTyped);
        assert_eq!(verify_password(composed, Some(&old)).unwrap(), Fit::Wrong);
        let again = hash_again(decomposed, [8; 16]).unwrap();
        assert_eq!(verify_password(composed, Some(&again)).unwrap(), Fit::Right);
    }

    #[test]
    fn a_list_of_stolen_passwords_is_asked_for_five_characters() {
        // The second example of FIPS 180-2.
        let password = NewPassword("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".to_owned());
        let (prefix, suffix) = password.breach_key();
        assert_eq!((prefix.as_str(), suffix.as_str()), ("84983", "E441C3BD26EBAAE4AA1F95129E5E54670F1"));
    }

    #[test]
    fn the_hash_of_nobody_costs_the_same_work() {
        // If it were not a complete hash, parsing would fail at once, and the response time would reveal the unknown
        // e-mail.
        let error = hasher().unwrap().verify_password(b"x", NOBODY).unwrap_err();
        assert_eq!(error.to_string(), argon2::password_hash::Error::PasswordInvalid.to_string());
    }

    #[test]
    fn new_passwords_are_long_and_shown_to_nobody() {
        assert!(NewPassword::parse("elevenchars").is_err());
        assert!(NewPassword::parse(&"x".repeat(201)).is_err());
        assert_eq!(format!("{:?}", NewPassword::parse("twelve chars").unwrap()), "NewPassword");
    }
}
