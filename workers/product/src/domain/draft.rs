//! A product as a client writes it, before it has its own id, handle and SKUs.

use std::collections::{BTreeMap, BTreeSet};

use contracts::catalogue::WholesaleTerms;
use contracts::terms::LineKind;
use kernel::ids::ProductId;
use kernel::text::{Barcode, Code, Name, Sku, TextError};
use kernel::{Money, Timestamp, UnitCost};

use super::html::Html;
use super::options::Options;
use super::product::{Category, Product, Status, Variant, default_variant_name};
use super::sku;
use super::slug::slug;

/// The longest handle made from a name, so that a hash still fits.
const HANDLE_LENGTH_MAX: usize = 150;

/// A variant as written.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantDraft {
    /// Made from the handle and the options when left out.
    pub sku: Option<Sku>,
    /// The options, or the product's name, when left out.
    pub name: Option<Name>,
    pub barcode: Option<Barcode>,
    pub options: Options,
    pub kind: LineKind,
    pub price: Money,
    pub cost: Option<UnitCost>,
    pub wholesale: Option<WholesaleTerms>,
}

/// A product as written.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductDraft {
    /// Made from the name when left out; kept when a product is replaced.
    pub handle: Option<Name>,
    pub name: Name,
    /// Safe HTML.
    pub description: Option<Html>,
    pub category: Option<Category>,
    pub brand: Option<Name>,
    /// Kept when left out and a product is replaced.
    pub tags: Option<Vec<String>>,
    pub status: Status,
    pub tax_class: Code,
    pub variants: Vec<VariantDraft>,
}

/// Names that must be free or belong to the product already.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub handles: BTreeSet<Name>,
    pub skus: BTreeSet<Sku>,
    pub barcodes: BTreeSet<Barcode>,
}

/// The owners of the names, by the name as it was asked for. SKUs and handles of deleted products count, barcodes of
/// deleted variants do not.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    pub handles: BTreeMap<Name, ProductId>,
    /// SKU to its spelling, which may differ in case or Unicode form, and its product.
    pub skus: BTreeMap<Sku, (Sku, ProductId)>,
    /// Barcode to SKU and its product.
    pub barcodes: BTreeMap<Barcode, (Sku, ProductId)>,
}

/// Why a draft cannot become a product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Taken {
    #[error("the handle is taken")]
    Handle,
    /// The SKU at this position belongs to another product.
    #[error("the SKU {0} is taken")]
    Sku(Sku, usize),
    /// The barcode at this position belongs to another product.
    #[error("the barcode {0} is taken")]
    Barcode(Barcode, usize),
    /// An earlier variant of the product has the same SKU.
    #[error("the SKU of variant {0} is a duplicate")]
    SkuTwice(usize),
    /// An earlier variant of the product has the same barcode.
    #[error("the barcode of variant {0} is a duplicate")]
    BarcodeTwice(usize),
    /// The barcode at this position cannot be one.
    #[error("the barcode {1}")]
    NoBarcode(usize, TextError),
}

impl ProductDraft {
    /// The requested handle, or the one made from the name.
    #[must_use]
    pub fn suggested_handle(&self) -> Name {
        let from_name = || {
            let short: String = slug(self.name.as_str()).chars().take(HANDLE_LENGTH_MAX).collect();
            Name::parse(&short).unwrap_or_else(|_| self.name.clone())
        };
        self.handle.clone().unwrap_or_else(from_name)
    }

    /// The names to look up before the product is built with this handle.
    pub fn wanted(&self, handle: &Name) -> Result<Wanted, TextError> {
        let mut wanted = Wanted { handles: BTreeSet::from([handle.clone()]), ..Wanted::default() };
        for variant in &self.variants {
            wanted.skus.insert(match &variant.sku {
                Some(sku) => sku.clone(),
                None => sku::plain(handle.as_str(), &variant.options)?,
            });
            wanted.barcodes.extend(variant.barcode.clone());
        }
        Ok(wanted)
    }

