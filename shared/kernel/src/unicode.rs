//! Unicode's compatibility forms (UAX #15), and the key by which names are compared. A Worker asks its runtime, which
//! has the tables; natively a crate has them. Both agree: Unicode never changes the normal form of an assigned character.

use std::borrow::Cow;

/// The composed compatibility form, NFKC: one form for composed and decomposed, wide and narrow letters.
#[must_use]
pub fn nfkc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(platform::nfkc(text)) }
}

/// The composed form, NFC: letters with their marks, nothing else changed.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(platform::nfc(text)) }
}

/// The decomposed compatibility form, NFKD: letters apart from their marks.
#[must_use]
pub fn nfkd(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(platform::nfkd(text)) }
}

/// The same for texts that differ only in case or in Unicode form.
#[must_use]
pub fn key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    nfkc(&folded(&nfkc(text))).into_owned()
}

/// Without case. There and back, because some letters meet only in capitals: `ß` and `ss`, `ς` and `σ`.
#[must_use]
pub fn folded(text: &str) -> String {
    let small = text.chars().flat_map(char::to_lowercase);
    small.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(target_arch = "wasm32")]
mod platform {
    pub(super) fn nfc(text: &str) -> String {
        normal(text, "NFC")
    }

    pub(super) fn nfkc(text: &str) -> String {
        normal(text, "NFKC")
    }

    pub(super) fn nfkd(text: &str) -> String {
        normal(text, "NFKD")
    }

    fn normal(text: &str, form: &str) -> String {
        js_sys::JsString::from(text).normalize(form).into()
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod platform {
    use unicode_normalization::UnicodeNormalization;

    pub(super) fn nfc(text: &str) -> String {
        text.nfc().collect()
    }

    pub(super) fn nfkc(text: &str) -> String {
        text.nfkc().collect()
    }

    pub(super) fn nfkd(text: &str) -> String {
        text.nfkd().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn case_and_unicode_form_make_no_difference() {
        for (one, other) in [
            ("ABC-1", "abc-1"),
            ("caf\u{e9}", "CAFE\u{301}"),
            ("Straße", "STRASSE"),
            ("STRA\u{1e9e}E", "strasse"),
            ("ＡＢＣ－１", "abc-1"),
            ("ｶﾞﾗｽ", "ガラス"),
            ("ΟΔΟΣ", "οδος"),
            ("\u{212b}", "å"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        for (one, other) in [("A-1", "A1"), ("café", "cafe"), ("1", "2")] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_the_same_for_every_form_of_a_text(text in "\\PC{0,20}") {
            let expected = key(&text);
            let forms: [String; 5] = [text.nfc().collect(), text.nfd().collect(), text.nfkc().collect(),
                text.nfkd().collect(), expected.clone()];
            for form in forms {
                prop_assert_eq!(key(&form), &*expected, "{}", form);
            }
        }
    }
}
