//! The quick version of `cargo xtask crash`, and the proof that it would see what it looks for.

use contracts::Service;
use house_simulation::wire::{Doubling, damage};
use house_workerd::crash::{Options, run};

/// What a run without a fault may leave behind unseen: each must be found.
const DAMAGES: [(Service, &str, &str); 8] = [
    (
        Service::Order,
        "a sale is gone",
        "delete from orders where rowid = (select max(rowid) from orders where status = 'Completed')",
    ),
    (
        Service::Order,
        "a capture is gone at the provider",
        "delete from test_provider_payments where rowid = (select max(rowid) from test_provider_payments where status = 'Captured')",
    ),
    (
        Service::Order,
        "a capture was made twice",
        "update test_provider_payments set amount_minor = amount_minor * 2 where rowid = (select max(rowid) from test_provider_payments where status = 'Captured')",
    ),
    (Service::Inventory, "a unit is gone", "update stock set on_hand = on_hand - 1 where on_hand > 1"),
    (
        Service::Inventory,
        "a deduction is gone",
        "delete from stock_operations where rowid = (select max(rowid) from stock_operations where kind = 'Deduction')",
    ),
    (
        Service::Accounting,
        "an entry is gone",
        "delete from journal_entries where rowid = (select max(rowid) from journal_entries where source_id like 'order:%')",
    ),
    (
        Service::Accounting,
        "a message was never taken in",
        "delete from inbox where message_id = (select max(message_id) from inbox)",
    ),
    (
        Service::Order,
        "a till has a gap",
        "update tills set contiguous_through = contiguous_through - 1 where contiguous_through > 0",
    ),
];

#[test]
fn a_crash_in_the_middle_of_anything_loses_nothing() {
    let report = run(Options { kills: 10, seed: 1, doubling: Doubling::Never }, |_, _| ());
    let counts = report.outcome.counts;
    println!("{counts:?}, {} acknowledged, {:?}", report.found.acknowledged, report.found.orders);
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    assert!(
        report.kills_in_flight > 0 && counts.unanswered > 0,
        "nothing was killed in the middle: {counts:?}"
    );
    assert!(report.found.acknowledged > 50, "nothing was done: {:?}", report.found);

    for (service, what, script) in DAMAGES {
        let copy = report.databases.with_file_name("damaged");
        let _ = std::fs::remove_dir_all(&copy);
        std::fs::create_dir(&copy).unwrap();
        for file in std::fs::read_dir(&report.databases).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.join(file.file_name())).unwrap();
        }
        damage(&copy, service, script).unwrap();
        let found = report.outcome.check(&copy).unwrap();
        assert!(!found.failures.is_empty(), "{what}, and nobody sees it");
        println!("{what}: {}", found.failures[0]);
    }
}

#[test]
fn clients_that_forget_their_keys_double_what_they_do_and_are_seen() {
    let report = run(Options { kills: 10, seed: 2, doubling: Doubling::ByNewKeys }, |_, _| ());
    println!("{:?}\n{:#?}", report.outcome.counts, report.failures);
    assert!(!report.failures.is_empty(), "nothing was doubled: {:?}", report.outcome.counts);
}
