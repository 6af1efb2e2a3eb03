//! Wholesale terms: the minimum quantity of a line, and prices by volume.

use contracts::catalogue::{PriceTier, WholesaleTerms};
use kernel::{Currency, Money, Quantity};

/// The most tiers of a variant.
pub const TIERS_MAX: usize = 20;

/// Why terms are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    #[error("may have at most 20 price tiers")]
    TooMany,
    /// Two prices for the same quantity.
    #[error("has two price tiers from {0} units on")]
    Twice(i64),
    #[error("needs unit prices of zero or more")]
    Negative,
    /// Prices in another currency than the house's; this one is expected.
    #[error("needs unit prices in {0}")]
    Currency(Currency),
    /// Not in the form that the CSV uses.
    #[error("must be price tiers such as \"10:9.50;50:8.75\"")]
    Form,
}

/// Terms with their tiers in ascending order.
pub fn terms(
    minimum: Quantity,
    mut tiers: Vec<PriceTier>,
    currency: Currency,
) -> Result<WholesaleTerms, TermsError> {
    if tiers.len() > TIERS_MAX {
        return Err(TermsError::TooMany);
    }
    tiers.sort_by_key(|tier| tier.minimum_quantity);
    for tier in &tiers {
        if tier.unit_price.currency() != currency {
            return Err(TermsError::Currency(currency));
        }
        if tier.unit_price.is_negative() {
            return Err(TermsError::Negative);
        }
    }
    let twice =
        tiers.iter().zip(tiers.iter().skip(1)).find(|(a, b)| a.minimum_quantity == b.minimum_quantity);
    match twice {
        Some((tier, _)) => Err(TermsError::Twice(tier.minimum_quantity.units())),
        None => Ok(WholesaleTerms { minimum_quantity: minimum, tiers }),
    }
}

/// Reads `10:9.50;50:8.75`.
pub fn parse_tiers(text: &str, currency: Currency) -> Result<Vec<PriceTier>, TermsError> {
    let tier = |part: &str| {
        let (quantity, price) = part.split_once(':')?;
        Some(PriceTier {
            minimum_quantity: Quantity::new(quantity.trim().parse().ok()?)?,
            unit_price: Money::parse(price.trim(), currency).ok()?,
        })
    };
    let parts = text.split(';').filter(|part| !part.trim().is_empty());
    parts.map(|part| tier(part).ok_or(TermsError::Form)).collect()
}

/// Writes what [`parse_tiers`] reads.
#[must_use]
pub fn format_tiers(tiers: &[PriceTier]) -> String {
    let tier = |tier: &PriceTier| format!("{}:{}", tier.minimum_quantity.units(), tier.unit_price.amount());
    tiers.iter().map(tier).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_are_read_sorted_and_written_back() {
        let minimum = Quantity::new(10).unwrap();
        let tiers = parse_tiers(" 50:8.75 ; 10:9.5;", Currency::USD).unwrap();
        let terms = terms(minimum, tiers, Currency::USD).unwrap();
        assert_eq!(format_tiers(&terms.tiers), "10:9.50;50:8.75");
    }

    #[test]
    fn impossible_tiers_are_refused() {
        for wrong in ["10", "0:1.00", "x:1", "10:1.005", "10:", "10:1:2"] {
            assert_eq!(parse_tiers(wrong, Currency::USD), Err(TermsError::Form), "{wrong}");
        }
        let minimum = Quantity::new(1).unwrap();
        let check = |text: &str| {
            terms(minimum, parse_tiers(text, Currency::USD).unwrap(), Currency::USD).unwrap_err()
        };
        assert_eq!(check("5:1.00;5:2.00"), TermsError::Twice(5));
        assert_eq!(check("5:-1.00"), TermsError::Negative);
        let euros = parse_tiers("5:1.00", Currency::EUR).unwrap();
        assert_eq!(terms(minimum, euros, Currency::USD), Err(TermsError::Currency(Currency::USD)));
        let many: Vec<String> = (1..=21).map(|n| format!("{n}:1.00")).collect();
        assert_eq!(check(&many.join(";")), TermsError::TooMany);
    }
}
