//! GTINs: the numbers under barcodes (GS1 General Specifications). A number of 8, 12, 13 or 14 digits is one and the same
//! with zeros before it, and its last digit checks the others. An ISBN is a GTIN: one of 13 digits as it is, one of 10 after
//! `978` with a new check digit. Spaces and hyphens only make them easier to read. A UPC-E is a GTIN of 12 digits that
//! begins with 0, printed with 8 by leaving out zeros (section 5.2.2.4.2): it is that GTIN. Its 8 digits can also be those
//! of a GTIN-8; but a GTIN-8 that begins with 0 never leaves its shop.

/// What a code is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gtin {
    /// A valid number, in 14 digits.
    Valid(String),
    /// It has the form of one, but another last digit than this.
    WrongCheckDigit(char),
    /// A code of another kind: one of the shop's own, or of another standard.
    Other,
}

/// Tells what a code is. Numbers of other lengths than a GTIN's, from seven digits on, have lost zeros at the start in a
/// spreadsheet if their last digit is right; otherwise they are codes of the shop's own, like everything with letters.
#[must_use]
pub fn read(code: &str) -> Gtin {
    let compact: String = code.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let grouped = compact.len() != code.len();
    if let Some(isbn) = isbn_10(&compact) {
        return isbn;
    }
    if !(7..=14).contains(&compact.len()) || !compact.bytes().all(|byte| byte.is_ascii_digit()) {
        return Gtin::Other;
    }
    let upc_e = upc_e(&compact).map(Gtin::Valid);
    if let (Some(gtin), true) = (&upc_e, compact.starts_with('0')) {
        return gtin.clone();
    }
    let padded = format!("{compact:0>14}");
    let (body, last) = padded.split_at(13);
    let expected = check_digit(body);
    let is_book = compact.len() == 13 && (compact.starts_with("978") || compact.starts_with("979"));
    if last.starts_with(expected) {
        Gtin::Valid(padded)
    } else if let Some(gtin) = upc_e {
        gtin
    } else if is_book || (!grouped && matches!(compact.len(), 8 | 12 | 13 | 14)) {
        Gtin::WrongCheckDigit(expected)
    } else {
        Gtin::Other
    }
}

/// The digit after these 13: weights 3 and 1 from the first, and the sum becomes a multiple of ten.
fn check_digit(body: &str) -> char {
    let digits = body.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')));
    let sum = digits
        .zip([3, 1].into_iter().cycle())
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    char::from_digit(10_u32.saturating_sub(sum % 10) % 10, 10).unwrap_or('0')
}

/// The GTIN, in 14 digits, of eight digits that are a UPC-E: a number system, six digits of which the last says where zeros
/// were left out, and the check digit of the whole number. Each number has one short form.
fn upc_e(compact: &str) -> Option<String> {
    let digits: [char; 8] = compact.chars().collect::<Vec<_>>().try_into().ok()?;
    let [system @ ('0' | '1'), five @ .., rule, check] = digits else { return None };
    let [first, second, third, fourth, fifth] = five;
    let body = match rule {
        '0'..='2' => [first, second, rule, '0', '0', '0', '0', third, fourth, fifth],
        '3' if third > '2' => [first, second, third, '0', '0', '0', '0', '0', fourth, fifth],
        '4' if fourth > '0' => [first, second, third, fourth, '0', '0', '0', '0', '0', fifth],
        '5'..='9' if fifth > '0' => [first, second, third, fourth, fifth, '0', '0', '0', '0', rule],
        _ => return None,
    };
    let body: String = ['0', '0', system].into_iter().chain(body).collect();
    (check_digit(&body) == check).then(|| format!("{body}{check}"))
}

