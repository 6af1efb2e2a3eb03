//! The services by their entry in the table: the one place where a native program names their types. The house in one
//! process, the simulation, the description and the tests over all routes take them from here.

use std::path::{Path, PathBuf};

use contracts::Service;
use store::{DatabaseError, Sqlite};
use web::{App, Bounded};

/// A service.
#[must_use]
pub fn bounded(service: Service) -> Box<dyn Bounded> {
    match service {
        Service::Product => Box::new(product::Product),
        Service::Inventory => Box::new(inventory::Inventory),
        Service::Accounting => Box::new(accounting::Accounting),
        Service::Order => Box::new(order::Order),
        Service::Gateway => Box::new(gateway::Gateway),
    }
}

/// A service as it runs.
#[must_use]
pub fn app(service: Service) -> App {
    App::boxed(bounded(service))
}

/// The folder of a service's migrations.
#[must_use]
pub fn migrations(service: Service) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(service.name())
}

/// An empty database of a service, in memory.
pub fn database(service: Service) -> Result<Sqlite, DatabaseError> {
    let scripts = native::migrations(&migrations(service))
        .map_err(|error| DatabaseError::Unknown(format!("{service}: {error}")))?;
    Sqlite::in_memory(&scripts)
}

/// All services in one process, over empty databases in memory.
pub fn house() -> Result<native::House, DatabaseError> {
    let mut house = native::House::new();
    for service in Service::ALL {
        house = house.host(app(service), database(service)?);
    }
    Ok(house)
}
