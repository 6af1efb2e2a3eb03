//! Who may do what: roles, grants, and the one table that joins them. Deny by default.

use http::HeaderMap;
use kernel::ids::CustomerId;
use kernel::{Tenant, Timestamp};
use platform::World;
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
    /// An anonymous visitor of the shop.
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
        grant == Grant::PUBLIC
            || self == Self::System
            || (self == Self::Admin && grant != Grant::INTERNAL)
            || grant.roles().contains(&self)
    }
}

/// One permission, `resource:action`. A service declares the grants that it checks; [`TABLE`] says who has them, and a
/// test compares the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grant(&'static str);

impl Grant {
    /// No token needed.
    pub const PUBLIC: Self = Self("public:any");
    /// Services only.
    pub const INTERNAL: Self = Self("internal:any");

    /// A grant with this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// `resource:action`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The roles that have it, apart from admins, who have all but `internal:any`. Nobody has a grant that the table
    /// does not list.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        TABLE.iter().find(|(name, _)| *name == self.0).map_or(&[], |(_, roles)| roles)
    }
}

impl std::fmt::Display for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// Everybody whom the gateway lets in, including guests.
const EVERYBODY: &[Role] = &[
    Role::Manager,
    Role::Accountant,
    Role::Warehouse,
    Role::Cashier,
    Role::Wholesaler,
    Role::Customer,
    Role::Guest,
];

/// Which roles have which grants, in one place: deny by default.
pub const TABLE: &[(&str, &[Role])] = &[
    ("catalogue:read", EVERYBODY),
    ("catalogue:write", &[Role::Manager]),
    ("cost:read", &[Role::Manager, Role::Accountant, Role::Warehouse]),
    (
        "wholesale-terms:read",
        &[Role::Manager, Role::Accountant, Role::Warehouse, Role::Cashier, Role::Wholesaler],
    ),
    ("availability:read", EVERYBODY),
    ("inventory:read", &[Role::Manager, Role::Accountant, Role::Warehouse, Role::Cashier]),
    ("inventory:write", &[Role::Manager, Role::Warehouse]),
    ("warehouses:write", &[Role::Manager]),
    ("retail-orders:create", &[Role::Manager, Role::Cashier, Role::Customer, Role::Guest]),
    ("wholesale-orders:create", &[Role::Manager, Role::Wholesaler]),
    ("pos-sales:create", &[Role::Manager, Role::Cashier]),
    ("tills:close", &[Role::Manager, Role::Cashier]),
    ("tills:enrol", &[Role::Manager]),
    ("sales:review", &[Role::Manager]),
    ("orders:read-all", &[Role::Manager, Role::Accountant, Role::Cashier, Role::Warehouse]),
    ("orders:read-own", EVERYBODY),
    ("orders:fulfil", &[Role::Manager, Role::Warehouse]),
    ("orders:refund", &[Role::Manager]),
    ("prices:override", &[Role::Manager]),
    ("payments:record", &[Role::Manager, Role::Accountant, Role::Cashier]),
    ("bank-transfers:record", &[Role::Manager, Role::Accountant]),
    ("approvals:read", &[Role::Manager, Role::Accountant, Role::Warehouse, Role::Cashier]),
    ("approvals:decide", &[Role::Manager]),
    ("customers:read", &[Role::Manager, Role::Accountant, Role::Cashier]),
    ("customers:write", &[Role::Manager]),
    ("accounting:read", &[Role::Manager, Role::Accountant]),
    ("accounting:write", &[Role::Accountant]),
    ("dashboard:read", &[Role::Manager, Role::Accountant]),
    ("mail:read", &[Role::Manager]),
    ("mail:write", &[Role::Manager]),
    ("users:write", &[]),
    ("audit:read", &[Role::Manager]),
    (
        "self:read",
        &[Role::Manager, Role::Accountant, Role::Warehouse, Role::Cashier, Role::Wholesaler, Role::Customer],
    ),
    ("ops:read", &[Role::Manager, Role::Accountant]),
    ("ops:write", &[]),
];

/// What only people do, who have logged in.
/// The header in which the gateway says from where a guest's request comes: an address, of IPv6 its /64.
pub const CLIENT: &str = "client";
const ACCOUNT_GRANTS: [&str; 3] = ["self:read", "users:write", "approvals:decide"];
/// The header with the token of a guest's order.
pub const ORDER_TOKEN: &str = "order-token";

/// Who makes the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The user's id, `guest`, or a service's name.
    pub subject: String,
    /// Their role.
    pub role: Role,
    /// Whose data they work with.
    pub tenant: Tenant,
    /// The customer a wholesaler or customer acts for.
    pub customer_id: Option<CustomerId>,
    /// The session at the door; none for a program with a key, and none behind the door.
    pub session: Option<String>,
    /// The grants of a program's key, if it has not all of its role.
    pub scope: Option<Vec<String>>,
    /// Whether a program calls with a key: it manages no accounts.
    pub is_program: bool,
    /// The secret of a guest's order: whoever sends it may see that order.
    pub order_token: Option<String>,
    /// When the caller last proved with a password who they are.
    pub proved_at: Option<Timestamp>,
    /// Who approved this request: it is sent again for who made it.
    pub approved_by: Option<String>,
}

