//! What the merchant sets: the shop's name, its words and its looks.

use super::site::{Language, Legal};

/// The settings of the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub name: String,
    /// Where the shop is on the internet, without a slash at the end; empty when nobody said so.
    pub url: String,
    /// The language whose pages have the plain addresses.
    pub language: Language,
    /// The code of the warehouse that serves the shop.
    pub warehouse: String,
    /// `#rrggbb`.
    pub colour: String,
    /// Slugs of categories that are not shown.
    pub hidden: Vec<String>,
    legal: [String; 4],
}

/// Between the paragraphs of a text in a setting, which has one line.
const PARAGRAPH: char = '¶';
/// What a colour is when it is not set, or is no colour.
const COLOUR: &str = "#2f4bb3";

impl Settings {
    /// Reads them by their names.
    #[must_use]
    pub fn read(setting: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| setting(name).unwrap_or_default().trim().to_owned();
        let colour = text("SHOP_COLOUR");
        let is_colour = colour.len() == 7
            && colour.strip_prefix('#').is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        Self {
            name: text("SHOP_NAME"),
            url: text("PUBLIC_URL").trim_end_matches('/').to_owned(),
            language: Language::parse(&text("LANGUAGE")).unwrap_or(Language::English),
            warehouse: text("SHOP_WAREHOUSE"),
            colour: if is_colour { colour } else { COLOUR.to_owned() },
            hidden: text("SHOP_HIDDEN_CATEGORIES")
                .split(',')
                .map(|slug| slug.trim().to_owned())
                .filter(|slug| !slug.is_empty())
                .collect(),
            legal: Legal::ALL.map(|legal| text(&format!("SHOP_{}", legal.name().to_ascii_uppercase()))),
        }
    }

    /// The paragraphs of a legal text; none when it is not written.
    #[must_use]
    pub fn legal(&self, legal: Legal) -> Vec<&str> {
        let place = Legal::ALL.iter().position(|other| *other == legal);
        let text = place.and_then(|place| self.legal.get(place)).map_or("", String::as_str);
        text.split(PARAGRAPH).map(str::trim).filter(|text| !text.is_empty()).collect()
    }

    /// The whole address of a path, where the shop's is known.
    #[must_use]
    pub fn absolute(&self, path: &str) -> Option<String> {
        (!self.url.is_empty()).then(|| format!("{}{path}", self.url))
    }

    /// White or black: what can be read on the shop's colour. By the luminance of television, which is close enough.
    #[must_use]
    pub fn on_colour(&self) -> &'static str {
        let part = |from: usize| {
            let hex = self.colour.get(from..from.saturating_add(2)).unwrap_or("0");
            u32::from_str_radix(hex, 16).unwrap_or(0)
        };
        let weighted = [(1, 299), (3, 587), (5, 114)].map(|(from, weight)| part(from).saturating_mul(weight));
        if weighted.iter().sum::<u32>() < 140_000 { "#ffffff" } else { "#000000" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(values: &[(&str, &str)]) -> Settings {
        Settings::read(|name| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn what_is_not_set_has_a_sensible_value() {
        let none = settings(&[]);
        assert_eq!((none.language, none.colour.as_str()), (Language::English, COLOUR));
        assert_eq!((none.absolute("/"), none.legal(Legal::Terms).len()), (None, 0));
    }

    #[test]
    fn a_colour_is_a_colour_and_its_text_can_be_read() {
        for (colour, is, on) in [
            ("#ffee00", "#ffee00", "#000000"),
            ("#000080", "#000080", "#ffffff"),
            ("red;}", COLOUR, "#ffffff"),
            ("#12345é", COLOUR, "#ffffff"),
        ] {
            let settings = settings(&[("SHOP_COLOUR", colour)]);
            assert_eq!((settings.colour.as_str(), settings.on_colour()), (is, on));
        }
    }

    #[test]
    fn a_text_has_paragraphs() {
        let settings = settings(&[("SHOP_TERMS", "One. ¶ Two.¶"), ("PUBLIC_URL", "https://shop.example/")]);
        assert_eq!(settings.legal(Legal::Terms), ["One.", "Two."]);
        assert_eq!(settings.absolute("/cart").as_deref(), Some("https://shop.example/cart"));
    }
}
