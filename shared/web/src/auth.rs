//! Who may do what: roles, grants, and the one table that joins them. Deny by default.

use kernel::Timestamp;
use kernel::ids::CustomerId;
use platform::Platform;
use serde::{Deserialize, Serialize};

use crate::{Problem, tokens};
use contracts::Service;

/// What a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Admin,
    /// Runs the shops.
    Manager,
    /// Keeps the books.
    Accountant,
    /// Keeps the stock.
    Warehouse,
    /// Sells at a till.
    Cashier,
    /// A wholesale customer.
    Wholesaler,
    /// A retail customer with an account.
    Customer,
    /// Nobody in particular: a visitor of the shop.
    Guest,
    /// Another service, on its own behalf.
    System,
}

impl Role {
    /// The roles a user can have.
    pub const USERS: [Self; 7] = [
        Self::Admin,
        Self::Manager,
        Self::Accountant,
        Self::Warehouse,
        Self::Cashier,
        Self::Wholesaler,
        Self::Customer,
    ];

    /// The word in tokens and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Accountant => "accountant",
            Self::Warehouse => "warehouse",
            Self::Cashier => "cashier",
            Self::Wholesaler => "wholesaler",
            Self::Customer => "customer",
            Self::Guest => "guest",
            Self::System => "system",
        }
    }

    /// Whether the table grants it.
    #[must_use]
    pub fn may(self, grant: Grant) -> bool {
        grant == Grant::Public
            || self == Self::System
            || (self == Self::Admin && grant != Grant::Internal)
            || grant.roles().contains(&self)
    }
}

macro_rules! grants {
    ($($(#[$doc:meta])* $name:ident = $word:literal: [$($role:ident),*];)*) => {
        /// One thing that can be allowed, `resource:action`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Grant { $($(#[$doc])* $name),* }

        impl Grant {
            /// `resource:action`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// Who has it, beside admins, who have all but `internal`.
            const fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$(Role::$role),*]),* }
            }
        }
    };
}

grants! {
    /// No token needed.
    Public = "public:any": [];
    /// Services only.
    Internal = "internal:any": [];
    /// Products and prices as a shopper sees them.
    CatalogueRead = "catalogue:read": [Manager, Accountant, Warehouse, Cashier, Wholesaler, Customer, Guest];
    /// Change products, prices, categories.
    CatalogueWrite = "catalogue:write": [Manager];
    /// Products with their cost.
    CostRead = "cost:read": [Manager, Accountant, Warehouse];
    /// Whether goods are there.
    AvailabilityRead = "availability:read": [Manager, Accountant, Warehouse, Cashier, Wholesaler, Customer, Guest];
    /// Stock, movements, valuation.
    InventoryRead = "inventory:read": [Manager, Accountant, Warehouse, Cashier];
    /// Adjust, transfer, receive.
    InventoryWrite = "inventory:write": [Manager, Warehouse];
    /// Create and change warehouses.
    WarehouseWrite = "warehouses:write": [Manager];
    /// Order on the retail web.
    RetailOrder = "retail-orders:create": [Manager, Cashier, Customer, Guest];
    /// Order on the wholesale web.
    WholesaleOrder = "wholesale-orders:create": [Manager, Wholesaler];
    /// Sell at a till.
    PosSale = "pos-sales:create": [Manager, Cashier];
    /// Count a till's drawer and close its day.
    TillClose = "tills:close": [Manager, Cashier];
    /// Every order; without it only one's own.
    OrderReadAll = "orders:read-all": [Manager, Accountant, Cashier, Warehouse];
    /// One's own orders.
    OrderReadOwn = "orders:read-own": [Manager, Accountant, Cashier, Warehouse, Wholesaler, Customer, Guest];
    /// Refund, credit.
    OrderRefund = "orders:refund": [Manager];
    /// Sell at another price than the catalogue's.
    PriceOverride = "prices:override": [Manager];
    /// Record a payment taken by hand: cash, terminal, bank transfer.
    PaymentRecord = "payments:record": [Manager, Accountant, Cashier];
    /// Customers and their credit limits.
    CustomerRead = "customers:read": [Manager, Accountant, Cashier];
    /// Create and change customers.
    CustomerWrite = "customers:write": [Manager];
    /// The books.
    AccountingRead = "accounting:read": [Manager, Accountant];
    /// Entries, accounts, periods.
    AccountingWrite = "accounting:write": [Accountant];
    /// The figures of the day.
    DashboardRead = "dashboard:read": [Manager, Accountant];
    /// Users and their roles.
    UserWrite = "users:write": [];
    /// One's own account.
    SelfRead = "self:read": [Manager, Accountant, Warehouse, Cashier, Wholesaler, Customer];
    /// Reconciliation, dead letters, metrics.
    OpsRead = "ops:read": [Manager, Accountant];
    /// Replay and discard dead letters.
    OpsWrite = "ops:write": [];
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The user's id, `guest`, or a service's name.
    pub subject: String,
    /// What they are.
    pub role: Role,
    /// The customer a wholesaler or customer acts for.
    pub customer_id: Option<CustomerId>,
}

