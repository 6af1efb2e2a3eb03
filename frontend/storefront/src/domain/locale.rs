//! Money and days as people of a language write them.

use kernel::{Date, Money};

use super::site::Language;

/// The symbol of a currency, where it has one that everybody knows; otherwise its code.
fn symbol(code: &str) -> &str {
    match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        code => code,
    }
}

/// `$1,234.50` or `1.234,50 €`.
#[must_use]
pub fn money(money: Money, language: Language) -> String {
    let amount = money.amount();
    let (sign, amount) = amount.strip_prefix('-').map_or(("", amount.as_str()), |rest| ("−", rest));
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let (group, point) = match language {
        Language::English => (',', '.'),
        Language::German => ('.', ','),
    };
    let mut number = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && whole.len().saturating_sub(place).is_multiple_of(3) {
            number.push(group);
        }
        number.push(digit);
    }
    if !fraction.is_empty() {
        number.push(point);
        number.push_str(fraction);
    }
    let currency = money.currency();
    let code = currency.code();
    match (language, symbol(code)) {
        (Language::English, symbol) if symbol != code => format!("{sign}{symbol}{number}"),
        (Language::English, code) => format!("{sign}{code}\u{a0}{number}"),
        (Language::German, symbol) => format!("{sign}{number}\u{a0}{symbol}"),
    }
}

/// `2026-11-20`, which no reader of English takes for another day, or `20.11.2026`.
#[must_use]
pub fn date(date: Date, language: Language) -> String {
    let text = date.to_string();
    let mut parts = text.split('-');
    let (year, month, day) =
        (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    match language {
        Language::English => text.clone(),
        Language::German => format!("{day}.{month}.{year}"),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Currency;

    use super::*;

    #[test]
    fn money_is_written_as_in_the_language() {
        for (amount, code, english, german) in [
            ("8.50", "USD", "$8.50", "8,50\u{a0}$"),
            ("1234567.89", "EUR", "€1,234,567.89", "1.234.567,89\u{a0}€"),
            ("-12.00", "GBP", "−£12.00", "−12,00\u{a0}£"),
            ("500", "JPY", "¥500", "500\u{a0}¥"),
            ("1000", "CHF", "CHF\u{a0}1,000.00", "1.000,00\u{a0}CHF"),
        ] {
            let amount = Money::parse(amount, Currency::parse(code).unwrap()).unwrap();
            assert_eq!(money(amount, Language::English), english);
            assert_eq!(money(amount, Language::German), german);
        }
    }

    #[test]
    fn days_are_written_as_in_the_language() {
        let day = Date::parse("2026-11-20").unwrap();
        assert_eq!(date(day, Language::English), "2026-11-20");
        assert_eq!(date(day, Language::German), "20.11.2026");
    }
}
