//! How tax is rounded to the currency's minor unit.
//!
//! The default is half-up per line. The states of the Streamlined Sales Tax demand half-up: the tax is calculated to the
//! third decimal place and rounded up whenever that is greater than four, and the seller chooses whether per item or per
//! invoice (Streamlined Sales and Use Tax Agreement, section 324, Rounding Rule). Half-even is for regions whose law or
//! custom asks for it.

use kernel::{Money, MoneyError, Rounding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TaxRate;

/// What is rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RoundedPer {
    /// The tax of each line.
    #[default]
    Line,
    /// The tax of the whole document, once; it is spread over the lines by largest remainder.
    Document,
}

/// The rule of a region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaxRounding {
    pub rounding: Rounding,
    pub per: RoundedPer,
}

/// One minor unit, as the fraction of an exact tax is counted: fine enough for every denominator that a rate has.
const UNIT: i128 = 1 << 96;

impl TaxRounding {
    /// The tax of each amount, which includes it where its rate says so; negative amounts have negative tax.
    pub fn taxes(self, amounts: &[(Money, Option<&TaxRate>)]) -> Result<Vec<Money>, MoneyError> {
        match self.per {
            RoundedPer::Line => {
                let tax = |(amount, rate): &(Money, Option<&TaxRate>)| match rate {
                    Some(rate) => rate.of(*amount, self.rounding),
                    None => Ok(Money::zero(amount.currency())),
                };
                amounts.iter().map(tax).collect()
            }
            RoundedPer::Document => self.once(amounts),
        }
    }

    fn once(self, amounts: &[(Money, Option<&TaxRate>)]) -> Result<Vec<Money>, MoneyError> {
        let (mut floors, mut fractions) = (Vec::new(), Vec::new());
        for (amount, rate) in amounts {
            let (floor, fraction) = rate.map_or((0, 0), |rate| exact(*amount, rate));
            floors.push(floor);
            fractions.push(fraction);
        }
        let (whole, fraction) = (sum(&floors), sum(&fractions));
        let (whole, fraction) = (whole.saturating_add(fraction.div_euclid(UNIT)), fraction.rem_euclid(UNIT));
        // Each fraction is cut off, so the sum of those that make up a half is short of it by less than one each.
        let half = UNIT.div_euclid(2);
        let short = i128::try_from(amounts.len()).map_err(|_| MoneyError::TooLarge)?;
        let up = if fraction > half {
            true
        } else if fraction.saturating_add(short) < half {
            false
        } else {
            match self.rounding {
                Rounding::HalfUp => !whole.is_negative(),
                Rounding::HalfEven => whole.rem_euclid(2) == 1,
            }
        };
        let total = whole.saturating_add(i128::from(up));
        let left = usize::try_from(total.saturating_sub(sum(&floors))).unwrap_or(0);
        let mut places: Vec<usize> = (0..amounts.len()).collect();
        places.sort_by_key(|place| std::cmp::Reverse(fractions.get(*place).copied()));
        for place in places.into_iter().take(left) {
            if let Some(floor) = floors.get_mut(place) {
                *floor = floor.saturating_add(1);
            }
        }
        let money = |((amount, _), minor): (&(Money, Option<&TaxRate>), i128)| {
            let minor = i64::try_from(minor).map_err(|_| MoneyError::TooLarge)?;
            Money::from_minor(minor, amount.currency())
        };
        amounts.iter().zip(floors).map(money).collect()
    }
}

/// The exact tax: whole minor units below it, and the rest in parts of [`UNIT`].
fn exact(amount: Money, rate: &TaxRate) -> (i128, i128) {
    let (part, whole) = rate.fraction();
    let whole = i128::from(whole);
    let product = i128::from(amount.minor()).saturating_mul(i128::from(part));
    (product.div_euclid(whole), product.rem_euclid(whole).saturating_mul(UNIT).div_euclid(whole))
}

