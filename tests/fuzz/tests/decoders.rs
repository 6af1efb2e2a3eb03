//! Every check on its corpus, and on what becomes of the corpus when pieces are put in, changed and cut out.

use std::fs;
use std::path::Path;

use house_fuzz::ALL;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// What breaks readers: pieces of CSV, HTML, JSON, numbers and odd characters.
const PIECES: &[&str] = &[
    "\"",
    "\"\"",
    ",",
    "\n",
    "\r\n",
    "\r",
    "\u{feff}",
    "\0",
    " ",
    "\t",
    ";",
    ":",
    "=",
    "-",
    "+",
    ".",
    "..",
    "/",
    "~",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[",
    "null",
    "true",
    "\"a\":",
    "<",
    ">",
    "</p>",
    "<b>",
    "<!--",
    "-->",
    "&",
    "&amp;",
    "&#x3c;",
    "<a href=",
    "javascript:",
    "<script>",
    "0",
    "1",
    "-1",
    "00",
    "0.1",
    "0.005",
    "1e400",
    "9007199254740991",
    "9007199254740993",
    "9223372036854775808",
    "1970-01-01",
    "9999-12-31T23:59:59.999",
    "-23:59",
    "+23:59",
    "Z",
    "USD",
    "XXX",
    "é",
    "İ",
    "ß",
    "ﬀ",
    "e\u{301}",
    "\u{202e}",
    "\u{200b}",
    "\u{1f600}",
    "@",
    "handle",
    "Handle,",
    "a@b.c",
    "Bearer ",
    "chk_",
    "AAAA",
    "====",
    "%2F",
];

/// One change at a place.
#[derive(Debug, Clone)]
enum Edit {
    Insert(usize, &'static str),
    Repeat(usize, &'static str, usize),
    Overwrite(usize, u8),
    Cut(usize, usize),
    Truncate(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = 0..4096_usize;
    let piece = prop::sample::select(PIECES);
    prop_oneof![
        6 => (place.clone(), piece.clone()).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        1 => (place.clone(), piece, 2..300_usize).prop_map(|(at, piece, times)| Edit::Repeat(at, piece, times)),
        3 => (place.clone(), any::<u8>()).prop_map(|(at, byte)| Edit::Overwrite(at, byte)),
        2 => (place.clone(), 1..40_usize).prop_map(|(at, length)| Edit::Cut(at, length)),
        1 => place.prop_map(Edit::Truncate),
    ]
}

fn apply(bytes: &mut Vec<u8>, edit: &Edit) {
    let place = |at: usize| at % (bytes.len() + 1);
    match *edit {
        Edit::Insert(at, piece) => drop(bytes.splice(place(at)..place(at), piece.bytes())),
        Edit::Repeat(at, piece, times) => {
            drop(bytes.splice(place(at)..place(at), piece.repeat(times).into_bytes()));
        }
        Edit::Overwrite(at, byte) => {
            let at = place(at);
            if let Some(there) = bytes.get_mut(at) {
                *there = byte;
            }
        }
        Edit::Cut(at, length) => {
            let (start, end) = (place(at), (place(at) + length).min(bytes.len()));
            drop(bytes.drain(start..end));
        }
        Edit::Truncate(at) => bytes.truncate(place(at)),
    }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Runs a check on its corpus, on changed corpus, and on bytes out of nothing.
fn run(name: &str, cases: u32) {
    let (_, check) = ALL.iter().find(|(known, _)| *known == name).unwrap();
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "{name} has no corpus");
    for sample in &corpus {
        check(sample);
    }
    let changed =
        (prop::sample::select(corpus), prop::collection::vec(edit(), 1..6)).prop_map(|(sample, edits)| {
            edits.iter().fold(sample, |mut bytes, edit| {
                apply(&mut bytes, edit);
                bytes
            })
        });
    let input = prop_oneof![4 => changed, 1 => prop::collection::vec(any::<u8>(), 0..200)];
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&input, |bytes| {
            check(&bytes);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{name}: {failure}"));
}

#[test]
fn every_check_is_a_fuzz_target_with_a_corpus() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz_targets");
    for (name, _) in ALL {
        assert!(targets.join(format!("{name}.rs")).is_file(), "{name} is no target");
        assert!(!corpus(name).is_empty(), "{name} has no corpus");
    }
    assert_eq!(fs::read_dir(targets).unwrap().count(), ALL.len());
}

#[test]
fn money_reads_back_as_itself_and_sums_are_exact() {
    run("money", 20_000);
}

#[test]
fn texts_keep_within_their_limits_and_read_back_as_themselves() {
    run("text", 20_000);
}

#[test]
fn times_and_dates_keep_within_the_years_of_the_books() {
    run("time", 20_000);
}

#[test]
fn cursors_and_limits_read_back_as_themselves() {
    run("cursor", 20_000);
}

#[test]
fn every_line_of_a_catalogue_is_taken_or_refused_and_an_export_reads_back() {
    run("catalogue", 2_000);
}

#[test]
fn descriptions_come_out_as_safe_html() {
    run("html", 20_000);
}

#[test]
fn envelopes_read_back_as_themselves_and_readers_settle_whatever_comes() {
    run("envelope", 500);
}

#[test]
fn a_forged_or_changed_token_opens_nothing() {
    run("token", 2_000);
}

#[test]
fn a_body_that_cannot_be_read_is_refused_by_its_field() {
    run("body", 1_500);
}

#[test]
fn an_idempotency_key_is_printable_and_short_or_refused_by_name() {
    run("key", 2_000);
}
