//! The grants of the catalogue's routes. `web::auth::TABLE` says who has them.

use web::Grant;

/// Products and prices as a shopper sees them.
pub(crate) const CATALOGUE_READ: Grant = Grant::new("catalogue:read");
/// Change products, prices, categories.
pub(crate) const CATALOGUE_WRITE: Grant = Grant::new("catalogue:write");
/// Products with their cost.
pub(crate) const COST_READ: Grant = Grant::new("cost:read");
/// Products with their wholesale terms: for staff and wholesale customers.
pub(crate) const WHOLESALE_READ: Grant = Grant::new("wholesale-terms:read");
/// Staff, who also see products that are not on sale.
pub(crate) const INVENTORY_READ: Grant = Grant::new("inventory:read");
