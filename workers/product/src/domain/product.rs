//! A product and its variants.

use contracts::catalogue::WholesaleTerms;
use contracts::terms::LineKind;
use kernel::ids::{CategoryId, ProductId};
use kernel::text::{Barcode, Code, Name, Sku, TextError};
use kernel::{Money, Timestamp, UnitCost};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::html::Html;
use super::options::Options;
use super::slug::slug;

/// The most variants of a product.
pub const VARIANTS_MAX: usize = 250;
/// The most tags of a product.
pub const TAGS_MAX: usize = 50;
/// A tag's longest form, in characters.
pub const TAG_LENGTH_MAX: usize = 100;
/// A name's longest form, as the kernel has it.
const NAME_LENGTH_MAX: usize = 200;

/// Whether a product is on sale. Products that are not yet on sale (Draft) or no longer (Archived) are shown only to
/// staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProductStatus")]
pub enum Status {
    Active,
    /// On sale for who has the link: shoppers find it in no list and no search.
    Unlisted,
    Draft,
    Archived,
}

impl Status {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Unlisted => "Unlisted",
            Self::Draft => "Draft",
            Self::Archived => "Archived",
        }
    }

    /// Whether who has the link may buy it.
    #[must_use]
    pub const fn is_on_sale(self) -> bool {
        matches!(self, Self::Active | Self::Unlisted)
    }

    /// As a row has it: an unlisted product is an active one with a mark.
    #[must_use]
    pub const fn stored(self) -> (&'static str, bool) {
        match self {
            Self::Unlisted => (Self::Active.as_str(), true),
            listed => (listed.as_str(), false),
        }
    }

    /// The value of a word, in any case: Shopify writes `active`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Unlisted, Self::Draft, Self::Archived]
            .into_iter()
            .find(|s| s.as_str().eq_ignore_ascii_case(word))
    }
}

/// A category as a product names it. Two spellings with the same slug are one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub name: Name,
    /// The slug identifies the category.
    pub slug: String,
}

impl Category {
    /// Refuses a name without a letter or digit, which would have no slug.
    pub fn new(name: Name) -> Result<Self, TextError> {
        let slug = slug(name.as_str());
        if slug.is_empty() {
            return Err(TextError::Form("must have a letter or a digit"));
        }
        Ok(Self { name, slug })
    }
}

/// A category in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCategory {
    pub id: CategoryId,
    pub category: Category,
    /// The slug of the parent category.
    pub parent: Option<String>,
    pub created_at: Timestamp,
}

/// Tags, trimmed, without empty or repeated ones.
pub fn tags<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>, TextError> {
    let mut tags: Vec<String> = Vec::new();
    for word in words.into_iter().map(str::trim).filter(|word| !word.is_empty()) {
        if word.chars().count() > TAG_LENGTH_MAX {
            return Err(TextError::TooLong(TAG_LENGTH_MAX));
        }
        if word.contains(',') || word.chars().any(char::is_control) {
            return Err(TextError::Form("must be tags without commas"));
        }
        if !tags.iter().any(|tag| tag == word) {
            tags.push(word.to_owned());
        }
    }
    if tags.len() > TAGS_MAX { Err(TextError::Form("may have at most 50 tags")) } else { Ok(tags) }
}

/// A tax class: a code in lower case, `standard` by default.
pub fn tax_class(text: &str) -> Result<Code, TextError> {
    Code::parse(&text.to_ascii_lowercase())
}

/// Something sellable.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Never reused for another variant, not even after this one is deleted.
    pub sku: Sku,
    /// Distinguishes it from the product's other variants, in words.
    pub name: Name,
    pub barcode: Option<Barcode>,
    pub options: Options,
    pub kind: LineKind,
    pub price: Money,
    pub cost: Option<UnitCost>,
    /// None when it is not sold wholesale.
    pub wholesale: Option<WholesaleTerms>,
}

/// A product with its variants, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    pub id: ProductId,
    /// Its name in URLs and in Shopify's files.
    pub handle: Name,
    pub name: Name,
    /// Safe HTML.
    pub description: Option<Html>,
    pub category: Option<Category>,
    pub brand: Option<Name>,
    pub tags: Vec<String>,
    pub status: Status,
    pub tax_class: Code,
    /// Rises by one with every change.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// A deleted product has no variants.
    pub deleted: bool,
    pub variants: Vec<Variant>,
}

/// The name of a variant that was given none: its options, or the product's name.
#[must_use]
pub fn default_variant_name(product: &Name, options: &Options) -> Name {
    short_name(&options.joined(" / "), product)
}

/// The name on a receipt: the product's name, then the variant's name if it says more.
#[must_use]
pub fn receipt_name(product: &Name, variant: &Name) -> Name {
    let (product_text, variant_text) = (product.as_str(), variant.as_str());
    if variant_text.starts_with(product_text) {
        return variant.clone();
    }
    short_name(&format!("{product_text} - {variant_text}"), product)
}

fn short_name(text: &str, otherwise: &Name) -> Name {
    let short: String = text.chars().take(NAME_LENGTH_MAX).collect();
    Name::parse(&short).unwrap_or_else(|_| otherwise.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_variants_say_what_is_needed_and_no_more() {
        let name = |text: &str| Name::parse(text).unwrap();
        let size = Options::new(vec![("Size".to_owned(), "Small".to_owned())]).unwrap();
        assert_eq!(default_variant_name(&name("Mug"), &Options::default()), name("Mug"));
        assert_eq!(default_variant_name(&name("Mug"), &size), name("Small"));
        assert_eq!(receipt_name(&name("Mug"), &name("Small")), name("Mug - Small"));
        assert_eq!(receipt_name(&name("Mug"), &name("Mug")), name("Mug"));
        let long = name(&"x".repeat(200));
        assert_eq!(receipt_name(&long, &name("Small")), long);
    }

    #[test]
    fn tags_are_trimmed_and_not_repeated() {
        assert_eq!(tags(" Pot, Plants,,Pot ".split(',')).unwrap(), ["Pot", "Plants"]);
        assert!(tags(["a,b"]).is_err() && tags([&*"x".repeat(101)]).is_err());
        assert_eq!(Status::parse("ACTIVE"), Some(Status::Active));
        assert!(Category::new(Name::parse("&&").unwrap()).is_err());
        assert_eq!(tax_class("Reduced").unwrap().as_str(), "reduced");
    }
}
