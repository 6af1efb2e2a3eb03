//! What is valid in an adjustment: received goods have a cost, lost goods leave at the average.

use contracts::stock::AdjustmentItem;
use contracts::terms::AdjustmentReason;
use kernel::money::MINOR_MAX;
use kernel::{Currency, Money, MoneyError, UnitCost};

use super::shortage::OnHand;

/// What is wrong with one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// The line, from 0.
    pub line: usize,
    /// Its field.
    pub field: &'static str,
    /// What is wrong, in a sentence without the value.
    pub detail: &'static str,
}

/// Whether the reason means that goods were received: bought, or brought in when the system starts.
#[must_use]
pub const fn is_receipt(reason: AdjustmentReason) -> bool {
    matches!(reason, AdjustmentReason::Received | AdjustmentReason::OpeningBalance)
}

/// All faults in the lines of an adjustment.
#[must_use]
pub fn faults(reason: AdjustmentReason, items: &[AdjustmentItem], currency: Currency) -> Vec<LineFault> {
    items
        .iter()
        .enumerate()
        .filter_map(|(line, item)| {
            fault(reason, item, currency).map(|(field, detail)| LineFault { line, field, detail })
        })
        .collect()
}

fn fault(
    reason: AdjustmentReason,
    item: &AdjustmentItem,
    currency: Currency,
) -> Option<(&'static str, &'static str)> {
    let delta = item.delta.units();
    if is_receipt(reason) && delta < 0 {
        return Some(("delta", "must be more than 0 when goods come in"));
    }
    let (field, of, negative) = match (item.unit_cost, item.total_cost) {
        (None, None) => return is_receipt(reason).then_some(("unitCost", "is required when goods come in")),
        (Some(_), Some(_)) => return Some(("totalCost", "must not be given beside unitCost")),
        (Some(cost), None) => ("unitCost", cost.currency(), cost.is_negative()),
        (None, Some(cost)) => ("totalCost", cost.currency(), cost.is_negative()),
    };
    if delta < 0 {
        Some((field, "must not be given when goods leave: they leave at the average cost"))
    } else if of != currency {
        Some((field, "must be in the currency of the books"))
    } else if negative {
        Some((field, "must not be negative"))
    } else if value(item).is_err() {
        Some((field, "times delta is too large an amount"))
    } else {
        None
    }
}

/// What a line is worth as the request says it, in whole minor units: `unitCost` times `delta`, or `totalCost`.
pub fn value(item: &AdjustmentItem) -> Result<Option<Money>, MoneyError> {
    match item.unit_cost {
        Some(cost) => cost.times(item.delta.units()).map(Some),
        None => Ok(item.total_cost),
    }
}

/// What an adjustment moves in and out together, at the given cost or the average, as far as one is known.
#[must_use]
pub fn worth(items: &[AdjustmentItem], held: &[OnHand], currency: Currency) -> Money {
    let at_average = |item: &AdjustmentItem| {
        let held = held.iter().find(|held| held.asked == item.sku)?;
        let value = Money::from_minor(held.value_minor, currency).ok()?;
        UnitCost::average(value, held.units)?.times(item.delta.units().saturating_abs()).ok()
    };
    let of = |item| value(item).ok().flatten().or_else(|| at_average(item));
    let sum = items.iter().filter_map(of).fold(0_i64, |sum, value| sum.saturating_add(value.minor()));
    Money::from_minor(sum.min(MINOR_MAX), currency).unwrap_or(Money::zero(currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::QuantityChange;
    use kernel::text::Sku;

    #[test]
    fn goods_bought_have_a_cost_and_goods_lost_have_none() {
        use AdjustmentReason::{CountCorrection, Damaged, OpeningBalance, Received};
        for (reason, delta, cost, field) in [
            (Received, 5, Some("2.00"), None),
            (Received, 5, None, Some("unitCost")),
            (OpeningBalance, -5, Some("2.00"), Some("delta")),
            (Received, 5, Some("-2.00"), Some("unitCost")),
            (Damaged, -5, None, None),
            (Damaged, -5, Some("2.00"), Some("unitCost")),
            (CountCorrection, 5, None, None),
            (CountCorrection, 5, Some("0.00"), None),
            (Received, 1_000_000, Some("90071992547409.91"), Some("unitCost")),
        ] {
            let item = AdjustmentItem {
                sku: Sku::parse("A").unwrap(),
                delta: QuantityChange::new(delta).unwrap(),
                unit_cost: cost.map(|cost| UnitCost::parse(cost, Currency::USD).unwrap()),
                total_cost: None,
            };
            let found = faults(reason, &[item], Currency::USD);
            assert_eq!(found.first().map(|fault| fault.field), field, "{reason} {delta} {cost:?}");
        }
    }

    #[test]
    fn a_thousand_units_at_0_004_are_worth_4_00() {
        let usd = |amount: &str| Money::parse(amount, Currency::USD).unwrap();
        let item = |unit: Option<&str>, total: Option<&str>| AdjustmentItem {
            sku: Sku::parse("SCREW").unwrap(),
            delta: QuantityChange::new(1000).unwrap(),
            unit_cost: unit.map(|cost| UnitCost::parse(cost, Currency::USD).unwrap()),
            total_cost: total.map(usd),
        };
        assert_eq!(value(&item(Some("0.004"), None)), Ok(Some(usd("4.00"))));
        assert_eq!(value(&item(None, Some("4.00"))), Ok(Some(usd("4.00"))));
        for (unit, total, field) in [
            (None, Some("4.00"), None),
            (Some("0.004"), Some("4.00"), Some("totalCost")),
            (None, Some("-4.00"), Some("totalCost")),
        ] {
            let found = faults(AdjustmentReason::Received, &[item(unit, total)], Currency::USD);
            assert_eq!(found.first().map(|fault| fault.field), field, "{unit:?} {total:?}");
        }
    }

    #[test]
    fn what_comes_and_what_goes_is_worth_its_cost() {
        let usd = |amount: &str| Money::parse(amount, Currency::USD).unwrap();
        let sku = |text: &str| Sku::parse(text).unwrap();
        let item = |name: &str, delta: i64, cost: Option<&str>| AdjustmentItem {
            sku: sku(name),
            delta: QuantityChange::new(delta).unwrap(),
            unit_cost: cost.map(|cost| UnitCost::parse(cost, Currency::USD).unwrap()),
            total_cost: None,
        };
        let held = [OnHand { asked: sku("A"), sku: sku("A"), units: 4, value_minor: 1000 }];
        for (items, value) in [
            (vec![item("A", 3, Some("2.00"))], "6.00"),
            (vec![item("A", -2, None)], "5.00"),
            (vec![item("A", 2, None), item("B", 1, Some("1.00"))], "6.00"),
            (vec![item("A", 3, Some("2.00")), item("A", -2, None)], "11.00"),
            (vec![item("unknown", -2, None)], "0.00"),
        ] {
            assert_eq!(worth(&items, &held, Currency::USD), usd(value), "{items:?}");
        }
    }

    #[test]
    fn another_currency_is_refused() {
        let item = AdjustmentItem {
            sku: Sku::parse("A").unwrap(),
            delta: QuantityChange::new(1).unwrap(),
            unit_cost: Some(Money::zero(Currency::EUR).into()),
            total_cost: None,
        };
        assert_eq!(faults(AdjustmentReason::Received, &[item], Currency::USD)[0].field, "unitCost");
    }
}
