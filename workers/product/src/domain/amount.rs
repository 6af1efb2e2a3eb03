//! Amounts of money as people and spreadsheets write them: `1,234.50`, `1.234,50`, `$12.00`, `12 EUR`. What may mean two
//! amounts is refused.

use kernel::{Currency, Money, UnitCost};

/// Why an amount is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("must be an amount such as \"12.50\"")]
    Form,
    #[error("must not be negative")]
    Negative,
    /// One comma, and three digits after it.
    #[error(
        "may mean two amounts: write it with a point before the cents, and without separators of thousands; \
         with a zero at the end if it has three decimals"
    )]
    Ambiguous,
    #[error("{0}")]
    Money(#[from] kernel::MoneyError),
}

/// Reads what a unit costs: an amount with up to six decimals.
pub fn parse_unit_cost(text: &str, currency: Currency) -> Result<UnitCost, AmountError> {
    // With three decimals, `1.234` may be meant as thousands. `0.004` and `1.2340` may not.
    let number = without_mark(text, currency);
    if let Some((whole, decimals)) = number.split_once('.')
        && decimals.len() == 3
        && currency.exponent() != 3
        && (1..=3).contains(&whole.len())
        && !whole.starts_with('0')
    {
        return Err(AmountError::Ambiguous);
    }
    Ok(UnitCost::parse(&plain(number, currency)?, currency)?)
}

/// Reads an amount in `currency`. Its sign or its code may stand before or after it; spaces, apostrophes, points or commas
/// may separate thousands.
pub fn parse_amount(text: &str, currency: Currency) -> Result<Money, AmountError> {
    Ok(Money::parse(&plain(without_mark(text, currency), currency)?, currency)?)
}

/// A number with a point before its decimals, and nothing else.
fn plain(number: &str, currency: Currency) -> Result<String, AmountError> {
    if number.starts_with(['-', '\u{2212}', '(']) {
        return Err(AmountError::Negative);
    }
    let (whole, part) = match decimal_mark(number, currency)? {
        Some(mark) => number.rsplit_once(mark).ok_or(AmountError::Form)?,
        None => (number, ""),
    };
    let mut plain = thousands(whole).ok_or(AmountError::Form)?;
    if part.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err(AmountError::Form);
    }
    if !part.is_empty() {
        plain.extend([".", part]);
    }
    Ok(plain)
}

/// The sign of a currency; empty when only its code is used.
fn sign(currency: Currency) -> &'static str {
    match currency.code() {
        "USD" | "CAD" | "AUD" | "NZD" | "SGD" | "HKD" | "MXN" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" | "CNY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        _ => "",
    }
}

fn without_mark(text: &str, currency: Currency) -> &str {
    let text = text.trim();
    for mark in [currency.code(), sign(currency)].into_iter().filter(|mark| !mark.is_empty()) {
        if let Some(number) = text.strip_prefix(mark).or_else(|| text.strip_suffix(mark)) {
            return number.trim();
        }
    }
    text
}

/// The mark before the decimals, if there is one.
fn decimal_mark(number: &str, currency: Currency) -> Result<Option<char>, AmountError> {
    let count = |mark: char| number.chars().filter(|c| *c == mark).count();
    let last = number.rfind(['.', ',']).and_then(|at| number.get(at..)).unwrap_or_default();
    let decimals = last.chars().skip(1).count();
    match (count('.'), count(',')) {
        (1, 0) => Ok(Some('.')),
        // Thousands never begin with 0.
        (0, 1) if decimals == 3 && number.starts_with("0,") => Ok(Some(',')),
        // A currency without decimals leaves one meaning.
        (0, 1) if decimals == 3 && currency.exponent() == 0 => Ok(None),
        (0, 1) if decimals == 3 => Err(AmountError::Ambiguous),
        (0, 1) => Ok(Some(',')),
        (0, _) | (_, 0) => Ok(None),
        (_, 1) if last.starts_with(',') => Ok(Some(',')),
        (1, _) if last.starts_with('.') => Ok(Some('.')),
        _ => Err(AmountError::Form),
    }
}

