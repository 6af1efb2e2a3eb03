//! Where each page is. A page has one address in each language: that of the shop's own language is plain, the others begin
//! with the language. So a page's language is never guessed, and an answer depends on nothing but its address.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// A language of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its code, as in `lang` and in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// A text that the law or the merchant wants to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Legal {
    Imprint,
    Terms,
    Privacy,
    Returns,
}

impl Legal {
    /// All of them, in the order of the footer.
    pub const ALL: [Self; 4] = [Self::Imprint, Self::Terms, Self::Privacy, Self::Returns];

    /// Its name in addresses and in the catalogue of texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Imprint => "imprint",
            Self::Terms => "terms",
            Self::Privacy => "privacy",
            Self::Returns => "returns",
        }
    }
}

/// What somebody does with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderAct {
    Pay,
    Cancel,
    /// Puts its items into the cart again.
    Again,
}

/// A page, or what a form is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    Home,
    /// By its slug.
    Category(String),
    Search,
    /// Names for what is being typed, for our script.
    Suggest,
    /// By its handle.
    Product(String),
    Cart,
    /// A form adds to the cart.
    CartAdd,
    /// A form sets or removes a line.
    CartSet,
    Checkout,
    /// By its id.
    Order(String),
    OrderAct(String, OrderAct),
    Legal(Legal),
    Sitemap,
    Robots,
    /// The style or the script, by its name.
    Asset(String),
}

/// What has to be escaped in a step of a path.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'/')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'\'');

/// A text as a step of a path or a value of a query.
#[must_use]
pub fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

impl Page {
    /// The page of a path, with its language; none for a path that has no page.
    #[must_use]
    pub fn parse(path: &str, own: Language) -> Option<(Language, Self)> {
        let steps = path.strip_prefix('/')?.split('/');
        let steps: Option<Vec<String>> = steps
            .map(|step| percent_decode_str(step).decode_utf8().ok().map(std::borrow::Cow::into_owned))
            .collect();
        let steps = steps?;
        let mut steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        // One address for each page: the shop's own language has no name in it.
        let language = Language::parse(steps.first()?).filter(|language| *language != own);
        if language.is_some() {
            steps.remove(0);
        }
        let page = match steps.as_slice() {
            [] | [""] => Self::Home,
            ["c", slug] if !slug.is_empty() => Self::Category((*slug).to_owned()),
            ["search"] => Self::Search,
            ["suggest"] => Self::Suggest,
            ["p", handle] if !handle.is_empty() => Self::Product((*handle).to_owned()),
            ["cart"] => Self::Cart,
            ["cart", "add"] => Self::CartAdd,
            ["cart", "set"] => Self::CartSet,
            ["checkout"] => Self::Checkout,
            ["order", id] if !id.is_empty() => Self::Order((*id).to_owned()),
            ["order", id, "pay"] => Self::OrderAct((*id).to_owned(), OrderAct::Pay),
            ["order", id, "cancel"] => Self::OrderAct((*id).to_owned(), OrderAct::Cancel),
            ["order", id, "again"] => Self::OrderAct((*id).to_owned(), OrderAct::Again),
            ["legal", name] => Self::Legal(Legal::ALL.into_iter().find(|legal| legal.name() == *name)?),
            ["sitemap.xml"] if language.is_none() => Self::Sitemap,
            ["robots.txt"] if language.is_none() => Self::Robots,
            ["assets", name] if language.is_none() => Self::Asset((*name).to_owned()),
            _ => return None,
        };
        Some((language.unwrap_or(own), page))
    }

    /// Its path in a language.
    #[must_use]
    pub fn path(&self, language: Language, own: Language) -> String {
        let inner = match self {
            Self::Home => String::new(),
            Self::Category(slug) => format!("c/{}", escaped(slug)),
            Self::Search => "search".to_owned(),
            Self::Suggest => "suggest".to_owned(),
            Self::Product(handle) => format!("p/{}", escaped(handle)),
            Self::Cart => "cart".to_owned(),
            Self::CartAdd => "cart/add".to_owned(),
            Self::CartSet => "cart/set".to_owned(),
            Self::Checkout => "checkout".to_owned(),
            Self::Order(id) => format!("order/{}", escaped(id)),
            Self::OrderAct(id, act) => {
                let act = match act {
                    OrderAct::Pay => "pay",
                    OrderAct::Cancel => "cancel",
                    OrderAct::Again => "again",
                };
                format!("order/{}/{act}", escaped(id))
            }
            Self::Legal(legal) => format!("legal/{}", legal.name()),
            Self::Sitemap => return "/sitemap.xml".to_owned(),
            Self::Robots => return "/robots.txt".to_owned(),
            Self::Asset(name) => return format!("/assets/{name}"),
        };
        match (language == own, inner.is_empty()) {
            (true, _) => format!("/{inner}"),
            (false, true) => format!("/{}", language.code()),
            (false, false) => format!("/{}/{inner}", language.code()),
        }
    }

    /// Whether a form is sent to it, or only that.
    #[must_use]
    pub const fn takes(&self) -> (bool, bool) {
        match self {
            Self::CartAdd | Self::CartSet | Self::OrderAct(..) => (false, true),
            Self::Checkout => (true, true),
            _ => (true, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_one_address_in_each_language() {
        let order = "0193e9a0-0000-7000-8000-000000000001".to_owned();
        for page in [
            Page::Home,
            Page::Category("kitchen".to_owned()),
            Page::Category("Küche & Bad/50%".to_owned()),
            Page::Search,
            Page::Suggest,
            Page::Product("<script>'\"".to_owned()),
            Page::Cart,
            Page::CartAdd,
            Page::CartSet,
            Page::Checkout,
            Page::Order(order.clone()),
            Page::OrderAct(order.clone(), OrderAct::Pay),
            Page::OrderAct(order.clone(), OrderAct::Cancel),
            Page::OrderAct(order, OrderAct::Again),
            Page::Legal(Legal::Privacy),
        ] {
            for language in Language::ALL {
                let path = page.path(language, Language::English);
                let found = Page::parse(&path, Language::English);
                assert_eq!(found, Some((language, page.clone())), "{path}");
                assert!(!path.contains(['<', '"', '\'', ' ']), "{path}");
            }
        }
        for page in [Page::Sitemap, Page::Robots, Page::Asset("shop-1.css".to_owned())] {
            let path = page.path(Language::German, Language::English);
            assert_eq!(Page::parse(&path, Language::English), Some((Language::English, page)));
        }
    }

    #[test]
    fn other_paths_have_no_page() {
        for path in
            ["", "/en", "/en/cart", "/c/", "/p", "/internal/sweep", "/de/robots.txt", "/cart/", "/p/%ff"]
        {
            assert_eq!(Page::parse(path, Language::English), None, "{path}");
        }
    }
}