fn sum(all: &[i128]) -> i128 {
    all.iter().fold(0, |sum, one| sum.saturating_add(*one))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::arithmetic_side_effects, reason = "a test may panic")]

    use super::super::Rate;
    use super::*;
    use kernel::Currency;
    use proptest::prelude::*;

    const UP: Rounding = Rounding::HalfUp;
    const EVEN: Rounding = Rounding::HalfEven;

    fn usd(amount: &str) -> Money {
        Money::parse(amount, Currency::USD).unwrap()
    }

    fn rate(percent: &str, inclusive: bool) -> TaxRate {
        TaxRate { tax_class: "standard".to_owned(), rate: Rate::parse(percent).unwrap(), inclusive }
    }

    fn taxes(rounding: Rounding, per: RoundedPer, amounts: &[&str], rate: &TaxRate) -> String {
        let amounts: Vec<_> = amounts.iter().map(|amount| (usd(amount), Some(rate))).collect();
        let taxes = TaxRounding { rounding, per }.taxes(&amounts).unwrap();
        taxes.iter().map(|tax| tax.amount()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn half_a_cent_of_tax_is_rounded_up_unless_the_region_says_otherwise() {
        assert_eq!(TaxRounding::default(), TaxRounding { rounding: UP, per: RoundedPer::Line });
        for (amount, percent, up, even) in [
            ("0.50", "9", "0.05", "0.04"),
            ("1.00", "6.5", "0.07", "0.06"),
            ("100.50", "1", "1.01", "1.00"),
            ("1.50", "1", "0.02", "0.02"),
            ("-0.50", "9", "-0.05", "-0.04"),
            ("0.49", "9", "0.04", "0.04"),
            ("0", "9", "0.00", "0.00"),
        ] {
            for (rounding, expected) in [(UP, up), (EVEN, even)] {
                for per in [RoundedPer::Line, RoundedPer::Document] {
                    assert_eq!(
                        taxes(rounding, per, &[amount], &rate(percent, false)),
                        expected,
                        "{amount} at {percent}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_tax_of_a_document_is_rounded_once_and_spread() {
        use RoundedPer::{Document, Line};
        for (per, rounding, amounts, percent, inclusive, expected) in [
            (Line, UP, &["0.50", "0.50", "0.50"][..], "9", false, "0.05 0.05 0.05"),
            // 0.135 is 0.14.
            (Document, UP, &["0.50", "0.50", "0.50"], "9", false, "0.05 0.05 0.04"),
            (Document, EVEN, &["0.50", "0.50", "0.50"], "9", false, "0.05 0.05 0.04"),
            (Document, EVEN, &["0.50", "0.00"], "9", false, "0.04 0.00"),
            // A third of a cent three times.
            (Document, UP, &["0.02", "0.02", "0.02"], "20", true, "0.01 0.00 0.00"),
            (Line, UP, &["0.02", "0.02", "0.02"], "20", true, "0.00 0.00 0.00"),
            (Document, UP, &["1.00", "-0.50"], "9", false, "0.09 -0.04"),
        ] {
            assert_eq!(
                taxes(rounding, per, amounts, &rate(percent, inclusive)),
                expected,
                "{per:?} {amounts:?}"
            );
        }
    }

    proptest! {
        /// The parts sum to the total that is rounded once, and each is within a minor unit of its exact tax.
        #[test]
        fn a_document_is_rounded_once(
            cents in prop::collection::vec(-50_000_i64..1_000_000, 1..40),
            ppm in 0_i64..=1_000_000, inclusive: bool, half_even: bool,
        ) {
            let rate = TaxRate { tax_class: String::new(), rate: Rate::from_ppm(ppm).unwrap(), inclusive };
            let money = |minor| Money::from_minor(minor, Currency::USD).unwrap();
            let amounts: Vec<_> = cents.iter().map(|cents| (money(*cents), Some(&rate))).collect();
            let rounding = if half_even { EVEN } else { UP };
            let parts = TaxRounding { rounding, per: RoundedPer::Document }.taxes(&amounts).unwrap();
            let total: i64 = parts.iter().map(|part| part.minor()).sum();
            let whole = if inclusive { 1_000_000 + ppm } else { 1_000_000 };
            prop_assert_eq!(money(total), money(cents.iter().sum()).share_rounded(ppm, whole, rounding).unwrap());
            for (part, cents) in parts.iter().zip(cents) {
                let exact = i128::from(cents) * i128::from(ppm) - i128::from(part.minor()) * i128::from(whole);
                prop_assert!(exact.abs() < i128::from(whole));
            }
        }
    }
}
