//! The grants of this service's routes.

use web::Grant;

/// The list of warehouses, and whether goods are available.
pub(crate) const AVAILABILITY_READ: Grant = Grant::new("availability:read");
/// What goods cost, and what stock is worth.
pub(crate) const COST_READ: Grant = Grant::new("cost:read");
/// The members of answers that say so, for who may not see it.
pub(super) const COSTS: &[&str] = &["value", "averageCost", "unitCost", "totalCost"];
/// Stock and its movements.
pub(crate) const INVENTORY_READ: Grant = Grant::new("inventory:read");
/// Adjustments, transfers, reorder points and reviews.
pub(crate) const INVENTORY_WRITE: Grant = Grant::new("inventory:write");
/// Add and change warehouses.
pub(crate) const WAREHOUSES_WRITE: Grant = Grant::new("warehouses:write");
