use super::*;
use crate::domain::shopify::read_file;
use kernel::Currency;

fn id(number: u64) -> ProductId {
    ProductId::parse(&format!("0193e9a0-0000-7000-8000-{number:012}")).unwrap()
}

/// Merges a file of handle, title, SKU, price, size and barcode into a catalogue; new products get consecutive ids.
fn merge_lines(lines: &str, existing: &Existing) -> Merged {
    let header = "Handle,Title,Variant SKU,Variant Price,Option1 Name,Option1 Value,Variant Barcode\n";
    let file = read_file(format!("{header}{lines}").as_bytes(), Currency::USD).unwrap();
    assert_eq!(file.refused, []);
    let chunk = file.products.into_iter().zip((100..).map(id)).collect();
    let now = Timestamp::from_unix_ms(1);
    merge(chunk, existing, Taken::given(&file.given_skus), now).unwrap()
}

/// The catalogue after some changes.
fn after(merged: &Merged) -> Existing {
    let mut existing = Existing::default();
    for change in &merged.changes {
        let product = change.after.clone();
        existing.claims.handles.insert(product.handle.clone(), product.id);
        for variant in &product.variants {
            existing.claims.skus.insert(variant.sku.clone(), (variant.sku.clone(), product.id));
            if let Some(barcode) = &variant.barcode {
                existing.claims.barcodes.insert(barcode.clone(), (variant.sku.clone(), product.id));
            }
        }
        existing.products.insert(product.handle.clone(), product);
    }
    existing
}

fn skus(merged: &Merged) -> Vec<&str> {
    let variants = merged.changes.iter().flat_map(|change| &change.after.variants);
    variants.map(|variant| variant.sku.as_str()).collect()
}

fn codes(merged: &Merged) -> Vec<(usize, RefusalCode)> {
    merged.refused.iter().map(|refusal| (refusal.line, refusal.code)).collect()
}

#[test]
fn generated_skus_avoid_each_other_and_those_that_the_file_gives() {
    // The first two generate A-B-C from different parts, the last one contains it.
    let lines = "a-b,One,,1,Size,c,\na,Two,,1,Size,b-c,\nx,Three,A-B-C,1,,,\n";
    let merged = merge_lines(lines, &Existing::default());
    let [one, two, three] = skus(&merged)[..] else { panic!("{:?}", skus(&merged)) };
    assert!(one.starts_with("A-B-C-") && two.starts_with("A-B-C-") && one != two && three == "A-B-C");

    let again = merge_lines(lines, &after(&merged));
    assert_eq!((again.changes, again.counts.unchanged), (vec![], 3));
}

#[test]
fn a_line_without_sku_is_known_by_its_options() {
    let merged = merge_lines("a,A,OWN,1,Size,S,\n", &Existing::default());
    let again = merge_lines("a,A,,2,Size,S,\na,A,,3,Size,L,\n", &after(&merged));
    assert_eq!(skus(&again), ["OWN", "A-L"]);
    assert_eq!(again.counts, Counts { imported: 1, updated: 1, unchanged: 0 });
}

#[test]
fn the_same_options_twice_are_one_variant_too_many() {
    let merged = merge_lines("a,A,,1,Size,S,\na,,,2,,S,\na,,,3,,S,\n", &Existing::default());
    assert_eq!(merged.counts.imported, 2, "the second gets another SKU, the third would get the same");
    assert_eq!(codes(&merged), [(4, RefusalCode::DuplicateSku)]);
}

#[test]
fn a_barcode_moves_within_its_product_and_not_beyond() {
    let first = merge_lines("a,A,A1,1,Size,S,7\na,,A2,1,,M,\nb,B,B1,1,,,8\n", &Existing::default());
    let existing = after(&first);
    let moved = merge_lines("a,A,A1,1,Size,S,\na,,A2,1,,M,7\n", &existing);
    assert_eq!((moved.counts.updated, codes(&moved)), (2, vec![]));
    let stolen = merge_lines("a,A,A1,1,Size,S,8\n", &existing);
    assert_eq!(codes(&stolen), [(2, RefusalCode::BarcodeTaken)]);
    assert_eq!(stolen.changes, []);
}

#[test]
fn a_products_own_change_counts_on_its_first_line() {
    let first = merge_lines("a,A,A1,1,Size,S,\na,,A2,1,,M,\n", &Existing::default());
    let renamed = merge_lines("a,AA,A1,1,Size,S,\na,,A2,1,,M,\n", &after(&first));
    assert_eq!(renamed.counts, Counts { imported: 0, updated: 1, unchanged: 1 });
    assert_eq!(renamed.changes[0].after.version, 2);
}

#[test]
fn a_line_that_is_refused_for_two_reasons_is_told_once() {
    // No title, and the SKU of an earlier line.
    let lines = b"Handle,Variant SKU,Variant Price\na,S,1\nb,S,1\nb,T,1\n";
    let file = read_file(lines, Currency::USD).unwrap();
    let now = Timestamp::from_unix_ms(1);
    let chunk = file.products.into_iter().zip((1..).map(id)).collect();
    let merged = merge(chunk, &Existing::default(), Taken::default(), now).unwrap();
    let mut refused: Vec<usize> =
        file.refused.iter().chain(&merged.refused).map(|refusal| refusal.line).collect();
    refused.sort_unstable();
    assert_eq!((refused, merged.changes), (vec![2, 3, 4], vec![]));
}
