//! Every scenario against the real Workers: one runtime, scenario after scenario, each with a name.

use house::{Api, scenarios};
use house_workerd::Workerd;

#[test]
fn every_scenario_holds_on_workerd() {
    let workerd = Workerd::start("scenarios");
    for (name, scenario) in scenarios::ALL {
        println!("{name}");
        scenario(&workerd);
    }
}

#[test]
fn a_crash_in_the_middle_of_a_days_work_loses_nothing() {
    let workerd = Workerd::start("crash");
    let shop = scenarios::Shop::open(&workerd);
    let sku = shop.stock("day", "10.00", "4.00", 100);
    let mut sold = 0;
    for round in 0..3 {
        for _ in 0..5 {
            assert_eq!(shop.sell_at_till(&sku, 1, "10.00").status, 201);
            sold += 1;
        }
        // Not settled: what the queues held in memory dies with the process.
        if round < 2 {
            workerd.crash_and_restart();
        }
        assert_eq!(shop.on_hand(&sku), 100 - sold);
    }
    workerd.settle();
    shop.reconcile();
}
