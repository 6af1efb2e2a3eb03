//! What the routes of this service ask for.

use web::Grant;

/// Which warehouses there are, and whether goods are there.
pub(crate) const AVAILABILITY_READ: Grant = Grant::new("availability:read");
/// Stock, its movements and what it is worth.
pub(crate) const INVENTORY_READ: Grant = Grant::new("inventory:read");
/// Adjustments, transfers, reorder points and reviews.
pub(crate) const INVENTORY_WRITE: Grant = Grant::new("inventory:write");
/// Add and change warehouses.
pub(crate) const WAREHOUSES_WRITE: Grant = Grant::new("warehouses:write");
