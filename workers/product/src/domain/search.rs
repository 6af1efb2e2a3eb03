//! What makes a product findable: the words of its texts, as the search index keeps them, and the queries for them.
//!
//! Texts and questions are folded alike: case, marks and Unicode forms make no difference, `ß` is `ss`, and `ø`, `ä` and
//! their like have two spellings, `o` and `oe`. The index keeps each word from its first letter and from every later one,
//! so that the start of an entry finds what is inside a word. In scripts without spaces every sign starts a word. A
//! wrong, missing, additional or swapped letter is found by comparing the words with one letter left out.
//!
//! The first letter of an entry says where it is from, so that a question for a name reads nothing of a description:
//! a search costs what it finds, however much there is.

mod fold;

use std::collections::BTreeSet;

use fold::{Word, words};
use kernel::text::{Barcode, Sku};
use kernel::unicode;

/// The longest entry of the index, in characters: a longer word is looked up in pieces.
const ENTRY_MAX: usize = 12;
/// From this length on, letters are also looked for inside words, by the start of an entry.
const INSIDE_MIN: usize = 3;
/// The length of words that may contain a typing error.
const TYPO_LENGTHS: std::ops::RangeInclusive<usize> = 5..=24;
/// The maximum number of search words; more are ignored.
const WORDS_MAX: usize = 12;
/// The most bytes of a product's entries: a long description is findable by its first words.
const BYTES_MAX: usize = 60_000;

/// Where an entry is from.
mod from {
    /// The name.
    pub(super) const NAME: char = 'n';
    /// Anything, the name too.
    pub(super) const ANY: char = 'a';
    /// The first one or two letters of a word of the name, and of any word: with so few only starts are meant.
    pub(super) const SHORT_NAME: char = 'x';
    pub(super) const SHORT_ANY: char = 'y';
    /// A whole SKU or barcode.
    pub(super) const CODE: char = 'c';
    /// A word of name, brand or tags that may be mistyped, as it is or with one letter left out.
    pub(super) const MISTYPED: char = 'm';
}

/// The texts of a product, for the index.
#[derive(Debug, Default)]
pub struct Texts<'a> {
    pub name: &'a str,
    pub skus: Vec<&'a Sku>,
    pub barcodes: Vec<&'a Barcode>,
    /// Brand, tags, description without markup: the earlier counts more when not all of it has room.
    pub others: [&'a str; 3],
}

impl Texts<'_> {
    /// What the index keeps: entries separated by spaces, each once, as long as there is room.
    #[must_use]
    pub fn entries(&self) -> String {
        let name = words(self.name);
        let codes = self.skus.iter().map(|sku| (sku.as_str(), sku.key()));
        let codes = codes.chain(self.barcodes.iter().map(|barcode| (barcode.as_str(), barcode.key())));
        let [brand, tags, description] = self.others.map(words);
        let mut entries = Entries::default();
        let mut parts = Vec::new();
        for (code, key) in codes {
            entries.add(code_entry(&key));
            let compact: String = code.chars().filter(|c| c.is_alphanumeric()).collect();
            parts.extend([words(code), words(&compact)].concat());
        }
        for word in &name {
            word.pieces().for_each(|piece| entries.add(format!("{}{piece}", from::NAME)));
            word.shorts().for_each(|short| entries.add(format!("{}{short}", from::SHORT_NAME)));
        }
        for word in name.iter().chain(&brand).chain(&tags).filter(|word| word.may_be_mistyped()) {
            word.typos().for_each(|typo| entries.add(format!("{}{typo}", from::MISTYPED)));
        }
        for word in name.iter().chain(&parts).chain(&brand).chain(&tags).chain(&description) {
            word.shorts().for_each(|short| entries.add(format!("{}{short}", from::SHORT_ANY)));
            word.pieces().for_each(|piece| entries.add(format!("{}{piece}", from::ANY)));
        }
        entries.text
    }
}

#[derive(Default)]
struct Entries {
    text: String,
    seen: BTreeSet<String>,
}

impl Entries {
    fn add(&mut self, entry: String) {
        if self.text.len().saturating_add(entry.len()) < BYTES_MAX && !self.seen.contains(&entry) {
            self.text.push_str(&entry);
            self.text.push(' ');
            self.seen.insert(entry);
        }
    }
}

/// The entry of a whole code. Signs become letters that no text has, so that the code stays one entry.
fn code_entry(key: &str) -> String {
    let letter = |c: char| {
        let sign = (c.is_ascii() && !c.is_ascii_alphanumeric()).then(|| u32::from(c).saturating_add(0xe000));
        sign.and_then(char::from_u32).unwrap_or(c)
    };
    std::iter::once(from::CODE).chain(key.to_lowercase().chars().map(letter)).collect()
}