/// Ten digits whose weighted sum is a multiple of eleven; the last may be X for ten.
fn isbn_10(compact: &str) -> Option<Gtin> {
    let (body, last) = compact.split_at_checked(9).filter(|(_, last)| last.len() == 1)?;
    let last = if last.eq_ignore_ascii_case("X") { 10 } else { last.parse::<u32>().ok()? };
    if !body.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = body.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')));
    let sum = digits
        .zip((2..=10).rev())
        .fold(last, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    let body = format!("0978{body}");
    (sum % 11 == 0).then(|| Gtin::Valid(format!("{body}{}", check_digit(&body))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_number_in_all_its_forms() {
        for (forms, gtin) in [
            (&["701412829103", "0701412829103", "00701412829103"][..], "00701412829103"),
            (&["96385074", "0000096385074", "00000096385074"], "00000096385074"),
            (&["036000291452", "36000291452", "0-36000-29145-2"], "00036000291452"),
            (
                &["9783161484100", "978-3-16-148410-0", "978 3 16 148410 0", "316148410X", "3-16-148410-x"],
                "09783161484100",
            ),
            (&["4006381333931", "04006381333931"], "04006381333931"),
            (&["0306406152", "0-306-40615-2", "9780306406157"], "09780306406157"),
        ] {
            for form in forms {
                assert_eq!(read(form), Gtin::Valid(gtin.to_owned()), "{form}");
            }
        }
    }

    /// Published pairs: Wikipedia (065100004327), manuals of scanners and of barcode software; and one for each rule.
    #[test]
    fn a_upc_e_is_the_number_that_it_shortens() {
        for (short, long) in [
            ("06543217", "065100004327"),
            ("04252614", "042100005264"),
            ("01234565", "012345000065"),
            ("0-123456-5", "012345000065"),
            ("01278907", "012000007897"),
            ("01263432", "012600000342"),
            ("01234543", "012340000053"),
            ("01234558", "012345000058"),
        ] {
            assert_eq!(read(short), Gtin::Valid(format!("00{long}")), "{short}");
            assert_eq!(read(short), read(long), "{short}");
        }
        assert!(matches!(read("06543218"), Gtin::WrongCheckDigit(_)));
        // What begins otherwise is a GTIN-8 if it can be one.
        assert_eq!(read("96385074"), Gtin::Valid("00000096385074".to_owned()));
        assert_eq!(read("12345670"), Gtin::Valid("00000012345670".to_owned()));
    }

    #[test]
    fn a_mistyped_number_is_told_from_another_code() {
        for (code, right) in
            [("4006381333932", '1'), ("701412829104", '3'), ("96385075", '4'), ("978-3-16-148410-1", '0')]
        {
            assert_eq!(read(code), Gtin::WrongCheckDigit(right), "{code}");
        }
        for other in [
            "7",
            "12345",
            "A-4006381333931",
            "LOC-12345678",
            "123456789012345",
            "1000001",
            "8.71869E+12",
            "1-2345",
            "",
        ] {
            assert_eq!(read(other), Gtin::Other, "{other}");
        }
    }

    proptest! {
        #[test]
        fn zeros_before_a_number_change_nothing(body in "[0-9]{6,13}") {
            let padded = format!("{body:0>13}");
            let code = format!("{body}{}", check_digit(&padded));
            let expected = Gtin::Valid(format!("{code:0>14}"));
            // Ten digits may be an ISBN by chance.
            prop_assume!(code.len() != 10 && upc_e(&code).is_none());
            prop_assert_eq!(read(&code), expected.clone());
            prop_assert_eq!(read(&format!("{code:0>13}")), expected.clone());
            prop_assert_eq!(read(&format!("{code:0>14}")), expected);
        }

        /// Each short form finds its number.
        #[test]
        fn every_short_form_is_found(digits in "0[0-9]{6}") {
            let short = (0..10).map(|check| format!("{digits}{check}"));
            if let Some((code, long)) = short.into_iter().find_map(|code| Some((code.clone(), upc_e(&code)?))) {
                prop_assert_eq!(read(&code), Gtin::Valid(long.clone()));
                prop_assert_eq!(read(long.strip_prefix("00").unwrap_or(&long)), Gtin::Valid(long.clone()));
            }
        }

        #[test]
        fn one_wrong_digit_is_noticed(body in "[0-9]{12}", place in 0_usize..13, by in 1_u8..10) {
            let padded = format!("0{body}");
            let mut code = format!("{body}{}", check_digit(&padded)).into_bytes();
            code[place] = b'0'.wrapping_add(code[place].wrapping_sub(b'0').wrapping_add(by) % 10);
            let code = String::from_utf8(code).unwrap();
            prop_assert!(matches!(read(&code), Gtin::WrongCheckDigit(_)), "{}", code);
        }
    }
}
