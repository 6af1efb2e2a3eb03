//! Folding: what is the same to who searches.

use kernel::unicode::{folded, nfkc, nfkd};

/// A folded word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) letters: Vec<char>,
    /// Of a script that writes words without spaces between them.
    pub(super) spaceless: bool,
}

/// The words of a text, with both spellings of those that have two.
pub(super) fn words(text: &str) -> Vec<Word> {
    let (plain, long) = fold(text);
    let mut words = split(&plain);
    if let Some(long) = long {
        let more: Vec<Word> = split(&long).into_iter().filter(|word| !words.contains(word)).collect();
        words.extend(more);
    }
    words
}

/// The spellings of what was typed between two spaces, each with its words: as typed, and with `oe` for `ö` if it has one.
pub(super) fn spellings(typed: &str) -> Vec<Vec<Word>> {
    let (plain, long) = fold(typed);
    let spellings = std::iter::once(plain).chain(long).map(|spelling| split(&spelling));
    spellings.filter(|words| !words.is_empty()).collect()
}

/// Without case and marks; and the same with two letters for `ä`, `ö`, `ü`, `ø` and `å`, if there is one.
fn fold(text: &str) -> (String, Option<String>) {
    if text.is_ascii() {
        return (text.to_ascii_lowercase(), None);
    }
    let (mut plain, mut long) = (String::with_capacity(text.len()), String::with_capacity(text.len()));
    let text = folded(&nfkd(text));
    for letter in text.chars() {
        match letter {
            'ø' => push(&mut plain, &mut long, "o", "oe"),
            'æ' => push(&mut plain, &mut long, "ae", "ae"),
            'œ' => push(&mut plain, &mut long, "oe", "oe"),
            'þ' => push(&mut plain, &mut long, "th", "th"),
            'đ' | 'ð' => push(&mut plain, &mut long, "d", "d"),
            'ł' => push(&mut plain, &mut long, "l", "l"),
            'ħ' => push(&mut plain, &mut long, "h", "h"),
            // A diaeresis and a ring are a second letter in the long spelling, other marks are nothing.
            '\u{308}' if long.ends_with(['a', 'o', 'u']) => long.push('e'),
            '\u{30a}' if long.ends_with('a') => long.push('a'),
            '\u{300}'..='\u{36f}' => {}
            letter => {
                plain.push(letter);
                long.push(letter);
            }
        }
    }
    // Marks that are part of their letters, as in Japanese and Korean, go back to them.
    let (plain, long) = (nfkc(&plain).into_owned(), nfkc(&long).into_owned());
    let differs = plain != long;
    (plain, differs.then_some(long))
}

fn push(plain: &mut String, long: &mut String, short: &str, full: &str) {
    plain.push_str(short);
    long.push_str(full);
}

/// Words are letters and digits; a script with spaces ends where one without begins.
fn split(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for letter in text.chars() {
        if !is_letter(letter) {
            open = false;
            continue;
        }
        let spaceless = is_spaceless(letter);
        match words.last_mut() {
            Some(word) if open && word.spaceless == spaceless => word.letters.push(letter),
            _ => words.push(Word { letters: vec![letter], spaceless }),
        }
        open = true;
    }
    words
}

/// Letters, digits, and the marks that letters of some scripts need.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{900}'..='\u{e7f}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3099}' | '\u{309a}')
}

/// Chinese, Japanese, Korean (whose words often stand together), Thai, Lao, Burmese, Khmer.
fn is_spaceless(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}' | '\u{3100}'..='\u{312f}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