impl Word {
    fn piece(&self, from: usize) -> String {
        self.letters.iter().skip(from).take(ENTRY_MAX).collect()
    }

    /// The word from its first letter and from each later one after which enough follows.
    fn pieces(&self) -> impl Iterator<Item = String> {
        let last = self.letters.len().saturating_sub(INSIDE_MIN);
        (0..=last).map(|at| self.piece(at))
    }

    /// The starts that are too short for a piece.
    fn shorts(&self) -> impl Iterator<Item = String> {
        let places = if self.spaceless { self.letters.len() } else { 1 };
        let starts = (0..places).flat_map(|at| (1..INSIDE_MIN).map(move |length| (at, length)));
        starts.map(|(at, length)| self.letters.iter().skip(at).take(length).collect())
    }

    fn may_be_mistyped(&self) -> bool {
        !self.spaceless && TYPO_LENGTHS.contains(&self.letters.len())
    }

    /// The word, and the word without each of its letters.
    fn typos(&self) -> impl Iterator<Item = String> {
        let left_out = std::iter::once(None).chain((0..self.letters.len()).map(Some));
        left_out.map(|left_out| {
            let kept = self.letters.iter().enumerate().filter(|(at, _)| Some(*at) != left_out);
            kept.map(|(_, letter)| letter).collect()
        })
    }
}

/// Where a question looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Name,
    Anywhere,
    Mistyped,
}

/// Expressions of the search index, from the best matches to the last resort. No product matches two of the first three.
#[derive(Debug, PartialEq, Eq)]
pub struct Search {
    /// The input is a SKU or a barcode, in any of its forms.
    pub code: String,
    /// Every word is in the name.
    pub name: String,
    /// Every word is somewhere.
    pub others: String,
    /// Every word is somewhere, or one letter away from a word of name, brand or tags.
    pub mistyped: String,
}

impl Search {
    /// An expression that nothing matches.
    pub const NOTHING: &str = "\"c\"";

    /// None when the input has no letter and no digit. Entries consist of letters and digits and are quoted: the input
    /// cannot contain search syntax.
    #[must_use]
    pub fn new(input: &str) -> Option<Self> {
        let asked: Vec<Vec<Vec<Word>>> = input
            .split_whitespace()
            .map(fold::spellings)
            .filter(|spellings| !spellings.is_empty())
            .take(WORDS_MAX)
            .collect();
        if asked.is_empty() {
            return None;
        }
        let every = |place: Where| {
            let found: Vec<String> = asked.iter().map(|spellings| any(spellings, place)).collect();
            found.join(" AND ")
        };
        let [name, anywhere, mistyped] = [Where::Name, Where::Anywhere, Where::Mistyped].map(every);
        let code = quoted(&code_entry(&unicode::key(input)));
        let scanned = Barcode::parse(input).ok().map(|barcode| quoted(&code_entry(&barcode.key())));
        let code = scanned
            .filter(|scanned| *scanned != code)
            .map_or(code.clone(), |scanned| format!("{code} OR {scanned}"));
        Some(Self {
            others: format!("({anywhere}) NOT (({name}) OR {code})"),
            name: format!("({name}) NOT ({code})"),
            mistyped,
            code,
        })
    }
}

/// An entry as an expression has it. A code may have control characters, which are no part of any.
fn quoted(entry: &str) -> String {
    let entry: String = entry.chars().filter(|c| !c.is_control() && *c != '"').collect();
    format!("\"{entry}\"")
}

/// One of the spellings, with all its words.
fn any(spellings: &[Vec<Word>], place: Where) -> String {
    let all = |words: &Vec<Word>| words.iter().map(|word| one(word, place)).collect::<Vec<_>>().join(" AND ");
    let found: Vec<String> = spellings.iter().map(all).collect();
    format!("({})", found.join(" OR "))
}

fn one(word: &Word, place: Where) -> String {
    let (piece, short) =
        if place == Where::Name { (from::NAME, from::SHORT_NAME) } else { (from::ANY, from::SHORT_ANY) };
    if word.letters.len() < INSIDE_MIN {
        return format!("\"{short}{}\"", word.piece(0));
    }
    let start = format!("\"{piece}{}\" *", word.piece(0));
    // A word that is longer than an entry is found by its first letters and by its last.
    let found = match word.letters.len().saturating_sub(ENTRY_MAX) {
        0 => start,
        last => format!("({start} AND \"{piece}{}\" *)", word.piece(last)),
    };
    if place != Where::Mistyped
        || word.letters.len().saturating_add(1) < *TYPO_LENGTHS.start()
        || word.spaceless
    {
        return found;
    }
    let typos = word.typos().map(|typo| format!(" OR \"{}{typo}\"", from::MISTYPED));
    format!("({found}{})", typos.collect::<String>())
}

#[cfg(test)]
mod tests;
