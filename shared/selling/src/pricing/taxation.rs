//! Which rates tax a sale: those of its region on its day.
//!
//! * For each class the region's own rate counts, otherwise its country's.
//! * A region without any rate takes those of the place where the goods are: nobody chooses the tax with an address.
//! * A rate is valid from a day until the next one of its class and region begins.

use kernel::Date;
use kernel::text::Region;

use super::{TaxRate, TaxRounding};

/// How a sale is taxed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taxation {
    /// The rates in force, at most one per class.
    pub rates: Vec<TaxRate>,
    pub rounding: TaxRounding,
}

/// A rate from its first day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatePeriod {
    pub region: Region,
    pub valid_from: Date,
    pub rate: TaxRate,
}

/// The rule of a region, or of its country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRule {
    pub region: Region,
    pub rounding: TaxRounding,
}

/// The rates and rules that are known of some regions.
#[derive(Debug, Clone, Default)]
pub struct RegionalTaxes {
    pub periods: Vec<RatePeriod>,
    pub rules: Vec<TaxRule>,
}

impl RegionalTaxes {
    /// How a sale on this day is taxed. `destination` is where the goods go, if an address says so; `origin` is where they
    /// are.
    #[must_use]
    pub fn of(&self, day: Date, destination: Option<&Region>, origin: &Region) -> Taxation {
        let region = destination.unwrap_or(origin);
        let rates = self.in_force(day, region);
        if rates.is_empty() && region != origin {
            return self.of(day, None, origin);
        }
        Taxation { rates, rounding: self.rounding(region) }
    }

    /// The rates of a region or its country on a day, by class.
    fn in_force(&self, day: Date, region: &Region) -> Vec<TaxRate> {
        let applies = |period: &&RatePeriod| period.valid_from <= day && covers(&period.region, region);
        let mut periods: Vec<&RatePeriod> = self.periods.iter().filter(applies).collect();
        periods.sort_by_key(|period| {
            (&period.rate.tax_class, std::cmp::Reverse((&period.region == region, period.valid_from)))
        });
        periods.dedup_by_key(|period| &period.rate.tax_class);
        periods.into_iter().map(|period| period.rate.clone()).collect()
    }

    fn rounding(&self, region: &Region) -> TaxRounding {
        let rules = self.rules.iter().filter(|rule| covers(&rule.region, region));
        rules.max_by_key(|rule| &rule.region == region).map(|rule| rule.rounding).unwrap_or_default()
    }
}

/// Whether it is the region or its country.
fn covers(area: &Region, region: &Region) -> bool {
    area == region || region.as_str().split_once('-').is_some_and(|(country, _)| country == area.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::{Rate, RoundedPer};
    use super::*;
    use kernel::Rounding;

    fn region(text: &str) -> Region {
        Region::parse(text).unwrap()
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    /// `US-CA standard 8.25 from 2026-01-01`.
    fn taxes(rows: &[&str]) -> RegionalTaxes {
        let period = |row: &&str| {
            let words: Vec<&str> = row.split(' ').collect();
            let rate = Rate::parse(words[2]).unwrap();
            let rate = TaxRate { tax_class: words[1].to_owned(), rate, inclusive: false };
            RatePeriod { region: region(words[0]), valid_from: day(words[4]), rate }
        };
        RegionalTaxes { periods: rows.iter().map(period).collect(), rules: vec![] }
    }

    fn shown(taxation: &Taxation) -> String {
        let rate = |rate: &TaxRate| format!("{} {}", rate.tax_class, rate.rate);
        taxation.rates.iter().map(rate).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_region_beats_its_country_class_by_class() {
        let taxes = taxes(&[
            "US standard 1 from 2026-05-01",
            "US reduced 2 from 2026-01-01",
            "US-CA standard 8.25 from 2026-01-01",
            "US-CA luxury 30 from 2026-01-01",
            "GB standard 20 from 2026-01-01",
        ]);
        let of = |place: &str| shown(&taxes.of(day("2026-06-01"), None, &region(place)));
        assert_eq!(of("US-CA"), "luxury 30, reduced 2, standard 8.25");
        assert_eq!(of("US-NY"), "reduced 2, standard 1");
        assert_eq!(of("US"), "reduced 2, standard 1");
        assert_eq!(of("DE"), "");
    }

    #[test]
    fn a_rate_is_valid_from_its_day_until_the_next_begins() {
        let taxes = taxes(&[
            "DE standard 19 from 2021-01-01",
            "DE standard 16 from 2020-07-01",
            "DE standard 19 from 2007-01-01",
            "DE reduced 7 from 2022-01-01",
        ]);
        for (on, expected) in [
            ("2006-12-31", ""),
            ("2007-01-01", "standard 19"),
            ("2020-06-30", "standard 19"),
            ("2020-07-01", "standard 16"),
            ("2020-12-31", "standard 16"),
            ("2021-01-01", "standard 19"),
            ("2026-11-20", "reduced 7, standard 19"),
        ] {
            assert_eq!(shown(&taxes.of(day(on), None, &region("DE"))), expected, "{on}");
        }
    }

    #[test]
    fn an_address_without_rates_does_not_choose_the_tax() {
        let taxes = taxes(&["US-NY standard 8.875 from 2026-01-01", "GB standard 20 from 2026-01-01"]);
        let of = |to: &str, from: &str| shown(&taxes.of(day("2026-06-01"), Some(&region(to)), &region(from)));
        assert_eq!(of("ZZ", "US-NY"), "standard 8.875");
        assert_eq!(of("GB", "US-NY"), "standard 20");
        assert_eq!(of("GB-LND", "US-NY"), "standard 20");
        assert_eq!(of("ZZ", "US-OR"), "");
        // Before the first rate of the destination.
        let early = taxes.of(day("2025-06-01"), Some(&region("GB")), &region("US-NY"));
        assert_eq!(shown(&early), "");
    }

    #[test]
    fn the_rounding_is_that_of_the_region_whose_rates_count() {
        let mut taxes = taxes(&["US-NY standard 8 from 2026-01-01", "CH standard 8.1 from 2026-01-01"]);
        let rule = |place: &str, rounding, per| TaxRule {
            region: region(place),
            rounding: TaxRounding { rounding, per },
        };
        taxes.rules = vec![
            rule("CH", Rounding::HalfEven, RoundedPer::Document),
            rule("US-NY", Rounding::HalfUp, RoundedPer::Document),
            rule("US", Rounding::HalfEven, RoundedPer::Line),
        ];
        let of = |to: &str| taxes.of(day("2026-06-01"), Some(&region(to)), &region("US-NY")).rounding;
        assert_eq!((of("CH-ZH").rounding, of("CH-ZH").per), (Rounding::HalfEven, RoundedPer::Document));
        // Without rates of its own, it is taxed and rounded as in New York.
        assert_eq!((of("US-OR").rounding, of("US-OR").per), (Rounding::HalfUp, RoundedPer::Document));
        let nowhere = RegionalTaxes::default().of(day("2026-06-01"), None, &region("US"));
        assert_eq!(nowhere, Taxation::default());
    }
}
