//! The services by their entry in the table: the one place where a native program names their types. The house in one
//! process, the simulation, the description and the tests over all routes take them from here.

use contracts::Service;
use store::DatabaseError;
use web::{App, Bounded};

/// A service.
#[must_use]
pub fn bounded(service: Service) -> Box<dyn Bounded> {
    match service {
        Service::Product => Box::new(product::Product),
        Service::Inventory => Box::new(inventory::Inventory),
        Service::Accounting => Box::new(accounting::Accounting),
        Service::Mail => Box::new(mail::Mail),
        Service::Order => Box::new(order::Order),
        Service::Storefront => Box::new(storefront::Storefront::default()),
        Service::Gateway => Box::new(gateway::Gateway::default()),
    }
}

/// A service as it runs.
#[must_use]
pub fn app(service: Service) -> App {
    App::boxed(bounded(service))
}

/// All services in one process, over empty databases in memory.
pub fn house() -> Result<native::House, DatabaseError> {
    let mut house = native::House::new();
    for service in Service::ALL {
        house = house.host(app(service), native::database(service)?);
    }
    Ok(house)
}
