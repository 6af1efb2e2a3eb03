//! Every scenario against the real Workers: one runtime, scenario after scenario, each with a name.

use house::scenarios;
use house_workerd::Workerd;

#[test]
fn every_scenario_holds_on_workerd() {
    let workerd = Workerd::start("scenarios");
    for (name, scenario) in scenarios::ALL {
        println!("{name}");
        scenario(&workerd);
    }
}
