//! Every scenario in one native process, and what happens when the queues lose everything.

use house::{Api, InProcess, scenarios};

#[test]
fn every_scenario_holds_in_one_process() {
    let house = InProcess::open();
    for (name, scenario) in scenarios::ALL {
        println!("{name}");
        scenario(&house);
    }
}

#[test]
fn the_books_are_complete_when_every_queue_message_is_lost() {
    let house = InProcess::open();
    let shop = scenarios::Shop::open(&house);
    let sku = shop.stock("lost", "10.00", "4.00", 10);
    for _ in 0..5 {
        assert_eq!(shop.sell_at_till(&sku, 1, "10.00").status, 201);
        house.house().lose_messages();
    }
    house.settle();
    shop.reconcile();
}
