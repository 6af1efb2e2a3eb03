//! Compares what three services report about the same sale. A completed sale has its goods moved once, its money taken
//! and its entry posted once; any other sale holds neither goods nor money.

use std::collections::HashMap;

use contracts::ops::{Check, SaleDigest, SaleFound, SaleReference};

/// What the comparison checks: the goods, the money, the books.
const NAMES: [&str; 3] = ["sales.goods_moved_once", "sales.settled_in_full", "sales.booked_once"];

/// Compares a page of sales with what inventory and accounting know about them.
#[must_use]
pub fn compare(sales: &[SaleDigest], inventory: &[SaleFound], accounting: &[SaleFound]) -> Vec<Check> {
    let [mut goods_moved, mut settled, mut booked] = NAMES.map(Check::new);
    let (moved, entries) = (by_id(inventory), by_id(accounting));
    for sale in sales {
        let id = sale.reference.id();
        goods_moved.note(goods(sale, moved.get(id.as_str()).copied()));
        settled.note(money(sale));
        booked.note(entry(sale, entries.get(id.as_str()).copied()));
    }
    vec![goods_moved, settled, booked]
}

/// The comparison could not continue.
#[must_use]
pub fn stopped(why: &str) -> Vec<Check> {
    NAMES.map(|name| Check::of(name, 0, [format!("the comparison stopped: {why}")])).into()
}

fn by_id(found: &[SaleFound]) -> HashMap<&str, &SaleFound> {
    found.iter().map(|sale| (sale.id.as_str(), sale)).collect()
}

fn label(sale: &SaleDigest) -> String {
    match sale.reference {
        SaleReference::Order(id) => format!("order {id}"),
        SaleReference::Refund(id) => format!("refund {id}"),
    }
}

/// There is one movement with the same units and cost; no movement when nothing had to be moved.
fn goods(sale: &SaleDigest, found: Option<&SaleFound>) -> Option<String> {
    let (count, units, cost) = found.map_or((0, 0, 0), |f| (f.count, f.units, f.amount_minor));
    let label = label(sale);
    if !sale.completed || sale.units == 0 {
        let why = if sale.completed { "has no goods to move" } else { "is not completed" };
        return (units != 0).then(|| format!("{label} {why}, but {units} units are moved"));
    }
    if count != 1 {
        return Some(format!("{label} moved its goods {count} times"));
    }
    if units != sale.units {
        return Some(format!("{label} has {} units, but {units} are moved", sale.units));
    }
    let expected = sale.cost?.minor();
    (cost != expected).then(|| format!("{label} has a cost of {expected} minor units, but {cost} are moved"))
}

/// Payments and receivables equal the total; nothing is held for a sale that is not completed.
fn money(sale: &SaleDigest) -> Option<String> {
    let label = label(sale);
    if !sale.completed {
        let held = sale.settled.amount();
        return (!sale.settled.is_zero()).then(|| format!("{label} is not completed, but holds {held}"));
    }
    let (settled, total) = (sale.settled, sale.total);
    (settled != total)
        .then(|| format!("{label} has a total of {}, but {} settled", total.amount(), settled.amount()))
}