    /// A new product. `claims` are the owners of the names that [`Self::wanted`] returned for its suggested handle.
    pub fn create(self, id: ProductId, claims: &Claims, now: Timestamp) -> Result<Product, Refused> {
        let mut handle = self.suggested_handle();
        if claims.handles.contains_key(&handle) {
            if self.handle.is_some() {
                return Err(Taken::Handle.into());
            }
            let hash = sku::short_hash(&id.to_string()).to_lowercase();
            handle = Name::parse(&format!("{handle}-{hash}"))?;
        }
        let new = Product {
            id,
            handle,
            name: self.name.clone(),
            description: None,
            category: None,
            brand: None,
            tags: Vec::new(),
            status: self.status,
            tax_class: self.tax_class.clone(),
            version: 1,
            created_at: now,
            updated_at: now,
            deleted: false,
            variants: Vec::new(),
        };
        self.over(new, claims)
    }

    /// The product with everything replaced that the draft contains. Keeps the version.
    pub fn over(self, before: Product, claims: &Claims) -> Result<Product, Refused> {
        let handle = match self.handle {
            Some(handle) if handle != before.handle && claims.handles.contains_key(&handle) => {
                return Err(Taken::Handle.into());
            }
            handle => handle.unwrap_or_else(|| before.handle.clone()),
        };
        let variants = name_variants(self.variants, &handle, &self.name, &before, claims)?;
        Ok(Product {
            handle,
            name: self.name,
            description: self.description,
            category: self.category,
            brand: self.brand,
            tags: self.tags.unwrap_or(before.tags),
            status: self.status,
            tax_class: self.tax_class,
            variants,
            ..before
        })
    }
}