impl Caller {
    /// A visitor without a token.
    #[must_use]
    pub fn guest(tenant: Tenant) -> Self {
        Self::new("guest", Role::Guest, tenant, None)
    }

    /// A service on its own behalf.
    #[must_use]
    pub fn system(service: Service, tenant: Tenant) -> Self {
        Self::new(service.name(), Role::System, tenant, None)
    }

    /// A caller without a session.
    #[must_use]
    pub fn new(
        subject: impl Into<String>,
        role: Role,
        tenant: Tenant,
        customer_id: Option<CustomerId>,
    ) -> Self {
        Self {
            subject: subject.into(),
            role,
            tenant,
            customer_id,
            session: None,
            scope: None,
            is_program: false,
            order_token: None,
            proved_at: None,
            approved_by: None,
        }
    }

    /// The same caller, with what the headers of the request open.
    pub(crate) fn with_order_token(mut self, headers: &HeaderMap) -> Self {
        self.order_token = headers.get(ORDER_TOKEN).and_then(|token| token.to_str().ok()).map(str::to_owned);
        self
    }

    /// Whether the table grants it.
    #[must_use]
    pub fn may(&self, grant: Grant) -> bool {
        let in_scope =
            || self.scope.as_ref().is_none_or(|scope| scope.iter().any(|name| name == grant.as_str()));
        let is_account = || ACCOUNT_GRANTS.contains(&grant.as_str());
        grant == Grant::PUBLIC || self.role.may(grant) && in_scope() && !(self.is_program && is_account())
    }

    /// Whether the caller has proved who they are within the last seconds: a person with the password, a program with a
    /// key whose scope names the grant. What was approved was proved by who approved it.
    #[must_use]
    pub fn has_proof(&self, grant: Grant, now: Timestamp, seconds: i64) -> bool {
        let is_named = || self.scope.iter().flatten().any(|name| name == grant.as_str());
        let is_recent = |at: Timestamp| now < at.plus_seconds(seconds);
        self.role == Role::System
            || self.approved_by.is_some()
            || is_named()
            || self.proved_at.is_some_and(is_recent)
    }

    /// Whose orders these are: the customer that the caller acts for, or the user; none for a guest.
    #[must_use]
    pub fn owner(&self) -> Option<String> {
        match self.role {
            Role::Guest | Role::System => None,
            _ => Some(self.customer_id.map_or_else(|| self.subject.clone(), |id| id.to_string())),
        }
    }
}

/// How long a token between services is valid, in seconds, and by how much two services' clocks may differ. Together
/// they are the five seconds after which a user's rights have ended everywhere: a token is signed for each request.
const SERVICE_TOKEN_SECONDS: i64 = 3;
const SERVICE_LEEWAY_SECONDS: i64 = 2;
/// The one key of older releases. Stored answers may be known by a hash with it.
pub(crate) const OLD_SERVICE_TOKEN_KEY: &str = "SERVICE_TOKEN_KEY";

/// A token with which `from` calls `to` on behalf of `caller`.
pub fn service_token(
    world: &dyn World,
    from: Service,
    to: Service,
    caller: &Caller,
) -> Result<String, Problem> {
    let claims = tokens::Claims {
        iss: from.name().to_owned(),
        aud: to.name().to_owned(),
        sub: caller.subject.clone(),
        role: caller.role,
        ten: caller.tenant.clone(),
        cid: caller.customer_id,
        sid: None,
        scp: caller.scope.clone(),
        auth_time: caller.proved_at.map(Timestamp::unix_seconds),
        apb: caller.approved_by.clone(),
    };
    tokens::sign(world, &to.token_key(), &claims, SERVICE_TOKEN_SECONDS)
}

/// The caller that a peer's token names.
pub(crate) fn verify_service_token(
    world: &dyn World,
    service: Service,
    token: Option<&str>,
    now: Timestamp,
) -> Result<Caller, Problem> {
    let token = token.ok_or_else(|| tokens::unauthenticated("A service token is needed."))?;
    let claims =
        tokens::verify(world, &service.token_key(), token, service.name(), now, SERVICE_LEEWAY_SECONDS)?;
    if Service::parse(&claims.iss).is_none() {
        return Err(tokens::unauthenticated("The token's issuer is unknown."));
    }
    let proved_at = claims.proved_at();
    let (scope, approved_by) = (claims.scp, claims.apb);
    let caller = Caller::new(claims.sub, claims.role, claims.ten, claims.cid);
    Ok(Caller { scope, proved_at, approved_by, ..caller })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_denies_by_default() {
        for (role, grant, allowed) in [
            (Role::Guest, Grant::new("catalogue:read"), true),
            (Role::Guest, Grant::new("catalogue:write"), false),
            (Role::Guest, Grant::INTERNAL, false),
            (Role::Admin, Grant::INTERNAL, false),
            (Role::Admin, Grant::new("ops:write"), true),
            (Role::System, Grant::INTERNAL, true),
            (Role::Cashier, Grant::new("pos-sales:create"), true),
            (Role::Cashier, Grant::new("orders:refund"), false),
            (Role::Wholesaler, Grant::new("orders:read-all"), false),
            (Role::Accountant, Grant::new("accounting:write"), true),
            (Role::Manager, Grant::new("accounting:write"), false),
        ] {
            assert_eq!(role.may(grant), allowed, "{role:?} {}", grant.as_str());
        }
    }
}
