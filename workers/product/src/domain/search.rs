//! What makes a product findable: the words of its texts, as the search index keeps them, and the queries for them.
//!
//! Texts and questions are folded alike: case, marks and Unicode forms make no difference, `ß` is `ss`, and `ø`, `ä` and
//! their like have two spellings, `o` and `oe`. The index keeps each word from its first letter and from every later one,
//! so that the start of an entry finds what is inside a word. In scripts without spaces every sign starts a word. A
//! wrong, missing, additional or swapped letter is found by comparing the words with one letter left out.

mod fold;

use std::collections::BTreeSet;

use fold::{Word, words};

/// The longest entry of the index, in characters: a longer word is looked up in pieces.
const ENTRY_MAX: usize = 12;
/// From this length on, letters are also looked for inside words.
const INSIDE_MIN: usize = 3;
/// The length of words that may contain a typing error.
const TYPO_LENGTHS: std::ops::RangeInclusive<usize> = 5..=24;
/// The maximum number of search words; more are ignored.
const WORDS_MAX: usize = 12;
/// The most bytes of one column of a product: a long description is findable by its first words.
const COLUMN_BYTES_MAX: usize = 24_000;

/// The texts of a product, for the index.
#[derive(Debug, Default)]
pub struct Texts<'a> {
    pub name: &'a str,
    /// SKUs and barcodes.
    pub codes: Vec<&'a str>,
    /// Brand, tags, description without markup: the earlier counts more when not all of it has room.
    pub others: Vec<&'a str>,
}

/// The columns of the index, each a list of entries separated by spaces.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// The words of the name.
    pub name: String,
    /// What is inside the words of the name.
    pub name_inside: String,
    /// The words of everything else.
    pub others: String,
    pub others_inside: String,
    /// The words of name, brand and tags that may be mistyped, as they are and with one letter left out.
    pub mistyped: String,
}

impl Texts<'_> {
    /// What the index keeps.
    #[must_use]
    pub fn entries(&self) -> Entries {
        let name = words(self.name);
        let codes = self.codes.iter().flat_map(|code| {
            let compact: String = code.chars().filter(|c| c.is_alphanumeric()).collect();
            [words(code), words(&compact)].concat()
        });
        let others: Vec<Word> = codes.chain(self.others.iter().flat_map(|text| words(text))).collect();
        let short: Vec<Word> = self.others.iter().take(2).flat_map(|text| words(text)).collect();
        Entries {
            name: column(name.iter().flat_map(Word::starts)),
            name_inside: column(name.iter().flat_map(Word::insides)),
            others: column(others.iter().flat_map(Word::starts)),
            others_inside: column(others.iter().flat_map(Word::insides)),
            mistyped: column(name.iter().chain(&short).flat_map(|word| {
                if TYPO_LENGTHS.contains(&word.letters.len()) { word.typos() } else { Vec::new() }
            })),
        }
    }
}

/// Each entry once, as long as there is room.
fn column(entries: impl Iterator<Item = String>) -> String {
    let (mut seen, mut column) = (BTreeSet::new(), String::new());
    for entry in entries {
        if column.len().saturating_add(entry.len()) >= COLUMN_BYTES_MAX {
            break;
        }
        if !seen.contains(&entry) {
            if !column.is_empty() {
                column.push(' ');
            }
            column.push_str(&entry);
            seen.insert(entry);
        }
    }
    column
}

impl Word {
    fn piece(&self, from: usize) -> String {
        self.letters.iter().skip(from).take(ENTRY_MAX).collect()
    }

    fn starts(&self) -> Vec<String> {
        if self.spaceless {
            (0..self.letters.len()).map(|at| self.piece(at)).collect()
        } else {
            vec![self.piece(0)]
        }
    }

    fn insides(&self) -> Vec<String> {
        let last = self.letters.len().saturating_sub(INSIDE_MIN);
        if self.spaceless { Vec::new() } else { (1..=last).map(|at| self.piece(at)).collect() }
    }

    /// The word, and the word without each of its letters.
    fn typos(&self) -> Vec<String> {
        if self.spaceless {
            return Vec::new();
        }
        let without = |left_out: usize| -> String {
            self.letters
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != left_out)
                .map(|(_, letter)| letter)
                .collect()
        };
        let whole: String = self.letters.iter().collect();
        std::iter::once(whole).chain((0..self.letters.len()).map(without)).collect()
    }
}

/// Where a query looks.
#[derive(Clone, Copy)]
enum Where {
    NameStarts,
    Name,
    Anywhere,
    Mistyped,
}

impl Where {
    fn columns(self, inside: bool) -> &'static str {
        match (self, inside) {
            (Self::NameStarts, _) | (Self::Name, false) => "name",
            (Self::Name, true) => "name name_inside",
            (Self::Anywhere | Self::Mistyped, false) => "name others",
            (Self::Anywhere | Self::Mistyped, true) => "name name_inside others others_inside",
        }
    }
}

/// Expressions of the search index, from the best matches to the last resort. No product matches two of the first three.
#[derive(Debug, PartialEq, Eq)]
pub struct Search {
    /// Words of the name start with every word.
    pub name: String,
    /// Every word is in the name.
    pub inside_name: String,
    /// Every word is somewhere.
    pub others: String,
    /// Every word is somewhere, or one letter away from a word of name, brand or tags.
    pub mistyped: String,
}

impl Search {
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
        let [starts, name, anywhere] = [Where::NameStarts, Where::Name, Where::Anywhere].map(every);
        Some(Self {
            inside_name: format!("({name}) NOT ({starts})"),
            others: format!("({anywhere}) NOT ({name})"),
            mistyped: every(Where::Mistyped),
            name: starts,
        })
    }
}

/// One of the spellings, with all its words.
fn any(spellings: &[Vec<Word>], place: Where) -> String {
    let all = |words: &Vec<Word>| words.iter().map(|word| one(word, place)).collect::<Vec<_>>().join(" AND ");
    let found: Vec<String> = spellings.iter().map(all).collect();
    format!("({})", found.join(" OR "))
}

fn one(word: &Word, place: Where) -> String {
    let inside = word.spaceless || word.letters.len() >= INSIDE_MIN;
    let columns = place.columns(inside);
    // A word that is longer than an entry is found by its first letters and by its last.
    let last = word.letters.len().saturating_sub(ENTRY_MAX);
    let start = format!("{{{columns}}} : \"{}\" *", word.piece(0));
    let found = match place {
        _ if last == 0 => start,
        Where::NameStarts if !word.spaceless => {
            format!("({start} AND {{name_inside}} : \"{}\" *)", word.piece(last))
        }
        _ => format!("({start} AND {{{columns}}} : \"{}\" *)", word.piece(last)),
    };
    let typos = match place {
        Where::Mistyped if word.letters.len().saturating_add(1) >= *TYPO_LENGTHS.start() => word.typos(),
        _ => Vec::new(),
    };
    let found = typos.iter().fold(found, |found, typo| format!("{found} OR {{mistyped}} : \"{typo}\""));
    if typos.is_empty() { found } else { format!("({found})") }
}

#[cfg(test)]
mod tests;