impl Caller {
    /// A visitor without a token.
    #[must_use]
    pub fn guest() -> Self {
        Self { subject: "guest".to_owned(), role: Role::Guest, customer_id: None }
    }

    /// A service on its own behalf.
    #[must_use]
    pub fn system(service: Service) -> Self {
        Self { subject: service.name().to_owned(), role: Role::System, customer_id: None }
    }

    /// Whether the table grants it.
    #[must_use]
    pub fn may(&self, grant: Grant) -> bool {
        self.role.may(grant)
    }

    /// Whose orders these are: the customer a caller acts for, or the user; none for a guest.
    #[must_use]
    pub fn owner(&self) -> Option<String> {
        match self.role {
            Role::Guest | Role::System => None,
            _ => Some(self.customer_id.map_or_else(|| self.subject.clone(), |id| id.to_string())),
        }
    }
}

/// How long a token between services is valid, in seconds: longer than a request, no longer.
const SERVICE_TOKEN_SECONDS: i64 = 60;
/// The setting that holds the key of the tokens between services.
pub(crate) const SERVICE_TOKEN_KEY: &str = "SERVICE_TOKEN_KEY";

/// A token with which `from` calls `to` on behalf of `caller`.
pub(crate) fn service_token(
    platform: &impl Platform,
    from: Service,
    to: Service,
    caller: &Caller,
) -> Result<String, Problem> {
    let claims = tokens::Claims {
        iss: from.name().to_owned(),
        aud: to.name().to_owned(),
        sub: caller.subject.clone(),
        role: caller.role,
        cid: caller.customer_id,
    };
    tokens::sign(platform, SERVICE_TOKEN_KEY, &claims, SERVICE_TOKEN_SECONDS)
}

/// The caller that a peer's token names.
pub(crate) fn verify_service_token(
    platform: &impl Platform,
    service: Service,
    token: Option<&str>,
    now: Timestamp,
) -> Result<Caller, Problem> {
    let token = token.ok_or_else(|| tokens::unauthenticated("A service token is needed."))?;
    let claims = tokens::verify(platform, SERVICE_TOKEN_KEY, token, service.name(), now)?;
    if Service::parse(&claims.iss).is_none() {
        return Err(tokens::unauthenticated("The token's issuer is unknown."));
    }
    Ok(Caller { subject: claims.sub, role: claims.role, customer_id: claims.cid })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_denies_by_default() {
        for (role, grant, allowed) in [
            (Role::Guest, Grant::CatalogueRead, true),
            (Role::Guest, Grant::CatalogueWrite, false),
            (Role::Guest, Grant::Internal, false),
            (Role::Admin, Grant::Internal, false),
            (Role::Admin, Grant::OpsWrite, true),
            (Role::System, Grant::Internal, true),
            (Role::Cashier, Grant::PosSale, true),
            (Role::Cashier, Grant::OrderRefund, false),
            (Role::Wholesaler, Grant::OrderReadAll, false),
            (Role::Accountant, Grant::AccountingWrite, true),
            (Role::Manager, Grant::AccountingWrite, false),
        ] {
            assert_eq!(role.may(grant), allowed, "{role:?} {}", grant.as_str());
        }
    }
}
