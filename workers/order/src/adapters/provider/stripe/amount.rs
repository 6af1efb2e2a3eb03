//! How Stripe counts money (docs.stripe.com/currencies): mostly in the minor units of ISO 4217.

use kernel::{Currency, Money};

/// An amount as Stripe wants it; none when Stripe cannot take it.
#[must_use]
pub(crate) fn of(amount: Money) -> Option<i64> {
    let minor = amount.minor();
    match (amount.currency().code(), amount.currency().exponent()) {
        // Without minor units at ISO, with two decimals at Stripe.
        ("ISK" | "UGX", _) => minor.checked_mul(100),
        // With minor units at ISO, without at Stripe.
        ("MGA", _) => (minor % 100 == 0).then_some(minor / 100),
        // Of three decimals the last one has to be 0.
        (_, 3) => (minor % 10 == 0).then_some(minor),
        _ => Some(minor),
    }
}

/// The other way round.
#[must_use]
pub(crate) fn read(stripe: i64, currency: Currency) -> Option<Money> {
    let minor = match currency.code() {
        "ISK" | "UGX" => stripe / 100,
        "MGA" => stripe.checked_mul(100)?,
        _ => stripe,
    };
    Money::from_minor(minor, currency).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripe_counts_some_currencies_in_its_own_way() {
        for (code, minor, stripe) in [
            ("USD", 1234, Some(1234)),
            ("JPY", 500, Some(500)),
            ("ISK", 500, Some(50_000)),
            ("UGX", 7, Some(700)),
            ("MGA", 500, Some(5)),
            ("MGA", 501, None),
            ("KWD", 5120, Some(5120)),
            ("KWD", 5124, None),
        ] {
            let currency = Currency::parse(code).unwrap();
            let amount = Money::from_minor(minor, currency).unwrap();
            assert_eq!(of(amount), stripe, "{code} {minor}");
            if let Some(stripe) = stripe {
                assert_eq!(read(stripe, currency), Some(amount), "{code} {minor}");
            }
        }
    }
}
