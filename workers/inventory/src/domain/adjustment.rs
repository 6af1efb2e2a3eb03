//! What is valid in an adjustment: received goods have a cost, lost goods leave at the average.

use contracts::stock::AdjustmentItem;
use contracts::terms::AdjustmentReason;
use kernel::Currency;

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
    let Some(cost) = item.unit_cost else {
        return is_receipt(reason).then_some(("unitCost", "is required when goods come in"));
    };
    if delta < 0 {
        Some(("unitCost", "must not be given when goods leave: they leave at the average cost"))
    } else if cost.currency() != currency {
        Some(("unitCost", "must be in the currency of the books"))
    } else if cost.is_negative() {
        Some(("unitCost", "must not be negative"))
    } else if cost.times(delta).is_err() {
        Some(("unitCost", "times delta is too large an amount"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::text::Sku;
    use kernel::{Money, QuantityChange};

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
                unit_cost: cost.map(|cost| Money::parse(cost, Currency::USD).unwrap()),
            };
            let found = faults(reason, &[item], Currency::USD);
            assert_eq!(found.first().map(|fault| fault.field), field, "{reason} {delta} {cost:?}");
        }
    }

    #[test]
    fn another_currency_is_refused() {
        let item = AdjustmentItem {
            sku: Sku::parse("A").unwrap(),
            delta: QuantityChange::new(1).unwrap(),
            unit_cost: Some(Money::zero(Currency::EUR)),
        };
        assert_eq!(faults(AdjustmentReason::Received, &[item], Currency::USD)[0].field, "unitCost");
    }
}
