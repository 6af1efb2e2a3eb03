//! Users and their roles.

use kernel::Timestamp;
use kernel::ids::{CustomerId, UserId};
use kernel::text::{Email, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// Their grants are in one table for all services, outside this service's domain.
/// The role of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "UserRole")]
pub enum Role {
    // Everything.
    Admin,
    // Runs the shops.
    Manager,
    // Keeps the books.
    Accountant,
    // Keeps the stock.
    Warehouse,
    // Sells at a till.
    Cashier,
    // A wholesale customer.
    Wholesaler,
    // A retail customer with an account.
    Customer,
}

impl Role {
    /// The word in the database.
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
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [
            Self::Admin,
            Self::Manager,
            Self::Accountant,
            Self::Warehouse,
            Self::Cashier,
            Self::Wholesaler,
            Self::Customer,
        ];
        all.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether this is a buyer, not staff.
    #[must_use]
    pub const fn buys(self) -> bool {
        matches!(self, Self::Wholesaler | Self::Customer)
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// Never changes, and is never reused.
    pub id: UserId,
    /// The e-mail with which they log in.
    pub email: Email,
    pub name: Name,
    pub role: Role,
    /// The customer they act for.
    pub customer_id: Option<CustomerId>,
    /// Whether they are locked out.
    pub disabled: bool,
    pub created_at: Timestamp,
    /// Rises with each change.
    pub version: i64,
}

/// A field of a user that does not fit the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// A wholesaler orders for a customer.
    #[error("a wholesaler needs a customer")]
    CustomerMissing,
    /// Staff do not act for a customer.
    #[error("only buyers act for a customer")]
    CustomerUnexpected,
}

/// Whether a role fits the given customer.
pub fn check_customer(role: Role, customer_id: Option<CustomerId>) -> Result<(), Misfit> {
    match (role, customer_id) {
        (Role::Wholesaler, None) => Err(Misfit::CustomerMissing),
        (role, Some(_)) if !role.buys() => Err(Misfit::CustomerUnexpected),
        _ => Ok(()),
    }
}

/// Whether a user's key may have a role: the user's own role; an admin's key may also have any staff role.
#[must_use]
pub fn key_may_have(user: Role, key: Role) -> bool {
    key == user || (user == Role::Admin && !key.buys())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_goes_with_those_who_buy() {
        let customer = CustomerId::parse("0193e9a0-0000-7000-8000-000000000001");
        for (role, customer, expected) in [
            (Role::Wholesaler, customer, Ok(())),
            (Role::Wholesaler, None, Err(Misfit::CustomerMissing)),
            (Role::Customer, None, Ok(())),
            (Role::Customer, customer, Ok(())),
            (Role::Cashier, None, Ok(())),
            (Role::Cashier, customer, Err(Misfit::CustomerUnexpected)),
        ] {
            assert_eq!(check_customer(role, customer), expected, "{role:?}");
        }
    }

    #[test]
    fn a_key_never_has_more_than_its_user() {
        for (user, key, may) in [
            (Role::Admin, Role::Cashier, true),
            (Role::Admin, Role::Wholesaler, false),
            (Role::Cashier, Role::Cashier, true),
            (Role::Manager, Role::Cashier, false),
            (Role::Cashier, Role::Admin, false),
        ] {
            assert_eq!(key_may_have(user, key), may, "{user:?} {key:?}");
        }
    }
}
