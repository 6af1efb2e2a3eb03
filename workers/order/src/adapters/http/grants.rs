//! The grants of this service's routes.

use web::Grant;

/// Order on the retail web, pay and cancel.
pub(crate) const RETAIL_ORDER: Grant = Grant::new("retail-orders:create");
/// Order on the wholesale web, pay and cancel.
pub(crate) const WHOLESALE_ORDER: Grant = Grant::new("wholesale-orders:create");
/// Sell at a till and print receipts.
pub(crate) const POS_SALE: Grant = Grant::new("pos-sales:create");
/// Close a till's day.
pub(crate) const TILL_CLOSE: Grant = Grant::new("tills:close");
/// Enrol tills, issue and revoke their keys.
pub(crate) const TILL_ENROL: Grant = Grant::new("tills:enrol");
/// Settle sales that need a review, and sales that were refused.
pub(crate) const SALE_REVIEW: Grant = Grant::new("sales:review");
/// See all orders.
pub(crate) const ORDER_READ_ALL: Grant = Grant::new("orders:read-all");
/// See the caller's own orders.
pub(crate) const ORDER_READ_OWN: Grant = Grant::new("orders:read-own");
/// Pick, pack and send what was sold on the web.
pub(crate) const ORDER_FULFIL: Grant = Grant::new("orders:fulfil");
/// Give money or credit back.
pub(crate) const ORDER_REFUND: Grant = Grant::new("orders:refund");
/// Set another price than the catalogue's.
pub(crate) const PRICE_OVERRIDE: Grant = Grant::new("prices:override");
/// Record a payment that no provider confirms.
pub(crate) const PAYMENT_RECORD: Grant = Grant::new("payments:record");
/// See every customer.
pub(crate) const CUSTOMER_READ: Grant = Grant::new("customers:read");
/// Register and change customers.
pub(crate) const CUSTOMER_WRITE: Grant = Grant::new("customers:write");
/// See the caller's own data.
pub(crate) const SELF_READ: Grant = Grant::new("self:read");
/// See prices, and so tax rates.
pub(crate) const CATALOGUE_READ: Grant = Grant::new("catalogue:read");
/// Change the books and the settings they depend on.
pub(crate) const ACCOUNTING_WRITE: Grant = Grant::new("accounting:write");
