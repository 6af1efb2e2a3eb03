//! The pages. maud escapes every text; the only HTML that is taken as it is are descriptions, which the catalogue has
//! made safe.

pub(crate) mod buying;
pub(crate) mod catalogue;
pub(crate) mod layout;
pub(crate) mod order;
pub(crate) mod simple;

use kernel::Money;
use maud::{Markup, html};

use crate::application::goods::Stock;
use crate::domain::drawing::drawing;
use crate::domain::locale;
use crate::domain::settings::Settings;
use crate::domain::site::{Language, Page};
use crate::domain::texts::Texts;

/// What every page is made with.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) language: Language,
    pub(crate) texts: Texts,
    /// Units in the visitor's cart, as their browser remembers.
    pub(crate) cart_units: i64,
}

impl Site<'_> {
    /// The path of a page in the visitor's language.
    pub(crate) fn path(&self, page: &Page) -> String {
        page.path(self.language, self.settings.language)
    }

    pub(crate) fn text(&self, key: &str) -> &'static str {
        self.texts.get(key)
    }

    pub(crate) fn money(&self, money: Money) -> String {
        locale::money(money, self.language)
    }

    /// Whether something is there, in words.
    pub(crate) fn stock(&self, stock: Stock) -> Markup {
        let (class, text) = match stock {
            Stock::Available => ("in", self.text("stock.available").to_owned()),
            Stock::Left(1) => ("few", self.text("stock.left.one").to_owned()),
            Stock::Left(count) => {
                ("few", self.texts.with("stock.left.many", &[("count", &count.to_string())]))
            }
            Stock::SoldOut => ("out", self.text("stock.none").to_owned()),
        };
        html! { span class={ "stock " (class) } { (text) } }
    }
}

/// The drawing of a product that has no picture. It says nothing that its name does not.
pub(crate) fn picture(name: &str) -> Markup {
    let drawing = drawing(name);
    html! {
        svg class={ "art p" (drawing.palette) } viewBox="0 0 100 100" aria-hidden="true" focusable="false" {
            rect width="100" height="100" {}
            @for (x, y, radius) in &drawing.circles { circle cx=(x) cy=(y) r=(radius) {} }
            text x="50" y="66" text-anchor="middle" { (drawing.letter) }
        }
    }
}
