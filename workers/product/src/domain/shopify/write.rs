//! Writes a product as lines that can be read back as the same product.

use kernel::UnitCost;

use super::column;
use crate::domain::csv::write_record;
use crate::domain::html::Html;
use crate::domain::product::{Product, Variant};
use crate::domain::wholesale::format_tiers;

/// The columns of an export. Shopify requires the policy and fulfilment columns for a variant.
pub const HEADER: [&str; 28] = [
    column::HANDLE.0,
    column::TITLE.0,
    column::BODY.0,
    column::VENDOR.0,
    column::TYPE.0,
    column::TAGS.0,
    column::PUBLISHED.0,
    column::OPTIONS[0].0.0,
    column::OPTIONS[0].1.0,
    column::OPTIONS[1].0.0,
    column::OPTIONS[1].1.0,
    column::OPTIONS[2].0.0,
    column::OPTIONS[2].1.0,
    column::SKU.0,
    "Variant Inventory Policy",
    "Variant Fulfillment Service",
    column::PRICE.0,
    "Variant Requires Shipping",
    column::TAXABLE.0,
    column::BARCODE.0,
    column::COST.0,
    column::STATUS.0,
    column::TAX_CLASS.0,
    column::KIND.0,
    column::VARIANT_NAME.0,
    column::MINIMUM_QUANTITY.0,
    column::TIERS.0,
    "Gift Card",
];

/// Appends a product's lines: its own columns on the first, a variant on each.
pub fn write_product(out: &mut String, product: &Product) {
    for (at, variant) in product.variants.iter().enumerate() {
        let own = if at == 0 { product_cells(product) } else { Default::default() };
        let [title, body, vendor, category, tags, published, status, tax_class] = own;
        let ([o1, v1], [o2, v2], [o3, v3]) = (option(variant, 0), option(variant, 1), option(variant, 2));
        let terms = variant.wholesale.as_ref();
        let cells = [
            product.handle.to_string(),
            title,
            body,
            vendor,
            category,
            tags,
            published,
            o1,
            v1,
            o2,
            v2,
            o3,
            v3,
            variant.sku.to_string(),
            "deny".to_owned(),
            "manual".to_owned(),
            variant.price.amount(),
            boolean(variant.kind == contracts::terms::LineKind::Goods),
            boolean(is_taxable(product)),
            variant.barcode.as_ref().map(ToString::to_string).unwrap_or_default(),
            variant.cost.map(unit_cost).unwrap_or_default(),
            status,
            tax_class,
            variant.kind.to_string(),
            variant.name.to_string(),
            terms.map(|terms| terms.minimum_quantity.units().to_string()).unwrap_or_default(),
            terms.map(|terms| format_tiers(&terms.tiers)).unwrap_or_default(),
            "false".to_owned(),
        ];
        write_record(out, cells.iter().map(String::as_str));
    }
}

/// Not with three decimals, which may be meant as thousands.
fn unit_cost(cost: UnitCost) -> String {
    let mut amount = cost.amount();
    if amount.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 3) {
        amount.push('0');
    }
    amount
}

/// Title, body, vendor, type, tags, published, status, tax class.
fn product_cells(product: &Product) -> [String; 8] {
    [
        product.name.to_string(),
        product.description.as_ref().map(Html::as_str).unwrap_or_default().to_owned(),
        product.brand.as_ref().map(ToString::to_string).unwrap_or_default(),
        product.category.as_ref().map(|category| category.name.to_string()).unwrap_or_default(),
        product.tags.join(", "),
        boolean(product.status.is_on_sale()),
        product.status.as_str().to_ascii_lowercase(),
        product.tax_class.to_string(),
    ]
}

/// Whether any tax is charged, which is all that Shopify's column can say.
pub(crate) fn is_taxable(product: &Product) -> bool {
    !matches!(product.tax_class.as_str(), "zero" | "exempt")
}

/// An option's name and value. A variant without options gets Shopify's placeholder.
fn option(variant: &Variant, at: usize) -> [String; 2] {
    match variant.options.get(at) {
        Some((name, value)) => [name.to_owned(), value.to_owned()],
        None if at == 0 => ["Title".to_owned(), "Default Title".to_owned()],
        None => Default::default(),
    }
}

fn boolean(value: bool) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::tests::{product, variant};
    use crate::domain::options::Options;
    use crate::domain::shopify::read_file;
    use kernel::Currency;

    #[test]
    fn what_is_written_reads_as_the_same() {
        let mut written = product(vec![variant("A,\"1\"", 1250), variant("B", 0)]);
        written.description = Html::parse("<p>5\" & more</p>\n<ul><li>x</li></ul>").unwrap();
        written.tags = vec!["a".to_owned(), "b c".to_owned()];
        written.variants[1].options = Options::new(vec![("Size".to_owned(), "L".to_owned())]).unwrap();
        let mut file = String::new();
        write_record(&mut file, HEADER);
        write_product(&mut file, &written);
        let read = read_file(file.as_bytes(), Currency::USD).unwrap();
        assert_eq!(read.refused, []);
        let [again] = &read.products[..] else { panic!("one product") };
        assert_eq!(again.name.as_ref(), Some(&written.name));
        assert_eq!(again.description.clone().over(None), written.description);
        assert_eq!(again.tags.as_ref(), Some(&written.tags));
        for (read, written) in again.variants.iter().zip(&written.variants) {
            assert_eq!(read.sku.as_ref(), Some(&written.sku));
            assert_eq!(read.options.as_ref(), Some(&written.options));
            assert_eq!(read.price, Some(written.price));
        }
    }
}
