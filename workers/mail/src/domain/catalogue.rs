//! The words of each language, and how numbers and days are written in it.

use std::collections::BTreeMap;

use contracts::terms::Language;
use kernel::{Date, Money};

/// The texts of a language by name.
#[derive(Debug)]
pub struct Catalogue {
    language: Language,
    texts: BTreeMap<String, String>,
}

impl Catalogue {
    /// The catalogue of a language. A broken one is a defect, which a test finds.
    pub fn of(language: Language) -> Result<Self, serde_json::Error> {
        let json = match language {
            Language::En => include_str!("texts/en.json"),
            Language::De => include_str!("texts/de.json"),
        };
        Ok(Self { language, texts: serde_json::from_str(json)? })
    }

    /// Its language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A text with its places filled, each once: what fills one place is not searched for others. A text that is missing
    /// is its own name, so that a mail without it still says the rest.
    #[must_use]
    pub fn text(&self, name: &str, places: &[(&str, &str)]) -> String {
        let mut rest = self.texts.get(name).map_or(name, String::as_str);
        let mut out = String::new();
        while let Some((before, place, after)) = next_place(rest) {
            out.push_str(before);
            let value = places.iter().find(|(known, _)| *known == place).map(|(_, value)| *value);
            out.push_str(value.unwrap_or_default());
            rest = after;
        }
        out + rest
    }

    /// An amount: `1,234.50 USD` or `1.234,50 USD`.
    #[must_use]
    pub fn money(&self, money: Money) -> String {
        let (group, point) = match self.language {
            Language::En => (',', '.'),
            Language::De => ('.', ','),
        };
        let amount = money.amount();
        let (sign, amount) = amount.strip_prefix('-').map_or(("", amount.as_str()), |rest| ("-", rest));
        let (whole, part) =
            amount.split_once('.').map_or((amount, None), |(whole, part)| (whole, Some(part)));
        let mut out = sign.to_owned();
        let digits = whole.len();
        for (place, digit) in whole.chars().enumerate() {
            let left = digits.saturating_sub(place);
            if place > 0 && left.checked_rem(3) == Some(0) {
                out.push(group);
            }
            out.push(digit);
        }
        if let Some(part) = part {
            out.push(point);
            out.push_str(part);
        }
        out + " " + money.currency().code()
    }

    /// A day: `2026-11-20` or `20.11.2026`.
    #[must_use]
    pub fn day(&self, day: Date) -> String {
        let written = day.to_string();
        match (self.language, written.splitn(3, '-').collect::<Vec<_>>().as_slice()) {
            (Language::De, [year, month, day]) => format!("{day}.{month}.{year}"),
            _ => written,
        }
    }
}

/// What is before the next `{place}`, its name, and what is after it.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (place, after) = rest.split_once('}')?;
    Some((before, place, after))
}

#[cfg(test)]
mod tests {
    use kernel::Currency;

    use super::*;

    fn places(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        let mut rest = text;
        while let Some((_, place, after)) = next_place(rest) {
            all.push(place.to_owned());
            rest = after;
        }
        all.sort();
        all
    }

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        let english = Catalogue::of(Language::En).unwrap();
        for language in Language::ALL {
            let other = Catalogue::of(*language).unwrap();
            assert!(english.texts.keys().eq(other.texts.keys()), "{language:?}");
            for (name, text) in &english.texts {
                assert_eq!(places(text), places(&other.texts[name]), "{language:?} {name}");
            }
        }
    }

    #[test]
    fn a_filled_place_is_not_searched_again() {
        let english = Catalogue::of(Language::En).unwrap();
        assert_eq!(english.text("greeting", &[("name", "{name} {shop}")]), "Hello {name} {shop},");
        assert_eq!(english.text("nothing", &[]), "nothing");
    }

    #[test]
    fn amounts_and_days_are_written_as_the_language_writes_them() {
        let usd = |minor| Money::from_minor(minor, Currency::USD).unwrap();
        let jpy = Money::from_minor(1_234_567, Currency::parse("JPY").unwrap()).unwrap();
        let day = Date::parse("2026-01-05").unwrap();
        for (language, expected) in [
            (Language::En, ["1,234.50 USD", "-0.05 USD", "999.00 USD", "1,234,567 JPY", "2026-01-05"]),
            (Language::De, ["1.234,50 USD", "-0,05 USD", "999,00 USD", "1.234.567 JPY", "05.01.2026"]),
        ] {
            let catalogue = Catalogue::of(language).unwrap();
            let written = [
                catalogue.money(usd(123_450)),
                catalogue.money(usd(-5)),
                catalogue.money(usd(99_900)),
                catalogue.money(jpy),
                catalogue.day(day),
            ];
            assert_eq!(written, expected);
        }
    }
}
