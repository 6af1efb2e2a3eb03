//! Users written straight into a new database, before anybody can log in: the dev command's demo users.
//! Native only; a deployed gateway has no such door.

use std::fmt::Write as _;

use kernel::Timestamp;

use crate::domain::user::Role;

/// The customer that `wholesaler@demo.test` orders for.
pub const DEMO_WHOLESALE_CUSTOMER_ID: &str = "0190d000-0000-7000-8000-00000000c001";
/// The customer that `customer@demo.test` orders for.
pub const DEMO_RETAIL_CUSTOMER_ID: &str = "0190d000-0000-7000-8000-00000000c002";

/// A user to be written.
#[derive(Debug, Clone, Copy)]
pub struct SeedUser<'a> {
    /// UUID.
    pub id: &'a str,
    /// In lower case.
    pub email: &'a str,
    /// Their name.
    pub name: &'a str,
    /// What they are.
    pub role: Role,
    /// The customer they act for, a UUID.
    pub customer_id: Option<&'a str>,
}

/// One demo user for each role.
pub const DEMO_USERS: [SeedUser<'static>; 7] = [
    demo("0190d000-0000-7000-8000-00000000a001", "admin@demo.test", "Demo Admin", Role::Admin, None),
    demo("0190d000-0000-7000-8000-00000000a002", "manager@demo.test", "Demo Manager", Role::Manager, None),
    demo(
        "0190d000-0000-7000-8000-00000000a003",
        "accountant@demo.test",
        "Demo Accountant",
        Role::Accountant,
        None,
    ),
    demo(
        "0190d000-0000-7000-8000-00000000a004",
        "warehouse@demo.test",
        "Demo Warehouse",
        Role::Warehouse,
        None,
    ),
    demo("0190d000-0000-7000-8000-00000000a005", "cashier@demo.test", "Demo Cashier", Role::Cashier, None),
    demo(
        "0190d000-0000-7000-8000-00000000a006",
        "wholesaler@demo.test",
        "Demo Wholesaler",
        Role::Wholesaler,
        Some(DEMO_WHOLESALE_CUSTOMER_ID),
    ),
    demo(
        "0190d000-0000-7000-8000-00000000a007",
        "customer@demo.test",
        "Demo Customer",
        Role::Customer,
        Some(DEMO_RETAIL_CUSTOMER_ID),
    ),
];

const fn demo(
    id: &'static str,
    email: &'static str,
    name: &'static str,
    role: Role,
    customer_id: Option<&'static str>,
) -> SeedUser<'static> {
    SeedUser { id, email, name, role, customer_id }
}

/// A script that adds users, each with the hash of a password ([`crate::hash_password`]). Who is there
/// already stays as they are.
#[must_use]
pub fn insert_user_sql(users: &[(SeedUser<'_>, String)], created_at: Timestamp) -> String {
    users.iter().fold(String::new(), |mut script, (user, password_hash)| {
        let _ = writeln!(
            script,
            "insert or ignore into users (id, email, name, role, customer_id, password_hash, disabled, created_at, version) \
             values ({}, {}, {}, {}, {}, {}, 0, {}, 1);",
            quoted(user.id),
            quoted(user.email),
            quoted(user.name),
            quoted(user.role.as_str()),
            user.customer_id.map_or_else(|| "null".to_owned(), quoted),
            quoted(password_hash),
            quoted(&created_at.to_string())
        );
        script
    })
}

/// A SQL text. A text with a NUL would end there for some readers, so it loses it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        let user = SeedUser { name: "O'Brien'); drop table users; --\0", ..DEMO_USERS[0] };
        let script = insert_user_sql(&[(user, "$argon2id$".to_owned())], Timestamp::from_unix_ms(0));
        assert!(script.contains("'O''Brien''); drop table users; --'"), "{script}");
        assert_eq!(script.lines().count(), 1);
    }
}
