//! SKUs for variants that have none: readable, and the same each time they are generated.

use kernel::text::{Sku, TextError};

use super::options::Options;

/// A SKU's longest form.
const LENGTH_MAX: usize = 64;
/// Eight digits of a hash and the dash before them.
const SUFFIX_LENGTH: usize = 9;

/// The SKU of a handle and options, `CLASSIC-VARSITY-TOP-SMALL`. If the plain form would lose a difference between two
/// variants (other scripts, too many letters), it ends in a hash of the whole.
pub fn plain(handle: &str, options: &Options) -> Result<Sku, TextError> {
    let text = text_of(handle, options);
    let readable = readable(&text);
    let faithful = text.chars().all(|c| c.is_ascii_alphanumeric() || " -_".contains(c));
    if faithful && !readable.is_empty() && readable.len() <= LENGTH_MAX {
        return Sku::parse(&readable);
    }
    hashed(&readable, &text)
}

/// The SKU when the plain one belongs to another variant: with a hash of the handle, the options and a seed, which
/// differs even where they do not.
pub fn distinct(handle: &str, options: &Options, seed: &str) -> Result<Sku, TextError> {
    let text = text_of(handle, options);
    let names: String = options.iter().map(|(name, _)| name).collect();
    hashed(&readable(&text), &format!("{handle}\n{text}\n{names}\n{seed}"))
}

fn text_of(handle: &str, options: &Options) -> String {
    if options.is_empty() { handle.to_owned() } else { format!("{handle}-{}", options.joined("-")) }
}

/// ASCII letters and digits in capitals, everything else a single dash.
fn readable(text: &str) -> String {
    let mut sku = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            sku.push(c.to_ascii_uppercase());
        } else if !sku.is_empty() && !sku.ends_with('-') {
            sku.push('-');
        }
    }
    sku.truncate(sku.trim_end_matches('-').len());
    sku
}

fn hashed(readable: &str, text: &str) -> Result<Sku, TextError> {
    let start: String = readable.chars().take(LENGTH_MAX.saturating_sub(SUFFIX_LENGTH)).collect();
    let start = start.trim_end_matches('-');
    let start = if start.is_empty() { "ITEM" } else { start };
    Sku::parse(&format!("{start}-{}", short_hash(text)))
}

/// Eight hexadecimal digits of FNV-1a: short and stable; not used for secrets.
#[must_use]
pub fn short_hash(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:08X}", (hash >> 32) ^ (hash & 0xffff_ffff))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(pairs: &[(&str, &str)]) -> Options {
        Options::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()).unwrap()
    }

    #[test]
    fn a_sku_is_made_of_handle_and_options() {
        for (handle, pairs, expected) in [
            ("ocean-blue-shirt", &[][..], "OCEAN-BLUE-SHIRT"),
            ("varsity-top", &[("Size", "Small")], "VARSITY-TOP-SMALL"),
            ("mug", &[("Size", "Extra Large"), ("Colour", "Red")], "MUG-EXTRA-LARGE-RED"),
        ] {
            assert_eq!(plain(handle, &options(pairs)).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn what_the_plain_form_would_lose_is_kept_in_a_hash() {
        let (large, small) = (options(&[("大小", "大")]), options(&[("大小", "小")]));
        let (a, b) = (plain("tea", &large).unwrap(), plain("tea", &small).unwrap());
        assert!(a != b && a.as_str().starts_with("TEA-"), "{a} {b}");
        assert!(plain("茶", &Options::default()).unwrap().as_str().starts_with("ITEM-"));
        let long = "x".repeat(300);
        assert_eq!(plain(&long, &Options::default()).unwrap().as_str().len(), LENGTH_MAX);
        assert_ne!(plain(&long, &large).unwrap(), plain(&long, &small).unwrap());
    }

    #[test]
    fn a_sku_is_the_same_whenever_it_is_made() {
        let size = options(&[("Size", "1/2")]);
        assert_eq!(plain("pipe", &size), plain("pipe", &size));
        assert_eq!(distinct("pipe", &size, ""), distinct("pipe", &size, ""));
        assert_ne!(distinct("pipe", &size, ""), distinct("pipe", &options(&[("Size", "1-2")]), ""));
        assert_ne!(distinct("pipe", &size, "1"), distinct("pipe", &size, "2"));
    }
}