/// There is one posted entry over the total; none for a sale that is not completed. A sale with no price and no cost
/// has nothing to book.
fn entry(sale: &SaleDigest, found: Option<&SaleFound>) -> Option<String> {
    let (count, amount) = found.map_or((0, 0), |found| (found.count, found.amount_minor));
    let label = label(sale);
    if !sale.completed {
        return (count != 0).then(|| format!("{label} is not completed, but has {count} entries"));
    }
    let needs_entry = !sale.total.is_zero() || sale.cost.is_some_and(|cost| !cost.is_zero());
    if count != 1 && (needs_entry || count != 0) {
        return Some(format!("{label} has {count} entries instead of one"));
    }
    let total = sale.total.minor();
    (amount != total).then(|| format!("{label} has a total of {total} minor units, but {amount} are booked"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::ids::{OrderId, RefundId};
    use kernel::{Currency, Money};

    const ID: &str = "0193e9a0-0000-7000-8000-000000000001";

    fn usd(minor: i64) -> Money {
        Money::from_minor(minor, Currency::USD).unwrap()
    }

    fn order(completed: bool, units: i64, cost: i64, total: i64, settled: i64) -> SaleDigest {
        SaleDigest {
            reference: SaleReference::Order(OrderId::parse(ID).unwrap()),
            completed,
            units,
            cost: Some(usd(cost)),
            total: usd(total),
            settled: usd(settled),
        }
    }

    fn found(count: i64, units: i64, amount_minor: i64) -> Option<SaleFound> {
        (count > 0).then(|| SaleFound { id: ID.to_owned(), count, units, amount_minor })
    }

    /// `[goods, money, books]`: which of the checks fail.
    fn failing(sale: SaleDigest, inventory: Option<SaleFound>, accounting: Option<SaleFound>) -> [bool; 3] {
        let checks = compare(&[sale], &Vec::from_iter(inventory), &Vec::from_iter(accounting));
        assert!(checks.iter().all(|check| check.checked == 1 && check.ok == check.failures.is_empty()));
        [0, 1, 2].map(|index: usize| !checks[index].ok)
    }

    #[test]
    fn each_way_in_which_the_services_can_differ_is_found() {
        let none = || found(0, 0, 0);
        for (name, sale, inventory, accounting, expected) in [
            ("right", order(true, 2, 60, 100, 100), found(1, 2, 60), found(1, 0, 100), [false, false, false]),
            ("no deduction", order(true, 2, 60, 100, 100), none(), found(1, 0, 100), [true, false, false]),
            (
                "two deductions",
                order(true, 2, 60, 100, 100),
                found(2, 2, 60),
                found(1, 0, 100),
                [true, false, false],
            ),
            (
                "other units",
                order(true, 2, 60, 100, 100),
                found(1, 3, 60),
                found(1, 0, 100),
                [true, false, false],
            ),
            (
                "other cost",
                order(true, 2, 60, 100, 100),
                found(1, 2, 61),
                found(1, 0, 100),
                [true, false, false],
            ),
            ("unpaid", order(true, 2, 60, 100, 99), found(1, 2, 60), found(1, 0, 100), [false, true, false]),
            ("not booked", order(true, 2, 60, 100, 100), found(1, 2, 60), none(), [false, false, true]),
            (
                "booked twice",
                order(true, 2, 60, 100, 100),
                found(1, 2, 60),
                found(2, 0, 200),
                [false, false, true],
            ),
            (
                "booked wrong",
                order(true, 2, 60, 100, 100),
                found(1, 2, 60),
                found(1, 0, 99),
                [false, false, true],
            ),
            ("open", order(false, 2, 60, 100, 0), none(), none(), [false, false, false]),
            ("open holds goods", order(false, 2, 60, 100, 0), found(1, 2, 60), none(), [true, false, false]),
            ("open holds money", order(false, 2, 60, 100, 100), none(), none(), [false, true, false]),
            ("open is booked", order(false, 2, 60, 100, 0), none(), found(1, 0, 100), [false, false, true]),
            ("a service only", order(true, 0, 0, 100, 100), none(), found(1, 0, 100), [false, false, false]),
            (
                "a service with goods",
                order(true, 0, 0, 9, 9),
                found(1, 1, 5),
                found(1, 0, 9),
                [true, false, false],
            ),
            ("free and worthless", order(true, 0, 0, 0, 0), none(), none(), [false, false, false]),
            ("free, but of cost", order(true, 1, 5, 0, 0), found(1, 1, 5), none(), [false, false, true]),
        ] {
            assert_eq!(failing(sale, inventory, accounting), expected, "{name}");
        }
    }

    #[test]
    fn refunds_are_compared_as_orders_are() {
        let reference = SaleReference::Refund(RefundId::parse(ID).unwrap());
        let refund = SaleDigest { reference, ..order(true, 1, 30, 50, 50) };
        assert_eq!(failing(refund.clone(), found(1, 1, 30), found(1, 0, 50)), [false; 3]);
        let failures: Vec<String> =
            compare(&[refund], &[], &[]).into_iter().flat_map(|check| check.failures).collect();
        assert_eq!(
            failures,
            [
                format!("refund {ID} moved its goods 0 times"),
                format!("refund {ID} has 0 entries instead of one")
            ]
        );
    }
}
