//! Demo data. It only ever goes into a data folder that `cargo xtask dev` made.

use anyhow::Result;

use crate::runtime::Runtime;

/// The password of every demo user.
pub const PASSWORD: &str = "demo-only-password";

/// The roles of the demo users; each signs in as `<role>@demo.test`.
pub const ROLES: [&str; 7] =
    ["admin", "manager", "accountant", "warehouse", "cashier", "wholesaler", "customer"];

/// Puts the demo users into the gateway's database. It runs at every start and changes nothing that is
/// already there.
pub fn demo_users(databases: &Runtime) -> Result<()> {
    let tables = databases.sql_with(
        "gateway",
        "select name from sqlite_master where type = 'table' and name = ?1",
        &["users".into()],
    )?;
    if tables.is_empty() {
        println!("  demo users: the gateway has no users yet, skipped");
        return Ok(());
    }
    // The rows follow with the gateway's sign-in: what hashes and which customers they carry is its matter.
    println!("  demo users: not created yet");
    Ok(())
}

/// Loads the demo goods over the API, as any client would, unless they are there.
pub fn demo_goods(_gateway_url: &str) -> Result<()> {
    Ok(())
}
