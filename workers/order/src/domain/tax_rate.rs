//! Rates of tax as they are set, each from a day on.
//!
//! * A rate that has begun is never overwritten: another one begins later. One that begins today can still be corrected
//!   until the day is over, and one that begins later until it begins.
//! * Without a day a rate is valid from today; the first of its class and region from the beginning.
//! * Nothing that was sold changes: an order keeps the rates with which it was priced.

use kernel::Date;
use kernel::text::{Code, Name, Region};
use selling::pricing::Rate;

/// The tax of a class in a region, from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionalRate {
    /// A country or a subdivision.
    pub region: Region,
    /// `standard`, `reduced`, …
    pub tax_class: Code,
    pub valid_from: Date,
    /// As on a tax report: `VAT`.
    pub name: Name,
    pub rate: Rate,
    /// Whether prices include it.
    pub inclusive: bool,
}

/// A rate to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedRate {
    pub region: Region,
    pub tax_class: Code,
    pub valid_from: Option<Date>,
    pub name: Name,
    pub rate: Rate,
    pub inclusive: bool,
}

/// What is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is so already.
    Nothing(RegionalRate),
    /// A new rate, or another one for a day that is not over.
    Set(RegionalRate),
    /// The rate of this day has begun.
    Begun(Date),
}

/// Decides from the rates of the class and region, oldest first.
#[must_use]
pub fn change(known: &[RegionalRate], wanted: WantedRate, today: Date) -> Change {
    let WantedRate { region, tax_class, valid_from, name, rate, inclusive } = wanted;
    let same = |known: &RegionalRate| (&known.name, known.rate, known.inclusive) == (&name, rate, inclusive);
    let in_force = known.iter().rev().find(|known| known.valid_from <= today);
    let valid_from = match (valid_from, in_force) {
        (Some(day), _) => day,
        (None, Some(now)) if same(now) => return Change::Nothing(now.clone()),
        (None, _) if known.is_empty() => Date::FIRST,
        (None, _) => today,
    };
    match known.iter().find(|known| known.valid_from == valid_from) {
        Some(known) if same(known) => Change::Nothing(known.clone()),
        Some(_) if valid_from < today => Change::Begun(valid_from),
        _ => Change::Set(RegionalRate { region, tax_class, valid_from, name, rate, inclusive }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn wanted(from: Option<&str>, rate: &str) -> WantedRate {
        WantedRate {
            region: Region::parse("DE").unwrap(),
            tax_class: Code::parse("standard").unwrap(),
            valid_from: from.map(day),
            name: Name::parse("VAT").unwrap(),
            rate: Rate::parse(rate).unwrap(),
            inclusive: true,
        }
    }

    fn known(rows: &[(&str, &str)]) -> Vec<RegionalRate> {
        let row = |(from, rate): &(&str, &str)| {
            let WantedRate { region, tax_class, name, rate, inclusive, .. } = wanted(None, rate);
            RegionalRate { region, tax_class, valid_from: day(from), name, rate, inclusive }
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn what_has_begun_is_never_overwritten() {
        let history = known(&[("1970-01-01", "19"), ("2026-11-20", "16"), ("2027-01-01", "19")]);
        for (known, from, rate, expected) in [
            (&[][..], None, "19", "set 1970-01-01"),
            (&[], Some("2026-01-01"), "19", "set 2026-01-01"),
            (&history, None, "16", "nothing 2026-11-20"),
            (&history, None, "17", "set 2026-11-20"),
            (&history[..1], None, "17", "set 2026-11-20"),
            (&history[..1], None, "19", "nothing 1970-01-01"),
            (&history[2..], None, "17", "set 2026-11-20"),
            (&history, Some("2027-01-01"), "18", "set 2027-01-01"),
            (&history, Some("2027-01-01"), "19", "nothing 2027-01-01"),
            (&history, Some("2026-12-01"), "16", "set 2026-12-01"),
            (&history, Some("1970-01-01"), "18", "begun 1970-01-01"),
            (&history, Some("1970-01-01"), "19", "nothing 1970-01-01"),
            // Entered late: what was sold on those days keeps its tax.
            (&history, Some("2026-11-01"), "16", "set 2026-11-01"),
        ] {
            let shown = match change(known, wanted(from, rate), day("2026-11-20")) {
                Change::Nothing(rate) => format!("nothing {}", rate.valid_from),
                Change::Set(rate) => format!("set {}", rate.valid_from),
                Change::Begun(day) => format!("begun {day}"),
            };
            assert_eq!(shown, expected, "{from:?} {rate}");
        }
    }
}
