//! The examples are complete, and nothing that is made of them brings the house down.

use std::collections::BTreeSet;

use house_input::door::Native;
use house_input::examples::record;
use house_input::mutate::{Seen, mutate};
use house_input::random::Random;
use house_input::{Options, routes, run};

#[test]
fn every_public_route_has_a_valid_example() {
    let door = Native::open();
    let examples = record(&door, "e").unwrap();
    let exercised: BTreeSet<_> =
        examples.iter().map(|example| (example.request.method.clone(), example.route.to_owned())).collect();
    let public = routes::public();
    let missing: Vec<_> = public.difference(&exercised).collect();
    let unknown: Vec<_> = exercised.difference(&public).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "without an example: {missing:?}, no route: {unknown:?}"
    );

    // The same seed changes them in the same way.
    let changed = |seed| -> Vec<String> {
        let mut random = Random::new(seed);
        let change = |example| mutate(&mut random, example, &Seen::default()).curl("");
        examples.iter().map(change).collect()
    };
    assert_eq!(changed(7), changed(7));
    assert_ne!(changed(7), changed(8));
}

#[test]
fn twenty_thousand_changed_requests_are_answered_or_refused_in_good_order() {
    let door = Native::open();
    let report = run(&door, &Options { seed: 1, requests: 20_000, tag: "n".to_owned() });
    println!("{} requests, {} examples, {} routes", report.requests, report.examples, report.routes.len());
    println!("{:?}, seed {}, failed: {}", report.statuses, report.seed, report.failed);
    assert_eq!(report.failed, 0, "{:#?}", report.failures);
}
