//! Users written straight into a new database, before anybody can log in: such as the demo users.
//! Native only; a deployed gateway has no such door.

use std::fmt::Write as _;

use kernel::Timestamp;

use crate::domain::user::Role;

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
        let name = "O'Brien'); drop table users; --\0";
        let user = SeedUser { id: "1", email: "o@brien.org", name, role: Role::Admin, customer_id: None };
        let script = insert_user_sql(&[(user, "$argon2id$".to_owned())], Timestamp::from_unix_ms(0));
        assert!(script.contains("'O''Brien''); drop table users; --'"), "{script}");
        assert_eq!(script.lines().count(), 1);
    }
}
