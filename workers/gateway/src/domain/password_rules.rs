//! Which passwords are too easy to guess: those that everybody tries first, those of few characters, and those that are
//! little more than what is known about their user (NIST SP 800-63B, 5.1.1.2).

use kernel::text::{Email, Name};

/// The fewest different characters.
const VARIETY_MIN: usize = 5;
/// The fewest characters besides what everybody knows about the user and the house.
const OWN_LENGTH_MIN: usize = 8;
/// Shorter parts of a name are in too many words.
const WORD_LENGTH_MIN: usize = 4;
/// The name of this house.
const HOUSE: &str = "countinghouse";

/// What passwords of twelve characters or more are made of when they are made without thought, from the lists of
/// passwords that thefts made public. A password that is nothing but such pieces, digits and signs is one of them.
const PIECES: [&str; 48] = [
    "1qaz2wsx3edc4rfv",
    "1q2w3e4r5t6y",
    "1q2w3e4r",
    "1qaz2wsx",
    "zaq12wsx",
    "qazwsxedc",
    "qazwsx",
    "qwertzuiop",
    "qwertyuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "qwerty",
    "qwertz",
    "azerty",
    "asdfgh",
    "abcdefghijklmnopqrstuvwxyz",
    "abcdefgh",
    "abcdef",
    "abcabc",
    "abc",
    "password",
    "passwort",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "letmein",
    "welcome",
    "iloveyou",
    "trustno",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "dragon",
    "monkey",
    "master",
    "shadow",
    "michael",
    "charlie",
    "administrator",
    "admin",
    "login",
    "secret",
    "changeme",
    "test",
];

/// Why a password is refused.
pub const GUESSED: &str = "is one of the passwords that are tried first";
pub const MONOTONOUS: &str = "must have at least five different characters";
pub const STOLEN: &str = "is in a list of stolen passwords: choose one that you use nowhere else";
pub const PERSONAL: &str = "is too close to the name, the e-mail or the house";

/// Whether a password may be chosen, whoever chooses it.
pub fn check(password: &str) -> Result<(), &'static str> {
    let lower = password.to_lowercase();
    let mut characters: Vec<char> = lower.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    if characters.len() < VARIETY_MIN {
        return Err(MONOTONOUS);
    }
    let rest = PIECES.iter().fold(lower, |rest, piece| rest.replace(piece, ""));
    let rest = rest.chars().filter(|character| character.is_alphabetic()).count();
    if rest <= 2 { Err(GUESSED) } else { Ok(()) }
}

/// Whether enough of it is the user's own idea.
pub fn check_for(password: &str, email: &Email, name: &Name) -> Result<(), &'static str> {
    let context = format!("{} {}", email.as_str(), name.as_str()).to_lowercase();
    let words = context.split(|character: char| !character.is_alphanumeric());
    let known = words.chain([HOUSE]).filter(|word| word.chars().count() >= WORD_LENGTH_MIN);
    let rest = known.fold(password.to_lowercase(), |rest, word| rest.replace(word, ""));
    if rest.chars().count() < OWN_LENGTH_MIN { Err(PERSONAL) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for (password, outcome) in [
            ("123456789012", Err(GUESSED)),
            ("password1234", Err(GUESSED)),
            ("Passwort2026!", Err(GUESSED)),
            ("P@ssw0rd1234", Err(GUESSED)),
            ("qwertyuiop123", Err(GUESSED)),
            ("1q2w3e4r5t6y", Err(GUESSED)),
            ("welcome12345", Err(GUESSED)),
            ("iloveyou2026", Err(GUESSED)),
            ("administrator1", Err(GUESSED)),
            ("aaaaaaaaaaaa", Err(MONOTONOUS)),
            ("abababababab", Err(MONOTONOUS)),
            ("correct horse battery", Ok(())),
            ("a long password", Ok(())),
            ("Fünf Katzen, ein Dach", Ok(())),
            ("抹茶茶碗セットを買いました", Ok(())),
        ] {
            assert_eq!(check(password), outcome, "{password}");
        }
    }

    #[test]
    fn what_is_known_about_the_user_is_no_password() {
        let (email, name) =
            (Email::parse("ada.lovelace@example.org").unwrap(), Name::parse("Ada Lovelace").unwrap());
        for (password, outcome) in [
            ("lovelace-1815", Err(PERSONAL)),
            ("Lovelace Lovelace", Err(PERSONAL)),
            ("countinghouse-2026", Err(PERSONAL)),
            ("example.lovelace.x", Err(PERSONAL)),
            ("lovelace writes programs", Ok(())),
            ("a long password", Ok(())),
            ("analytical engine", Ok(())),
        ] {
            assert_eq!(check_for(password, &email, &name), outcome, "{password}");
        }
    }
}
