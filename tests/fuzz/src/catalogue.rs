//! Catalogue files: each line is taken or refused by its number, and what is exported reads back as it was.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel::ids::ProductId;
use kernel::{Currency, Timestamp};
use product::domain::csv::{Reader, write_record};
use product::domain::import::{Counts, Refusal, chunks, wanted};
use product::domain::merge::{Existing, Taken, merge};
use product::domain::shopify::{HEADER, read_file, write_product};

/// Any bytes; a text without a header gets one, so that the lines below it are reached.
pub fn check(data: &[u8]) {
    check_lines(data);
    check_file(data);
    if !data.to_ascii_lowercase().starts_with(b"handle") {
        let mut file = HEADER.join(",").into_bytes();
        file.extend_from_slice(b"\r\n");
        file.extend_from_slice(data);
        check_file(&file);
    }
}

/// The line numbers rise, each is one of the file's, and what is read is written and read again.
fn check_lines(data: &[u8]) {
    let lines_max = 1 + data.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
    let mut last = 0;
    for record in Reader::new(data) {
        let line = record.as_ref().map_or_else(|(line, _)| *line, |record| record.line);
        assert!(line > last && line <= lines_max, "line {line} after {last} of {lines_max}");
        last = line;
        let Ok(record) = record else { continue };
        let mut written = String::new();
        write_record(&mut written, record.cells.iter().map(String::as_str));
        let mut again = Reader::new(written.as_bytes());
        // One empty cell is an empty line, which says nothing. The mark at the start of a file is not text.
        let says_nothing = record.cells.len() == 1 && record.cells[0].is_empty();
        if says_nothing || record.cells[0].starts_with('\u{feff}') {
            continue;
        }
        assert_eq!(again.next().unwrap().unwrap().cells, record.cells);
        assert!(again.next().is_none());
    }
}

/// Merges a file into a catalogue, chunk by chunk, as the service does.
fn import(file: &[u8], existing: &mut Existing) -> Option<(Counts, Vec<Refusal>)> {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let new_id = || {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        ProductId::parse(&format!("0193e9a0-0000-7000-8000-{number:012x}")).unwrap()
    };
    let file = read_file(file, Currency::USD).ok()?;
    let (mut counts, mut refused, mut taken) =
        (Counts::default(), file.refused, Taken::given(&file.given_skus));
    for chunk in chunks(file.products) {
        let _ = wanted(&chunk).expect("made SKUs are SKUs");
        let chunk = chunk.into_iter().map(|product| (product, new_id())).collect();
        let merged = merge(chunk, existing, taken, Timestamp::from_unix_ms(1)).expect("names are names");
        counts.add(merged.counts);
        refused.extend(merged.refused);
        taken = merged.taken;
        for change in merged.changes {
            let product = change.after;
            existing.claims.handles.insert(product.handle.clone(), product.id);
            for variant in &product.variants {
                existing.claims.skus.insert(variant.sku.clone(), (variant.sku.clone(), product.id));
                if let Some(barcode) = &variant.barcode {
                    existing.claims.barcodes.insert(barcode.clone(), (variant.sku.clone(), product.id));
                }
            }
            existing.products.insert(product.handle.clone(), product);
        }
    }
    Some((counts, refused))
}

fn check_file(data: &[u8]) {
    let mut shop = Existing::default();
    let Some((_, refused)) = import(data, &mut shop) else { return };
    let lines: BTreeSet<usize> =
        Reader::new(data).map(|record| record.map_or_else(|(line, _)| line, |record| record.line)).collect();
    let mut seen = BTreeSet::new();
    for refusal in &refused {
        assert!(lines.contains(&refusal.line), "{refusal:?} is no line of the file");
        assert!(seen.insert(refusal.line), "{refusal:?} is refused twice");
        assert!(refusal.line > 1, "{refusal:?}: the header is no line");
    }
    let export = |shop: &Existing| {
        let mut csv = String::new();
        write_record(&mut csv, HEADER);
        for product in shop.products.values() {
            write_product(&mut csv, product);
        }
        csv
    };
    let exported = export(&shop);
    let variants: usize = shop.products.values().map(|product| product.variants.len()).sum();
    let before = shop.products.clone();
    let (counts, refused) = import(exported.as_bytes(), &mut shop).expect("an export is a catalogue");
    assert_eq!(refused, [], "of {exported}");
    assert_eq!(counts, Counts { imported: 0, updated: 0, unchanged: variants }, "of {exported}");
    assert_eq!(shop.products, before);
    let mut other = Existing::default();
    let (_, refused) = import(exported.as_bytes(), &mut other).expect("an export is a catalogue");
    assert_eq!(refused, [], "of {exported}");
    assert_eq!(export(&other), exported, "another shop gets other goods");
}
