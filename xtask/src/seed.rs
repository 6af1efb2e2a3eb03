//! Users written directly into the gateway's database, before anybody can sign in, and the demo data. Demo data is only
//! written into a data folder that `cargo xtask dev` or a test created; its goods are loaded over the API, as any
//! client would do it.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use serde_json::{Value, json};

use crate::client::Client;
use crate::runtime::{Runtime, RuntimeOptions};
use crate::{paths, secrets};

/// The current time, in SQL, as the services write it.
pub const SQL_NOW: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
/// The password of every demo user.
pub const PASSWORD: &str = "demo-only-password";

/// The roles of the demo users; each signs in as `<role>@demo.test`.
pub const ROLES: [&str; 7] =
    ["admin", "manager", "accountant", "warehouse", "cashier", "wholesaler", "customer"];

/// The customer that `wholesaler@demo.test` orders for.
pub const WHOLESALE_CUSTOMER: &str = "0190d000-0000-7000-8000-00000000c001";
/// The customer that `customer@demo.test` orders for.
const RETAIL_CUSTOMER: &str = "0190d000-0000-7000-8000-00000000c002";
/// The demo shops.
const MAIN: &str = "0190d000-0000-7000-8000-00000000e001";
const HARBOUR: &str = "0190d000-0000-7000-8000-00000000e002";

/// The goods of the demo, as a merchant would upload them.
const PRODUCTS: &str = include_str!("../demo/products.csv");

/// A user to write into a new database, before anybody can sign in.
#[derive(Debug, Clone)]
pub struct SeedUser {
    /// UUID.
    pub id: String,
    /// In lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// One of [`ROLES`].
    pub role: String,
    /// The customer they act for.
    pub customer_id: Option<String>,
}

/// One demo user for each role.
#[must_use]
pub fn users() -> Vec<SeedUser> {
    ROLES
        .iter()
        .zip(1..)
        .map(|(role, number)| SeedUser {
            id: format!("0190d000-0000-7000-8000-00000000a{number:03}"),
            email: format!("{role}@demo.test"),
            name: format!("Demo {role}"),
            role: (*role).to_owned(),
            customer_id: match *role {
                "wholesaler" => Some(WHOLESALE_CUSTOMER.to_owned()),
                "customer" => Some(RETAIL_CUSTOMER.to_owned()),
                _ => None,
            },
        })
        .collect()
}

/// The statement that adds a user with a password. An existing user stays unchanged.
pub fn user_sql(user: &SeedUser, password: &str) -> Result<String> {
    Ok(format!("{} on conflict do nothing;", insert(user, password)?))
}

/// The same for a user who must be new: it fails if the e-mail is already used.
pub fn new_user_sql(user: &SeedUser, password: &str) -> Result<String> {
    Ok(format!("{};", insert(user, password)?))
}

fn insert(user: &SeedUser, password: &str) -> Result<String> {
    let customer = user.customer_id.as_deref().map_or_else(|| "null".to_owned(), quoted);
    let values = [
        quoted(&user.id),
        quoted(&user.email),
        quoted(&user.name),
        quoted(&user.role),
        customer,
        quoted(&hash(password)?),
    ];
    Ok(format!(
        "insert into users (id, email, name, role, customer_id, password_hash, disabled, created_at, version) \
         values ({}, 0, {SQL_NOW}, 1)",
        values.join(", ")
    ))
}

/// argon2id with the gateway's parameters (19 MiB, two passes, one lane), as a PHC string. The string contains the
/// parameters, so a gateway with other parameters can still verify it.
/// The hash of a password, of the bytes as they are.
pub fn hash(password: &str) -> Result<String> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| anyhow!("{error}"))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let salt = secrets::random_bytes::<16>()?;
    let hash =
        hasher.hash_password_with_salt(password.as_bytes(), &salt).map_err(|error| anyhow!("{error}"))?;
    Ok(hash.to_string())
}

/// A SQL text.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars().filter(|character| *character != '\0') {
        let _ = if character == '\'' { quoted.write_str("''") } else { quoted.write_char(character) };
    }
    quoted.push('\'');
    quoted
}

/// The Workers on workerd with demo data, without the development proxy, in a folder of their own. Both end with it.
pub struct DemoHouse {
    runtime: Runtime,
    folder: PathBuf,
}

impl DemoHouse {
    /// Starts it; the Workers are built already.
    pub fn start(name: &str) -> Result<Self> {
        let folder = paths::root().join("target/tmp").join(format!("{name}-{}", std::process::id()));
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        let runtime = Runtime::start(RuntimeOptions::new(&folder))?;
        demo_users(&runtime)?;
        demo_goods(runtime.gateway_url())?;
        Ok(Self { runtime, folder })
    }

