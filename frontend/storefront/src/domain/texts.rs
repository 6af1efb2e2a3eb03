//! The words of the shop, from one catalogue for each language. No word that a visitor reads stands in the code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::site::Language;

type Catalogue = BTreeMap<String, String>;

static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("../../texts/en.json")));
static GERMAN: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("../../texts/de.json")));

fn read(json: &str) -> Catalogue {
    // A test reads both: they are part of the program.
    serde_json::from_str(json).unwrap_or_default()
}

/// The words of a language.
#[derive(Debug, Clone, Copy)]
pub struct Texts(&'static Catalogue);

impl Texts {
    /// Those of a language.
    #[must_use]
    pub fn of(language: Language) -> Self {
        Self(match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        })
    }

    /// The text of a key.
    #[must_use]
    pub fn get(self, key: &str) -> &'static str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// The text of a key, if there is one.
    #[must_use]
    pub fn find(self, key: &str) -> Option<&'static str> {
        self.0.get(key).map(String::as_str)
    }

    /// The text of a key with values in place of their names in braces. A value is never read for names.
    #[must_use]
    pub fn with(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = String::new();
        let mut rest = self.get(key);
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            text.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
            rest = tail;
        }
        text.push_str(rest);
        text
    }

    /// The texts whose keys begin like this, by the rest of their keys.
    pub fn below(self, prefix: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.iter().filter_map(move |(key, text)| Some((key.strip_prefix(prefix)?, text.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert!(ENGLISH.len() > 100);
        assert!(ENGLISH.keys().eq(GERMAN.keys()));
        for (key, text) in &*ENGLISH {
            let other = &GERMAN[key];
            assert!(!text.is_empty() && !other.is_empty(), "{key}");
            assert_eq!(names(text), names(other), "{key}");
        }
    }

    #[test]
    fn values_are_put_in_place_and_are_no_text_themselves() {
        let texts = Texts::of(Language::English);
        assert_eq!(texts.with("search.title", &[("query", "{query}")]), "Results for “{query}”");
        assert_eq!(texts.with("cart.title", &[]), "Your cart");
    }
}
