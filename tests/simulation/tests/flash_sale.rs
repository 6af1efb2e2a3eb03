//! The quick version of `cargo xtask simulate --flash-sale`: small sales without a failure, one of full size, one that
//! repeats itself, and every broken rule found.

use house_model::allotment::{Fault, Rules};
use house_simulation::flash_sale::{Counts, Plan, run_plan, run_sale};

/// Buyers of a small sale.
const BUYERS: u32 = 4_000;
/// Sales within which a broken rule must be found.
const RUNS_MAX: u64 = 150;

#[test]
fn every_unit_is_sold_once_and_nobody_is_refused_one() {
    let mut all = Counts::default();
    for seed in 1..=60 {
        let report = run_sale(seed, BUYERS, Rules::default(), false);
        assert!(report.failures.is_empty(), "seed {seed}: {:#?}, {:#?}", report.failures, report.plan);
        all.add(&report.counts);
    }
    for (what, count) in all.named() {
        assert!(count > 0, "no sale had any: {what}");
    }
}

#[test]
fn a_hundred_thousand_buyers_get_ten_thousand_units() {
    let report = run_plan(1, Plan::calm(100_000, 10_000, 16, 100), Rules::default(), false);
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    assert_eq!((report.counts.granted, report.counts.refused, report.counts.closed), (10_000, 90_000, 1));
}

#[test]
fn a_seed_is_one_sale_exactly() {
    let hashes = |verbose| [7, 8, 9].map(|seed| run_sale(seed, BUYERS, Rules::default(), verbose).hash);
    assert_eq!(hashes(false), hashes(true));
    assert_ne!(hashes(false)[0], hashes(false)[1], "another seed is another sale");
}

#[test]
fn every_broken_rule_is_found() {
    for fault in Fault::ALL {
        let rules = Rules { fault: Some(*fault) };
        let mut sales = (1..=RUNS_MAX).map(|seed| run_sale(seed, BUYERS, rules, false));
        let found = sales.find(|report| !report.failures.is_empty());
        let found = found.unwrap_or_else(|| panic!("{} is not found in {RUNS_MAX} sales", fault.name()));
        println!("{:<24} seed {:>3}  {}", fault.name(), found.seed, found.failures[0]);
    }
}