    /// Its door.
    #[must_use]
    pub fn url(&self) -> &str {
        self.runtime.gateway_url()
    }
}

impl Drop for DemoHouse {
    fn drop(&mut self) {
        // After a failure the databases are of interest.
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Adds the demo users to the gateway's database. It runs at every start and changes no existing user.
pub fn demo_users(databases: &Runtime) -> Result<()> {
    let there = databases.sql("gateway", "select count(*) as n from users where email like '%@demo.test'")?;
    if there.first().is_some_and(|row| row["n"] == ROLES.len()) {
        return Ok(());
    }
    for user in users() {
        databases.sql("gateway", &user_sql(&user, PASSWORD)?)?;
    }
    Ok(())
}

/// Loads the demo goods over the API, unless they exist already.
pub fn demo_goods(gateway_url: &str) -> Result<()> {
    let client = Client::sign_in(gateway_url, "admin@demo.test", PASSWORD)?;
    // If the last item was loaded, all were loaded.
    let last = client.get(&format!("/inventory/stock?warehouseId={HARBOUR}&limit=1"))?;
    if last.status == 200 && last.body["data"][0]["onHand"].as_i64().is_some_and(|units| units > 0) {
        return Ok(());
    }
    println!("  load the demo goods ...");
    let post = |path: &str, name: &str, body: &Value| {
        client.post(path, &format!("demo-{name}"), body)?.accepted(&format!("demo data: {name}"))
    };
    for (id, code, name) in [(MAIN, "MAIN", "Main Street"), (HARBOUR, "HARBOUR", "Harbour Store")] {
        post(
            "/inventory/warehouses",
            code,
            &json!({ "id": id, "code": code, "name": name, "region": "US-CA" }),
        )?;
    }
    client.put("/tax-rates", &sales_tax())?.accepted("demo data: tax")?;
    client.post_csv("/products/import", PRODUCTS)?.accepted("demo data: products")?;
    post(
        "/customers",
        "wholesale-customer",
        &json!({
            "id": WHOLESALE_CUSTOMER, "name": "Demo Traders", "email": "wholesaler@demo.test",
            "type": "Wholesale", "creditLimit": usd("5000.00"), "paymentTerms": "Net30",
        }),
    )?;
    post(
        "/customers",
        "retail-customer",
        &json!({ "id": RETAIL_CUSTOMER, "name": "Demo Customer", "email": "customer@demo.test", "type": "Retail" }),
    )?;
    for (shop, units) in [(MAIN, 60), (HARBOUR, 25)] {
        let items = opening_stock(units, shop == MAIN);
        let body = json!({ "warehouseId": shop, "reason": "OpeningBalance", "items": items });
        // The stock records of new products arrive by message.
        client.wait_for("the stock records of the demo goods", 60, |client| {
            let answer = client.post("/inventory/adjustments", &format!("demo-stock-{shop}"), &body)?;
            if answer.status == 422 { Ok(None) } else { answer.accepted("demo data: stock").map(Some) }
        })?;
    }
    Ok(())
}

/// Every stocked article of the file with its cost. Of the lantern there is exactly one, in the main shop.
fn opening_stock(units: i64, is_main: bool) -> Vec<Value> {
    let mut reader = csv::Reader::from_reader(PRODUCTS.as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap_or_default();
    let (sku, cost) = (column("Variant SKU"), column("Cost per item"));
    let records: Vec<csv::StringRecord> = reader.records().filter_map(Result::ok).collect();
    records
        .iter()
        .filter_map(|record| Some((record.get(sku)?, record.get(cost)?)))
        .filter(|(sku, cost)| !cost.is_empty() && (is_main || *sku != "LANTERN-1"))
        .map(|(sku, cost)| {
            let delta = if sku == "LANTERN-1" { 1 } else { units };
            json!({ "sku": sku, "delta": delta, "unitCost": usd(cost) })
        })
        .collect()
}

/// California's sales tax. The shelf prices contain it, as California allows: what a price tag says is what is paid.
fn sales_tax() -> Value {
    json!({
        "region": "US-CA", "taxClass": "standard", "name": "California sales tax", "rate": "7.25", "inclusive": true,
    })
}

fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        let user = SeedUser { name: "O'Brien'); drop table users; --\0".to_owned(), ..users()[0].clone() };
        let sql = user_sql(&user, PASSWORD).unwrap();
        assert!(sql.contains("'O''Brien''); drop table users; --'"), "{sql}");
    }

    #[test]
    fn every_stocked_demo_article_has_a_cost_and_one_lantern() {
        let main = opening_stock(60, true);
        assert_eq!(main.iter().filter(|item| item["sku"] == "LANTERN-1" && item["delta"] == 1).count(), 1);
        assert_eq!(opening_stock(25, false).len(), main.len() - 1);
    }
}
