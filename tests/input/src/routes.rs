//! The routes that can be reached through the public door, as the services themselves list them.

use std::collections::BTreeSet;

use contracts::Service;
use gateway::domain::passage::passage;
use native::World;
use web::Bounded;

/// Method and path below `/api/v1`, parameters in braces.
pub type Route = (String, String);

/// Every public route: the gateway's own, and those of the services that it passes on.
#[must_use]
pub fn public() -> BTreeSet<Route> {
    let mut all = table::<gateway::Gateway>();
    let services = [
        (Service::Product, table::<product::Product>()),
        (Service::Inventory, table::<inventory::Inventory>()),
        (Service::Order, table::<order::Order>()),
        (Service::Accounting, table::<accounting::Accounting>()),
    ];
    for (service, routes) in services {
        let reached =
            |path: &str| passage(&format!("/api{path}")).is_some_and(|(answers, _)| answers == service);
        all.extend(routes.into_iter().filter(|(_, path)| reached(path)));
    }
    all
}

fn table<S: Bounded>() -> BTreeSet<Route> {
    let below = |path: &str| path.strip_prefix("/api").unwrap_or(path).to_owned();
    let routes = S::routes::<World>();
    routes.table().iter().map(|route| (route.method.to_string(), below(&route.path))).collect()
}