/// Why a draft cannot become a product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A name belongs to another product.
    #[error(transparent)]
    Taken(#[from] Taken),
    /// A generated name is not valid: a defect.
    #[error("a generated name is not valid: {0}")]
    Name(#[from] TextError),
}

/// Gives each variant its SKU: the given one, that of the previous variant with the same options, or a new one.
fn name_variants(
    drafts: Vec<VariantDraft>,
    handle: &Name,
    product_name: &Name,
    before: &Product,
    claims: &Claims,
) -> Result<Vec<Variant>, Refused> {
    let given = spelled(&drafts, before, claims)?;
    check_barcodes(&drafts, &given, before, claims)?;
    let mut used: BTreeSet<Sku> = given.iter().flatten().cloned().collect();
    let mut variants = Vec::with_capacity(drafts.len());
    for (at, (draft, given)) in drafts.into_iter().zip(given).enumerate() {
        let sku = if let Some(sku) = given {
            sku
        } else {
            let known = before.variants.iter().find(|v| v.options == draft.options && !used.contains(&v.sku));
            let plain = sku::plain(handle.as_str(), &draft.options)?;
            let (plain, owner) = claims.skus.get(&plain).cloned().unwrap_or((plain, before.id));
            let free = owner == before.id && !used.iter().any(|used| used.key() == plain.key());
            match known {
                Some(known) => known.sku.clone(),
                None if free => plain,
                None => sku::distinct(handle.as_str(), &draft.options, &format!("{}{at}", before.id))?,
            }
        };
        used.insert(sku.clone());
        variants.push(Variant {
            sku,
            name: draft.name.unwrap_or_else(|| default_variant_name(product_name, &draft.options)),
            barcode: draft.barcode,
            options: draft.options,
            kind: draft.kind,
            price: draft.price,
            cost: draft.cost,
            wholesale: draft.wholesale,
        });
    }
    Ok(variants)
}

/// The given SKUs as they were first written; one that is new stays as it is. Each once, and none of another product.
fn spelled(drafts: &[VariantDraft], before: &Product, claims: &Claims) -> Result<Vec<Option<Sku>>, Taken> {
    let (mut known, mut new) = (BTreeSet::new(), BTreeSet::new());
    let mut spelled = Vec::with_capacity(drafts.len());
    for (at, sku) in drafts.iter().map(|draft| draft.sku.as_ref()).enumerate() {
        let claim = sku.and_then(|sku| claims.skus.get(sku));
        if let Some((taken, _)) = claim.filter(|(_, owner)| *owner != before.id) {
            return Err(Taken::Sku(taken.clone(), at));
        }
        let claim = claim.map(|(sku, _)| sku);
        let own = sku.filter(|sku| before.variants.iter().any(|variant| variant.sku == **sku));
        let once = match (sku, claim.or(own)) {
            (None, _) => true,
            (Some(_), Some(exists)) => known.insert(exists),
            (Some(sku), None) => new.insert(sku.key()),
        };
        if !once {
            return Err(Taken::SkuTwice(at));
        }
        spelled.push(claim.or(sku).cloned());
    }
    Ok(spelled)
}

/// Barcodes that a variant does not have yet must be free and valid.
fn check_barcodes(
    drafts: &[VariantDraft],
    skus: &[Option<Sku>],
    before: &Product,
    claims: &Claims,
) -> Result<(), Taken> {
    let mut keys = BTreeSet::new();
    for (at, (draft, sku)) in drafts.iter().zip(skus).enumerate() {
        let Some(barcode) = &draft.barcode else { continue };
        if before.variants.iter().any(|v| Some(&v.sku) == sku.as_ref() && v.barcode == draft.barcode) {
            keys.insert(barcode.key());
            continue;
        }
        barcode.check().map_err(|error| Taken::NoBarcode(at, error))?;
        if claims.barcodes.get(barcode).is_some_and(|(_, owner)| *owner != before.id) {
            return Err(Taken::Barcode(barcode.clone(), at));
        }
        if !keys.insert(barcode.key()) {
            return Err(Taken::BarcodeTwice(at));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::tests::product;
    use kernel::Currency;

    fn draft(variants: &[(Option<&str>, &str)]) -> ProductDraft {
        let variant = |(sku, size): &(Option<&str>, &str)| VariantDraft {
            sku: sku.map(|sku| Sku::parse(sku).unwrap()),
            name: None,
            barcode: None,
            options: Options::new(vec![("Size".to_owned(), (*size).to_owned())]).unwrap(),
            kind: LineKind::Goods,
            price: Money::zero(Currency::USD),
            cost: None,
            wholesale: None,
        };
        ProductDraft {
            handle: None,
            name: Name::parse("Blue Mug").unwrap(),
            description: None,
            category: None,
            brand: None,
            tags: None,
            status: Status::Active,
            tax_class: Code::parse("standard").unwrap(),
            variants: variants.iter().map(variant).collect(),
        }
    }

    fn skus(product: &Product) -> Vec<&str> {
        product.variants.iter().map(|variant| variant.sku.as_str()).collect()
    }

    #[test]
    fn what_is_left_out_is_made() {
        let id = product(Vec::new()).id;
        let now = Timestamp::from_unix_ms(0);
        let made = draft(&[(None, "L"), (Some("OWN"), "M"), (None, "L")])
            .create(id, &Claims::default(), now)
            .unwrap();
        assert_eq!((made.handle.as_str(), made.variants[0].name.as_str()), ("blue-mug", "L"));
        assert_eq!(skus(&made)[..2], ["BLUE-MUG-L", "OWN"]);
        assert!(skus(&made)[2].starts_with("BLUE-MUG-L-"), "{:?}", skus(&made));

        let again = draft(&[(None, "M"), (None, "S")]).over(made, &Claims::default()).unwrap();
        assert_eq!(skus(&again), ["OWN", "BLUE-MUG-S"], "a variant with the same options keeps its SKU");
    }

    #[test]
    fn names_of_others_are_refused_or_avoided() {
        let (id, other) =
            (product(Vec::new()).id, ProductId::parse("0193e9a0-0000-7000-8000-000000000009").unwrap());
        let now = Timestamp::from_unix_ms(0);
        let sku = |text: &str| Sku::parse(text).unwrap();
        let claims = Claims {
            handles: [(Name::parse("blue-mug").unwrap(), other)].into(),
            skus: ["BLUE-MUG-L", "OWN"].map(|text| (sku(text), (sku(text), other))).into(),
            ..Claims::default()
        };
        let made = draft(&[(None, "L")]).create(id, &claims, now).unwrap();
        assert!(made.handle.as_str().starts_with("blue-mug-"));
        assert!(skus(&made)[0].starts_with("BLUE-MUG-") && skus(&made)[0] != "BLUE-MUG-L");
        let refused = draft(&[(None, "L"), (Some("OWN"), "M")]).create(id, &claims, now);
        assert_eq!(refused, Err(Taken::Sku(sku("OWN"), 1).into()));
        let named = ProductDraft { handle: Some(Name::parse("blue-mug").unwrap()), ..draft(&[]) };
        assert_eq!(named.create(id, &claims, now), Err(Taken::Handle.into()));
    }
}