/// The digits of a whole number, whose groups of three may be separated by one kind of sign.
fn thousands(whole: &str) -> Option<String> {
    let is_separator = |c: char| matches!(c, '.' | ',' | '\'' | '\u{2019}' | ' ' | '\u{a0}' | '\u{202f}');
    let separator = whole.chars().find(|c| is_separator(*c));
    let groups: Vec<&str> = match separator {
        Some(separator) => whole.split(separator).collect(),
        None => vec![whole],
    };
    let (first, rest) = groups.split_first()?;
    let digits = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let grouped =
        rest.is_empty() || ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3));
    (grouped && groups.iter().all(digits)).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_when_they_mean_one_thing() {
        let kwd = Currency::parse("KWD").unwrap();
        let chf = Currency::parse("CHF").unwrap();
        for (text, currency, amount) in [
            ("12", Currency::USD, "12.00"),
            ("12.5", Currency::USD, "12.50"),
            ("$12.00", Currency::USD, "12.00"),
            ("12.00 $", Currency::USD, "12.00"),
            ("USD 12.00", Currency::USD, "12.00"),
            ("1,234.50", Currency::USD, "1234.50"),
            ("$1,234.50", Currency::USD, "1234.50"),
            ("1,234,567.89", Currency::USD, "1234567.89"),
            ("1,234,567", Currency::USD, "1234567.00"),
            ("1.234,50", Currency::EUR, "1234.50"),
            ("1.234.567", Currency::EUR, "1234567.00"),
            ("12,50", Currency::EUR, "12.50"),
            ("12,5 €", Currency::EUR, "12.50"),
            ("1 234,50", Currency::EUR, "1234.50"),
            ("1\u{202f}234,50 €", Currency::EUR, "1234.50"),
            ("CHF 1'234.50", chf, "1234.50"),
            ("1,234", Currency::JPY, "1234"),
            ("¥1,234", Currency::JPY, "1234"),
            ("1.234", kwd, "1.234"),
        ] {
            assert_eq!(parse_amount(text, currency).unwrap().amount(), amount, "{text}");
        }
    }

    #[test]
    fn a_unit_cost_below_a_cent_is_read_when_it_means_one_thing() {
        for (text, amount) in [
            ("0.004", Some("0.004")),
            ("0,004", Some("0.004")),
            ("$0.0125", Some("0.0125")),
            ("12.5", Some("12.50")),
            ("1,234.50", Some("1234.50")),
            ("1.2340", Some("1.234")),
            ("0.000001", Some("0.000001")),
            ("1.234", None),
            ("1,234", None),
            ("0.0000001", None),
            ("-0.004", None),
        ] {
            let read = parse_unit_cost(text, Currency::USD);
            assert_eq!(read.as_ref().ok().map(|cost| cost.amount()).as_deref(), amount, "{text}: {read:?}");
        }
        assert_eq!(parse_unit_cost("1.234", Currency::parse("KWD").unwrap()).unwrap().amount(), "1.234");
    }

    #[test]
    fn what_may_mean_two_amounts_is_refused() {
        for (text, currency, error) in [
            ("1,234", Currency::USD, Some(AmountError::Ambiguous)),
            ("1,234", Currency::parse("KWD").unwrap(), Some(AmountError::Ambiguous)),
            ("-5", Currency::USD, Some(AmountError::Negative)),
            ("$-5", Currency::USD, Some(AmountError::Negative)),
            ("(5.00)", Currency::USD, Some(AmountError::Negative)),
            ("1.234", Currency::USD, None),
            ("1.005", Currency::USD, None),
            ("12.00 €", Currency::USD, None),
            ("EUR 12", Currency::USD, None),
            ("1,23,4.50", Currency::USD, None),
            ("12,34.50", Currency::USD, None),
            ("1.234,567.00", Currency::USD, None),
            ("1e3", Currency::USD, None),
            ("", Currency::USD, None),
            (".", Currency::USD, None),
            ("$", Currency::USD, None),
            ("1,2,3", Currency::USD, None),
            ("five", Currency::USD, None),
        ] {
            let refused = parse_amount(text, currency).unwrap_err();
            assert!(error.is_none_or(|error| error == refused), "{text}: {refused}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_is_read_in_every_style(minor in 0_i64..100_000_000_000) {
            let money = Money::from_minor(minor, Currency::EUR).unwrap();
            let (whole, cents) = (minor / 100, minor % 100);
            let grouped = |separator: &str| {
                let digits = whole.to_string();
                let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
                groups.join(separator)
            };
            for text in [money.amount(), format!("{}.{cents:02}", grouped(",")), format!("{},{cents:02}", grouped(".")),
                format!("€{},{cents:02}", grouped("\u{a0}")), format!("{}.{cents:02} EUR", grouped("'"))] {
                prop_assert_eq!(parse_amount(&text, Currency::EUR), Ok(money), "{}", text);
            }
        }
    }
}
