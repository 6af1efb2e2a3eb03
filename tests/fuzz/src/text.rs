//! Short texts, quantities, currencies and ids: what is accepted is within its limits and reads back as itself.

use kernel::text::{Barcode, Code, Email, Name, Prose, Region, ShortText, Sku};
use kernel::{Currency, Quantity, QuantityChange};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::input::Input;

/// A byte for the kind, then the text.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let kind = input.byte() % 11;
    let text = &*input.text();
    match kind {
        0 => check_text(Sku::parse(text).ok(), text, 64, Sku::as_str),
        1 => check_text(Barcode::parse(text).ok(), text, 64, Barcode::as_str),
        2 => check_text(Name::parse(text).ok(), text, 200, Name::as_str),
        3 => check_text(ShortText::parse(text).ok(), text, 500, ShortText::as_str),
        4 => check_text(Prose::parse(text).ok(), text, 20_000, Prose::as_str),
        5 => check_text(Code::parse(text).ok(), text, 40, Code::as_str),
        6 => check_text(Region::parse(text).ok(), text, 6, Region::as_str),
        7 => check_text(Email::parse(text).ok(), text, 254, Email::as_str),
        8 => check_number(text),
        9 => {
            if let Ok(currency) = Currency::parse(text) {
                assert_eq!(currency.code(), text);
                read_again(&currency);
            }
        }
        _ => {
            if let Some(id) = kernel::ids::OrderId::parse(text) {
                assert_eq!(kernel::ids::OrderId::parse(&id.to_string()), Some(id));
                read_again(&id);
            }
        }
    }
}

fn check_text<T>(parsed: Option<T>, text: &str, length_max: usize, as_str: fn(&T) -> &str)
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let json = serde_json::to_string(text).unwrap();
    let read = serde_json::from_str::<T>(&json).ok();
    assert_eq!(read, parsed, "as JSON it is something else");
    let Some(parsed) = parsed else { return };
    let kept = as_str(&parsed);
    assert!(!kept.is_empty() && kept.trim() == kept, "{kept:?}");
    assert!(kept.chars().count() <= length_max, "{} characters", kept.chars().count());
    assert!(!kept.chars().any(|c| c.is_control() && !"\n\r\t".contains(c)), "{kept:?}");
    read_again(&parsed);
}

/// What was written is read back: from a database, from a queue.
fn read_again<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let written = serde_json::to_string(value).unwrap();
    let read = serde_json::from_str::<T>(&written);
    assert!(read.as_ref().is_ok_and(|read| read == value), "{written} reads as {read:?}");
}

fn check_number(text: &str) {
    if let Ok(quantity) = serde_json::from_str::<Quantity>(text) {
        assert!((1..=kernel::quantity::QUANTITY_MAX).contains(&quantity.units()));
        assert_eq!(text.trim().parse(), Ok(quantity.units()));
        read_again(&quantity);
    }
    if let Ok(change) = serde_json::from_str::<QuantityChange>(text) {
        assert!(change.units() != 0 && change.units().abs() <= kernel::quantity::QUANTITY_MAX);
        assert_eq!(text.trim().parse(), Ok(change.units()));
        read_again(&change);
    }
}
