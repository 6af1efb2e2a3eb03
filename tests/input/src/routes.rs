//! The routes that can be reached through the public door, as the services themselves list them.

use std::collections::BTreeSet;

use contracts::Service;

/// Method and path below `/api/v1`, parameters in braces.
pub type Route = (String, String);

/// Every public route: the gateway's own, and those of the services that it passes on.
#[must_use]
pub fn public() -> BTreeSet<Route> {
    Service::ALL.into_iter().flat_map(of).collect()
}

fn of(service: Service) -> Vec<Route> {
    let own = service == Service::Gateway;
    let below = |path: &str| path.strip_prefix("/api").unwrap_or(path).to_owned();
    let reached = |path: &str| {
        let first = path.split('/').nth(1).unwrap_or_default();
        own || Service::of_prefix(first) == Some(service)
    };
    let routes = services::bounded(service).routes().into_iter();
    routes
        .filter(|route| reached(route.path))
        .map(|route| (route.method.to_string(), below(route.path)))
        .collect()
}
