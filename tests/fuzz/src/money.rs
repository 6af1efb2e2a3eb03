//! Money: from text and back, and its arithmetic beside the same in 128 bits.

use kernel::money::MINOR_MAX;
use kernel::{Currency, MinorUnits, Money, MoneyError};

use crate::input::Input;

/// Without a minor unit, with two decimals, with three.
const CURRENCIES: [&str; 4] = ["JPY", "USD", "EUR", "KWD"];

/// A byte for the currency, a byte for what to do, then the amount as text or numbers to calculate with.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let currency = Currency::parse(input.choose(&CURRENCIES)).unwrap();
    if input.byte().is_multiple_of(2) {
        check_text(&input.text(), currency);
    } else {
        check_arithmetic(input, currency);
    }
}

fn check_text(text: &str, currency: Currency) {
    let json = serde_json::json!({ "amount": text, "currency": currency }).to_string();
    let read: Result<Money, _> = serde_json::from_str(&json);
    let Ok(money) = Money::parse(text, currency) else {
        assert!(read.is_err(), "{text:?} is refused as text and accepted as JSON");
        return;
    };
    assert_eq!(read.unwrap(), money);
    let older: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(MinorUnits::deserialize(older).unwrap(), money);
    assert_eq!(Some(i128::from(money.minor())), by_hand(text, currency.exponent()), "{text:?}");
    check_form(money);
}

/// What a decimal means, digit by digit; none when it has more decimals than the currency.
fn by_hand(text: &str, exponent: u32) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > exponent as usize {
        return None;
    }
    let padded = format!("{whole}{decimals:0<width$}", width = exponent as usize);
    Some(sign * padded.parse::<i128>().unwrap())
}

/// Within the bounds, and read back from each of its forms.
fn check_form(money: Money) {
    assert!(money.minor().abs() <= MINOR_MAX);
    assert_eq!(Money::parse(&money.amount(), money.currency()), Ok(money));
    assert_eq!(serde_json::from_str::<Money>(&serde_json::to_string(&money).unwrap()).unwrap(), money);
    let told = MinorUnits::serialize(&money, serde_json::value::Serializer).unwrap();
    assert_eq!(MinorUnits::deserialize(told).unwrap(), money);
    assert_eq!(Money::exact(money.to_decimal(), money.currency()), Ok(money));
}

/// `result` is `exact`, or refused because that is out of bounds.
fn check_exact(result: Result<Money, MoneyError>, exact: i128) {
    match result {
        Ok(money) => assert_eq!(i128::from(money.minor()), exact),
        Err(error) => {
            assert_eq!(error, MoneyError::TooLarge);
            assert!(exact.abs() > i128::from(MINOR_MAX), "{exact} is refused");
        }
    }
}

fn check_arithmetic(mut input: Input<'_>, currency: Currency) {
    let (a, b, count, denominator) = (input.number(), input.number(), input.number(), input.number());
    let (Ok(one), Ok(other)) = (Money::from_minor(a, currency), Money::from_minor(b, currency)) else {
        assert!(a.unsigned_abs().max(b.unsigned_abs()) > MINOR_MAX.unsigned_abs());
        return;
    };
    check_form(one);
    let (wide_a, wide_b) = (i128::from(a), i128::from(b));
    check_exact(one.plus(other), wide_a + wide_b);
    check_exact(one.minus(other), wide_a - wide_b);
    check_exact(one.times(count), wide_a * i128::from(count));
    assert_eq!(one.negated().negated(), one);
    if denominator != 0 {
        check_exact(one.share(count, denominator), half_even(wide_a * i128::from(count), denominator));
    }
    let mut weights = Vec::new();
    for _ in 0..input.byte() % 12 {
        weights.push(input.number().saturating_abs());
    }
    check_spread(one, &weights);
}

/// The quotient rounded to the nearest, ties to the even one.
fn half_even(numerator: i128, denominator: i64) -> i128 {
    let denominator = i128::from(denominator);
    let floor = numerator.div_euclid(denominator);
    let candidates = [floor - 1, floor, floor + 1];
    let distance = |quotient: &i128| (numerator - quotient * denominator).abs();
    let nearest = candidates.iter().map(distance).min().unwrap();
    let mut best = candidates.into_iter().filter(|quotient| distance(quotient) == nearest);
    let first = best.next().unwrap();
    best.next().map_or(first, |second| if first % 2 == 0 { first } else { second })
}

/// The parts sum to the whole, and none is off its share by a minor unit or more.
fn check_spread(whole: Money, weights: &[i64]) {
    let parts = whole.spread(weights).unwrap();
    assert_eq!(parts.len(), weights.len());
    if weights.is_empty() {
        return;
    }
    assert_eq!(Money::sum(whole.currency(), parts.iter().copied()), Ok(whole), "{whole:?} by {weights:?}");
    let total: i128 = weights.iter().copied().map(i128::from).sum();
    if total > 0 {
        for (part, weight) in parts.iter().zip(weights) {
            let exact = i128::from(whole.minor()) * i128::from(*weight);
            let off = (i128::from(part.minor()) * total - exact).abs();
            assert!(off < total, "{part:?} of {whole:?} by {weight} of {total}");
        }
    }
}
